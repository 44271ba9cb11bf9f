"""What sessions leave behind ends too: words after a day, people and interactions three months after the end."""

from datetime import timedelta

from privacy.retention import sweep
from tests.privacy.conftest import OWNER, RIDER, START
from tests.privacy.rows import TENANT

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


async def test_a_text_loses_its_words_then_its_name_then_itself(database, conn, rows, clock):
    session = await rows.session(await rows.service(START), START)
    message = await rows.message(session, "At eight?", START)
    await rows.media(message, START)
    clock.advance(24 * HOUR)
    assert await sweep(database, clock) == {}

    clock.advance(SECOND)
    assert await sweep(database, clock) == {"anonymise_message": 1, "sweep_media": 1}
    assert await conn.fetchval("SELECT body FROM message") is None
    clock.advance(6 * DAY)
    assert await sweep(database, clock) == {"unname_message": 1}
    clock.advance(83 * DAY)
    assert await sweep(database, clock) == {"sweep_message": 1, "sweep_interaction": 1}


async def test_a_session_goes_three_months_after_its_end_with_everybody_in_it(database, conn, rows, clock):
    session = await rows.session(await rows.service(START), START, ended=START + DAY)
    await rows.participant(session, await rows.phone(OWNER, START), 1, START)
    await rows.message(session, "At eight?", START + 89 * DAY)
    clock.advance(91 * DAY)
    assert "sweep_session" not in await sweep(database, clock)
    clock.advance(SECOND)

    assert await sweep(database, clock) == {"sweep_session": 1, "sweep_phone": 1}

    for table in ("session", "participant", "interaction", "message"):
        assert await conn.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_a_session_that_goes_on_keeps_its_people(database, conn, rows, clock):
    await rows.participant(
        await rows.session(await rows.service(START), START), await rows.phone(OWNER, START), 1, START
    )
    clock.advance(5000 * DAY)

    assert await sweep(database, clock) == {}


async def test_idempotency_keys_go_after_two_days_and_events_after_a_month(database, conn, rows, clock):
    service = await rows.service(START)
    await conn.execute("INSERT INTO request_seen VALUES ($1, $1, 'name', 'body', NULL, $2)", TENANT, START)
    await conn.execute("INSERT INTO event VALUES ($1, $1, $2, 1, 'closed', NULL, '{}', $3)", TENANT, service, START)
    clock.advance(2 * DAY)
    assert await sweep(database, clock) == {}
    clock.advance(SECOND)

    assert await sweep(database, clock) == {"sweep_request_seen": 1}
    clock.advance(28 * DAY)
    assert await sweep(database, clock) == {"sweep_event": 1}


async def test_a_block_made_in_a_session_goes_when_it_runs_out_and_lets_go_of_the_number(database, conn, rows, clock):
    await rows.session_block(await rows.service(START), await rows.phone(OWNER, START), RIDER, START, lasts=365 * DAY)
    clock.advance(365 * DAY)
    assert await sweep(database, clock) == {}
    clock.advance(SECOND)

    assert await sweep(database, clock) == {"sweep_session_block": 1, "sweep_phone": 1}
