"""Who is reached by a call to a session's number, as the functions in sql/ decide it."""

from collections.abc import AsyncIterator
from datetime import time, timedelta
from uuid import UUID

import asyncpg
import pytest

from tests.sql.sessions import ALICE, BOB, CAROL, DAVE, SHORT_KEY, Ground, key


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


async def test_each_side_reaches_the_other_and_sees_its_own_number(conn):
    ground = await Ground.on(conn)
    session = await ground.session(ALICE, BOB)
    number = await ground.number(session)

    there, back = await ground.calls(ALICE, number), await ground.calls(BOB, number)

    assert (await ground.rung(there), await ground.rung(back)) == (key(BOB), key(ALICE))
    assert there["show"] == await conn.fetchval("SELECT e164 FROM proxy_number WHERE number_id = $1", number)
    assert await conn.fetchval("SELECT count(*) FROM interaction WHERE refused IS NULL") == 2


async def test_a_party_of_two_sessions_reaches_each_partner_by_its_own_number(conn):
    ground = await Ground.on(conn)
    with_bob, with_carol = await ground.session(ALICE, BOB), await ground.session(ALICE, CAROL)

    first, second = await ground.number(with_bob), await ground.number(with_carol)

    assert first != second
    assert await ground.rung(await ground.calls(ALICE, first)) == key(BOB)
    assert await ground.rung(await ground.calls(ALICE, second)) == key(CAROL)
    assert (await ground.calls(BOB, second))["why"] == "no-session"


async def test_strangers_and_hidden_callers_reach_nobody(conn):
    ground = await Ground.on(conn)
    number = await ground.number(await ground.session(ALICE, BOB))

    assert (await ground.calls(CAROL, number))["why"] == "no-session"
    assert (await ground.calls(None, number))["why"] == "no-session"
    assert await conn.fetchval("SELECT count(*) FROM interaction") == 0


async def test_after_its_end_a_session_says_so_until_the_number_has_rested(conn):
    ground = await Ground.on(conn)
    number = await ground.number(await ground.session(ALICE, BOB, ttl=600))

    ground.t += timedelta(seconds=600)
    assert (await ground.calls(ALICE, number))["why"] == "session-over"
    ground.t += timedelta(hours=1)
    assert (await ground.calls(ALICE, number))["why"] == "no-session"


async def test_a_session_lasts_exactly_its_ttl_from_the_last_call(conn):
    ground = await Ground.on(conn)
    number = await ground.number(await ground.session(ALICE, BOB, ttl=600))

    for _ in range(3):
        ground.t += timedelta(seconds=599)
        assert (await ground.calls(BOB, number))["verdict"] == "ring"
    ground.t += timedelta(seconds=600)

    assert (await ground.calls(BOB, number))["why"] == "session-over"


@pytest.mark.parametrize(
    ("session", "service", "why"),
    [
        ({"direction": "one-way"}, {}, "unavailable"),
        ({}, {"quiet_from": time(11), "quiet_to": time(13)}, "unavailable"),
        ({"mode": "message-only"}, {}, "mode"),
    ],
)
async def test_who_may_not_be_called_now_is_not_rung_and_nothing_slides(conn, session, service, why):
    ground = await Ground.on(conn, **service)
    made = await ground.session(ALICE, BOB, **session)
    before = await conn.fetchval("SELECT until FROM session")
    ground.t += timedelta(seconds=60)

    route = await ground.calls(BOB, await ground.number(made))

    assert (route["verdict"], route["why"]) == ("refuse", why)
    assert await conn.fetchval("SELECT refused FROM interaction") == why
    assert await conn.fetchval("SELECT until FROM session") == before
    assert not {"phone", "show"} & route.keys()


async def test_the_first_side_of_a_one_way_session_may_call(conn):
    ground = await Ground.on(conn)
    made = await ground.session(ALICE, BOB, direction="one-way")

    assert await ground.rung(await ground.calls(ALICE, await ground.number(made))) == key(BOB)


async def test_a_block_and_a_number_that_became_ours_are_respected_before_every_dial(conn):
    ground = await Ground.on(conn)
    made = await ground.session(ALICE, BOB)
    number = await ground.number(made)
    bob = next(each["phone_id"] for each in await ground.people(made) if each["side"] == 2)
    await ground.row("block", tenant=ground.tenant, phone_id=bob, party_key=key(ALICE), made_at=ground.t,
                     until=ground.t + timedelta(days=1))  # fmt: skip

    assert (await ground.calls(ALICE, number))["why"] == "unavailable"
    assert await ground.rung(await ground.calls(BOB, number)) == key(ALICE)
    await conn.execute("UPDATE proxy_number SET number_key = $1 WHERE number_id <> $2", key(ALICE), number)
    assert (await ground.calls(BOB, number))["why"] == "unavailable"


async def test_a_failed_attestation_is_refused_only_where_the_service_asks_for_one(conn):
    ground = await Ground.on(conn, needs_attestation=True)
    number = await ground.number(await ground.session(ALICE, BOB))

    assert (await ground.calls(ALICE, number, attestation="TN-Validation-Failed-A"))["why"] == "unproven"
    assert (await ground.calls(ALICE, number, attestation="TN-Validation-Passed-A"))["verdict"] == "ring"
    assert (await ground.calls(ALICE, number))["verdict"] == "ring"
    await conn.execute("UPDATE service SET needs_attestation = false")
    assert (await ground.calls(ALICE, number, attestation="TN-Validation-Failed-A"))["verdict"] == "ring"
    assert await conn.fetchval("SELECT count(*) FROM call WHERE attestation IS NOT NULL") == 3


