"""Callers' connections stay at hand, go round fairly, and are none the worse for it."""

import asyncio
import contextlib
from contextlib import asynccontextmanager

import asyncpg
import pytest

from sql.database import AWAY
from sql.lane import Lane

PID = "SELECT pg_backend_pid()"


@asynccontextmanager
async def lane_of(database_url, size, wait=5.0):
    async with asyncpg.create_pool(database_url, min_size=1, max_size=size) as pool:
        lane = Lane(pool, size, wait)
        try:
            yield lane
        finally:
            await lane.close()


async def until_waiting(lane, count):
    while len(lane._waiting) < count:  # noqa: ASYNC110  (turns of the loop, no time)
        await asyncio.sleep(0)


async def test_a_connection_that_came_back_is_lent_again(database_url):
    async with lane_of(database_url, 3) as lane:
        pids = []
        for _ in range(5):
            async with lane.borrowed() as connection:
                pids.append(await connection.fetchval(PID))

    assert len(set(pids)) == 1


async def test_as_many_as_the_pool_has_are_out_at_once(database_url):
    async with (
        lane_of(database_url, 3) as lane,
        lane.borrowed() as one,
        lane.borrowed() as two,
        lane.borrowed() as three,
    ):
        pids = {await connection.fetchval(PID) for connection in (one, two, three)}

    assert len(pids) == 3


async def test_who_finds_none_in_time_is_told(database_url):
    async with lane_of(database_url, 1) as lane, lane.borrowed():
        lane._wait = 0.01
        with pytest.raises(TimeoutError):
            async with lane.borrowed():
                pass
        lane._wait = 5.0  # for giving back


async def test_who_waited_longest_is_served_first_and_before_who_comes_now(database_url):
    served = []

    async def ask(lane, name):
        async with lane.borrowed():
            served.append(name)

    async with lane_of(database_url, 1) as lane, asyncio.TaskGroup() as group:
        async with lane.borrowed():
            for place, name in enumerate(("first", "second"), start=1):
                group.create_task(ask(lane, name))
                await until_waiting(lane, place)
        await ask(lane, "who came later")

    assert served == ["first", "second", "who came later"]


async def test_who_gives_up_waiting_leaves_the_connection_to_the_next(database_url):
    async with lane_of(database_url, 1) as lane:
        async with lane.borrowed():
            gone, there = (asyncio.create_task(_pid(lane)) for _ in range(2))
            await until_waiting(lane, 2)
            gone.cancel()

        assert await there > 0
        with pytest.raises(asyncio.CancelledError):
            await gone


async def test_a_connection_that_comes_just_as_somebody_gives_up_is_not_lost(database_url):
    async with lane_of(database_url, 1) as lane:
        async with lane.borrowed():
            gone = asyncio.create_task(_pid(lane))
            await until_waiting(lane, 1)
        gone.cancel()  # it is handed over by now, and nobody has run since
        with pytest.raises(asyncio.CancelledError):
            await gone

        assert await _pid(lane) > 0


async def test_what_an_exception_left_open_is_taken_back(database_url):
    async with lane_of(database_url, 1) as lane:
        with contextlib.suppress(ZeroDivisionError):
            async with lane.borrowed() as connection:
                await connection.execute("BEGIN; CREATE TABLE left_open ()")
                raise ZeroDivisionError

        async with lane.borrowed() as connection:
            assert not connection.is_in_transaction()
            assert await connection.fetchval("SELECT to_regclass('left_open')") is None


async def test_a_connection_that_was_closed_is_replaced(database_url):
    async with lane_of(database_url, 1) as lane:
        async with lane.borrowed() as connection:
            first = await connection.fetchval(PID)
            await connection.close()

        assert await _pid(lane) not in (first, None)


async def test_who_cannot_connect_is_told_and_the_next_may_try_again(own_servers):
    async with lane_of(own_servers.database_url, 1) as lane:
        await asyncio.to_thread(own_servers.kill, "postgres")
        for _ in range(2):
            with pytest.raises(AWAY):
                await _until_it_fails(lane)
        await asyncio.to_thread(own_servers.revive, "postgres")

        assert await _pid(lane) > 0


async def test_closing_gives_everything_back_to_the_pool(database_url):
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        lane = Lane(pool, 2, 5.0)
        async with lane.borrowed():
            async with lane.borrowed():
                pass
            await lane.close()

        assert pool.get_idle_size() == pool.get_size() == 2


async def _pid(lane):
    async with lane.borrowed() as connection:
        return await connection.fetchval(PID)


async def _until_it_fails(lane):
    """A backend may outlive its server for a moment."""
    while True:
        await _pid(lane)
