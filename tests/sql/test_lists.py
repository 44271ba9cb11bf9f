"""How much of a big service a page of a list reads: about a page, whatever it asks for and wherever it begins."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from sql.statements import statements
from tests.sql.sessions import NOON, Ground

PAGE = 20
MANY = 2_000
"""Rows of each kind that stand in the way."""
FIRST: dict[str, Any] = {"at": NOON - timedelta(days=999), "id": UUID(int=0), "most": PAGE}
LAST: dict[str, Any] = {"at": NOON + timedelta(days=999), "id": UUID(int=2**128 - 1), "most": PAGE}
SESSIONS, POOL, EVENTS = statements("sessions"), statements("services"), statements("events")

READ = "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int FROM pg_stat_xact_user_tables"


@pytest.fixture(params=["generic", "custom"])
async def conn(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Postgres plans a prepared statement for any values, or for those at hand: neither may read too much."""
    plans = {"plan_cache_mode": f"force_{request.param}_plan"}
    conn = await asyncpg.connect(database_url, server_settings=plans)
    yield conn
    await conn.close()


async def sessions(ground: Ground, state: str, days: int, until: timedelta = timedelta(days=1)) -> None:
    """Many sessions of a state, made one after the other, the first so many days before noon."""
    await ground.conn.execute(
        """
        INSERT INTO session (tenant, session_id, service_id, state, mode, direction, ttl, slides, until, cool_off,
                             force_pin, named, made_at, changed_at)
        SELECT $1, gen_random_uuid(), $2, $3, 'voice-only', 'both', 600, true, $4, 0, false, false,
               $5::timestamptz + n * interval '1 second', $5
          FROM generate_series(1, $6) n
        """,
        ground.tenant, ground.service, state, NOON + until, NOON - timedelta(days=days), MANY,
    )  # fmt: skip


async def read(conn: asyncpg.Connection, work: Callable[[], Awaitable[list[Any]]]) -> tuple[int, int]:
    """How many rows came, and how many were read for them."""
    async with conn.transaction():
        before = await conn.fetchval(READ)
        rows = await work()
        return len(rows), await conn.fetchval(READ) - before


async def reads_a_page(
    conn: asyncpg.Connection, queries: Any, name: str, *, a_row: int = 1, **given: object
) -> None:  # fmt: skip
    """Both ways through a list. a_row: rows that are read for each one that is listed."""
    await conn.execute("ANALYZE")
    for way, mark in (("", FIRST), ("_back", LAST)):
        query = getattr(queries, name + way)
        came, read_ = await read(conn, partial(listed, query, conn, **given, **mark))
        assert came == PAGE
        assert read_ <= PAGE * a_row, f"{name}{way} read {read_} rows"


async def listed(query: Any, conn: asyncpg.Connection, **given: object) -> list[Any]:
    return [row async for row in query(conn, **given)]


async def test_a_page_of_sessions_in_any_state_reads_about_a_page(conn: asyncpg.Connection):
    """Whatever stands before it in the order of the list, and in whatever state."""
    ground = await Ground.on(conn, numbers=0)
    for state, days in (("closed", 90), ("open", 80), ("in-progress", 70), ("open", 60), ("closed", 50)):
        await sessions(ground, state, days)
    where: dict[str, Any] = {"tenant": ground.tenant, "service": ground.service}

    await reads_a_page(conn, SESSIONS, "sessions_page", **where)
    await reads_a_page(conn, SESSIONS, "sessions_running_page", **where, state="open", t=NOON)
    await reads_a_page(conn, SESSIONS, "sessions_running_page", **where, state="in-progress", t=NOON)
    await reads_a_page(conn, SESSIONS, "sessions_over_page", **where, t=NOON)


async def test_sessions_that_nobody_has_closed_yet_are_over_in_their_list(conn: asyncpg.Connection):
    """They are over whoever has noticed; only as many are read beside the page as have run out since the last look."""
    ground = await Ground.on(conn, numbers=0)
    await sessions(ground, "open", 90)
    late = [await overdue(ground, day) for day in range(3)]
    await conn.execute("ANALYZE session")
    where: dict[str, Any] = {"tenant": ground.tenant, "service": ground.service, "t": NOON}

    found: list[Any] = []

    async def look() -> list[Any]:
        found[:] = await listed(SESSIONS.sessions_over_page, conn, **where, **FIRST)
        return found

    came, read_ = await read(conn, look)

    assert [row["session_id"] for row in found] == late
    assert (came, read_ <= PAGE) == (3, True), read_
    running = await listed(SESSIONS.sessions_running_page, conn, **where, state="open", **LAST | {"most": 3 * MANY})
    assert {row["session_id"] for row in running}.isdisjoint(late)


async def test_a_page_of_people_reads_about_a_page(conn: asyncpg.Connection):
    """Of a session that goes on for months, into which people come and out of which they go."""
    ground = await Ground.on(conn)
    session = await ground.session(1, 2)
    await conn.execute(
        """
        INSERT INTO participant (tenant, participant_id, session_id, side, place, made_at, changed_at, deleted_at)
        SELECT $1, gen_random_uuid(), $2, 2, 1, $3, $3, $3
          FROM generate_series(1, $4)
        """,
        ground.tenant, session, NOON, MANY,
    )  # fmt: skip

    await reads_a_page(conn, SESSIONS, "participants_page", tenant=ground.tenant, session=session, a_row=3)


