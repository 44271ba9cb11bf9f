"""A person asks once, and every room answers: all of it in one transaction, with a receipt that names no number."""

import json
from dataclasses import dataclass

import pytest

from core.ids import new_id
from privacy.holdings import Record, Subject, erase_everywhere, export_everywhere
from tests.privacy.conftest import OWNER, RIDER, START

ABOUT_RIDER = Subject(number=RIDER)


@dataclass
class Phones:
    """A room that keeps phones, as masking does. fails: it breaks half-way."""

    room: str
    fails: bool = False

    async def export(self, conn, subject):
        return [
            Record(self.room, "phone", row["made_at"], {"number": subject.number.value})
            for row in await conn.fetch("SELECT made_at FROM phone")
        ]

    async def erase(self, conn, subject):
        gone = await conn.fetch("DELETE FROM phone RETURNING phone_id")
        if self.fails:
            raise RuntimeError
        return len(gone)


@dataclass
class Nothing:
    """A room that holds nothing about anybody."""

    room: str = "callerid"

    async def export(self, conn, subject):
        return []

    async def erase(self, conn, subject):
        return 0


async def test_an_erasure_empties_every_room_and_gives_a_receipt(database, conn, rows):
    await rows.phone(RIDER, START)

    receipt = await erase_everywhere(database, [Phones("masking"), Nothing()], ABOUT_RIDER, at=START, actor="command")

    assert receipt.counts == {"masking": 1, "callerid": 0}
    assert await conn.fetchval("SELECT count(*) FROM phone") == 0
    entry = await conn.fetchrow("SELECT * FROM audit_entry")
    assert (entry["action"], entry["reference"]) == ("subject.erased", str(receipt.receipt_id))
    assert json.loads(entry["counts"]) == receipt.counts
    assert RIDER.digits not in str(dict(entry))


async def test_an_erasure_that_one_room_cannot_do_is_not_done_by_halves(database, conn, rows):
    await rows.phone(RIDER, START)

    with pytest.raises(RuntimeError):
        await erase_everywhere(database, [Nothing(), Phones("masking", fails=True)], ABOUT_RIDER, at=START, actor="me")

    assert await conn.fetchval("SELECT count(*) FROM phone") == 1
    assert await conn.fetchval("SELECT count(*) FROM audit_entry") == 0


async def test_an_export_gives_what_every_room_holds_and_is_noted(database, conn, rows):
    await rows.phone(RIDER, START)
    account = new_id()

    records, receipt = await export_everywhere(
        database, [Phones("masking"), Nothing()], ABOUT_RIDER, at=START, actor=account
    )

    assert [(record.room, record.kind, record.facts) for record in records] == [
        ("masking", "phone", {"number": RIDER.value})
    ]
    assert receipt.counts == {"masking": 1, "callerid": 0}
    entry = await conn.fetchrow("SELECT actor, action FROM audit_entry")
    assert tuple(entry) == (str(account), "subject.exported")


async def test_a_room_answers_once(database):
    with pytest.raises(ValueError, match="one room"):
        await erase_everywhere(database, [Nothing(), Nothing()], ABOUT_RIDER, at=START, actor="command")


def test_neither_subject_nor_record_shows_a_number():
    record = Record("masking", "phone", START, {"number": OWNER.value})

    assert OWNER.value not in f"{record} {record!r} {Subject(number=OWNER)}"
