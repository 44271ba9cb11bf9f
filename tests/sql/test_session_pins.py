"""PINs of sessions, as the functions in sql/ decide: who knows one is reached, who guesses is stopped."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from tests.sql.sessions import ALICE, BOB, CAROL, DAVE, Ground, key

PIN, OTHER, WRONG = b"p" * 32, b"o" * 32, b"w" * 32


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


async def awaiting(ground: Ground) -> tuple[UUID, UUID]:
    """A session of Alice and somebody who is awaited, and its number."""
    session = await ground.session(ALICE, None)
    assert await ground.has_pin((await ground.people(session))[1]["participant_id"], PIN)
    return session, await ground.number(session)


async def test_who_knows_the_pin_joins_and_needs_it_no_more(conn):
    ground = await Ground.on(conn)
    session, number = await awaiting(ground)
    asked = await ground.calls(BOB, number)

    joined = await ground.enters(asked, PIN, BOB)

    assert (asked["verdict"], asked["why"], asked["digits"]) == ("enter", "pin", 4)
    assert await ground.rung(joined) == key(ALICE)
    assert await ground.rung(await ground.calls(BOB, number)) == key(ALICE)
    assert await ground.rung(await ground.calls(ALICE, number)) == key(BOB)
    peers = await conn.fetch("SELECT peer_key FROM claim WHERE target_id = $1 AND party_key < '\\x04'", session)
    assert {each["peer_key"] for each in peers} == {key(ALICE), key(BOB)}


async def test_a_repeat_of_the_entry_is_answered_as_the_first_was(conn):
    ground = await Ground.on(conn)
    _, number = await awaiting(ground)
    asked = await ground.calls(BOB, number, call="CA1")

    first = await ground.enters(asked, PIN, BOB)

    assert await ground.enters(asked, PIN, BOB) == first
    assert (await ground.calls(BOB, number, call="CA1"))["verdict"] == "enter"
    assert await conn.fetchval("SELECT count(*) FROM interaction") == 1


async def test_a_hidden_caller_with_the_pin_is_put_through_for_this_call_only(conn):
    ground = await Ground.on(conn)
    session, number = await awaiting(ground)

    route = await ground.enters(await ground.calls(None, number), PIN, None)

    assert await ground.rung(route) == key(ALICE)
    assert [each["phone_id"] is None for each in await ground.people(session)] == [False, True]
    assert (await ground.calls(None, number))["verdict"] == "enter"


async def test_three_wrong_tries_end_the_call_and_five_end_the_hour(conn):
    ground = await Ground.on(conn)
    _, number = await awaiting(ground)
    asked = await ground.calls(CAROL, number)

    wrong = [await ground.enters(asked, WRONG, CAROL, turn) for turn in (1, 2, 3)]
    again = await ground.calls(CAROL, number)
    await ground.enters(again, WRONG, CAROL, 1)
    await ground.enters(again, WRONG, CAROL, 2)
    last = await ground.enters(again, PIN, CAROL, 3)

    assert [each["verdict"] for each in wrong] == ["enter", "enter", "refuse"]
    assert [each.get("tries") for each in wrong[:2]] == [1, 2]
    assert last["why"] == wrong[2]["why"] == "no-more-tries"
    assert (await ground.enters(await ground.calls(DAVE, number), PIN, DAVE))["why"] == "no-more-tries"  # the number's
    ground.t += timedelta(minutes=5)
    assert (await ground.calls(ALICE, number))["verdict"] == "refuse"  # nobody is there yet to be rung


async def test_the_budget_comes_back_after_an_hour(conn):
    ground = await Ground.on(conn)
    session = await ground.session(ALICE, None, ttl=7200)
    await ground.has_pin((await ground.people(session))[1]["participant_id"], PIN)
    number = await ground.number(session)
    for _ in range(2):
        asked = await ground.calls(CAROL, number)
        for turn in (1, 2, 3):
            await ground.enters(asked, WRONG, CAROL, turn)

    ground.t += timedelta(hours=1)

    assert await ground.rung(await ground.enters(await ground.calls(CAROL, number), PIN, CAROL)) == key(ALICE)


async def test_silence_uses_up_a_try_and_no_budget(conn):
    ground = await Ground.on(conn)
    _, number = await awaiting(ground)
    asked = await ground.calls(CAROL, number)

    last = [await ground.enters(asked, None, CAROL, turn) for turn in (1, 2, 3)][-1]

    assert last["why"] == "no-more-tries"
    assert await conn.fetchval("SELECT count(*) FROM tally") == 0


async def test_a_forced_pin_is_asked_of_known_parties_and_must_be_their_own(conn):
    ground = await Ground.on(conn)
    session = await ground.session(ALICE, BOB, force_pin=True)
    alice, bob = await ground.people(session)
    assert await ground.has_pin(alice["participant_id"], PIN)
    assert await ground.has_pin(bob["participant_id"], OTHER)
    number = await ground.number(session)
    asked = await ground.calls(ALICE, number)

    others = await ground.enters(asked, OTHER, ALICE, 1)
    own = await ground.enters(asked, PIN, ALICE, 2)

    assert asked["verdict"] == others["verdict"] == "enter"
    assert await ground.rung(own) == key(BOB)


async def test_a_known_side_may_call_from_another_phone_with_its_pin(conn):
    ground = await Ground.on(conn)
    session = await ground.session(ALICE, BOB)
    alice, _ = await ground.people(session)
    await ground.has_pin(alice["participant_id"], PIN)
    number = await ground.number(session)

    route = await ground.enters(await ground.calls(CAROL, number), PIN, CAROL)

    assert await ground.rung(route) == key(BOB)
    assert (await ground.calls(CAROL, number))["verdict"] == "enter"
    assert (await ground.people(session))[0]["phone_id"] == alice["phone_id"]


async def test_a_joiner_whom_the_number_knows_already_is_served_this_call_only(conn):
    """Carol has another live session there, so that the number cannot be hers a second time."""
    ground = await Ground.on(conn, 1)
    await ground.session(CAROL, DAVE)
    session, number = await awaiting(ground)
    hers = await conn.fetchval("SELECT target_id FROM claim WHERE party_key = $1", b"\x03" + key(CAROL))

    route = await ground.calls(CAROL, number)

    assert await ground.rung(route) == key(DAVE)
    assert hers == UUID(route["target_id"]) != session


async def test_a_pin_is_one_sessions_at_a_time_on_a_number_and_ends_with_it(conn):
    ground = await Ground.on(conn, 1)
    session, number = await awaiting(ground)
    other = await ground.session(CAROL, None)
    carols = (await ground.people(other))[1]["participant_id"]

    assert not await ground.has_pin(carols, PIN)
    ground.t += timedelta(seconds=600)
    assert (await ground.calls(BOB, number))["why"] == "no-session"  # over: nobody is asked for a PIN any more
    assert session != other


async def test_a_new_pin_takes_the_place_of_the_former(conn):
    ground = await Ground.on(conn)
    session, number = await awaiting(ground)
    await ground.has_pin((await ground.people(session))[1]["participant_id"], OTHER)
    asked = await ground.calls(BOB, number)

    former = await ground.enters(asked, PIN, BOB, 1)
    newer = await ground.enters(asked, OTHER, BOB, 2)

    assert former["verdict"] == "enter"
    assert await ground.rung(newer) == key(ALICE)


async def test_an_unknown_call_has_no_pin_to_enter(conn):
    ground = await Ground.on(conn)

    found = await conn.fetch(
        "SELECT * FROM session_pin($1, $2, $3, 'pin-1-1', $4, NULL, NULL, NULL, 'en', 5, 5)",
        ground.t, ground.tenant, UUID(int=9), [PIN],
    )  # fmt: skip

    assert found == []
