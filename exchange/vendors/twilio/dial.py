"""
Twilio's Dial: caller ID rules, several numbers at once, the whisper, and what the action URL is told.

Source: twilio.com/docs/voice/twiml/dial and /number; errors 13214 (callerId) and 13223 (number).
"""

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from exchange.accounts import is_e164, new_sid, plus
from exchange.dialling import Dialled, Dialling
from exchange.fetch import Failure
from exchange.legs import Key, Leg, Mailbox, Ready, Steer
from exchange.markup import Page, flag, number, words
from exchange.script import ApplicationError, LegOver
from exchange.vendors.twilio.grammar import NOT_RUN
from exchange.vendors.twilio.progress import Progress

if TYPE_CHECKING:
    from exchange.vendors.twilio.script import TwilioScript


_MOST_NUMBERS = 10


class TwilioDial(Dialling):
    """One Dial, with a whisper where a Number has a url."""

    def __init__(self, script: "TwilioScript", page: Page, verb: Element) -> None:
        super().__init__(script, [], number(verb, "timeout", 30, 5, 600), number(verb, "timeLimit", 14_400, 1, 86_400))
        self.twilio, self.page = script, page
        self.star = flag(verb, "hangupOnStar")
        self.whispers: dict[str, tuple[str, str]] = {}
        self.digits: dict[str, str] = {}

    def on_answered(self, child: Leg) -> None:
        if self.office.faults["twilio"].choice("others_ring_until") == "answered":
            self.end_ringing("canceled")
        if digits := self.digits.get(child.call_id, ""):
            self.office.switch.hear(child, digits, "tone")
        if child.call_id not in self.whispers:
            child.tell(Ready(child))
            return
        url, method = self.whispers[child.call_id]
        self.office.crew.spawn(self.twilio.whisper(child, Steer(url, method)), "whisper")

    def on_key(self, key: Key) -> bool:
        return self.star and key.char == "*" and key.leg is self.caller


async def dial(script: "TwilioScript", page: Page, verb: Element) -> Page | None:
    """Run a Dial; the document its action answers with, or None to go on with the next verb."""
    caller_id = _caller_id(script, verb)
    if caller_id is None:
        raise ApplicationError
    if not flag(verb, "answerOnBridge") and script.leg.direction == "inbound":
        script.office.switch.answer(script.leg)
    dialling = TwilioDial(script, page, verb)
    for target in _targets(script, verb):
        _place(dialling, target, caller_id)
    result = await dialling.run()
    return await _report(script, page, verb, dialling, result)


def _caller_id(script: "TwilioScript", verb: Element) -> str | None:
    """What the callee's phone will show; None if Twilio refuses it."""
    office, call = script.office, script.leg.root
    given = verb.get("callerId")
    if given is None:
        return call.from_
    wanted = plus(given)
    ours = office.registry.held("twilio", wanted) is not None or wanted in (call.from_, call.to)
    if not ours or not is_e164(wanted):
        script.complain("13214", "Dial: callerId is no number of this account and not the call's own From or To")
        return None
    return wanted


def _targets(script: "TwilioScript", verb: Element) -> list[Element]:
    nouns = list(verb)
    if not nouns and words(verb):
        plain = Element("Number")
        plain.text = words(verb)
        nouns = [plain]
    if any(noun.tag in NOT_RUN for noun in nouns):
        script.complain("", "this exchange dials Number only")
    numbers = [noun for noun in nouns if noun.tag == "Number"]
    if len(numbers) > _MOST_NUMBERS:
        script.complain("", f"Dial: more than {_MOST_NUMBERS} numbers")
    return numbers[:_MOST_NUMBERS]


def _place(dialling: TwilioDial, noun: Element, caller_id: str) -> None:
    """Ring one Number, with its callbacks."""
    script, office = dialling.twilio, dialling.office
    target = plus(words(noun))
    if not is_e164(target):
        script.complain("13223", "Dial: a number is not a phone number")
        return
    leg = Leg(
        new_sid("CA"), "twilio", office.switch.line(target), caller_id, target, "outbound-dial",
        office.timers.now(), Mailbox(office.timers), parent=script.leg, also_tell=[script.leg.mailbox],
    )  # fmt: skip
    dialling.children.append(leg)
    dialling.digits[leg.call_id] = noun.get("sendDigits", "")
    if noun.get("url"):
        dialling.whispers[leg.call_id] = (dialling.page.absolute(noun.get("url", "")), noun.get("method", "POST"))
    if noun.get("statusCallback"):
        events = frozenset(noun.get("statusCallbackEvent", "completed").split())
        url = dialling.page.absolute(noun.get("statusCallback", ""))
        Progress(office, leg, url, noun.get("statusCallbackMethod", "POST"), events).initiated()
    dialling.watch_for_leak(leg, caller_id)
    if office.registry.numbers.get(target) is not None:
        script.complain("", "Dial to a number of this desk: refused as busy, see docs/exchange.md")
        office.switch.refuse(leg, "busy")
        return
    office.switch.start(leg, caller_id)


def _dial_status(script: "TwilioScript", dialling: TwilioDial, result: Dialled) -> str:
    faults = script.office.faults["twilio"]
    if result.winner is not None:
        return "completed"
    if result.answered is not None:
        return faults.choice("whisper_hangup")
    if result.how == "caller-left":
        return faults.choice("caller_left")
    if result.how == "timeout":
        return "no-answer"
    causes = {child.cause for child in dialling.children}
    return next((cause for cause in ("no-answer", "busy", "canceled") if cause in causes), "failed")


async def _report(
    script: "TwilioScript", page: Page, verb: Element, dialling: TwilioDial, result: Dialled
) -> Page | None:
    """Tell the action URL. It is told even when the caller has left; its answer is then not used."""
    if verb.get("action") is None:
        return None
    told = {
        "DialCallStatus": _dial_status(script, dialling, result),
        "DialBridged": "true" if result.winner is not None else "false",
    }
    told_of = result.winner or result.answered or (dialling.children[-1] if dialling.children else None)
    if told_of is not None:
        told["DialCallSid"] = told_of.call_id
    if told_of is not None and told_of.answered_at is not None:
        told["DialCallDuration"] = str(told_of.seconds())
    url, method = page.absolute(verb.get("action", "")), verb.get("method", "POST")
    if script.leg.over:
        outcome = await script.ask(url, method, told)
        if isinstance(outcome, Failure):
            script.complain("11200", f"{url}: {outcome.about}")
        raise LegOver
    return await script.fetch(url, method, told)