async def test_a_page_of_interactions_reads_a_page_and_what_they_were(conn: asyncpg.Connection):
    ground = await Ground.on(conn)
    session, others = await ground.session(1, 2), [await ground.session(2 * n, 2 * n + 1) for n in range(2, 40)]
    alice, bob = [each["participant_id"] for each in await ground.people(session)]
    for other in others:
        (one, two) = await ground.people(other)
        await interactions(ground, other, one["participant_id"], two["participant_id"], many=500)
    for frm, to in ((alice, bob), (None, alice), (bob, alice), (None, bob), (alice, bob)):
        await interactions(ground, session, frm, to)
    where: dict[str, Any] = {"tenant": ground.tenant, "session": session}

    await reads_a_page(conn, SESSIONS, "interactions_page", **where, a_row=3)
    await reads_a_page(conn, SESSIONS, "sent_page", **where, to=alice, a_row=3)
    await reads_a_page(conn, SESSIONS, "sent_page", **where, to=bob, a_row=3)


async def interactions(ground: Ground, session: UUID, frm: UUID | None, to: UUID, many: int = MANY) -> None:
    """Many texts, one after the other, behind those that there are."""
    await ground.conn.execute(
        """
        WITH sent AS (
            INSERT INTO interaction (tenant, interaction_id, session_id, kind, from_participant, to_participant, at,
                                     changed_at)
            SELECT $1, gen_random_uuid(), $2, 'message', $3, $4,
                   $5::timestamptz + ((SELECT count(*) FROM interaction) + n) * interval '1 second', $5
              FROM generate_series(1, $6) n RETURNING interaction_id)
        INSERT INTO message (tenant, message_id, session_id, account_id, number_id, state, made_at, changed_at)
        SELECT $1, s.interaction_id, $2, $7, $8, 'sent', $5, $5 FROM sent s
        """,
        ground.tenant, session, frm, to, NOON, many, ground.account, ground.numbers[0],
    )  # fmt: skip


async def test_a_page_of_services_reads_a_page(conn: asyncpg.Connection):
    ground = await Ground.on(conn, numbers=0)
    await conn.execute(
        """
        INSERT INTO service SELECT r.* FROM service s CROSS JOIN generate_series(1, $1) n CROSS JOIN LATERAL
            jsonb_populate_record(s, jsonb_build_object('service_id', gen_random_uuid(), 'unique_name', n)) r
        """,
        MANY,
    )  # fmt: skip

    await reads_a_page(conn, POOL, "services_page", tenant=ground.tenant)


async def test_a_page_of_events_reads_a_page(conn: asyncpg.Connection):
    ground = await Ground.on(conn, numbers=0)
    await conn.execute(
        """
        INSERT INTO event (tenant, event_id, service_id, seq, kind, facts, at)
        SELECT $1, gen_random_uuid(), $2, n, 'made', '{}', $3 FROM generate_series(1, $4) n
        """,
        ground.tenant, ground.service, NOON, MANY,
    )  # fmt: skip
    await conn.execute("ANALYZE event")

    for seq in (0, MANY // 2):
        page = {"tenant": ground.tenant, "service": ground.service, "seq": seq, "most": PAGE}
        assert await read(conn, partial(listed, EVENTS.events_after, conn, **page)) == (PAGE, PAGE)


async def test_a_page_of_numbers_reads_their_live_claims_alone(conn: asyncpg.Connection):
    """Not those of the sessions that are over, of which a busy number has had thousands."""
    ground = await Ground.on(conn, numbers=PAGE)
    await claims(ground, MANY, NOON - timedelta(hours=1))
    for number in ground.numbers:
        await claims(ground, 3, NOON + timedelta(hours=1), number)

    await reads_a_page(conn, POOL, "numbers_page", tenant=ground.tenant, service=ground.service, t=NOON, a_row=8)


async def claims(ground: Ground, many: int, until: Any, number: UUID | None = None) -> None:
    """Claims of so many sessions, which cool for a day: on one number, or on the first one."""
    await ground.conn.execute(
        """
        INSERT INTO claim (tenant, number_id, party_key, claim_id, kind, target, target_id, made_at, used_at, until,
                           reuse_after)
        SELECT $1, $2, '\x03'::bytea || uuid_send(gen_random_uuid()), gen_random_uuid(), 'session', 'session',
               gen_random_uuid(), $3, $3, $4::timestamptz, $4::timestamptz + interval '1 day'
          FROM generate_series(1, $5)
        """,
        ground.tenant, number or ground.numbers[0], NOON, until, many,
    )  # fmt: skip


async def test_a_session_is_made_without_counting_what_is_over(conn: asyncpg.Connection):
    """The limit of live sessions on a number is of the live ones."""
    ground = await Ground.on(conn, numbers=1)
    await claims(ground, MANY, NOON - timedelta(hours=1))
    await claims(ground, 50, NOON + timedelta(hours=1))
    await conn.execute("ANALYZE")

    async def make() -> list[Any]:
        return [await ground.session(1, 2)]

    assert (await read(conn, make))[1] < 150


async def overdue(ground: Ground, day: int) -> UUID:
    """A session that ran out, and stands as if it were open."""
    await sessions_made(ground, NOON - timedelta(days=30 - day), NOON - timedelta(seconds=1))
    found: UUID = await ground.conn.fetchval("SELECT session_id FROM session ORDER BY changed_at DESC LIMIT 1")
    return found


async def sessions_made(ground: Ground, at: Any, until: Any) -> None:
    await ground.conn.execute(
        """
        INSERT INTO session (tenant, session_id, service_id, state, mode, direction, ttl, slides, until, cool_off,
                             force_pin, named, made_at, changed_at)
        VALUES ($1, gen_random_uuid(), $2, 'open', 'voice-only', 'both', 600, true, $3, 0, false, false, $4, $4)
        """,
        ground.tenant, ground.service, until, at,
    )  # fmt: skip
