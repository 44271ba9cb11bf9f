"""The webhook with 10,000,000 claims in the table against 10,000: keys are random, the cache is warm."""

from contextlib import AsyncExitStack

import asyncpg

from bench.bed import Bed
from bench.load import Lap, drive
from bench.report import Figure
from bench.rounds import ROUNDS, alternate, middle, ratio
from bench.scene import Size
from bench.webhook import CALLS, CONNECTIONS, Stage, stage
from sql.database import Connection, Database

MANY, FEW = 10_000_000, 10_000

_FILL = """
WITH line AS MATERIALIZED (
    SELECT n.tenant, n.number_id, s.sticker_id, row_number() OVER () - 1 AS place
      FROM (SELECT *, row_number() OVER (PARTITION BY tenant ORDER BY number_id) AS nth
              FROM proxy_number WHERE role = 'pool') n
      JOIN (SELECT *, row_number() OVER (PARTITION BY tenant ORDER BY sticker_id) AS nth FROM sticker) s
     USING (tenant, nth))
INSERT INTO claim (tenant, number_id, party_key, claim_id, kind, target, target_id, made_at, used_at, until,
                   reuse_after)
SELECT line.tenant, line.number_id, '\\x02'::bytea || sha256(int8send(i)), gen_random_uuid(), 'bound', 'sticker',
       line.sticker_id, $2::timestamptz, $2,
       $2::timestamptz + interval '24 hours', $2::timestamptz + interval '24 hours'
  FROM generate_series(1, $1::bigint) i
  JOIN line ON line.place = i % (SELECT count(*) FROM line)
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS index, pg_get_indexdef(i.indexrelid) AS made, c.conname AS key,
       pg_get_constraintdef(c.oid) AS constrained
  FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
 WHERE i.indrelid = 'claim'::regclass
"""


async def measure(
    bed: Bed, many: int = MANY, few: int = FEW, calls: int = CALLS, rounds: int = ROUNDS, size: Size | None = None
) -> list[Figure]:
    """Two houses side by side, filled and then asked in turn. size: of each, a site's unless given."""
    async with AsyncExitStack() as stack:
        sides: dict[str, Stage] = {}
        for side, claims in (("many", many), ("few", few)):
            sides[side] = await stack.enter_async_context(stage(bed, size or Size()))
            await _fill(sides[side].variables["MASKLINE_DATABASE_URL"], claims)

        async def lap(side: str) -> Lap:
            return await drive(sides[side].service.port, await sides[side].scene.calls(calls), CONNECTIONS)

        laps = await alternate({"many": lambda: lap("many"), "few": lambda: lap("few")}, rounds)
    full, light = middle(laps["many"]), middle(laps["few"])
    return [
        Figure(
            name=f"the webhook with {many:,} claims against {few:,}", ours=f"{full['rate']:.0f}/s",
            floor=f"{light['rate']:.0f}/s", value=ratio(laps, "many", "few", lambda lap: lap.rate), bar=0.85, goal=0.95,
            details={"many": full, "few": light, "calls_a_round": calls, "rounds": rounds},
        )
    ]  # fmt: skip


async def _fill(dsn: str, claims: int) -> None:
    """Bound claims of callers who called before, spread over all numbers, read once so that the cache is warm."""
    database = await Database.open(dsn, voice=1, work=1)
    try:
        async with database.work() as conn:
            await _write(conn, claims)
    finally:
        await database.close()


async def _write(conn: Connection, claims: int) -> None:
    """In a table emptied in the same transaction and without its indexes, which needs no log (wal_level=minimal)."""
    now = await conn.fetchval("SELECT clock_timestamp()")
    async with conn.transaction():
        await conn.execute("SET LOCAL maintenance_work_mem = '256MB'")
        indexes = await conn.fetch(_INDEXES)
        await conn.execute("CREATE TEMP TABLE there ON COMMIT DROP AS TABLE claim")
        await conn.execute("TRUNCATE claim")
        for each in indexes:
            await conn.execute(_dropped(each))
        await conn.execute("INSERT INTO claim TABLE there")
        await conn.execute(_FILL, claims, now, timeout=3600)
        for each in indexes:
            await conn.execute(_made(each), timeout=3600)
    await conn.execute("ANALYZE claim", timeout=3600)


def _dropped(index: asyncpg.Record) -> str:
    return f"ALTER TABLE claim DROP CONSTRAINT {index['key']}" if index["key"] else f"DROP INDEX {index['index']}"


def _made(index: asyncpg.Record) -> str:
    key = index["key"]
    return f"ALTER TABLE claim ADD CONSTRAINT {key} {index['constrained']}" if key else str(index["made"])
