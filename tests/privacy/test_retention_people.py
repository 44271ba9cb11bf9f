"""Codes, their bills and devices end in their time; people stay until they go themselves."""

from datetime import timedelta

from core.ids import new_id
from privacy.retention import sweep
from tests.privacy.conftest import OWNER, START

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


async def test_a_proof_goes_when_its_time_is_over(database, conn, clock):
    await conn.execute(
        "INSERT INTO proof (proof_id, purpose, number_key, sealed, place, way, language, made_at, sent_at, until, sent)"
        " VALUES ($1, 'sign-in', 'k', 's', 'US +120255', 'text', 'en', $2, $2, $3, 1)",
        new_id(), START, START + timedelta(minutes=10))  # fmt: skip
    clock.advance(timedelta(minutes=10))
    assert await sweep(database, clock) == {}
    clock.advance(SECOND)

    assert await sweep(database, clock) == {"sweep_proof": 1}


async def test_what_codes_cost_is_known_for_a_month(database, conn, clock):
    await conn.execute("INSERT INTO proof_spending VALUES ($1, 'all', 1, 0, 100)", START.date())
    clock.advance(31 * DAY)
    assert await sweep(database, clock) == {}
    clock.advance(DAY)

    assert await sweep(database, clock) == {"sweep_proof_spending": 1}


async def test_a_device_that_nobody_uses_is_signed_out_and_its_person_stays(database, conn, rows, clock):
    person = await rows.person(OWNER, b"k" * 32, START)
    await conn.execute("INSERT INTO device VALUES ($1, $2, 'hash', 'Phone', false, $3, $4)",
                       new_id(), person, START, START.date())  # fmt: skip
    clock.advance(180 * DAY)
    assert await sweep(database, clock) == {}
    clock.advance(DAY)

    assert await sweep(database, clock) == {"sweep_device": 1}
    assert await conn.fetchval("SELECT count(*) FROM person") == 1
