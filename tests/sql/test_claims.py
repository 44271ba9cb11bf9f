"""A claim's life, moment by moment, as the functions in sql/functions/20_claims.sql keep it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)
TENANT, NUMBER, TARGET = UUID(int=1), UUID(int=2), UUID(int=3)
OPEN, EXTENSION, SCANNER, OWNER = b"\x00", b"\x01123456", b"\x02" + bytes(32), b"\x03" + bytes(32)


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


async def take(conn, at: datetime, kind: str, party: bytes, lives: timedelta, cools: timedelta, claim: int = 9) -> bool:
    return await conn.fetchval(
        "SELECT take_claim($1, $2, $3, $4, $5, $6, 'sticker', $7, NULL, $8, $9)",
        at, TENANT, NUMBER, party, UUID(int=claim), kind, TARGET, at + lives, at + lives + cools,
    )  # fmt: skip


async def spend(conn, at: datetime, party: bytes, claim: int = 9) -> bool:
    return await conn.fetchval("SELECT spend_claim($1, $2, $3, $4, $5)", at, TENANT, NUMBER, party, UUID(int=claim))


@pytest.mark.parametrize(
    ("kind", "party", "lives", "cools"),
    [
        ("open", OPEN, timedelta(seconds=120), timedelta(seconds=30)),
        ("extension", EXTENSION, timedelta(minutes=15), timedelta(hours=24)),
    ],
)
async def test_nobody_else_has_it_before_it_is_cool(conn, kind, party, lives, cools):
    assert await take(conn, NOON, kind, party, lives, cools)

    free = NOON + lives + cools
    assert not await take(conn, free - A_MOMENT, kind, party, lives, cools, claim=10)
    assert await take(conn, free, kind, party, lives, cools, claim=10)
    assert await conn.fetchval("SELECT claim_id FROM claim") == UUID(int=10)


@pytest.mark.parametrize(
    ("kind", "party", "lives", "cools"),
    [
        ("open", OPEN, timedelta(seconds=120), timedelta(seconds=30)),
        ("extension", EXTENSION, timedelta(minutes=15), timedelta(hours=24)),
    ],
)
async def test_its_first_caller_uses_it_up_and_it_cools_from_then(conn, kind, party, lives, cools):
    await take(conn, NOON, kind, party, lives, cools)
    called = NOON + lives - A_MOMENT

    assert await spend(conn, called, party)

    assert not await spend(conn, called, party)
    assert not await take(conn, called + cools - A_MOMENT, kind, party, lives, cools, claim=10)
    assert await take(conn, called + cools, kind, party, lives, cools, claim=10)


async def test_it_is_over_at_the_very_moment(conn):
    await take(conn, NOON, "open", OPEN, timedelta(seconds=120), timedelta(seconds=30))

    assert not await spend(conn, NOON + timedelta(seconds=120), OPEN)


async def test_a_caller_who_came_a_moment_earlier_and_is_served_later_does_not_have_it_too(conn):
    """Two processes, or two requests of one: each takes its time before it waits for the other's row."""
    await take(conn, NOON, "open", OPEN, timedelta(seconds=120), timedelta(seconds=30))
    assert await spend(conn, NOON + timedelta(seconds=5), OPEN)

    assert not await spend(conn, NOON + timedelta(seconds=5) - A_MOMENT, OPEN)
    assert not await spend(conn, NOON, OPEN)


async def test_a_claim_that_was_taken_over_is_not_used_up_under_its_old_name(conn):
    await take(conn, NOON, "open", OPEN, timedelta(seconds=120), timedelta(seconds=30), claim=9)
    later = NOON + timedelta(seconds=150)
    await take(conn, later, "open", OPEN, timedelta(seconds=120), timedelta(seconds=30), claim=10)

    assert not await spend(conn, later, OPEN, claim=9)
    assert await spend(conn, later, OPEN, claim=10)


@pytest.mark.parametrize(("kind", "party"), [("bound", SCANNER), ("callback", OWNER)])
async def test_a_callers_own_claim_is_replaced_by_their_latest(conn, kind, party):
    await take(conn, NOON, kind, party, timedelta(hours=24), timedelta(), claim=9)

    assert await take(conn, NOON + timedelta(hours=1), kind, party, timedelta(hours=24), timedelta(), claim=10)
    assert await conn.fetchval("SELECT (claim_id, until)::text FROM claim WHERE claim_id = $1", UUID(int=10))


async def test_a_claim_never_lives_longer_than_it_cools(conn):
    with pytest.raises(asyncpg.CheckViolationError):
        await take(conn, NOON, "open", OPEN, timedelta(seconds=120), -timedelta(seconds=1))
