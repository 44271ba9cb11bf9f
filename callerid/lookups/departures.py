"""
When answers leave: on a grid of time that starts when the request arrives, so that how long one took tells nothing.

What is hidden and what is unknown take the same reads and the same steps already; the last microseconds, which a name
takes to be written down, disappear in the grid. The timers of uvloop and asyncio count whole milliseconds from when
they are set, which carries those microseconds on; therefore a timer of the kernel, which is set to a time.
"""

import asyncio
import ctypes
import heapq
import itertools
import os
import sys
import time
from collections.abc import Callable
from typing import Protocol

STEP = 0.002
"""Seconds. An answer leaves so many of them after its request came, or twice as many, and so on."""

_NONBLOCK_CLOEXEC = os.O_NONBLOCK | os.O_CLOEXEC
_MONOTONIC = time.CLOCK_MONOTONIC
_ABSOLUTE = 1
_ROUNDED = 0.001
"""Seconds that a loop's timer may ring early."""


def leaves(arrived: float, now: float, step: float = STEP) -> float:
    """The next point of the grid: seconds on the same clock as both times. Never before `now`, never at `arrived`."""
    steps = max(int((now - arrived) / step), 0)
    while arrived + steps * step < now or not steps:
        steps += 1
    return arrived + steps * step


class Alarm(Protocol):
    """One timer that wakes the event loop."""

    def set(self, when: float) -> None:
        """Rings at this time of `time.monotonic()`, and not at an earlier setting's."""
        ...

    def close(self) -> None:
        """Rings no more."""
        ...


class KernelAlarm:
    """A timerfd. ring: called in the event loop of whoever makes it. Python has os.timerfd_create from 3.13 on."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring, self._loop, self._libc = ring, asyncio.get_running_loop(), ctypes.CDLL(None, use_errno=True)
        # struct itimerspec: it_interval and it_value, each seconds and nanoseconds
        self._spec = (ctypes.c_long * 4)()
        self._fd = self._libc.timerfd_create(_MONOTONIC, _NONBLOCK_CLOEXEC)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._loop.add_reader(self._fd, self._rings)

    def set(self, when: float) -> None:
        self._spec[2] = seconds = int(when)
        self._spec[3] = max(int((when - seconds) * 1e9), 1)  # nothing at all would disarm it
        self._libc.timerfd_settime(self._fd, _ABSOLUTE, self._spec, None)

    def close(self) -> None:
        if self._fd >= 0:
            self._loop.remove_reader(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _rings(self) -> None:
        try:
            os.read(self._fd, 8)
        except BlockingIOError:
            return  # it was set anew in this moment
        self._ring()


class LoopAlarm:
    """The event loop's own timer, for desks without Linux: it may ring some milliseconds late."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    def set(self, when: float) -> None:
        self.close()
        self._timer = asyncio.get_running_loop().call_later(max(when - time.monotonic(), 0) + _ROUNDED, self._ring)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Departures:
    """Holds answers until the grid lets them go. clock: as `time.monotonic`. alarm: made at the first answer."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic,
        alarm: Callable[[Callable[[], None]], Alarm] = KernelAlarm if sys.platform == "linux" else LoopAlarm,
    ) -> None:  # fmt: skip
        self._clock, self._make = clock, alarm
        self._alarm: Alarm | None = None
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        """When a request arrives."""
        return self._clock()

    async def leave(self, arrived: float) -> None:
        """Waits for the grid of a request that came at this time."""
        due = leaves(arrived, self._clock())
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (due, next(self._numbers), gone))
        if self._alarm is None:
            self._alarm = self._make(self._ring)
        if self._waiting[0][2] is gone:
            self._alarm.set(due)
        await gone

    def close(self) -> None:
        """Lets the timer go. Who still waits leaves at once."""
        for _, _, gone in self._waiting:
            if not gone.done():
                gone.set_result(None)
        self._waiting.clear()
        if self._alarm is not None:
            self._alarm.close()
            self._alarm = None

    def _ring(self) -> None:
        now = self._clock()
        while self._waiting and self._waiting[0][0] <= now:
            _, _, gone = heapq.heappop(self._waiting)
            if not gone.done():  # whoever asked may have hung up
                gone.set_result(None)
        if self._waiting and self._alarm is not None:
            self._alarm.set(self._waiting[0][0])
