"""Calls through the Twilio account: one dialled to a number it holds, and one placed over REST."""

import secrets
from dataclasses import dataclass, field

from exchange.accounts import Number, new_sid
from exchange.legs import Leg, LegState, Line, Mailbox, Steer
from exchange.office import Office
from exchange.vendors.twilio.progress import Progress
from exchange.vendors.twilio.script import TwilioScript


@dataclass(frozen=True, slots=True)
class Placing:
    """
    A call asked for over REST. timeout: seconds to ring. markup: TwiML given instead of a URL.

    events: which of initiated, ringing, answered, completed are reported to status_url.
    """

    from_: str
    to: str
    url: str = ""
    method: str = "POST"
    markup: str = ""
    fallback: tuple[str, str] = ("", "POST")
    status_url: str = ""
    status_method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})
    timeout: float = 60.0
    send_digits: str = ""


@dataclass(slots=True)
class TwilioCalls:
    """Begins calls; each runs as a task of its own until it is over."""

    office: Office
    running: dict[str, TwilioScript] = field(default_factory=dict)

    def dialled(self, line: Line, number: Number, from_: str, forwarded_from: str = "") -> Leg:
        """Somebody dials a number of the account. Returns the caller's leg, ringing."""
        office, hooks = self.office, self.office.registry.hooks(number)
        leg = Leg(
            new_sid("CA"), "twilio", line, from_, number.number, "inbound", office.timers.now(),
            Mailbox(office.timers), forwarded_from=forwarded_from,
            extras={"call_token": secrets.token_urlsafe(24)},
        )  # fmt: skip
        if hooks.ended_url:
            Progress(office, leg, hooks.ended_url, hooks.ended_method, frozenset({"completed"}))
        office.switch.start(leg, number.number)
        if not leg.over:
            first = Steer(hooks.voice_url, hooks.voice_method)
            fallback = (hooks.fallback_url, hooks.fallback_method)
            office.crew.spawn(self._inbound(leg, first, fallback), "twilio call")
        return leg

    async def _inbound(self, leg: Leg, first: Steer, fallback: tuple[str, str]) -> None:
        if not first.url:
            self.office.log.complain("twilio", "", "the number has no VoiceUrl", leg.call_id)
            self.office.switch.end(leg, "failed", "carrier", "no VoiceUrl")
            return
        await self._run(TwilioScript(self.office, leg, fallback=fallback), first)

    async def _run(self, script: TwilioScript, first: Steer) -> None:
        self.running[script.leg.call_id] = script
        try:
            if await script.run(first):
                self.office.switch.end(script.leg, "no-answer", "carrier", "end of TwiML")
        finally:
            self.running.pop(script.leg.call_id, None)

    def place(self, asked: Placing) -> Leg:
        """Place a call over REST; it is ringing when this returns, or already ended as busy."""
        office = self.office
        leg = Leg(
            new_sid("CA"), "twilio", office.switch.line(asked.to), asked.from_, asked.to, "outbound-api",
            office.timers.now(), Mailbox(office.timers),
        )  # fmt: skip
        if asked.status_url:
            Progress(office, leg, asked.status_url, asked.status_method, asked.events).initiated()
        office.switch.start(leg, asked.from_)
        if not leg.over:
            office.crew.spawn(self._outbound(leg, asked), "twilio call")
        return leg

    async def _outbound(self, leg: Leg, asked: Placing) -> None:
        if await leg.mailbox.take(asked.timeout) is None:
            self.office.switch.end(leg, "no-answer", "carrier")
        if leg.state is not LegState.ANSWERED:
            return
        if asked.send_digits:
            self.office.switch.hear(leg, asked.send_digits, "tone")
        script = TwilioScript(self.office, leg, fallback=asked.fallback)
        await self._run(script, Steer(asked.url, asked.method, asked.markup))
