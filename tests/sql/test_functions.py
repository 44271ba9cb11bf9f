"""What the functions in sql/ decide, and that they agree with the same rules in Python."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import asyncpg
import pytest

from core.route import Outcome
from voice.states import PRECEDENCE, State

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
TENANT, CALL, NUMBER, ACCOUNT = (UUID(int=n) for n in range(1, 5))


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


async def test_outcomes_rank_as_in_python(conn):
    ranks = [await conn.fetchval("SELECT outcome_rank($1)", str(outcome)) for outcome in PRECEDENCE]

    assert set(PRECEDENCE) == set(Outcome)
    assert all(lower < higher for lower, higher in pairwise([0, *ranks]))
    assert await conn.fetchval("SELECT outcome_rank(NULL)") == 0


def at(hour: int, minute: int = 0, day: int = 1, month: int = 1, second: int = 0) -> datetime:
    return datetime(2030, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "when", "expected"),
    [
        ((None, None), "UTC", at(3), False),
        ((time(22), time(22)), "UTC", at(22), False),
        ((time(9), time(17)), "UTC", at(8, 59, second=59), False),
        ((time(9), time(17)), "UTC", at(9), True),
        ((time(9), time(17)), "UTC", at(16, 59), True),
        ((time(9), time(17)), "UTC", at(17), False),
        ((time(22), time(6)), "UTC", at(21, 59), False),
        ((time(22), time(6)), "UTC", at(22), True),
        ((time(22), time(6)), "UTC", at(0), True),
        ((time(22), time(6)), "UTC", at(5, 59), True),
        ((time(22), time(6)), "UTC", at(6), False),
        ((time(0), time(12)), "UTC", at(0), True),
        ((time(22), time(6)), "Asia/Kolkata", at(16, 29), False),
        ((time(22), time(6)), "Asia/Kolkata", at(16, 30), True),
        ((time(22), time(6)), "Asia/Kolkata", at(0, 30), False),
        # New York leaves winter time on 10 March 2030, at 7:00 UTC: 6 o'clock is at 11:00 UTC before, at 10:00 after.
        ((time(22), time(6)), "America/New_York", at(10, 30, 9, 3), True),
        ((time(22), time(6)), "America/New_York", at(10, 30, 10, 3), False),
        # 2:30 in the morning does not exist that day, and is passed over.
        ((time(2), time(3)), "America/New_York", at(6, 59, 10, 3), False),
        ((time(2), time(3)), "America/New_York", at(7, 0, 10, 3), False),
        # 1:30 comes twice on 3 November, and is quiet both times.
        ((time(1), time(2)), "America/New_York", at(5, 30, 3, 11), True),
        ((time(1), time(2)), "America/New_York", at(6, 30, 3, 11), True),
        ((time(1), time(2)), "America/New_York", at(7, 0, 3, 11), False),
    ],
)
async def test_quiet_hours_are_local_and_may_pass_midnight(conn, quiet, zone, when, expected):
    assert await conn.fetchval("SELECT is_quiet($1, $2, $3, $4)", *quiet, zone, when) is expected


async def test_a_tally_counts_within_its_window_and_starts_anew(conn):
    async def count(when: datetime) -> bool:
        return await conn.fetchval(
            "SELECT tally_over($1, $2, 'x', $3, interval '1 hour', 2)", when, TENANT, b"somebody"
        )

    assert [await count(NOON), await count(NOON), await count(NOON)] == [False, False, True]
    assert await count(NOON + timedelta(minutes=59))
    assert not await count(NOON + timedelta(hours=1))


async def test_uses_are_summed_over_keys_and_forgotten_with_their_window(conn):
    for subject, times in ((b"today", 2), (b"yesterday", 3), (b"another", 9)):
        for _ in range(times):
            await conn.execute("SELECT tally_over($1, $2, 'x', $3, interval '1 hour', 2)", NOON, TENANT, subject)

    async def uses(when: datetime) -> int:
        return await conn.fetchval("SELECT tally_uses($1, $2, 'x', $3)", when, TENANT, [b"today", b"yesterday", None])

    assert (await uses(NOON), await uses(NOON + timedelta(hours=1))) == (5, 0)


@pytest.mark.parametrize(
    ("role", "next_role", "resting", "expected"),
    [
        ("pool", None, None, "pool"),
        ("pool", "shared", timedelta(seconds=1), None),
        ("pool", "shared", timedelta(0), "shared"),
        ("pool", None, timedelta(0), "pool"),
    ],
)
async def test_a_number_plays_its_next_role_once_it_has_rested(conn, role, next_role, resting, expected):
    found = await conn.fetchval(
        "SELECT number_role(jsonb_populate_record(NULL::proxy_number, to_jsonb(r)), $5)"
        "  FROM (SELECT $1::uuid AS number_id, $2::text AS role, $3::text AS next_role,"
        "       $4::timestamptz AS resting_until) r",
        NUMBER, role, next_role, NOON + resting if resting is not None else None, NOON,
    )  # fmt: skip

    assert found == expected


async def keep_call(conn) -> None:
    await conn.execute(
        "INSERT INTO call (tenant, call_id, account_id, number_id, purpose, state, attempt, route, started_at,"
        " closes_at) VALUES ($1, $2, $3, $4, 'masked', 0, 1, '{}', $5, $5)", TENANT, CALL, ACCOUNT, NUMBER, NOON,
    )  # fmt: skip


async def move(conn, state: State, attempt: int = 1, outcome: str | None = None) -> tuple[int, int, str | None]:
    row = await conn.fetchrow(
        "SELECT * FROM move_call($1, $2, $3, $4, $5, $6, NULL)", NOON, TENANT, CALL, int(state), outcome, attempt
    )
    return row["attempt"], row["state"], row["outcome"]


async def test_a_call_never_moves_backwards(conn):
    await keep_call(conn)
    moves = [
        ((State.RINGING, 1), (1, 2)),
        ((State.RECEIVED, 1), (1, 2)),
        ((State.SCREENING, 1), (1, 3)),
        ((State.RINGING, 2), (2, 2)),  # the second contact
        ((State.BRIDGED, 1), (2, 2)),  # late news of the first attempt
        ((State.BRIDGED, 2), (2, 4)),
        ((State.ENDED, 1), (2, 5)),
        ((State.BRIDGED, 2), (2, 5)),
    ]

    assert [(await move(conn, state, attempt))[:2] for (state, attempt), _ in moves] == [after for _, after in moves]


async def test_a_more_telling_outcome_replaces_a_less_telling_one_and_never_the_other_way(conn):
    await keep_call(conn)
    told = ["caller-left", "unknown", "no-answer", "caller-left", "talked", "declined", "blocked", "talked"]

    kept = [(await move(conn, State.RINGING, 1, outcome))[2] for outcome in told]

    assert kept == ["caller-left", "caller-left", "no-answer", "no-answer", "talked", "talked", "blocked", "blocked"]


async def test_a_call_that_is_not_known_moves_nowhere(conn):
    assert await conn.fetch("SELECT * FROM move_call($1, $2, $3, 5, 'failed', 1, NULL)", NOON, TENANT, CALL) == []


async def test_two_copies_of_a_text_at_the_same_instant_are_told_the_same(conn, database_url: str):
    """The second waits until the first is kept, and then finds it."""
    other = await asyncpg.connect(database_url)
    take = "SELECT take_text($1, $2, $3, $4, NULL)"
    try:
        async with conn.transaction():
            first = await conn.fetchval(take, NOON, TENANT, b"text", b"reply")
            waits = asyncio.create_task(other.fetchval(take, NOON, TENANT, b"text", b"reply"))
            while not await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                assert not waits.done(), "the second was told before the first was kept"
        assert (first, await waits) == (True, True)
    finally:
        await other.close()
