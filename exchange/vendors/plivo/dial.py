"""
Plivo's Dial: several numbers at once, the confirm key, events on callbackUrl, keys during the talk.

Source: plivo.com/docs/voice/xml/dial. Plivo shows the caller's own number unless callerId is set.
"""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from exchange.accounts import is_e164, plus
from exchange.dialling import Dialled, Dialling
from exchange.fetch import Answer, Hook
from exchange.legs import Key, Leg, Mailbox, Ready
from exchange.markup import MarkupError, Page, flag, number, words
from exchange.reporting import Reports
from exchange.script import Collecting, LegOver, Prompt, Script, Steered
from exchange.vendors.plivo.grammar import PROMPTS
from exchange.vendors.plivo.params import call_params, hangup_cause, spelled

if TYPE_CHECKING:
    from exchange.vendors.plivo.script import PlivoScript


_EVENTS = {"answer": "DialAnswer", "connected": "DialConnected", "hangup": "DialHangup", "digits": "DialDigitsMatch"}


class PlivoDial(Dialling):
    """One Dial."""

    def __init__(self, script: "PlivoScript", verb: Element) -> None:
        ring = number(verb, "timeout", 0)
        super().__init__(script, [], ring or None, number(verb, "timeLimit", 14_400, 1))
        self.plivo, self.verb = script, verb
        self.star = flag(verb, "hangupOnStar")
        self.digits: dict[str, str] = {}
        self._reports = Reports(script.office)
        self._pressed = {"ALeg": "", "BLeg": ""}

    def on_answered(self, child: Leg) -> None:
        if digits := self.digits.get(child.call_id, ""):
            self.office.switch.hear(child, digits, "tone")
        self.tell("answer", child)
        self.office.crew.spawn(self._confirm(child), "confirm")

    def on_bridged(self, child: Leg) -> None:
        self.tell("connected", child)

    def on_ended(self, child: Leg, what: str) -> None:
        """Watches each callee's leg."""
        if what == "ended":
            self.tell("hangup", child)

    def on_key(self, key: Key) -> bool:
        if self.star and key.char == "*" and key.leg is self.caller:
            return True
        if self.result.winner is not None:
            side, patterns = ("ALeg", "digitsMatch") if key.leg is self.caller else ("BLeg", "digitsMatchBLeg")
            self._pressed[side] += key.char
            for pattern in self.verb.get(patterns, "").split(","):
                if pattern and self._pressed[side].endswith(pattern):
                    told = {"DialDigitsMatch": pattern, "DialDigitsPressedBy": side}
                    self.tell("digits", self.result.winner, told)
        return False

    def tell(self, action: str, child: Leg, more: Mapping[str, str] | None = None) -> None:
        """One event to callbackUrl; no XML is expected back."""
        url = self.verb.get("callbackUrl")
        if not url:
            return
        told = call_params(self.office, self.caller, _EVENTS[action]) | {
            "DialAction": action,
            "DialBLegStatus": "hangup" if child.over else "connected" if child.peer else "answer",
            "DialALegUUID": self.caller.call_id,
            "DialBLegUUID": child.call_id,
            "DialBLegFrom": spelled(self.office, child.from_),
            "DialBLegTo": spelled(self.office, child.to),
        }
        if child.over:
            told |= _ended(child)
        hook = Hook(
            "plivo", "status", self.verb.get("callbackMethod", "POST"), url, told | dict(more or {}),
            self.caller.call_id,
        )  # fmt: skip
        self._reports.send(hook, last=action == "hangup")

    async def _confirm(self, child: Leg) -> None:
        """What the callee hears and must press before the parties are joined."""
        callee, began = Script(self.office, child), self.office.timers.now()
        try:
            prompts = await self._sound("confirmSound")
            key = self.verb.get("confirmKey", "") if self.verb.get("confirmSound") else ""
            if not key:
                for prompt in prompts:
                    await callee.play(prompt)
                child.tell(Ready(child))
                return
            spent = (self.office.timers.now() - began).total_seconds()
            left = number(self.verb, "confirmTimeout", 120, 1) - spent
            got = await callee.collect(prompts, Collecting(left, left, 1, "", key))
        except (LegOver, Steered):
            return
        if got.digits:
            child.tell(Ready(child))
        else:
            self.office.switch.end(child, "no-answer", "carrier", "confirm timeout")

    async def _sound(self, attribute: str) -> list[Prompt]:
        """The prompts of a remote sound; none, with a complaint, if it cannot be had."""
        url = self.verb.get(attribute, "")
        if not url.startswith(("http://", "https://")):
            return []
        outcome = await self.plivo.ask(url, "POST", {}, "Redirect")
        if not isinstance(outcome, Answer):
            self.plivo.complain("", f"{attribute} {url}: {outcome.about}")
            return []
        if outcome.content_type.startswith("audio/"):
            return [Prompt("play", url)]
        try:
            page = self.plivo.understand(url, outcome, PROMPTS)
        except MarkupError as problem:
            self.plivo.complain("", f"{attribute} {url}: {problem}")
            return []
        return [prompt for verb in page.verbs for prompt in self.plivo.prompts(verb)]

    async def music(self) -> None:
        """What the caller hears meanwhile, once."""
        music = self.verb.get("dialMusic", "")
        if music == "real" or not music:
            self.office.switch.hear(self.caller, "ringing tone", "tone")
        for prompt in await self._sound("dialMusic"):
            self.office.switch.hear(self.caller, prompt.text or "silence", prompt.kind, prompt.language)


