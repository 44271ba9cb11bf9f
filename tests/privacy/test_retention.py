"""Rows end when their rule says, in every table, and a sweep waits for nobody."""

import re
from datetime import timedelta

import pytest

from privacy import retention
from privacy.numbers import NumberKeys
from privacy.retention import KEPT_FOR_GOOD, RULES, sweep
from privacy.sealing import Where
from sql.statements import statements
from tests.privacy.conftest import OWNER, RIDER, START
from tests.privacy.rows import TENANT

ROOMS = (statements("retention"), statements("retention_names"))
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


async def count(conn, table):
    return await conn.fetchval(f"SELECT count(*) FROM {table}")


async def test_every_table_has_a_rule_or_a_reason_for_none(conn):
    tables = {row[0] for row in await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    ruled = {rule.table for rule in RULES}

    assert ruled | set(KEPT_FOR_GOOD) == tables
    assert not ruled & set(KEPT_FOR_GOOD)
    assert all(reason.endswith(".") for reason in [*KEPT_FOR_GOOD.values(), *(rule.why for rule in RULES)])


def test_every_statement_of_the_file_is_some_rules():
    loaded = {name for room in ROOMS for name in room.available_queries if not name.endswith("_cursor")}

    assert {rule.statement for rule in RULES} == loaded


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.table != "short_key"], ids=lambda rule: rule.statement)
async def test_a_sweep_reads_the_index_that_its_statement_names(conn, rule):
    """But for the short keys: there are never more than three."""
    statement = next(getattr(room, rule.statement) for room in ROOMS if rule.statement in room.available_queries)
    named = re.findall(r"\w+", statement.__doc__.partition("Index:")[2])
    assert named

    async with conn.transaction():
        await conn.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN {statement.sql}", START, 10))

    for index in named:
        assert f" {index} " in plan


async def test_a_sweep_of_nothing_counts_nothing(database, clock):
    assert await sweep(database, clock) == {}


async def test_a_call_is_anonymous_after_two_days_and_gone_after_four_hundred(database, conn, rows, clock):
    await rows.call(START)
    clock.advance(48 * HOUR)
    assert await sweep(database, clock) == {}
    clock.advance(SECOND)

    assert await sweep(database, clock) == {"anonymise_call": 1}

    assert await conn.fetchval("SELECT caller_sealed FROM call") is None
    clock.advance(5 * DAY)
    assert await sweep(database, clock) == {"unname_call": 1}
    kept = await conn.fetchrow("SELECT caller_sealed, carrier_call, ended_at FROM call")
    assert tuple(kept) == (None, None, START)
    clock.advance(393 * DAY - SECOND)
    assert await sweep(database, clock) == {}
    clock.advance(SECOND)
    assert await sweep(database, clock) == {"sweep_call": 1}


async def test_a_call_that_goes_on_keeps_its_caller(database, conn, rows, clock):
    await rows.call(START, ended=False)
    clock.advance(49 * HOUR)

    assert await sweep(database, clock) == {}


async def test_a_claim_goes_two_days_after_it_became_free(database, conn, rows, clock):
    await rows.claim(b"\x00", START, lasts=HOUR)
    clock.advance(HOUR + 2 * DAY)
    assert await sweep(database, clock) == {}
    clock.advance(SECOND)

    assert await sweep(database, clock) == {"sweep_claim": 1}


async def test_a_block_goes_when_it_runs_out(database, conn, rows, clock):
    owner = await rows.phone(OWNER, START)
    await rows.contact(owner, "agreed", START)
    await rows.block(owner, RIDER, START, lasts=365 * DAY)
    clock.advance(365 * DAY)
    assert await sweep(database, clock) == {}
    clock.advance(SECOND)

    assert await sweep(database, clock) == {"sweep_block": 1}


@pytest.mark.parametrize(
    ("state", "keep", "statement"),
    [("asked", 30 * DAY, "sweep_sticker_contact"), ("refused", 365 * DAY, "lapse_sticker_contact")],
)
async def test_who_did_not_agree_is_forgotten_number_and_all(database, conn, rows, clock, state, keep, statement):
    """After a month where nobody answered; after a year where somebody said no, and meant not to be asked again."""
    await rows.contact(await rows.phone(OWNER, START), state, START)
    clock.advance(keep)
    assert await sweep(database, clock) == {}
    clock.advance(SECOND)

    assert await sweep(database, clock) == {statement: 1, "sweep_phone": 1}
    assert (await count(conn, "sticker_contact"), await count(conn, "phone")) == (0, 0)


