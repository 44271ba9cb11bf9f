"""
All waiting goes through one Timers object: real time in the demo, time moved by hand in tests.

Nothing else in the exchange sleeps or asks for the time, so a test passes a ring timeout of 22 s by saying so.
"""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol


class Timer(Protocol):
    """Something that will happen, and can be called off."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """The exchange's clock and alarm."""

    def now(self) -> datetime:
        """The time in UTC."""
        ...

    def after(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Call `act` once, that many seconds from now."""
        ...


async def wait(timers: Timers, seconds: float) -> None:
    """Pass that many seconds on the given clock; at once if not positive."""
    if seconds <= 0:
        return
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    timer = timers.after(seconds, lambda: None if over.done() else over.set_result(None))
    try:
        await over
    finally:
        timer.cancel()


class RealTimers:
    """Wall-clock time, for the desk in the demo."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def after(self, seconds: float, act: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(max(0.0, seconds), act)


@dataclass(order=True, slots=True)
class _Alarm:
    due: datetime
    turn: int
    act: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        self.act = None


class HandTimers:
    """Time that stands still until somebody moves it."""

    def __init__(self, start: datetime | None = None) -> None:
        """`start` must know its zone; left out, it is the real time of making."""
        self._now = start if start is not None else datetime.now(UTC)
        self._alarms: list[_Alarm] = []
        self._turns = count()

    def now(self) -> datetime:
        return self._now

    def after(self, seconds: float, act: Callable[[], None]) -> Timer:
        alarm = _Alarm(self._now + timedelta(seconds=max(0.0, seconds)), next(self._turns), act)
        heapq.heappush(self._alarms, alarm)
        return alarm

    def next_due(self) -> datetime | None:
        """When the next alarm rings; None if none is set."""
        while self._alarms and self._alarms[0].act is None:
            heapq.heappop(self._alarms)
        return self._alarms[0].due if self._alarms else None

    def move_to(self, moment: datetime) -> None:
        """Move time to `moment` and ring the alarms that are due by then, in order. Time never goes back."""
        while (due := self.next_due()) is not None and due <= moment:
            alarm = heapq.heappop(self._alarms)
            self._now = max(self._now, alarm.due)
            if alarm.act is not None:
                alarm.act()
        self._now = max(self._now, moment)
