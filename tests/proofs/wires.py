"""Two ways to play a carrier: against the switchboard in this process, and over HTTP with signed webhooks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol
from uuid import UUID

from carriers import DIALECTS
from core.e164 import E164, Caller
from core.quota import Quota, Use
from tests.town import Answer, Carrier
from voice.events import CarrierAccount, Dialled, DialResult, Ended, Incoming, LegMoved, LegState, Pressed
from voice.links import Links, Step
from voice.plan import Dial, Gather, Plan
from voice.switchboard import CALLS, Switchboard


@dataclass(frozen=True, slots=True)
class Heard:
    """
    What the caller's side was told. to, show: of the Dial. asks: enter or which. steps: our addresses in it. nine: the
    carrier is to listen for the callee's block key during the talk.
    """

    raw: bytes
    to: str | None = None
    show: str | None = None
    asks: str | None = None
    steps: tuple[str, ...] = ()
    nine: bool = False

    def step(self, kind: str) -> str:
        """The address whose step is of a kind."""
        return next(url for url in self.steps if url.rpartition("/")[2].startswith(kind))


class Wire(Protocol):
    """A carrier's side. calls are named by the carrier's own ids."""

    async def calls_in(
        self, call: str, caller: str | None, dialled: str, forwarded: str | None, *, over: bool
    ) -> Heard: ...
    async def enters(self, call: str, url: str, caller: str | None, digits: str) -> Heard: ...
    async def presses(self, call: str, heard: Heard, key: str) -> None: ...
    async def dial_over(self, call: str, url: str, caller: str | None, result: str) -> Heard: ...
    async def agrees(self, call_id: UUID, place: int) -> None: ...
    async def ends(self, call: str) -> None: ...
    def new_call(self) -> str: ...


@dataclass
class Free:
    """A limiter that stops nobody, or everybody while `over` is set: quotas have tests of their own."""

    over_now: bool = False

    async def over(self, *_: Use) -> Quota | None:
        return CALLS if self.over_now else None


@dataclass
class InProcess:
    """The switchboard itself, in our words."""

    switchboard: Switchboard
    account: CarrierAccount
    links: Links
    limiter: Free
    _ids: Iterator[int] = field(default_factory=count)

    @property
    def _dialect(self):
        return DIALECTS[self.account.carrier]

    def new_call(self) -> str:
        return f"{self.account.account_id}:{next(self._ids)}"

    async def calls_in(self, call, caller, dialled, forwarded, *, over) -> Heard:
        self.limiter.over_now = over
        event = Incoming(call, _caller(caller), E164(dialled), E164(forwarded) if forwarded else None)
        plan = await self.switchboard.arrive(self._dialect, self.account, event)
        self.limiter.over_now = False
        return self._heard(plan)

    async def enters(self, call, url, caller, digits) -> Heard:
        our_call, step = self._read(url)
        keys = Pressed(call, digits, _caller(caller))
        return self._heard(await self.switchboard.entered(self._dialect, self.account, our_call, step, keys))

    async def presses(self, call, heard, key) -> None:
        our_call, step = self._read(heard.step("whisper"))
        place = Step.read(step)
        assert place is not None
        await self.switchboard.whisper(self._dialect, self.account, our_call, place)
        if self._dialect.asks_in_whisper:
            name = f"key-{place.attempt}-1"
            await self.switchboard.pressed(self._dialect, self.account, our_call, name, Pressed(call, key))
        else:
            nine = [LegState.BRIDGED, LegState.BLOCK_KEY] if heard.nine else []
            states = {"1": [LegState.BRIDGED], "9": nine}
            for state in states.get(key, []):
                await self.switchboard.leg_moved(self.account, our_call, place, LegMoved(call, state))

    async def dial_over(self, call, url, caller, result) -> Heard:
        our_call, step = self._read(url)
        news = Dialled(call, DialResult(result))
        return self._heard(await self.switchboard.dialled(self._dialect, self.account, our_call, step, news))

    async def agrees(self, call_id, place) -> None:
        step = f"agree-{place}-1"
        await self.switchboard.pressed(self._dialect, self.account, call_id, step, Pressed("placed", "1"))

    async def ends(self, call) -> None:
        await self.switchboard.ended(self.account, Ended(call, DialResult.COMPLETED, 10))

    def _read(self, url: str) -> tuple[UUID, str]:
        token, step = url.split("/")[-2:]
        call = self.links.read(token, step)
        assert call is not None
        return call, step

    def _heard(self, plan: Plan) -> Heard:
        raw = self._dialect.render(plan)
        for verb in plan:
            if isinstance(verb, Dial):
                urls = (verb.done, verb.leg, verb.whisper or "")
                return Heard(raw, verb.to.value, verb.show.value, None, urls, verb.block_key is not None)
            if isinstance(verb, Gather):
                return Heard(raw, asks=verb.step.rpartition("/")[2].partition("-")[0], steps=(verb.step,))
        return Heard(raw)


@dataclass
class OverHttp:
    """Signed webhooks as the vendor sends them, and what their XML says."""

    carrier: Carrier
    links: Links

    def new_call(self) -> str:
        return self.carrier.new_call()

    async def calls_in(self, call, caller, dialled, forwarded, *, over) -> Heard:
        assert not over
        extra = {"ForwardedFrom": forwarded} if forwarded else {}
        number = E164(caller) if caller else None
        return self._heard(await self.carrier.calls(number, E164(dialled), call, **extra))

    async def enters(self, call, url, caller, digits) -> Heard:
        return self._heard(await self.carrier.step(url, call, E164(caller) if caller else None, Digits=digits))

    async def presses(self, call, heard, key) -> None:
        leg = self.carrier.new_call()
        if self.carrier.name == "twilio":
            leg_of = {"ParentCallSid": call, "Direction": "outbound-dial"}
            whisper = await self.carrier.step(heard.step("whisper"), leg, **leg_of)
            await self.carrier.step(whisper.action, leg, Digits=key, **leg_of)
            return
        await self.carrier.step(heard.step("whisper"), call)
        for action in {"1": ["connected"], "9": ["connected", "digits"] if heard.nine else []}.get(key, []):
            news = {"DialAction": action, "DialALegUUID": call, "DialBLegUUID": leg}
            if action == "digits":
                news |= {"DialDigitsMatched": "99", "DialDigitsPressedBy": "BLeg"}
            await self.carrier.step(heard.step("leg"), call, None, **news)

    async def dial_over(self, call, url, caller, result) -> Heard:
        name = "DialCallStatus" if self.carrier.name == "twilio" else "DialStatus"
        spelt = {"cancelled": "canceled" if self.carrier.name == "twilio" else "cancel"}.get(result, result)
        return self._heard(await self.carrier.step(url, call, E164(caller) if caller else None, **{name: spelt}))

    async def agrees(self, call_id, place) -> None:
        url = self.links.step(self.carrier.name, call_id, f"agree-{place}-1")
        await self.carrier.step(url, self.carrier.new_call(), None, Digits="1", Direction="outbound-api")

    async def ends(self, call) -> None:
        answer = await self.carrier.ends(call)
        assert answer.status == 200

    def _heard(self, answer: Answer) -> Heard:
        assert answer.status == 200
        raw, dial = answer.text.encode(), answer.xml.find("Dial")
        if dial is not None:
            number = dial.find("Number")
            assert number is not None
            urls = [*dial.attrib.values(), *number.attrib.values()]
            show = "+" + (dial.get("callerId") or "").lstrip("+")
            to = "+" + (number.text or "").lstrip("+")
            ours = tuple(url for url in urls if url.startswith("http"))
            return Heard(raw, to, show, None, ours, "digitsMatchBLeg" in dial.attrib)
        for verb in answer.xml:
            if verb.tag in ("Gather", "GetDigits"):
                url = verb.get("action") or ""
                return Heard(raw, asks=url.rpartition("/")[2].partition("-")[0], steps=(url,))
        return Heard(raw)


def _caller(number: str | None) -> Caller:
    return Caller(E164(number) if number else None)
