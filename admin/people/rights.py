"""What a person may do about themselves: agree, take it back, have everything told, have everything deleted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from admin.people.members import Members
from admin.people.people import People
from admin.people.values import Person
from core.clock import Clock
from ivr.consents import Purpose
from privacy import audit
from privacy.consent import Consent, Consents
from privacy.holdings import Holder, Receipt, Record, Subject, erase_everywhere, export_everywhere
from sql.database import Database

_OF_OTHERS = "masking"
"""Rooms whose rows belong to a vehicle or a booking, which go on reaching whoever deletes their account here."""


@dataclass(frozen=True, slots=True)
class Rights:
    """holders: every room that answers for a person, asked when it is needed."""

    database: Database
    clock: Clock
    people: People
    members: Members
    consents: Consents
    holders: Callable[[], Sequence[Holder]]

    async def standing(self, person_id: UUID) -> dict[Purpose, Consent | None]:
        """What a person is asked, and the consent that stands, if one does."""
        async with self.database.work() as conn:
            every = await self.consents.every(conn, person_id)
        live = {each.purpose: each for each in every if each.withdrawn_at is None}
        return {purpose: live.get(purpose.value) for purpose in Purpose}

    async def give(self, person_id: UUID, purpose: str, version: int, language: str) -> None:
        """Raises NoSuchConsent, ConsentOutdated."""
        async with self.database.transaction() as conn:
            await self.consents.give(conn, person_id, purpose, version, language)
            await audit.note(conn, self.clock.now(), person_id, "consent.given", purpose, version=version)

    async def withdraw(self, person_id: UUID, purpose: str) -> None:
        """Raises NoSuchConsent. Withdrawn twice, it is withdrawn once."""
        async with self.database.transaction() as conn:
            if await self.consents.withdraw(conn, person_id, purpose):
                await audit.note(conn, self.clock.now(), person_id, "consent.withdrawn", purpose)

    async def export(self, person: Person) -> list[Record]:
        """Everything that every room holds: of the account, and of its number since they proved it."""
        subject, number = Subject(account=person.person_id), None
        known = await self.people.person(person.person_id)  # `person` may be remembered from before they moved
        if known is not None:
            number = await self.people.own_number(known)
        if known is not None and number is not None:
            subject = Subject(number=number, account=person.person_id, since=known.proven_at)
        records, _ = await export_everywhere(self.database, self.holders(), subject, at=self.clock.now(),
                                             actor=person.person_id)  # fmt: skip
        return records

    async def delete(self, person: Person) -> Receipt:
        """
        The account goes, with all that they shared and said of their number.

        Vehicles and bookings that reach the number stay: they are not the account's, and are left on their own pages.
        """
        number = await self.people.own_number(person)
        rooms = [holder for holder in self.holders() if not holder.room.startswith(_OF_OTHERS)]
        receipt = await erase_everywhere(
            self.database, rooms, Subject(number=number, account=person.person_id), at=self.clock.now(),
            actor=person.person_id,
        )  # fmt: skip
        self.members.forget()
        return receipt
