"""Customers' hooks about calls, as the functions in sql/ decide: whoever is first, and nothing slides before a pass."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from tests.sql.sessions import ALICE, BOB, Ground, key


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


async def test_a_veto_hook_is_asked_before_anything_slides_and_whoever_is_first_decides(conn):
    ground = await Ground.on(conn, intercept_url="https://app.example/veto")
    number = await ground.number(await ground.session(ALICE, BOB))
    ground.t += timedelta(seconds=60)
    asked = await ground.calls(ALICE, number, call="CA1")
    before = await conn.fetchval("SELECT until FROM session")

    passed = await ground.screened(asked, ALICE, passed=True)
    late = await ground.screened(asked, ALICE, passed=False)

    assert asked["verdict"] == "ask"
    assert passed["verdict"] == late["verdict"] == (await ground.calls(ALICE, number, call="CA1"))["verdict"] == "ring"
    assert await conn.fetchval("SELECT until FROM session") == before + timedelta(seconds=60)


async def test_a_vetoed_call_is_kept_as_refused_and_slides_nothing(conn):
    ground = await Ground.on(conn, intercept_url="https://app.example/veto")
    number = await ground.number(await ground.session(ALICE, BOB))
    before = await conn.fetchval("SELECT until FROM session")
    ground.t += timedelta(seconds=60)

    route = await ground.screened(await ground.calls(ALICE, number), ALICE, passed=False)

    assert (route["verdict"], route["why"]) == ("refuse", "vetoed")
    assert await conn.fetchval("SELECT refused FROM interaction") == "vetoed"
    assert await conn.fetchval("SELECT outcome FROM call") == "refused"
    assert await conn.fetchval("SELECT until FROM session") == before


async def test_a_session_closed_while_its_hook_was_asked_is_not_rung(conn):
    ground = await Ground.on(conn, intercept_url="https://app.example/veto")
    made = await ground.session(ALICE, BOB)
    asked = await ground.calls(ALICE, await ground.number(made))
    await conn.execute("SELECT session_close($1, $2, $3, 'api')", ground.t, ground.tenant, made)

    assert (await ground.screened(asked, ALICE, passed=True))["verdict"] == "refuse"


async def test_outside_of_any_session_the_hook_may_make_one_on_the_dialled_number(conn):
    ground = await Ground.on(conn, 1, outside_url="https://app.example/outside")
    asked = await ground.calls(ALICE, ground.numbers[0])
    await ground.session(ALICE, BOB)

    route = await ground.screened(asked, ALICE, passed=True)

    assert (asked["verdict"], asked["why"]) == ("ask", "no-session")
    assert await ground.rung(route) == key(BOB)
    assert await conn.fetchval("SELECT count(*) FROM interaction") == 1


async def test_a_hook_that_makes_none_leaves_the_caller_with_why(conn):
    ground = await Ground.on(conn, 1, outside_url="https://app.example/outside")

    route = await ground.screened(await ground.calls(ALICE, ground.numbers[0]), ALICE, passed=False)

    assert (route["verdict"], route["why"]) == ("refuse", "no-session")
    assert await conn.fetchval("SELECT outcome FROM call") == "refused"


async def test_a_call_that_the_hook_answers_itself_keeps_its_end_open(conn):
    ground = await Ground.on(conn, 1, outside_url="https://app.example/outside")

    await ground.screened(await ground.calls(ALICE, ground.numbers[0]), ALICE, passed=None)

    assert await conn.fetchval("SELECT outcome FROM call") is None
