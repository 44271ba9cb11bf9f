"""What making a session does where others take the same numbers, as the functions in sql/ decide it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from tests.sql.sessions import ALICE, BOB, CAROL, DAVE, Ground, key


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


async def waits(conn: asyncpg.Connection, task: asyncio.Task[object]) -> None:
    """Until somebody waits for a lock."""
    while not await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        assert not task.done(), "it was done before the other let go"
        await asyncio.sleep(0)


async def test_a_number_that_somebody_else_takes_claims_on_is_passed_over(conn, other):
    ground = await Ground.on(conn)
    async with other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock(number_lock($1))", ground.numbers[0])

        made = await ground.session(ALICE, BOB)

    assert await ground.number(made) == ground.numbers[1]


async def test_a_number_that_is_released_while_its_lock_is_awaited_is_not_given(conn, other):
    ground = await Ground.on(conn, numbers=1)
    async with other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock(number_lock($1))", ground.numbers[0])
        await other.execute("UPDATE service_number SET released_at = $1", ground.t)
        task = asyncio.create_task(ground.session(ALICE, BOB))
        await waits(other, task)

    with pytest.raises(AssertionError, match="none"):
        await task
    assert await conn.fetchval("SELECT count(*) FROM claim") == 0


async def test_whoever_waits_for_a_number_holds_no_other(conn, other):
    """Else two may wait for each other: here a number that is full was looked at first, or will be in the end."""
    ground = await Ground.on(conn, most_live=1)
    full = await ground.number(await ground.session(ALICE, BOB))
    (free,) = set(ground.numbers) - {full}
    async with other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock(number_lock($1))", free)
        task = asyncio.create_task(ground.session(CAROL, DAVE))
        await waits(other, task)

        assert await other.fetchval("SELECT pg_try_advisory_xact_lock(number_lock($1))", full)

    assert await ground.number(await task) == free


@pytest.mark.parametrize(("most_live", "fits"), [(1, False), (2, True)])
async def test_sessions_and_not_their_claims_count_for_a_numbers_limit(conn, most_live, fits):
    ground = await Ground.on(conn, numbers=1, most_live=most_live)
    await ground.session(ALICE, BOB)

    if fits:
        await ground.session(CAROL, DAVE)
    else:
        with pytest.raises(AssertionError, match="free"):
            await ground.session(CAROL, DAVE)

    assert await conn.fetchval("SELECT count(*) FROM claim") == 2 * most_live


async def test_a_cooling_number_is_had_by_the_same_pair_and_by_nobody_else(conn):
    ground = await Ground.on(conn, numbers=1)
    number = await ground.number(await ground.session(ALICE, BOB, ttl=600))
    ground.t += timedelta(seconds=600)

    with pytest.raises(AssertionError, match="free"):
        await ground.session(ALICE, CAROL)
    again = await ground.session(BOB, ALICE)

    assert await ground.rung(await ground.calls(ALICE, number)) == key(BOB)
    assert await conn.fetchval("SELECT count(*) FROM claim WHERE target_id = $1", again) == 2


async def test_as_many_rows_are_read_where_many_people_are_known(conn):
    """Planned while the tables are nearly empty, as a young installation plans them."""
    ground = await Ground.on(conn)
    await conn.execute("SET plan_cache_mode = force_generic_plan")
    await conn.execute("ANALYZE phone, participant")
    await ground.session(ALICE, BOB)
    await conn.execute(
        "INSERT INTO phone SELECT $1, gen_random_uuid(), sha256(n::text::bytea), '\\x01', 'en', $2"
        "  FROM generate_series(1, 500) AS n", ground.tenant, ground.t,
    )  # fmt: skip

    async with conn.transaction():
        await ground.session(CAROL, DAVE)
        read = await conn.fetchval(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'phone'"
        )

    assert read < 20


async def test_a_person_whom_two_sessions_make_known_at_once_is_kept_once(conn, other):
    ground = await Ground.on(conn)
    phone = uuid4()
    async with other.transaction():
        await other.execute(
            "INSERT INTO phone VALUES ($1, $2, $3, 'theirs', 'en', $4)", ground.tenant, phone, key(ALICE), ground.t
        )
        task = asyncio.create_task(ground.session(ALICE, BOB))
        await waits(other, task)

    alice, bob = await ground.people(await task)
    assert alice["phone_id"] == phone
    assert await conn.fetchval("SELECT number_key FROM phone WHERE phone_id = $1", bob["phone_id"]) == key(BOB)
    assert await conn.fetchval("SELECT count(*) FROM phone") == 2


async def test_who_has_a_number_for_a_session_keeps_the_claim_as_it_is(conn):
    ground = await Ground.on(conn, numbers=1, most_live=1)
    made = await ground.session(ALICE, BOB)
    before = await conn.fetch("SELECT * FROM claim ORDER BY party_key")

    taken = await conn.fetchval(
        "SELECT session_take($1, s, ARRAY(SELECT participant_id FROM participant)) FROM session s"
        " WHERE session_id = $2", ground.t + timedelta(seconds=1), made,
    )  # fmt: skip

    assert taken
    assert await conn.fetch("SELECT * FROM claim ORDER BY party_key") == before
