"""A database that is slow, busy or hung: callers hear an apology instead of silence, and nothing is half done."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager

import psutil
import pytest

import sql.database
from sql.database import Database, DatabaseAway
from tests.chaos.crowd import PROMISED, Heard, Way
from tests.chaos.ground import Ground
from tests.chaos.locks import held, somebody_waits
from tests.town import Answer

CALLERS = 40
HALF_DONE = """
SELECT (SELECT count(*) FROM call) AS calls, (SELECT count(*) FROM claim WHERE kind <> 'open') AS claims,
       (SELECT count(*) FROM outbox) AS jobs
"""


@asynccontextmanager
async def hung(ground: Ground) -> AsyncIterator[None]:
    """Every process of Postgres stops where it is, as on a machine that swaps itself to death, and goes on later."""
    (row,) = await ground.town.rows("SELECT pg_backend_pid() AS pid")
    postmaster = psutil.Process(int(str(row["pid"]))).parent()
    assert postmaster is not None
    postmaster.suspend()  # first, so that nobody is born who would go on
    stopped = [postmaster, *postmaster.children()]
    for each in stopped:
        each.suspend()
    try:
        yield
    finally:
        for each in stopped:
            each.resume()


async def all_at_once(ground: Ground, ways: list[Way]) -> list[Heard]:
    async with ground.crowd.calling(ways, at_once=len(ways)) as load:
        pass
    return load.heard


async def one_after_another(ground: Ground, ways: list[Way]) -> list[Heard]:
    """They call again. All at once, some might find every connection busy for 250 ms, and rightly hear an apology."""
    return [await ground.crowd.calls(way) for way in ways]


async def timed(answer: Awaitable[Answer]) -> tuple[Answer, float]:
    """An answer, and the seconds that it took."""
    began = time.monotonic()
    return await answer, time.monotonic() - began


def all_apologised(heard: list[Heard]) -> None:
    assert all(each.apologised for each in heard)
    assert max(each.seconds for each in heard) < PROMISED


async def test_callers_hear_an_apology_while_every_connection_is_taken(ground: Ground):
    """Somebody holds a table that all of them need: a few wait for it, all others for a connection."""
    ways = await ground.ways(CALLERS)
    standing = await ground.serve("--without-worker")

    async with held(ground, "LOCK TABLE claim IN ACCESS EXCLUSIVE MODE"):
        heard = await all_at_once(ground, ways)
    (left,) = await ground.town.rows(HALF_DONE)
    await ground.comes_back(standing)
    again = await one_after_another(ground, ways)

    all_apologised(heard)
    assert set(left.values()) == {0}
    assert all(each.connected for each in again)


async def test_callers_hear_an_apology_while_postgres_hangs(ground: Ground):
    """Some are about to be answered just then: a transaction is open, and ending it politely would take for ever."""
    ways = await ground.ways(CALLERS)
    standing = await ground.serve("--without-worker")
    ringing = await ground.crowd.calls(ways[0])
    assert ringing.answer is not None
    twilio, over = ground.town.twilio, ringing.answer.action

    async with held(ground, "SELECT FROM call FOR UPDATE"):
        waits = twilio.step(over, ringing.call, ways[0].caller, DialCallStatus="no-answer")
        unheard = asyncio.create_task(timed(waits))
        await somebody_waits(ground)
        async with hung(ground):
            heard = await all_at_once(ground, ways[1:])
            answer, took = await unheard
            ready = await ground.ready(standing)
    await ground.comes_back(standing)
    again = await one_after_another(ground, ways[1:])
    told = await twilio.step(over, ringing.call, ways[0].caller, DialCallStatus="no-answer")

    all_apologised(heard)
    assert "something went wrong" in answer.said
    assert took < PROMISED
    assert not ready
    assert all(each.connected for each in again)
    assert "The owner did not pick up" in told.said


async def test_a_transaction_that_a_caller_can_wait_for_no_longer_is_left_at_once(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
):
    """However long a statement may take: the deadline of the whole answer counts, and taking things back has none."""
    monkeypatch.setattr(sql.database, "VOICE_STATEMENT", 60.0)
    database = await Database.open(ground.servers.database_url, voice=1, work=1)

    async def give_up(later: AsyncExitStack) -> None:
        async with asyncio.timeout(0.5), database.voice_transaction() as conn:
            await later.enter_async_context(hung(ground))
            await conn.fetchval("SELECT 1")

    async with AsyncExitStack() as later:
        began = time.monotonic()
        with monkeypatch.context() as hurried:
            hurried.setattr(sql.database, "VOICE_WAIT", 0.25)
            hurried.setattr(database._lane, "_wait", 0.25)  # what a caller has; later a busy machine may take longer
            with pytest.raises((TimeoutError, DatabaseAway)):
                await give_up(later)
        took = time.monotonic() - began

    async with database.voice_transaction() as conn:
        assert await conn.fetchval("SELECT 1") == 1
    await database.close()

    assert took < PROMISED
