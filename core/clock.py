"""Time as a value that is passed in. No statement calls now(); each takes the time from here."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. One instance serves a process; every process of an installation agrees to within a second."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...


class AnchoredClock:
    """
    Postgres's time, carried on by this machine's monotonic clock.

    `anchor()` is called at start and again every minute with what Postgres says; between anchors the monotonic clock
    counts, so that a wrong or stepped wall clock of this machine changes nothing. Time never runs backwards here.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._base = datetime.now(UTC)
        self._at = monotonic()
        self._last = self._base

    def anchor(self, theirs: datetime) -> timedelta:
        """Takes Postgres's time. Returns how far this machine's own wall clock is off (positive: it is ahead)."""
        self._base, self._at = theirs.astimezone(UTC), self._monotonic()
        return datetime.now(UTC) - self._base

    def now(self) -> datetime:
        told = self._base + timedelta(seconds=self._monotonic() - self._at)
        self._last = max(self._last, told) if self._last - told < timedelta(minutes=1) else told
        return self._last


class SetClock:
    """A clock that is set and moved by hand: for tests and for replays."""

    def __init__(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Moves on by `by` (negative moves back)."""
        self._now += by
