"""What one person, one session and a whole service may use in a day, as the functions in sql/ count it."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.sql.sessions import ALICE, BOB, CAROL, Ground

ENDED = 5
LONG = 10 * 86_400


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


async def met(ground: Ground, number: UUID, *people: int) -> list[str]:
    """What people meet who call one after the other."""
    routes = [await ground.calls(person, number) for person in people]
    return [route["why"] if route["verdict"] == "refuse" else route["verdict"] for route in routes]


async def talks(ground: Ground, route: dict[str, Any], seconds: int, times: int = 1) -> None:
    """The call of a route is over; the carrier says so several times."""
    for _ in range(times):
        await ground.conn.execute(
            "SELECT move_call($1, $2, $3, $4, 'talked', 1, $5)",
            ground.t, ground.tenant, UUID(route["call"]), ENDED, seconds,
        )  # fmt: skip


async def test_one_persons_calls_run_out_in_all_of_their_sessions_and_nobody_elses(conn):
    ground = await Ground.on(conn, person_calls_a_day=2, calls_a_day=4)
    with_bob = await ground.number(await ground.session(ALICE, BOB, ttl=LONG))
    with_carol = await ground.number(await ground.session(ALICE, CAROL, ttl=LONG))

    assert await met(ground, with_bob, ALICE) == ["ring"]
    assert await met(ground, with_carol, ALICE, ALICE, ALICE, ALICE) == ["ring", "quota", "quota", "quota"]
    assert await met(ground, with_bob, BOB, BOB) == ["ring", "ring"], "who is over their own takes nothing from others"
    ground.t += timedelta(days=1)
    assert await met(ground, with_bob, ALICE) == ["ring"]


async def test_a_sessions_calls_run_out_for_both_and_not_in_the_next_one(conn):
    ground = await Ground.on(conn, session_calls_a_day=2)
    with_bob = await ground.number(await ground.session(ALICE, BOB))
    with_carol = await ground.number(await ground.session(ALICE, CAROL))

    assert await met(ground, with_bob, ALICE, BOB, ALICE, BOB) == ["ring", "ring", "quota", "quota"]
    assert await met(ground, with_carol, ALICE) == ["ring"]


@pytest.mark.parametrize(
    ("limit", "others"), [("person_minutes_a_day", 180), ("session_minutes_a_day", 110), ("minutes_a_day", 110)]
)
async def test_a_talk_lasts_as_long_as_its_minutes_and_then_nobody_is_rung(conn, limit: str, others: int):
    ground = await Ground.on(conn, **{limit: 3})
    number = await ground.number(await ground.session(ALICE, BOB, ttl=LONG))

    first = await ground.calls(ALICE, number)
    await talks(ground, first, 70, times=3)
    second = await ground.calls(ALICE, number)

    assert (first["talk"], second["talk"]) == (180, 110), "news that comes again counts once"
    assert (await ground.calls(BOB, number))["talk"] == others
    await talks(ground, second, 51)
    assert await met(ground, number, ALICE) == ["quota"], "less than a minute is not worth a call"
    ground.t += timedelta(days=1)
    assert (await ground.calls(ALICE, number))["talk"] == 180


async def test_whoever_is_rung_second_may_talk_no_longer(conn):
    ground = await Ground.on(conn, person_minutes_a_day=5)
    session = await ground.session(ALICE, BOB, CAROL, sides=(1, 2, 2))

    first = await ground.calls(ALICE, await ground.number(session))
    second = await ground.second(first)

    assert second is not None
    assert second["talk"] == 300


async def test_a_hook_that_lets_a_call_through_makes_it_no_longer(conn):
    ground = await Ground.on(conn, session_minutes_a_day=5, intercept_url="https://example.org/veto")
    number = await ground.number(await ground.session(ALICE, BOB))

    passed = await ground.screened(await ground.calls(ALICE, number), ALICE, passed=True)

    assert (passed["verdict"], passed["talk"]) == ("ring", 300)


async def test_a_call_that_the_customer_asks_for_counts_for_whoever_is_rung_first(conn):
    ground = await Ground.on(conn, person_calls_a_day=1)
    session = await ground.session(ALICE, BOB)
    alice, bob = (row["participant_id"] for row in await ground.people(session))

    async def place(first: UUID) -> str:
        return str(
            await conn.fetchval("SELECT session_place($1, $2, $3, $4, $5, gen_random_uuid())", ground.t, ground.tenant,
                                ground.service, session, first)
        )  # fmt: skip

    assert [await place(alice), await place(alice), await place(bob)] == ["ok", "quota", "ok"]


async def test_where_there_is_no_limit_nothing_is_counted(conn):
    ground = await Ground.on(conn)
    number = await ground.number(await ground.session(ALICE, BOB))

    route = await ground.calls(ALICE, number)
    await talks(ground, route, 60)

    assert route["talk"] == 3600
    assert json.loads(await conn.fetchval("SELECT coalesce(json_agg(name), '[]')::text FROM tally")) == []
