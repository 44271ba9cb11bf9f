"""The audit trail: append-only, chained by one writer, and any tampering is found."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from core.ids import new_id
from privacy import audit
from privacy.audit import AuditBroken, Broken, Verified, link, note, verify
from tests.privacy.conftest import RIDER, START


@pytest.fixture
async def five(database, conn, ring):
    """Five entries, chained."""
    for number in range(5):
        await note(conn, START + timedelta(seconds=number), "worker", "swept", new_id(), rows=number)
    assert await link(database, ring) == 5


@asynccontextmanager
async def unguarded(conn):
    """As the owner of the tables can who means to tamper: triggers and foreign keys off."""
    await conn.execute(
        "ALTER TABLE audit_link DROP CONSTRAINT audit_link_entry_id_fkey;"
        "ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_link DISABLE TRIGGER USER"
    )
    yield
    await conn.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER; ALTER TABLE audit_link ENABLE TRIGGER USER")


async def test_entries_are_kept_with_the_transaction_that_caused_them(database, conn, ring):
    async def fails():
        async with database.transaction() as inside:
            await note(inside, START, "worker", "swept", rows=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()

    assert await conn.fetchval("SELECT count(*) FROM audit_entry") == 0
    assert await verify(conn, ring) == Verified(0, 0, "")


async def test_an_untouched_chain_is_whole(conn, ring, five):
    found = await verify(conn, ring)

    assert isinstance(found, Verified)
    assert (found.links, found.waiting) == (5, 0)
    assert bytes.fromhex(found.head) == await conn.fetchval("SELECT hash FROM audit_link WHERE seq = 5")


async def test_entries_are_chained_in_order_and_once(database, conn, ring, five):
    await note(conn, START + timedelta(minutes=1), new_id(), "sticker.revoked")
    waiting = await verify(conn, ring)
    assert (await link(database, ring), await link(database, ring)) == (1, 0)

    assert isinstance(waiting, Verified)
    assert waiting.waiting == 1
    assert await conn.fetchval(
        "SELECT array_agg(at ORDER BY seq) = array_agg(at ORDER BY at)"
        "  FROM audit_link JOIN audit_entry USING (entry_id)"
    )
    assert await conn.fetchval("SELECT count(*) FROM audit_waiting") == 0


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET actor = 'somebody' WHERE counts = '{\"rows\": 2}'",
        "UPDATE audit_entry SET action = 'nothing' WHERE counts = '{\"rows\": 2}'",
        "UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE counts = '{\"rows\": 2}'",
        "UPDATE audit_entry SET reference = NULL WHERE counts = '{\"rows\": 2}'",
        "UPDATE audit_entry SET counts = '{\"rows\": 20}' WHERE counts = '{\"rows\": 2}'",
        "UPDATE audit_link SET hash = sha256('x') WHERE seq = 3",
        "DELETE FROM audit_link WHERE seq = 3",
        "DELETE FROM audit_entry WHERE counts = '{\"rows\": 2}'",
        "UPDATE audit_link SET seq = 9 WHERE seq = 3; UPDATE audit_link SET seq = 3 WHERE seq = 4",
    ],
)
async def test_tampering_in_the_middle_is_found_where_it_was_done(conn, ring, five, tampering):
    async with unguarded(conn):
        await conn.execute(tampering)

    found, again = await verify(conn, ring), await verify(conn, ring)

    assert isinstance(found, Broken)
    assert found.seq == 3
    assert again == found
    assert not conn.is_in_transaction()


async def test_a_whole_entry_taken_out_and_the_rest_renumbered_is_found(conn, ring, five):
    async with unguarded(conn):
        await conn.execute(
            "DELETE FROM audit_entry WHERE entry_id = (SELECT entry_id FROM audit_link WHERE seq = 3);"
            "DELETE FROM audit_link WHERE seq = 3;"
            "UPDATE audit_link SET seq = 3 WHERE seq = 4; UPDATE audit_link SET seq = 4 WHERE seq = 5"
        )

    found = await verify(conn, ring)

    assert isinstance(found, Broken)
    assert found.seq == 3


async def test_the_end_cut_off_is_found_and_nothing_more_is_chained_to_it(database, conn, ring, five):
    async with unguarded(conn):
        await conn.execute(
            "DELETE FROM audit_entry WHERE entry_id IN (SELECT entry_id FROM audit_link WHERE seq > 3);"
            "DELETE FROM audit_link WHERE seq > 3"
        )
    await note(conn, START, "worker", "swept")

    assert isinstance(await verify(conn, ring), Broken)
    with pytest.raises(AuditBroken):
        await link(database, ring)


async def test_a_whole_trail_deleted_is_found(conn, ring, five):
    async with unguarded(conn):
        await conn.execute("DELETE FROM audit_entry; DELETE FROM audit_link")

    assert await verify(conn, ring) == Broken(1, "The end of the chain was cut off.")


async def test_a_database_rolled_back_whole_is_found_by_who_saw_it_before(database, conn, ring, five):
    """The chain of an old backup is sound in itself; only what was noted down outside of it tells."""
    early = await conn.fetchrow("SELECT * FROM audit_head")
    await note(conn, START + timedelta(minutes=1), "worker", "swept")
    await link(database, ring)
    seen = await verify(conn, ring)
    assert isinstance(seen, Verified)
    async with unguarded(conn):
        await conn.execute(
            "DELETE FROM audit_entry WHERE entry_id IN (SELECT entry_id FROM audit_link WHERE seq > 5);"
            "DELETE FROM audit_link WHERE seq > 5"
        )
        await conn.execute("UPDATE audit_head SET seq = $1, proof = $2", early["seq"], early["proof"])

    assert isinstance(await verify(conn, ring), Verified)
    assert isinstance(await verify(conn, ring, seen=seen), Broken)


async def test_another_chain_of_the_same_length_is_found_by_who_saw_it_before(conn, ring, five):
    other = Verified(4, 0, "00" * 32)

    assert await verify(conn, ring, seen=other) == Broken(4, "The chain is not the one that was seen before.")


async def test_an_entry_taken_from_the_queue_is_missed(conn, ring, five):
    await note(conn, START, "worker", "swept")
    await conn.execute("DELETE FROM audit_waiting")

    assert await verify(conn, ring) == Broken(6, "Entries neither chained nor waiting to be: 1.")


async def test_without_the_audit_key_no_chain_can_be_made(conn, other_ring, five):
    assert isinstance(await verify(conn, other_ring), Broken)


async def test_two_writers_at_once_make_one_chain(database, conn, ring, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 7)
    for number in range(60):
        await note(conn, START + timedelta(seconds=number), "worker", "swept", rows=number)

    linked = await asyncio.gather(*(link(database, ring) for _ in range(4)))

    found = await verify(conn, ring)
    assert sum(linked) == 60
    assert isinstance(found, Verified)
    assert found.links == 60


@pytest.mark.parametrize("table", ["audit_entry", "audit_link"])
@pytest.mark.parametrize("change", ["UPDATE {} SET entry_id = entry_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_postgres_refuses_to_change_what_was_noted(conn, five, table, change):
    with pytest.raises(Exception, match="append-only"):
        await conn.execute(change.format(table))


@pytest.mark.parametrize(
    "words",
    [
        {"reference": RIDER.value},
        {"reference": RIDER.digits},
        {"reference": "1-202-555-0101"},
        {"reference": "number-12025550101"},
        {"reference": "5550101"},
        {"actor": "+447700900123"},
        {"action": "called +447700900123"},
        {"action": "Upper"},
        {"reference": ""},
    ],
)
async def test_a_number_never_gets_into_the_trail(conn, words):
    given = {"actor": "worker", "action": "swept", "reference": None} | words

    with pytest.raises(ValueError) as caught:
        await note(conn, START, given["actor"], given["action"], given["reference"])

    assert "555" not in str(caught.value)
    assert await conn.fetchval("SELECT count(*) FROM audit_entry") == 0


@pytest.mark.parametrize("count", [12025550101, -1, 1.5, True, "3", RIDER])
async def test_counts_are_whole_numbers_too_small_to_be_a_persons(conn, count):
    with pytest.raises(ValueError):
        await note(conn, START, "worker", "swept", rows=count)


async def test_what_is_noted_can_be_read_back(conn):
    account, sticker = new_id(), UUID("12025550-1012-4025-8501-012025550101")  # an id of digits is an id
    await note(conn, START, account, "sticker.revoked", str(sticker), claims=2, contacts=1)

    row = await conn.fetchrow("SELECT * FROM audit_entry")

    assert (row["at"], row["actor"], row["action"], row["reference"]) == (
        START, str(account), "sticker.revoked", str(sticker)
    )  # fmt: skip
    assert json.loads(row["counts"]) == {"claims": 2, "contacts": 1}
