"""What names hold about the holder of a number, for their rights: how it is shown, what goes round, what they said."""

from datetime import timedelta
from uuid import UUID

from callerid.owners import rules, store
from callerid.owners.marks import Marks
from callerid.owners.naming import safe
from callerid.owners.store import Q
from callerid.owners.values import Mine
from core.clock import Clock
from privacy.holdings import Record, Subject
from sql.database import Connection


class OwnerHoldings:
    """
    A privacy.holdings.Holder. A person is known here by their number alone.

    Who gave a name is nobody's to know, so what others called the number is told with counts. secret: as for Renewal.
    """

    room = "callerid.owners"

    def __init__(self, clock: Clock, marks: Marks, secret: bytes) -> None:
        self._clock, self._marks, self._secret = clock, marks, secret

    async def export(self, conn: Connection, subject: Subject) -> list[Record]:
        """How the number is shown, what its owner said, their business, and each name that more than a few use."""
        number = await self._number(conn, subject)
        if number is None:
            return []
        mine, now = await store.mine(conn, number), self._clock.now()
        since = rules.week_of(subject.since) if subject.since else 0
        records = [Record(self.room, "number", now, _said(mine, mine.owned_week))]
        if mine.business is not None:
            facts = {"name": mine.business.name, "category": mine.business.category.value,
                     "evidence": mine.business.evidence, "state": mine.business.state.value}  # fmt: skip
            records.append(Record(self.room, "business", mine.business.asked_at, facts))
        async for row in Q.names_since(conn, ref=number, week=since):
            people = rules.people(row["tags"], self._secret, number.bytes + row["cluster"].to_bytes(2))
            if people or row["struck"]:
                told: dict[str, object] = {
                    "name": safe(row["spelling"]),
                    "people_at_least": people,
                    "struck": row["struck"],
                }
                records.append(Record(self.room, "name", now, told))
        return records

    async def erase(self, conn: Connection, subject: Subject) -> int:
        """
        Every name that people gave the number goes, with all that its owner said of it.

        The row stays, hidden: a key, and that nothing may be shown, so that the next address book does not bring it
        back. Marks for spam stay until they have faded: they are about calls, and protect whoever was called.
        """
        number = await self._number(conn, subject)
        if number is None:
            return 0
        await Q.lock_number(conn, ref=number)
        erased = int(await Q.erase_names(conn, ref=number)) + int(await Q.erase_owner(conn, ref=number))
        await Q.blank_number(conn, ref=number)
        return erased

    async def _number(self, conn: Connection, subject: Subject) -> UUID | None:
        if subject.number is None:
            return None
        number: UUID | None = await Q.number_row(conn, number_key=self._marks.number(subject.number).key)
        return number


def _said(mine: Mine, owned_week: int | None) -> dict[str, object]:
    proven = (rules.START + timedelta(weeks=owned_week)).date().isoformat() if owned_week is not None else None
    return {
        "shown": mine.shown, "status": mine.status, "hidden": mine.hidden, "own_name": mine.own_name,
        "says_name": mine.says_name, "nuisance": mine.spam, "proven_in_week_of": proven,
    }  # fmt: skip
