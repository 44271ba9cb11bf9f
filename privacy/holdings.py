"""A person's rights: every room that holds something about people answers for it, and all answer together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.e164 import E164
from core.ids import new_id
from privacy import audit
from sql.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Subject:
    """
    Whose data is meant, as far as it was proven.

    number: a number whose holder answered it. account: somebody who signed in. since: only what came after it; None for
    all. A number that changed hands is answered for since the new holder proved it.
    """

    number: E164 | None = None
    account: UUID | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Something held about a person. room and kind: where, and what. facts: as JSON; for the proven holder only."""

    room: str
    kind: str
    at: datetime
    facts: dict[str, Any] = field(repr=False)


class Holder(Protocol):
    """A room's promise about one person's data. Introduced in maskline/wiring.py."""

    room: str

    async def export(self, conn: Connection, subject: Subject) -> list[Record]:
        """Everything the room holds about the subject."""
        ...

    async def erase(self, conn: Connection, subject: Subject) -> int:
        """Removes it with the caller's transaction. Returns the rows removed; none is fine."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a request was carried out. receipt_id: stands in the audit trail. counts: rows, by room."""

    receipt_id: UUID
    at: datetime
    counts: dict[str, int]


async def erase_everywhere(
    database: Database, holders: Sequence[Holder], subject: Subject, *, at: datetime, actor: UUID | str
) -> Receipt:
    """Erases the subject from every room, in one transaction: all of it or nothing."""
    async with database.transaction() as conn:
        counts = {holder.room: await holder.erase(conn, subject) for holder in _each_once(holders)}
        return await _receipt(conn, at, actor, "subject.erased", counts)


async def export_everywhere(
    database: Database, holders: Sequence[Holder], subject: Subject, *, at: datetime, actor: UUID | str
) -> tuple[list[Record], Receipt]:
    """Everything that every room holds about the subject, and the receipt of having given it out."""
    async with database.transaction() as conn:
        found = {holder.room: await holder.export(conn, subject) for holder in _each_once(holders)}
        counts = {room: len(records) for room, records in found.items()}
        receipt = await _receipt(conn, at, actor, "subject.exported", counts)
    return [record for records in found.values() for record in records], receipt


async def _receipt(conn: Connection, at: datetime, actor: UUID | str, action: str, counts: dict[str, int]) -> Receipt:
    receipt = Receipt(new_id(), at, counts)
    await audit.note(conn, at, actor, action, receipt.receipt_id, **counts)
    return receipt


def _each_once(holders: Sequence[Holder]) -> Sequence[Holder]:
    """A room that answered twice would have its counts overwritten."""
    if len({holder.room for holder in holders}) < len(holders):
        raise ValueError("two holders answer for one room")
    return holders
