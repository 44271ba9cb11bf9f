"""Day keys: the same in every process, changed at midnight UTC, and gone for good when their row is gone."""

import asyncio
from datetime import date, timedelta

import pytest

from privacy import audit
from privacy.retention import sweep
from privacy.sealing import UNDER_DAY, Sealer, Unsealable, Where, key_id_of, version_of
from privacy.short_keys import ShortKeys
from sql.database import Database
from tests.privacy.conftest import OWNER, RIDER

HERE = Where("call", "caller_sealed", "1")


@pytest.fixture
def short_keys(database, sealer, clock):
    return ShortKeys(database, sealer, clock)


@pytest.fixture
def elsewhere(database, sealer, clock):
    """Another process."""
    return ShortKeys(database, sealer, clock)


async def test_all_processes_agree_on_the_days_keys(short_keys, elsewhere):
    ours, theirs = await asyncio.gather(short_keys.recent(), elsewhere.recent())

    assert ours.scanners(RIDER) == theirs.scanners(RIDER)
    assert ours.today.day == date(2030, 1, 15)
    assert ours.yesterday.day == date(2030, 1, 14)


async def test_many_first_callers_of_a_day_make_one_key(database, sealer, clock, conn):
    processes = [ShortKeys(database, sealer, clock) for _ in range(4)]

    found = await asyncio.gather(*(process.recent() for process in processes for _ in range(4)))

    assert len({keys.today.key_id for keys in found}) == 1
    assert await conn.fetchval("SELECT count(*) FROM short_key") == 2


async def test_postgres_is_asked_once_a_day(short_keys, conn):
    first = await short_keys.recent()
    await conn.execute("DELETE FROM short_key")

    assert await short_keys.recent() is first


async def test_a_scanner_is_known_today_and_tomorrow_and_not_after(short_keys, clock):
    first = (await short_keys.recent()).today.scanner(RIDER)
    clock.advance(timedelta(days=1))
    next_day = await short_keys.recent()
    clock.advance(timedelta(days=1))
    third_day = await short_keys.recent()

    assert first == next_day.yesterday.scanner(RIDER)
    assert first not in [next_day.today.scanner(RIDER), *third_day.scanners(RIDER)]
    assert first != next_day.yesterday.scanner(OWNER)


async def test_the_day_changes_at_midnight_utc(short_keys, clock):
    clock.advance(timedelta(hours=11, minutes=59, seconds=59))
    before = await short_keys.recent()
    clock.advance(timedelta(seconds=1))
    after = await short_keys.recent()

    assert before.today.key_id == after.yesterday.key_id


async def test_a_visitors_network_is_known_for_a_day(short_keys):
    keys = await short_keys.recent()

    assert keys.today.address("192.0.2.1") == keys.today.address("192.0.2.99")
    assert keys.today.address("192.0.2.1") != keys.yesterday.address("192.0.2.1")


async def test_a_callers_box_opens_in_every_process(short_keys, elsewhere):
    box = (await short_keys.recent()).today.seal(RIDER.value, HERE)

    assert await elsewhere.open_box(box, HERE) == RIDER.value
    assert version_of(box) == UNDER_DAY
    with pytest.raises(Unsealable):
        await elsewhere.open_box(box, Where("call", "caller_sealed", "2"))


async def test_yesterdays_box_opens_today(short_keys, elsewhere, clock):
    box = (await short_keys.recent()).today.seal(RIDER.value, HERE)
    clock.advance(timedelta(days=1))
    await short_keys.recent()

    assert await short_keys.open_box(box, HERE) == RIDER.value


async def test_after_two_days_nobody_opens_it(database, short_keys, elsewhere, clock):
    box = (await short_keys.recent()).today.seal(RIDER.value, HERE)
    clock.advance(timedelta(hours=36))  # it was noon
    assert await sweep(database, clock) == {"sweep_short_key": 2}
    await short_keys.recent()

    for process in (short_keys, elsewhere):
        with pytest.raises(Unsealable, match="short key is gone"):
            await process.open_box(box, HERE)


async def test_a_crash_of_the_database_closes_what_was_sealed_and_work_goes_on(short_keys, conn):
    before = await short_keys.recent()
    box = before.today.seal(RIDER.value, HERE)
    await conn.execute("TRUNCATE short_key")  # what Postgres does to an unlogged table when it recovers

    short_keys.forget_cache()
    after = await short_keys.recent()

    assert after.today.key_id != before.today.key_id
    assert after.today.scanner(RIDER) != before.today.scanner(RIDER)
    with pytest.raises(Unsealable, match="crashed"):
        await short_keys.open_box(box, HERE)


async def test_when_postgres_is_killed_short_keys_are_gone_and_the_audit_trail_is_there(own_servers, sealer, clock):
    """The one exception to "every acknowledged row is there after a restart" (DESIGN section 4), and the rule."""
    database = await Database.open(own_servers.database_url)
    keys = ShortKeys(database, sealer, clock)
    box = (await keys.recent()).today.seal(RIDER.value, HERE)
    async with database.transaction() as conn:
        await audit.note(conn, clock.now(), "worker", "swept")
    await asyncio.to_thread(own_servers.kill, "postgres")
    await asyncio.to_thread(own_servers.revive, "postgres")

    keys.forget_cache()
    with pytest.raises(Unsealable, match="crashed"):
        await keys.open_box(box, HERE)
    async with database.work() as conn:
        assert await conn.fetchval("SELECT count(*) FROM audit_entry") == 1
    await database.close()


async def test_the_table_is_in_no_log_and_no_standby(conn):
    assert await conn.fetchval("SELECT relpersistence FROM pg_class WHERE relname = 'short_key'") == b"u"


async def test_the_stored_key_opens_with_the_ring_alone(short_keys, database, clock, other_ring):
    await short_keys.recent()
    stranger = ShortKeys(database, Sealer(other_ring), clock)

    with pytest.raises(Unsealable):
        await stranger.recent()


async def test_a_box_under_the_root_is_not_taken_for_a_short_one(short_keys, sealer):
    with pytest.raises(Unsealable, match="not sealed with a short key"):
        await short_keys.open_box(sealer.seal(RIDER.value, HERE), HERE)


async def test_a_short_keys_box_is_not_taken_for_one_under_the_root(short_keys, sealer):
    today = (await short_keys.recent()).today
    box = today.seal(RIDER.value, HERE)

    assert key_id_of(box) == today.key_id
    assert str(today) == "DayKey(2030-01-15)"
    with pytest.raises(Unsealable):
        sealer.open(box, HERE)
