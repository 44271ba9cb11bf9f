"""Seal keys are rotated while the service runs, and an old key goes only when nothing needs it."""

import asyncio

import pytest

from core.e164 import E164
from core.ids import new_id
from privacy import rotation, store
from privacy.key_check import check_ring
from privacy.keys import KeysUnfit
from privacy.rotation import KeyInUse, Progress, retire, rotate, sealed_under
from privacy.sealing import Sealer, Where, key_id_of
from privacy.short_keys import ShortKeys
from tests.privacy.conftest import OWNER, RIDER, START


@pytest.fixture
def new_ring(ring):
    return ring.with_new("seal", START)


@pytest.fixture
def new_sealer(new_ring):
    return Sealer(new_ring)


async def test_everything_moves_to_the_new_key_and_still_opens(database, conn, rows, new_ring, new_sealer):
    phone = await rows.phone(RIDER, START)
    account = await rows.account(["first token", "second token"], START)

    progress = await rotate(database, new_sealer, new_ring, START)

    assert progress == Progress(resealed=2, unreadable=0, left=0)
    box = await conn.fetchval("SELECT sealed FROM phone")
    tokens = await conn.fetchval("SELECT tokens FROM carrier_account")
    assert {key_id_of(each) for each in [box, *tokens]} == {2}
    assert new_sealer.open(box, Where.phone(phone)) == RIDER.value
    assert [new_sealer.open(each, Where.tokens(account)) for each in tokens] == ["first token", "second token"]


async def test_tokens_of_clients_texts_and_pictures_move_too(database, conn, rows, new_ring, new_sealer):
    message = await rows.message(await rows.session(await rows.service(START), START), "At eight?", START)
    await rows.media(message, START)

    assert await rotate(database, new_sealer, new_ring, START) == Progress(resealed=3, unreadable=0, left=0)

    assert new_sealer.open(await conn.fetchval("SELECT body FROM message"), Where.words(message)) == "At eight?"
    assert await sealed_under(conn) == {2: 3}


async def test_people_s_numbers_move_too(database, conn, rows, new_ring, new_sealer):
    person = await rows.person(RIDER, b"k" * 32, START)
    await conn.execute(
        "INSERT INTO person VALUES ($1, NULL, NULL, 'US', 'en', $2, $2, $3)", new_id(), START, START.date()
    )

    assert await rotate(database, new_sealer, new_ring, START) == Progress(resealed=1, unreadable=0, left=0)

    box = await conn.fetchval("SELECT sealed FROM person WHERE person_id = $1", person)
    assert new_sealer.open(box, Where.person(person)) == RIDER.value


async def test_with_nothing_old_nothing_is_written(database, conn, rows, ring, sealer):
    await rows.phone(RIDER, START)

    assert await rotate(database, sealer, ring, START) == Progress(0, 0, 0)
    assert await conn.fetchval("SELECT count(*) FROM audit_entry") == 0


async def test_a_rotation_cut_off_goes_on_where_it_was(database, conn, rows, new_ring, new_sealer, monkeypatch):
    for number in range(9):
        await rows.phone(E164(f"+1202555010{number}"), START)
    monkeypatch.setattr(rotation, "BATCH", 4)
    reseal, batches = store.reseal_boxes, 0

    async def dies_at_the_second(*given):
        nonlocal batches
        batches += 1
        if batches == 2:
            raise ConnectionAbortedError
        await reseal(*given)

    monkeypatch.setattr(store, "reseal_boxes", dies_at_the_second)
    with pytest.raises(Exception, match="database is not answering"):
        await rotate(database, new_sealer, new_ring, START)
    assert await sealed_under(conn) == {1: 5, 2: 4}

    assert await rotate(database, new_sealer, new_ring, START) == Progress(resealed=5, unreadable=0, left=0)


async def test_two_workers_share_a_rotation(database, conn, rows, new_ring, new_sealer, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)
    for number in range(20):
        await rows.phone(E164(f"+120255501{number:02d}"), START)

    await asyncio.gather(*(rotate(database, new_sealer, new_ring, START) for _ in range(2)))

    assert await sealed_under(conn) == {2: 20}


async def test_a_row_in_use_is_left_for_the_next_run(database, conn, rows, new_ring, new_sealer):
    await rows.phone(RIDER, START)
    other = await rows.phone(OWNER, START)
    async with database.transaction() as busy:
        await busy.execute("SELECT FROM phone WHERE phone_id = $1 FOR UPDATE", other)
        assert await rotate(database, new_sealer, new_ring, START) == Progress(1, 0, left=1)

    assert await rotate(database, new_sealer, new_ring, START) == Progress(1, 0, left=0)


async def test_a_damaged_value_is_counted_and_the_others_move(database, conn, rows, new_ring, new_sealer, caplog):
    damaged = await rows.phone(OWNER, START)
    await conn.execute("UPDATE phone SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)")
    await rows.phone(RIDER, START)

    assert await rotate(database, new_sealer, new_ring, START) == Progress(1, unreadable=1, left=1)
    assert str(damaged) in caplog.text
    assert OWNER.value not in caplog.text


async def test_a_key_that_still_seals_something_is_not_retired(conn, rows, new_ring):
    await rows.phone(RIDER, START)
    await check_ring(conn, new_ring)

    with pytest.raises(KeyInUse) as caught:
        await retire(conn, new_ring, 1, START)

    assert caught.value.facts == {"boxes": 1}


async def test_day_keys_hold_an_old_key_until_they_are_gone(database, conn, sealer, ring, new_ring, new_sealer, clock):
    await ShortKeys(database, sealer, clock).recent()
    await check_ring(conn, new_ring)
    await rotate(database, new_sealer, new_ring, START)

    with pytest.raises(KeyInUse):
        await retire(conn, new_ring, 1, START)


async def test_a_retired_key_may_leave_the_file(database, conn, rows, new_ring, new_sealer, ring):
    phone = await rows.phone(RIDER, START)
    await check_ring(conn, new_ring)
    await rotate(database, new_sealer, new_ring, START)

    smaller = await retire(conn, new_ring, 1, START)

    await check_ring(conn, smaller)
    box = await conn.fetchval("SELECT sealed FROM phone")
    assert Sealer(smaller).open(box, Where.phone(phone)) == RIDER.value
    with pytest.raises(KeysUnfit, match="seal 2 is missing"):
        await check_ring(conn, ring)


async def test_the_newest_key_is_never_retired(conn, new_ring):
    with pytest.raises(KeysUnfit):
        await retire(conn, new_ring, 2, START)
