"""What routing reads, whatever it was planned for; what it decides is asked of it over the wire, in tests/voice."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
TENANT, ACCOUNT, NUMBER = (UUID(int=n) for n in range(1, 4))


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url, server_settings={"plan_cache_mode": "force_generic_plan"})
    await conn.execute("SET enable_seqscan = off")  # as inbound_call
    yield conn
    await conn.close()


async def test_a_call_reads_the_shared_numbers_of_its_account_and_not_the_pool(conn):
    shared = await conn.prepare("SELECT e164 FROM shared_number($1, $2, 'US', $3)")
    await conn.execute("INSERT INTO tenant VALUES ($1, 'test', $2)", TENANT, NOON)
    await conn.execute("INSERT INTO carrier_account VALUES ($1, $2, 'twilio', 'AC1', '{}', $3)", ACCOUNT, TENANT, NOON)
    await conn.execute(
        "INSERT INTO proxy_number (e164, number_id, number_key, tenant, account_id, country, role, next_role,"
        " resting_until, made_at) SELECT n::text, gen_random_uuid(), sha256(n::text::bytea), $1, $2, 'US',"
        " CASE n WHEN 7 THEN 'shared' ELSE 'pool' END, CASE n WHEN 8 THEN 'shared' END,"
        " CASE n WHEN 8 THEN $3::timestamptz END, $3 FROM generate_series(1, 500) AS n", TENANT, ACCOUNT, NOON,
    )  # fmt: skip

    async with conn.transaction():
        assert await shared.fetchval(NOON, ACCOUNT, NUMBER) == "7"
        assert await rows_read(conn, "proxy_number") < 10
    await conn.execute("UPDATE proxy_number SET removed_at = $1 WHERE e164 = '7'", NOON)
    assert await shared.fetchval(NOON, ACCOUNT, NUMBER) == "8", "it has rested, and is shared now"


async def rows_read(conn: asyncpg.Connection, table: str) -> int:
    """In this transaction."""
    read: int = await conn.fetchval(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = $1", table
    )
    return read
