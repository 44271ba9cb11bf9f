"""Numbers that are shown as a business: asked for by a proven owner, checked by our staff, for a year at a time.

Being verified says who calls, not how they behave: it changes nothing about spam, and costs nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from callerid.owners import naming, store
from callerid.owners.errors import BadBusiness, BadName, BusinessStands, BusinessUnknown, WrongBusinessState
from callerid.owners.owners import Owners
from callerid.owners.store import Q
from callerid.owners.values import Business, BusinessState, Category, Mine
from core.clock import Clock
from core.ids import new_id
from privacy import audit
from sql.database import Connection, Database

LONGEST = 39
"""Characters of a business's name: less than 40, as a phone shows it."""
LASTS = timedelta(days=365)
REMINDED = timedelta(days=30)
"""How long before its end a verified business is told that it ends."""
BATCH = 100
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{3,79}")


@dataclass(frozen=True, slots=True)
class Businesses:
    """Use cases of owners who ask, and of the staff who check."""

    database: Database
    clock: Clock
    owners: Owners

    async def ask(self, person: UUID, name: str, category: str, evidence: str) -> Mine:
        """
        An owner asks to be shown as a business. evidence: the reference of a document, or an https address.

        In its last month a verified one is asked for anew, and shown as it was meanwhile. Raises BadBusiness, and
        BusinessStands where one is verified for longer.
        """
        asked = checked(name, category, evidence)
        async with self.owners.own(person) as (conn, number):
            kept = await Q.ask_business(
                conn, business=new_id(), ref=number, person=person, name=asked[0], category=asked[1],
                evidence=asked[2], t=self.clock.now(), renewed=REMINDED,
            )  # fmt: skip
            if kept is None:
                raise BusinessStands("Withdraw it first, or ask in its last month.")
            return await self.owners.seen(conn, person, number)

    async def withdraw(self, person: UUID) -> Mine:
        """An owner takes it back, at once."""
        async with self.owners.own(person) as (conn, number):
            if await Q.withdraw_business(conn, ref=number):
                await Q.set_verified_name(conn, ref=number, name=None)
            return await self.owners.seen(conn, person, number)

    async def those(self, state: BusinessState, most: int = BATCH) -> Sequence[Business]:
        """Businesses in a state, the longest waiting first."""
        async with self.database.work() as conn:
            return [store.business(row) async for row in Q.businesses(conn, state=state, most=most)]

    async def decide(self, business_id: UUID, *, verified: bool, actor: UUID | str) -> Business:
        """
        Somebody of our staff has checked it. actor: who, for the audit trail.

        Raises BusinessUnknown, and WrongBusinessState where nobody waits for an answer.
        """
        now = self.clock.now()
        async with self.database.transaction() as conn:
            number, business = await self._locked(conn, business_id)
            if business.state is not BusinessState.ASKED:
                raise WrongBusinessState(f"It is {business.state}.", state=business.state)
            state = BusinessState.VERIFIED if verified else BusinessState.REFUSED
            until = now + LASTS if verified else None
            await Q.decide_business(conn, business=business_id, state=state, t=now, until=until)
            if verified or business.shown:
                await Q.set_verified_name(conn, ref=number, name=business.name if verified else None)
            await audit.note(conn, now, actor, f"business.{state}", business_id)
            return await self._read(conn, business_id)

    async def revoke(self, business_id: UUID, *, actor: UUID | str) -> Business:
        """A verified business is one no longer, at once. Raises BusinessUnknown, WrongBusinessState."""
        async with self.database.transaction() as conn:
            number, business = await self._locked(conn, business_id)
            if not business.shown:
                raise WrongBusinessState(f"It is {business.state}.", state=business.state)
            await self._end(conn, number, business_id, BusinessState.REVOKED, actor)
            return await self._read(conn, business_id)

    async def expire(self) -> int:
        """Ends those whose year is over. Returns how many; several at once share the work."""
        ended = 0
        async with self.database.work() as conn:
            due = [row["business_id"] async for row in Q.expired_businesses(conn, t=self.clock.now(), most=BATCH)]
        for business_id in due:
            async with self.database.transaction() as conn:
                try:
                    number, business = await self._locked(conn, business_id)
                except BusinessUnknown:
                    continue  # withdrawn in this very moment
                if not business.shown or (business.until and business.until > self.clock.now()):
                    continue
                if business.state is BusinessState.ASKED:
                    await self._lapse(conn, number, business_id)
                else:
                    await self._end(conn, number, business_id, BusinessState.EXPIRED, "worker")
                ended += 1
        return ended

    async def _end(
        self, conn: Connection, number: UUID, business_id: UUID, state: BusinessState, actor: UUID | str
    ) -> None:
        now = self.clock.now()
        await Q.decide_business(conn, business=business_id, state=state, t=now, until=None)
        await Q.set_verified_name(conn, ref=number, name=None)
        await audit.note(conn, now, actor, f"business.{state}", business_id)

    async def _lapse(self, conn: Connection, number: UUID, business_id: UUID) -> None:
        """Its year is over before somebody checked it anew: it waits on, and shows nothing."""
        await Q.lapse_business(conn, business=business_id)
        await Q.set_verified_name(conn, ref=number, name=None)
        await audit.note(conn, self.clock.now(), "worker", f"business.{BusinessState.EXPIRED}", business_id)

    async def _locked(self, conn: Connection, business_id: UUID) -> tuple[UUID, Business]:
        """The row of its number, locked before its own as every word of an owner does; and the business."""
        number = await Q.business_number(conn, business=business_id)
        if number is None:
            raise BusinessUnknown("See ./run names businesses.")
        await Q.lock_number(conn, ref=number)
        return number, await self._read(conn, business_id)

    async def _read(self, conn: Connection, business_id: UUID) -> Business:
        row = await Q.business(conn, business=business_id)
        if row is None:
            raise BusinessUnknown("See ./run names businesses.")
        return store.business(row)


def checked(name: str, category: str, evidence: str) -> tuple[str, Category, str]:
    """What may be asked for: a name of under 40 characters, a category, something to check. Raises BadBusiness."""
    try:
        plain = naming.plain(name, LONGEST, digits=True)
    except BadName as bad:
        raise BadBusiness(bad.detail, field="name") from None
    try:
        kind = Category(category)
    except ValueError:
        raise BadBusiness(f"Choose one of {', '.join(Category)}.", field="category") from None
    proof = evidence.strip()
    if not (_is_address(proof) or _REFERENCE.fullmatch(proof)):
        raise BadBusiness(
            "Write the reference of a document, or an address that begins with https://.", field="evidence"
        )
    return plain, kind, proof


def _is_address(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or len(text) > 200 or any(letter in text for letter in " <>\"'"):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host and parts.username is None
