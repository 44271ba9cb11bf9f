"""
Lines, legs and what happens to them: the words of the call model, no I/O.

A *line* is somebody's phone. A *leg* is one side of a call: the vendor's switch at one end, a line at the other. Each
leg has a mailbox; whoever runs XML on the leg waits there and nowhere else.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from exchange.timers import Timers


class LegState(StrEnum):
    """A leg only moves down this list."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Key:
    """One key pressed at the leg's line: 0-9, * or #."""

    leg: "Leg"
    char: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The line picked up."""

    leg: "Leg"


@dataclass(frozen=True, slots=True)
class Ready:
    """The person at this leg has heard the whisper, or accepted, and may be joined."""

    leg: "Leg"


@dataclass(frozen=True, slots=True)
class Over:
    """The leg has ended."""

    leg: "Leg"


@dataclass(frozen=True, slots=True)
class Steer:
    """REST sends the leg to other XML: a URL, or the XML itself."""

    url: str
    method: str = "POST"
    markup: str = ""


Event = Key | Answered | Ready | Over | Steer


class _Due:
    """A mailbox alarm went off; identity tells whose."""


class Mailbox:
    """Events in the order they happened, and a way to wait for the next."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._queue: asyncio.Queue[Event | _Due] = asyncio.Queue()

    def put(self, event: Event) -> None:
        self._queue.put_nowait(event)

    async def take(self, seconds: float | None = None) -> Event | None:
        """The next event; None once `seconds` have passed (at once when 0). None waits for ever."""
        while not self._queue.empty():
            event = self._queue.get_nowait()
            if not isinstance(event, _Due):
                return event
        if seconds is not None and seconds <= 0:
            return None
        due = _Due()
        timer = None if seconds is None else self._timers.after(seconds, lambda: self._queue.put_nowait(due))
        try:
            while True:
                event = await self._queue.get()
                if event is due:
                    return None
                if not isinstance(event, _Due):
                    return event
        finally:
            if timer is not None:
                timer.cancel()


@dataclass(eq=False, slots=True)
class Line:
    """
    Somebody's phone. number: E.164; a line that never shows its number has one all the same.

    shown: the caller ID its screen shows or last showed. leg: the call it is in, if any.
    """

    number: str
    label: str = ""
    leg: "Leg | None" = None
    shown: str | None = None
    since: datetime | None = None
    heard: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """idle, dialling (its own call is not answered yet), ringing, or talking."""
        if self.leg is None:
            return "idle"
        if self.leg.state is LegState.ANSWERED:
            return "talking"
        return "dialling" if self.leg.direction == "inbound" else "ringing"


@dataclass(eq=False, slots=True)
class Leg:
    """
    One side of a call.

    from_, to: as the vendor tells them, E.164 or a word for a withheld caller. direction: inbound, outbound-api or
    outbound-dial. own: the person's number, which the other side must not see; "" on a Dial's legs. cause: how it
    ended: completed, busy, no-answer, failed, canceled. ended_by: person, carrier, api.
    """

    call_id: str
    carrier: str
    line: Line
    from_: str
    to: str
    direction: str
    began: datetime
    mailbox: Mailbox
    parent: "Leg | None" = None
    forwarded_from: str = ""
    own: str = ""
    state: LegState = LegState.RINGING
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: str = ""
    ended_by: str = ""
    why: str = ""
    peer: "Leg | None" = None
    was_bridged: bool = False
    listening: bool = False
    children: "list[Leg]" = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    watchers: "list[Callable[[Leg, str], None]]" = field(default_factory=list)
    also_tell: list[Mailbox] = field(default_factory=list)
    extras: dict[str, str] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return self.state is LegState.ENDED

    @property
    def root(self) -> "Leg":
        """The leg that began the call."""
        return self.parent.root if self.parent is not None else self

    def seconds(self) -> int:
        """Whole seconds between answer and end; 0 if never answered or not over."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return round((self.ended_at - self.answered_at).total_seconds())

    def tell(self, event: Event) -> None:
        """Put an event into the leg's mailbox and those of whoever waits for this leg."""
        for mailbox in (self.mailbox, *self.also_tell):
            mailbox.put(event)
