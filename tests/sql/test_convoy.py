"""Who would wait for a connection asks together with others, and is none the worse for any of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from sql import convoy
from sql.convoy import Convoy
from sql.database import Connection, Database, DatabaseAway
from tests.chaos.ground import until

COUNTS = """
SELECT $1::text AS who, 1 / $2::integer AS fine, pg_current_xact_id() AS kept_in,
       tally_over('2030-01-01', '00000000-0000-0000-0000-000000000000', 'test', $1::text::bytea, '1 h', 9),
       CASE $2::integer WHEN 9 THEN pg_terminate_backend(pg_backend_pid()) END;
"""
"""Takes the row of $1 and counts there. $2: 1, or 0 to fail, or 9 to lose the connection."""
WAITS = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


@pytest.fixture(params=[True, False], ids=["prepared", "pooled"])
async def database(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    database = await Database.open(database_url, voice=4, work=3, prepared=request.param)
    yield database
    await database.close()


class Gate:
    """A convoy whose first connection is not lent before `opened` is set."""

    def __init__(self, database: Database, roads: int = 1) -> None:
        self.opened, self.lent = asyncio.Event(), 0
        self._database = database
        self.convoy = Convoy(self.lend, roads)

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Connection]:
        self.lent += 1
        if self.lent == 1:
            await self.opened.wait()
        async with self._database.voice() as conn:
            yield conn


def asks(asked: Convoy, who: str, how: Any = 1) -> "asyncio.Task[Any]":
    return asyncio.ensure_future(asked.seat(who).fetchrow(COUNTS, who, how))


async def settled(asked: "list[asyncio.Task[Any]]") -> list[Any]:
    """Rows, and errors where there is no row."""
    return await asyncio.gather(*asked, return_exceptions=True)


async def settle() -> None:
    """Turns of the loop, until whoever can board has."""
    for _ in range(5):
        await asyncio.sleep(0)


async def counted(database: Database) -> dict[str, int]:
    async with database.work() as conn:
        return {row["who"]: row["count"] for row in await conn.fetch(
            "SELECT convert_from(subject, 'UTF8') AS who, count FROM tally WHERE name = 'test'")}  # fmt: skip


@asynccontextmanager
async def held(database: Database, who: str) -> AsyncIterator[Connection]:
    """Somebody slow has the row of `who`."""
    async with database.transaction() as conn:
        await conn.fetchrow(COUNTS.strip().rstrip(";"), who, 1)
        yield conn


async def test_who_comes_alone_leaves_at_once_and_alone(database):
    rows = [await asks(database._voice_convoy, who) for who in "ab"]

    assert [row["who"] for row in rows] == ["a", "b"]
    assert rows[0]["kept_in"] != rows[1]["kept_in"]


async def test_who_waits_leaves_with_all_who_wait_in_one_transaction_and_gets_their_own_row(database):
    gate = Gate(database)
    first = asks(gate.convoy, "first")
    await settle()
    later = [asks(gate.convoy, who) for who in "cab"]
    await settle()
    gate.opened.set()

    rows = await asyncio.gather(first, *later)

    assert [row["who"] for row in rows] == ["first", "c", "a", "b"]
    assert rows[0]["kept_in"] not in {row["kept_in"] for row in rows[1:]}
    assert len({row["kept_in"] for row in rows[1:]}) == 1
    assert gate.lent == 2


async def test_members_see_what_those_before_them_did(database):
    rows = await asyncio.gather(*(asks(database._voice_convoy, "same") for _ in range(3)))

    assert len({row["kept_in"] for row in rows}) == 1
    assert await counted(database) == {"same": 3}


async def test_a_convoy_has_room_for_so_many_and_the_rest_leave_with_the_next(database):
    one_road = Convoy(database.voice, 1)
    rows = await asyncio.gather(*(asks(one_road, f"{n:02}") for n in range(convoy.MOST + 3)))

    kept_in = [row["kept_in"] for row in rows]
    assert [kept_in.count(each) for each in dict.fromkeys(kept_in)] == [convoy.MOST, 3]


async def test_whoever_finds_no_room_takes_another_road_at_once(database):
    gate = Gate(database, roads=2)
    asked = [asks(gate.convoy, f"{n:02}") for n in range(convoy.MOST + 3)]

    rest = await asyncio.gather(*asked[convoy.MOST :])
    assert [row["who"] for row in rest] == [f"{n:02}" for n in range(convoy.MOST, convoy.MOST + 3)]
    assert not any(each.done() for each in asked[: convoy.MOST])
    gate.opened.set()
    await asyncio.gather(*asked)


async def test_who_asks_something_else_leaves_with_the_next(database):
    other = database.voice_seat("b").fetchrow("SELECT $1::integer + 1 AS more", 1)

    row, more = await asyncio.gather(asks(database._voice_convoy, "a"), other)

    assert (row["who"], more["more"]) == ("a", 2)


@pytest.mark.parametrize(
    ("how", "error"), [(0, asyncpg.DivisionByZeroError), ("no number", asyncpg.DataError)], ids=["server", "client"]
)
async def test_who_asks_badly_harms_nobody_else_and_hears_it_themselves(database, how, error):
    asked = [asks(database._voice_convoy, who, how if who == "b" else 1) for who in "abc"]

    a, b, c = await settled(asked)

    assert (a["who"], c["who"]) == ("a", "c")
    assert isinstance(b, error)
    assert await counted(database) == {"a": 1, "c": 1}, "the convoy was taken back, and each kept once"


async def test_where_the_connection_is_lost_all_are_told_that_postgres_is_away(database):
    heard = await settled([asks(database._voice_convoy, who, 9 if who == "b" else 1) for who in "abc"])

    assert [type(each) for each in heard] == [DatabaseAway] * 3
    assert await counted(database) == {}
    assert (await asks(database._voice_convoy, "a"))["who"] == "a"


async def test_who_waits_for_a_lock_holds_nobody_up(database):
    async with held(database, "b"):
        waits = asks(database._voice_convoy, "b")
        others = [asks(database._voice_convoy, who) for who in "ac"]

        rows = await asyncio.gather(*others)
        late = await asks(database._voice_convoy, "d")

        assert not waits.done()
        assert [row["who"] for row in (*rows, late)] == ["a", "c", "d"]
    assert (await waits)["who"] == "b"
    assert await counted(database) == {"a": 1, "b": 2, "c": 1, "d": 1}


async def test_where_many_meet_locks_the_rest_ask_alone_at_once(database, caplog):
    caplog.set_level("INFO", "maskline.sql")
    async with held(database, "a") as conn:
        for who in "bc":
            await conn.fetchrow(COUNTS.strip().rstrip(";"), who, 1)
        waiting = [asks(database._voice_convoy, who) for who in "abc"]

        assert (await asks(database._voice_convoy, "d"))["who"] == "d"

        assert not any(each.done() for each in waiting)
    assert [row["who"] for row in await asyncio.gather(*waiting)] == ["a", "b", "c"]
    assert caplog.messages == ["a convoy of 4 parts: LockNotAvailableError"]


async def test_a_convoy_gives_way_before_postgres_looks_for_a_deadlock(database, monkeypatch, caplog):
    """It has the row of a and waits for that of b, and whoever has b waits for a: a second, if Postgres were to see."""
    monkeypatch.setattr(convoy, "LOCK_WAIT", 500)
    convoy._hurried.cache_clear()
    caplog.set_level("INFO", "maskline.sql")
    async with held(database, "b") as conn:
        both = [asks(database._voice_convoy, who) for who in "ab"]
        async with database.work() as other:
            await until(lambda: other.fetchval(WAITS))

        await conn.fetchrow(COUNTS.strip().rstrip(";"), "a", 1)
    rows = await asyncio.gather(*both)
    convoy._hurried.cache_clear()

    assert [row["who"] for row in rows] == ["a", "b"]
    assert caplog.messages == ["a convoy of 2 parts: LockNotAvailableError"]


async def test_who_is_cancelled_neither_stops_the_others_nor_keeps_the_connection(database):
    gate = Gate(database)
    members = [asks(gate.convoy, who) for who in "abc"]
    await settle()
    members[1].cancel()
    await settle()
    gate.opened.set()

    a, b, c = await settled(members)

    assert (a["who"], c["who"]) == ("a", "c")
    assert isinstance(b, asyncio.CancelledError)
    assert (await asks(gate.convoy, "d"))["who"] == "d"


async def test_who_is_cancelled_before_they_leave_is_not_asked_for(database):
    gate = Gate(database)
    first = asks(gate.convoy, "a")
    await settle()
    gone, there = asks(gate.convoy, "b"), asks(gate.convoy, "c")
    await settle()
    gone.cancel()
    gate.opened.set()

    await asyncio.gather(first, there)

    assert await counted(database) == {"a": 1, "c": 1}


async def test_while_one_is_out_others_leave_by_the_second_road(database):
    gate = Gate(database, roads=2)
    stuck = asks(gate.convoy, "a")
    await settle()

    rows = await asyncio.gather(*(asks(gate.convoy, who) for who in "bc"))

    assert not stuck.done()
    assert len({row["kept_in"] for row in rows}) == 1
    gate.opened.set()
    await stuck


async def test_a_statement_without_a_row_is_refused(database):
    with pytest.raises(ValueError, match="one row"):
        await database.voice_seat("").fetchrow("SELECT 1 WHERE $1::boolean", False)


async def test_who_has_waited_too_long_leaves_by_one_more_road(database, monkeypatch):
    monkeypatch.setattr(convoy, "PATIENCE", 0.0)
    gate = Gate(database)
    stuck = asks(gate.convoy, "a")
    await settle()

    late = await asyncio.gather(asks(gate.convoy, "b"), asks(gate.convoy, "c"))

    assert len({row["kept_in"] for row in late}) == 1
    assert not stuck.done()
    gate.opened.set()
    assert (await stuck)["who"] == "a"


async def test_closing_lets_those_who_are_out_come_back(database_url):
    database = await Database.open(database_url, voice=4, work=3)
    out = [asks(database._voice_convoy, who) for who in "ab"]
    await settle()

    await database.close()

    assert [row["who"] for row in await asyncio.gather(*out)] == ["a", "b"]