@pytest.mark.parametrize(
    ("told", "met"),
    [
        ("TN-Validation-Passed-A", "ring"), ("TN-Validation-Passed-A-Diverted", "ring"), ("Verified", "ring"),
        ("Not Applicable", "ring"), (None, "ring"), ("TN-Validation-Passed-B", "refuse"),
        ("TN-Validation-Failed-A", "refuse"), ("No-TN-Validation", "refuse"), ("Not Verified", "refuse"),
    ],
)  # fmt: skip
async def test_a_full_attestation_is_asked_for_where_there_are_any(conn, told: str | None, met: str):
    """In the words of either carrier. Where no network signs, as outside of North America, nobody is refused for it."""
    ground = await Ground.on(conn, needs_full_attestation=True)
    number = await ground.number(await ground.session(ALICE, BOB))

    assert (await ground.calls(ALICE, number, attestation=told))["verdict"] == met


async def test_a_services_calls_of_a_day_run_out(conn):
    ground = await Ground.on(conn, calls_a_day=2)
    number = await ground.number(await ground.session(ALICE, BOB))

    verdicts = [(await ground.calls(ALICE, number))["verdict"] for _ in range(3)]

    assert verdicts == ["ring", "ring", "refuse"]


async def test_one_webhook_however_often_it_comes_is_one_interaction(conn):
    ground = await Ground.on(conn)
    number = await ground.number(await ground.session(ALICE, BOB))

    routes = [await ground.calls(ALICE, number, call="CA1") for _ in range(3)]

    assert routes[0] == routes[1] == routes[2]
    assert await conn.fetchval("SELECT count(*) FROM interaction") == 1


async def test_the_second_of_a_side_rings_after_the_first_and_nobody_after_that(conn):
    ground = await Ground.on(conn)
    made = await ground.session(ALICE, BOB, CAROL, DAVE, sides=(1, 2, 2, 2))
    route = await ground.calls(ALICE, await ground.number(made))

    second = await ground.second(route)

    assert await ground.rung(route) == key(BOB)
    assert second is not None
    assert await ground.rung(second) == key(CAROL)
    assert second["attempt"] == 2
    assert await conn.fetchval("SELECT to_participant FROM interaction") == UUID(second["to"])


async def test_a_side_of_one_has_no_second(conn):
    ground = await Ground.on(conn)
    route = await ground.calls(ALICE, await ground.number(await ground.session(ALICE, BOB)))

    assert await ground.second(route) is None


async def test_a_process_of_the_version_before_still_has_its_function(conn):
    """It knows nothing of names; both run while a site is updated."""
    ground = await Ground.on(conn)
    number = await ground.number(await ground.session(ALICE, BOB))
    dialled = await conn.fetchval("SELECT e164 FROM proxy_number WHERE number_id = $1", number)

    row = await conn.fetchrow(
        "SELECT route ->> 'verdict' AS verdict, again FROM inbound_call($1, $2, $3, 'CA1', $4, $5, NULL, $6, $7, NULL,"
        " $8, $9, false, 22, 3600, NULL)",
        ground.t, ground.tenant, ground.account, dialled, key(ALICE), [b"1" * 32, b"2" * 32], SHORT_KEY, UUID(int=8),
        UUID(int=9),
    )  # fmt: skip

    assert (row["verdict"], row["again"]) == ("ring", False)


# ── two carriers ────────────────────────────────────────────────────────────────────────────────────────────────────


async def two_carriers(ground: Ground) -> tuple[UUID, UUID, UUID]:
    """Alice and Bob, whose number is with another carrier account: the session, her number and his."""
    session = await ground.session(ALICE, BOB)
    hers = await ground.number(session)
    his = next(number for number in ground.numbers if number != hers)
    await ground.row("carrier_account", account_id=UUID(int=5), tenant=ground.tenant, carrier="plivo", vendor_id="MA1",
                     tokens=[], made_at=ground.t)  # fmt: skip
    await ground.conn.execute("UPDATE proxy_number SET account_id = $1 WHERE number_id = $2", UUID(int=5), his)
    await ground.conn.execute("UPDATE participant SET number_id = $1 WHERE side = 2", his)
    await ground.conn.execute("UPDATE claim SET number_id = $1 WHERE party_key = $2", his, b"\x03" + key(BOB))
    return session, hers, his


async def test_who_is_rung_by_another_carrier_can_call_back_until_they_leave(conn):
    ground = await Ground.on(conn)
    session, hers, _ = await two_carriers(ground)

    route = await ground.calls(ALICE, hers)
    back = await ground.calls(BOB, hers)

    assert route["show"] == await conn.fetchval("SELECT e164 FROM proxy_number WHERE number_id = $1", hers)
    assert await ground.rung(back) == key(ALICE)
    ends = await conn.fetch("SELECT DISTINCT until FROM claim UNION SELECT until FROM session")
    assert len(ends) == 1
    bob = (await ground.people(session))[1]["participant_id"]
    await conn.execute("SELECT session_cool($1, s, $2) FROM session s", ground.t, bob)
    assert (await ground.calls(BOB, hers))["why"] == "session-over"


async def test_nobody_is_shown_a_number_on_which_they_would_reach_somebody_else(conn):
    ground = await Ground.on(conn)
    _, hers, _ = await two_carriers(ground)
    assert await ground.number(await ground.session(CAROL, BOB)) == hers

    assert (await ground.calls(ALICE, hers))["why"] == "unavailable"