async def test_who_agreed_is_kept(database, conn, rows, clock):
    await rows.contact(await rows.phone(OWNER, START), "agreed", START)
    clock.advance(5000 * DAY)

    assert await sweep(database, clock) == {}


async def test_a_number_that_a_block_still_names_is_kept(database, conn, rows, clock):
    await rows.block(await rows.phone(OWNER, START), RIDER, START, lasts=365 * DAY)
    clock.advance(40 * DAY)

    assert await sweep(database, clock) == {}


async def test_every_table_that_names_a_phone_keeps_it(conn):
    """A later table with a phone_id must be in sweep_phone too, or its people would lose their number."""
    tables = await conn.fetch(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name LIKE '%phone\\_id' AND table_name <> 'phone'"
    )
    statement = statements("retention").sweep_phone.sql

    assert {row[0] for row in tables} == {"sticker_contact", "block", "session_block", "participant", "message"}
    assert all(f"FROM {row[0]} " in statement for row in tables)


@pytest.mark.parametrize(
    ("table", "keep"),
    [("call_step", 48 * HOUR), ("text_seen", 48 * HOUR), ("scan", 30 * DAY), ("tally", HOUR), ("outbox", 14 * DAY)],
)
async def test_small_things_go_in_their_time(database, conn, clock, table, keep):
    await conn.execute("INSERT INTO call_step VALUES ($1, $1, 'start', $2, '{}')", TENANT, START)
    await conn.execute("INSERT INTO text_seen VALUES ($1, 'x', $2, false)", TENANT, START)
    await conn.execute("INSERT INTO tally VALUES ($1, 'code', 'x', $2, $3, 1)", TENANT, START, START + HOUR)
    await conn.execute("INSERT INTO scan VALUES ($1, $1, $1, $2, 'tow', 'en', 'phone', 'other', 'x')", TENANT, START)
    await conn.execute(
        "INSERT INTO outbox (tenant, kind, subject, idempotency, payload, made_at, due, dead_at)"
        " VALUES ($1, 'text', 'x', 'dead', '{}', $2, $2, $2), ($1, 'text', 'x', 'alive', '{}', $2, $2, NULL)",
        TENANT, START)  # fmt: skip

    clock.advance(keep)
    before = await sweep(database, clock)
    clock.advance(SECOND)
    after = await sweep(database, clock)

    assert f"sweep_{table}" not in before
    assert after[f"sweep_{table}"] == 1
    assert await conn.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE idempotency = 'alive')")


async def test_a_row_in_use_is_left_and_nobody_waits(database, conn, rows, clock):
    await rows.claim(b"\x00", START)
    await rows.claim(b"\x01123456", START)
    clock.advance(3 * DAY)
    async with database.transaction() as busy:
        await busy.execute("SELECT FROM claim WHERE party_key = $1 FOR UPDATE", b"\x00")

        assert await sweep(database, clock) == {"sweep_claim": 1}

    assert await sweep(database, clock) == {"sweep_claim": 1}


async def test_many_rows_go_in_small_batches(database, conn, rows, clock, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 4)
    for number in range(10):
        await rows.claim(b"\x01%06d" % number, START)
    clock.advance(3 * DAY)
    monkeypatch.setattr(retention, "MOST_BATCHES", 2)

    assert [await sweep(database, clock) for _ in range(3)] == [{"sweep_claim": 8}, {"sweep_claim": 2}, {}]


async def test_nothing_of_a_caller_can_be_read_two_days_later(database, conn, rows, ring, sealer, clock):
    """What is left of a finished call names no number, keyed or sealed."""
    box = sealer.seal(RIDER.value, Where("call", "caller_sealed", "1"))
    await rows.call(START, caller=box)
    clock.advance(3 * DAY)
    await sweep(database, clock)

    left = str([dict(row) for row in await conn.fetch("SELECT * FROM call")])
    assert box.hex() not in left
    assert repr(box) not in left
    assert repr(NumberKeys(ring, "masking").key(RIDER)) not in left
