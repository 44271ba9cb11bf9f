"""Calls through the Plivo account: one dialled to a number it holds, and one placed over REST."""

import uuid
from dataclasses import dataclass, field

from exchange.accounts import Number
from exchange.fetch import Hook
from exchange.legs import Leg, LegState, Line, Mailbox, Steer
from exchange.office import Office
from exchange.reporting import Reports
from exchange.vendors.plivo.params import call_params, hangup_params
from exchange.vendors.plivo.script import PlivoScript
from exchange.vendors.plivo.texts import PlivoTexts


@dataclass(frozen=True, slots=True)
class Placing:
    """A call asked for over REST. Each URL comes with its method. timeout: seconds to ring."""

    from_: str
    to: str
    answer: tuple[str, str]
    ring: tuple[str, str] = ("", "POST")
    hangup: tuple[str, str] = ("", "POST")
    fallback: tuple[str, str] = ("", "POST")
    timeout: float = 120.0
    time_limit: float = 14_400.0
    send_digits: str = ""


@dataclass(slots=True)
class PlivoCalls:
    """Begins calls; each runs as a task of its own until it is over."""

    office: Office
    texts: PlivoTexts
    running: dict[str, PlivoScript] = field(default_factory=dict)

    def dialled(self, line: Line, number: Number, from_: str, forwarded_from: str = "") -> Leg:
        """Somebody dials a number of the account. Returns the caller's leg, ringing."""
        office, hooks = self.office, self.office.registry.hooks(number)
        leg = Leg(
            str(uuid.uuid4()), "plivo", line, from_, number.number, "inbound", office.timers.now(),
            Mailbox(office.timers), forwarded_from=forwarded_from,
        )  # fmt: skip
        self._report_end(leg, (hooks.ended_url, hooks.ended_method))
        office.switch.start(leg, number.number)
        if not leg.over:
            script = PlivoScript(office, leg, fallback=(hooks.fallback_url, hooks.fallback_method), texts=self.texts)
            office.crew.spawn(self._run(script, Steer(hooks.voice_url, hooks.voice_method)), "plivo call")
        return leg

    def _report_end(self, leg: Leg, hangup: tuple[str, str]) -> None:
        url, method = hangup
        if not url:
            return

        def saw(leg: Leg, what: str) -> None:
            never = self.office.faults["plivo"].choice("event_when_never_answered") == "not-sent"
            if what != "ended" or (leg.answered_at is None and never):
                return
            hook = Hook("plivo", "status", method, url, hangup_params(self.office, leg), leg.call_id)
            Reports(self.office).send(hook, last=True)

        leg.watchers.append(saw)

    async def _run(self, script: PlivoScript, first: Steer) -> None:
        leg = script.leg
        if not first.url:
            self.office.log.complain("plivo", "", "the number has no application with an answer_url", leg.call_id)
            self.office.switch.end(leg, "failed", "carrier", "Error Reaching Answer URL")
            return
        self.running[leg.call_id] = script
        try:
            if await script.run(first):
                self.office.switch.end(leg, "failed", "carrier", "end of XML")
        finally:
            self.running.pop(leg.call_id, None)

    def place(self, asked: Placing) -> Leg:
        """Place a call over REST; it is ringing when this returns, or already ended as busy."""
        office = self.office
        leg = Leg(
            str(uuid.uuid4()), "plivo", office.switch.line(asked.to), asked.from_, asked.to, "outbound-api",
            office.timers.now(), Mailbox(office.timers),
        )  # fmt: skip
        self._report_end(leg, asked.hangup)
        office.switch.start(leg, asked.from_)
        if not leg.over:
            office.crew.spawn(self._outbound(leg, asked), "plivo call")
        return leg

    async def _outbound(self, leg: Leg, asked: Placing) -> None:
        url, method = asked.ring
        if url:
            params = call_params(self.office, leg, "Ring")
            Reports(self.office).send(Hook("plivo", "status", method, url, params, leg.call_id), last=True)
        if await leg.mailbox.take(asked.timeout) is None:
            self.office.switch.end(leg, "no-answer", "carrier")
        if leg.state is not LegState.ANSWERED:
            return
        if asked.send_digits:
            self.office.switch.hear(leg, asked.send_digits, "tone")
        switch = self.office.switch
        script = PlivoScript(self.office, leg, fallback=asked.fallback, texts=self.texts)
        limit = self.office.timers.after(
            asked.time_limit, lambda: switch.end(leg, "completed", "carrier", "Max Duration Reached")
        )
        try:
            await self._run(script, Steer(*asked.answer))
        finally:
            limit.cancel()
