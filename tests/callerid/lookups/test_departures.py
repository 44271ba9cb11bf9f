"""Answers leave on a grid that starts when the request arrives, whatever the work in between took."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callerid.lookups.departures import STEP, Departures, KernelAlarm, LoopAlarm, leaves

TIMES = st.floats(0, 1e6)


@given(TIMES, st.floats(0, 1))
def test_an_answer_leaves_on_the_grid_and_soon(arrived, took):
    now = arrived + took
    due = leaves(arrived, now)

    assert now <= due <= now + STEP * 1.001
    assert due > arrived
    assert abs((due - arrived) / STEP - round((due - arrived) / STEP)) < 1e-3


@given(TIMES, st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.integers(0, 50))
def test_within_a_step_the_work_cannot_be_told_from_the_departure(arrived, one, other, steps):
    base = arrived + steps * STEP

    assert leaves(arrived, base + one * STEP) == leaves(arrived, base + other * STEP)


class Bell:
    """An alarm that a test rings. rung_at: what it is set to."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring, self.rung_at, self.closed = ring, 0.0, False

    def set(self, when: float) -> None:
        self.rung_at = when

    def close(self) -> None:
        self.closed = True


class Hall:
    """Departures with a clock and an alarm that are moved by hand."""

    def __init__(self) -> None:
        self.time, self.bells = 100.0, list[Bell]()
        self.departures = Departures(lambda: self.time, self.make)
        self.gone: list[str] = []

    def make(self, ring: Callable[[], None]) -> Bell:
        self.bells.append(Bell(ring))
        return self.bells[-1]

    async def leave(self, name: str, arrived: float) -> None:
        await self.departures.leave(arrived)
        self.gone.append(name)

    async def until(self, time: float) -> None:
        self.time = time
        self.bells[0].ring()
        for _ in range(3):
            await asyncio.sleep(0)


async def test_each_leaves_at_its_own_time_and_the_alarm_is_set_to_the_first():
    hall = Hall()
    tasks = [asyncio.create_task(hall.leave(name, 100.0 - late)) for name, late in (("b", 0.0005), ("a", 0.0015))]
    for _ in range(3):
        await asyncio.sleep(0)

    assert abs(hall.bells[0].rung_at - 100.0005) < 1e-9
    await hall.until(100.0004)
    assert hall.gone == []
    await hall.until(100.0006)
    assert hall.gone == ["a"]
    assert abs(hall.bells[0].rung_at - 100.0015) < 1e-9
    await hall.until(100.0016)
    assert hall.gone == ["a", "b"]
    await asyncio.gather(*tasks)


async def test_who_hung_up_holds_nobody_back():
    hall = Hall()
    lost, kept = (asyncio.create_task(hall.leave(name, 100.0)) for name in ("lost", "kept"))
    await asyncio.sleep(0)
    lost.cancel()
    await asyncio.sleep(0)
    await hall.until(100.1)

    assert hall.gone == ["kept"]
    await kept


async def test_closing_lets_everybody_go():
    hall = Hall()
    waits = asyncio.create_task(hall.leave("last", 100.0))
    await asyncio.sleep(0)
    hall.departures.close()
    await waits

    assert hall.gone == ["last"]
    assert hall.bells[0].closed


@pytest.mark.parametrize("kind", [KernelAlarm, LoopAlarm])
async def test_an_alarm_rings_at_the_time_and_never_before(kind):
    rung: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    departures = Departures()
    alarm = kind(lambda: rung.set_result(departures.now()))
    due = departures.now() + 0.01
    alarm.set(due)
    at = await asyncio.wait_for(rung, 30)
    alarm.close()

    assert at >= due


async def test_nobody_leaves_before_the_grid_lets_them():
    departures = Departures()
    arrived = departures.now()
    await asyncio.wait_for(departures.leave(arrived), 30)
    left = departures.now()
    departures.close()

    assert left >= arrived + STEP
