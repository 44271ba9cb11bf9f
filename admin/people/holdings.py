"""What people hold about a person, for their rights: who they are here, their devices, their consents."""

from uuid import UUID

from admin.people import store
from core.e164 import E164
from privacy.consent import Consents
from privacy.holdings import Record, Subject
from privacy.numbers import NumberKeys
from sql.database import Connection, Database


class PeopleHoldings:
    """
    A privacy.holdings.Holder. A person is known by their account, or by the number that they have proven.

    A number proves its account here: `subject` finds it, so that rooms which know accounts alone can answer too.
    """

    room = "people"

    def __init__(self, keys: NumberKeys, consents: Consents) -> None:
        self._keys, self._consents = keys, consents

    async def subject(self, database: Database, number: E164) -> Subject:
        """Whoever proved a number: the number, and their account if they have one."""
        async with database.work() as conn:
            person = await store.for_rights(conn, self._keys.key(number), None)
        return Subject(number=number, account=person.person_id if person else None)

    async def export(self, conn: Connection, subject: Subject) -> list[Record]:
        """The account, where it is signed in, and every consent that was ever given."""
        person = await self._person(conn, subject)
        if person is None:
            return []
        found = await store.by_id(conn, person)
        if found is None:
            return []
        facts = {"person": str(person), "region": found.region, "language": found.language,
                 "proven_at": found.proven_at.isoformat(), "seen_on": found.seen_on.isoformat()}  # fmt: skip
        return [
            Record(self.room, "person", found.made_at, facts),
            *(
                Record(self.room, "device", each.made_at, {"name": each.name, "used_on": each.used_on.isoformat()})
                for each in await store.devices(conn, person)
            ),
            *(
                Record(self.room, "consent", each.given_at, {
                    "purpose": each.purpose, "version": each.version, "language": each.language,
                    "withdrawn_at": each.withdrawn_at.isoformat() if each.withdrawn_at else None,
                })
                for each in await self._consents.every(conn, person)
            ),
        ]  # fmt: skip

    async def erase(self, conn: Connection, subject: Subject) -> int:
        """The account with its devices and consents."""
        person = await self._person(conn, subject)
        return 0 if person is None else await store.delete(conn, person)

    async def _person(self, conn: Connection, subject: Subject) -> UUID | None:
        key = self._keys.key(subject.number) if subject.number is not None else None
        found = await store.for_rights(conn, key, subject.account)
        return found.person_id if found else None