def _ended(child: Leg) -> dict[str, str]:
    why, seconds = hangup_cause(child), child.seconds()
    return {
        "DialBLegDuration": str(seconds),
        "DialBLegBillDuration": str(-(-seconds // 60) * 60),
        "DialBLegHangupCause": why.cause,
        "DialBLegHangupCauseName": why.name,
        "DialBLegHangupCauseCode": str(why.code),
        "DialBLegHangupSource": why.source,
    }


async def dial(script: "PlivoScript", verb: Element) -> Page | None:
    """Run a Dial; the document its action answers with, or None to go on with the next element."""
    dialling, office = PlivoDial(script, verb), script.office
    caller = script.leg.root
    caller_id = plus(verb.get("callerId", "")) or caller.from_
    for noun in verb:
        target = plus(words(noun))
        if noun.tag != "Number" or not is_e164(target):
            script.complain("", "Dial: this is not a phone number, and this exchange dials Number only")
            continue
        _place(dialling, noun, target, caller_id)
    if dialling.children:
        office.crew.spawn(dialling.music(), "dial music")
    result = await dialling.run()
    return await _report(script, verb, dialling, result)


def _place(dialling: PlivoDial, noun: Element, target: str, caller_id: str) -> None:
    script, office = dialling.plivo, dialling.office
    leg = Leg(
        str(uuid.uuid4()), "plivo", office.switch.line(target), caller_id, target, "outbound-dial",
        office.timers.now(), Mailbox(office.timers), parent=script.leg, also_tell=[script.leg.mailbox],
        watchers=[dialling.on_ended],
    )  # fmt: skip
    dialling.children.append(leg)
    dialling.digits[leg.call_id] = noun.get("sendDigits", "")
    dialling.watch_for_leak(leg, caller_id)
    if office.registry.numbers.get(target) is not None:
        script.complain("", "Dial to a number of this desk: refused as busy, see docs/exchange.md")
        office.switch.refuse(leg, "busy")
        return
    office.switch.start(leg, caller_id)


def _dial_status(dialling: PlivoDial, result: Dialled) -> str:
    faults = dialling.office.faults["plivo"]
    if result.winner is not None:
        return "completed"
    if result.answered is not None:
        return faults.choice("confirm_failed")
    if result.how == "caller-left":
        return faults.choice("caller_left")
    if result.how == "timeout":
        return faults.choice("ring_timeout")
    causes = {child.cause for child in dialling.children}
    return next((cause for cause in ("no-answer", "busy") if cause in causes), "failed")


async def _report(script: "PlivoScript", verb: Element, dialling: PlivoDial, result: Dialled) -> Page | None:
    """Tell the action URL, and go on with its XML where `redirect` says so."""
    action = verb.get("action")
    left = script.leg.over
    if left and script.office.faults["plivo"].choice("action_after_caller_left") == "not-sent":
        raise LegOver
    if not action:
        return None
    child = result.winner or result.answered or (dialling.children[-1] if dialling.children else None)
    told = {
        "DialStatus": _dial_status(dialling, result),
        "DialRingStatus": "true" if dialling.children else "false",
        "DialHangupCause": hangup_cause(child).cause if child is not None else "NORMAL_TEMPORARY_FAILURE",
        "DialALegUUID": script.leg.call_id,
        "DialBLegUUID": child.call_id if child is not None and child.answered_at is not None else "",
    }
    url, method = script.absolute(action), verb.get("method", "POST")
    if left or not flag(verb, "redirect", True):
        await script.ask(url, method, told, "Redirect")
        if left:
            raise LegOver
        return None
    return await script.fetch(url, method, told)
