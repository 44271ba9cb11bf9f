"""
Handsets and calls as a test holds them: do something, or wait for it to happen.

Every waiting helper looks until it has seen what it waits for, and fails after a few real seconds with an account of
the call and the wire, so that no test hangs and each failure can be read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from exchange.legs import Leg, LegState, Line
from exchange.office import Office
from exchange.operator import Operator
from exchange.texts import Text

T = TypeVar("T")


class DidNotHappen(AssertionError):
    """What a helper waited for did not come; the message tells the call so far."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """Looks for things to happen. patience: real seconds."""

    office: Office
    patience: float
    account: Callable[[], str]

    async def until(self, look: Callable[[], T | None], hope: str) -> T:
        """The first true value of `look`. Raises DidNotHappen."""
        try:
            return await self.office.bus.until(look, self.patience)
        except TimeoutError:
            raise DidNotHappen(f"{hope} within {self.patience:g} s\n{self.account()}") from None


@dataclass(eq=False, slots=True)
class Call:
    """One call that a handset dialled, or that rang at one. leg: this person's side of it."""

    leg: Leg
    waiter: Waiter

    @property
    def call_id(self) -> str:
        """The CallSid or CallUUID of this person's leg."""
        return self.leg.call_id

    @property
    def carrier(self) -> str:
        return self.leg.carrier

    @property
    def state(self) -> str:
        """ringing, answered, bridged, ended, or refused (ended without being answered)."""
        if self.leg.over:
            return "ended" if self.leg.answered_at is not None else "refused"
        if self.leg.peer is not None:
            return "bridged"
        return "answered" if self.leg.state is LegState.ANSWERED else "ringing"

    @property
    def billed(self) -> bool:
        """Whether the vendor answered this leg, and so bills it."""
        return self.leg.answered_at is not None

    @property
    def cause(self) -> str:
        """How it ended: completed, busy, no-answer, failed, canceled; "" before."""
        return self.leg.cause

    @property
    def transcript(self) -> list[str]:
        """Everything that happened in the whole call, a line each."""
        return list(self.leg.root.transcript)

    async def answered(self) -> None:
        await self.waiter.until(lambda: self.leg.answered_at, "the call was not answered")

    async def bridged(self) -> None:
        await self.waiter.until(lambda: self.leg.was_bridged, "the call was not bridged")

    async def ended(self) -> None:
        """Wait until this leg is over and every webhook about it is answered."""
        await self.waiter.until(lambda: self.leg.over, "the call did not end")
        await self.waiter.office.crew.quiet(self.waiter.patience)


@dataclass(eq=False, slots=True)
class Handset:
    """A phone on the desk. line.number is its number even when it never shows it."""

    line: Line
    operator: Operator
    waiter: Waiter
    withheld: bool = False
    _heard: int = field(default=0)
    _read: int = field(default=0)

    @property
    def number(self) -> str:
        return self.line.number

    @property
    def state(self) -> str:
        """idle, dialling, ringing or talking."""
        return self.line.state

    @property
    def shown(self) -> str | None:
        """The caller ID that its screen shows, or showed last."""
        return self.line.shown

    @property
    def heard(self) -> list[str]:
        """Everything this handset has been let hear, in order."""
        return list(self.line.heard)

    @property
    def inbox(self) -> list[Text]:
        """The texts it has received, oldest first."""
        return list(self.waiter.office.texts.inboxes.get(self.number, []))

    async def dials(
        self,
        to: str,
        *,
        withheld: bool | str = False,
        forwarded_from: str | None = None,
        showing: str | None = None,
    ) -> Call:
        """
        Dial a number of the desk; returns once the call is answered, waits for somebody to pick up, or is over.

        to: with `,` (a pause) and digits after it, as a `tel:` link has them. withheld: True, or the vendor's own
        spelling of a hidden caller. showing: another caller ID than the handset's own.
        """
        hidden: bool | str = withheld or self.withheld
        self._heard = len(self.line.heard)
        leg = self.operator.dial(self.line, to, hidden, forwarded_from or "", showing)
        await self.waiter.until(lambda: self._is_under_way(leg), f"nothing came of dialling {to}")
        return Call(leg, self.waiter)

    def _is_under_way(self, leg: Leg) -> bool:
        return leg.state is not LegState.RINGING or bool(leg.children)

    async def rings(self) -> Call:
        """Wait until it rings."""
        leg = await self.waiter.until(
            lambda: self.line.leg if self.state in ("ringing", "talking") else None, f"{self.number} did not ring"
        )
        return Call(leg, self.waiter)

    async def answers(self) -> Call:
        """Pick up; waits for it to ring first."""
        self._heard = len(self.line.heard)
        call = await self.rings()
        self.operator.answer(self.line)
        return call

    async def declines(self) -> None:
        """Refuse the call; waits for it to ring first."""
        await self.rings()
        self.operator.decline(self.line)

    async def hears(self, part: str) -> str:
        """Wait until something is heard that contains `part` (case ignored), after what was heard last; all of it."""

        def look() -> int | None:
            wanted = part.lower()
            found = (at for at in range(self._heard, len(self.line.heard)) if wanted in self.line.heard[at].lower())
            at = next(found, None)
            return None if at is None else at + 1

        self._heard = await self.waiter.until(look, f"{self.number} did not hear {part!r}")
        return self.line.heard[self._heard - 1]

    async def presses(self, keys: str) -> None:
        """Press keys, once somebody listens for each. A comma waits for the next to listen."""
        for char in keys.replace(",", ""):
            await self.waiter.until(self._is_listened_to, f"nobody listened for the keys of {self.number}")
            self.operator.press(self.line, char)
            await self.waiter.office.crew.quiet(self.waiter.patience)

    def _is_listened_to(self) -> bool:
        leg = self.line.leg
        return leg is not None and (leg.listening or leg.peer is not None)

    async def hangs_up(self) -> None:
        """Hang up, or give up dialling; waits until every webhook about it is answered."""
        self.operator.hang_up(self.line)
        await self.waiter.office.crew.quiet(self.waiter.patience)

    async def falls_silent(self) -> None:
        """Wait until it is in no call and every webhook about that is answered."""
        await self.waiter.until(lambda: self.line.leg is None, f"{self.number} is still in a call")
        await self.waiter.office.crew.quiet(self.waiter.patience)

    async def texts(self, to: str, body: str = "", *, media: bytes | Sequence[bytes] = ()) -> Text:
        """Text a number of the desk; returns once the webhook is answered. media: a picture, or several."""
        text = self.operator.text(self.line, to, body, [media] if isinstance(media, bytes) else media)
        await self.waiter.office.crew.quiet(self.waiter.patience)
        return text

    def goes_out_of_reach(self) -> None:
        """From now on no text arrives here, and vendors report it undelivered."""
        self.waiter.office.texts.out_of_reach.add(self.number)

    async def receives(self, part: str = "") -> Text:
        """Wait for the next text that contains `part` (case ignored), after those received by this before."""

        def look() -> tuple[int, Text] | None:
            for at, text in enumerate(self.inbox[self._read :], self._read):
                if re.search(re.escape(part), text.body, re.IGNORECASE):
                    return at + 1, text
            return None

        self._read, text = await self.waiter.until(look, f"{self.number} received no text with {part!r}")
        return text
