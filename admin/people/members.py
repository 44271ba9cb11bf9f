"""Who is signed in: people known by the token of a device of theirs, for our own pages and for the rooms of names."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from admin.people import store
from admin.people.errors import DeviceUnknown
from admin.people.people import People
from admin.people.values import Device, Here
from callerid.ports import Member
from core.clock import Clock
from core.e164 import E164
from privacy import audit
from sql.database import Database

REMEMBERED = timedelta(seconds=20)
"""
How long a process takes a device for signed in without asking Postgres; the one that signs it out knows at once.
"""
MOST_REMEMBERED = 20_000
LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class _Known:
    here: Here
    until: datetime


class Members:
    """Use cases of devices, and `callerid.ports.Members`."""

    def __init__(self, database: Database, clock: Clock, people: People) -> None:
        self._database, self._clock, self._people = database, clock, people
        self._known: dict[bytes, _Known] = {}
        self._forgotten = 0  # how often: whoever reads meanwhile must not remember what they read

    async def here(self, token: str) -> Here | None:
        """
        Who is signed in with a token, also somebody who lost their number; None for a token that does not live.

        Notes the day. Raises DatabaseAway.
        """
        if not 0 < len(token) <= LONGEST_TOKEN:
            return None
        hashes, now = self._people.hashes(token), self._clock.now()
        known = self._known.get(hashes[0])
        if known is not None and now < known.until and known.here.device.used_on == now.date():
            return known.here
        self._known.pop(hashes[0], None)
        forgotten = self._forgotten
        async with self._database.work() as conn:
            found = await store.by_token(conn, hashes)
            if found is None:
                return None
            here = found.here
            if found.token_hash != hashes[0]:  # so that it is found still when the older root is gone
                await store.rehash(conn, here.device.device_id, found.token_hash, hashes[0])
            if here.device.used_on < now.date():
                await store.use(conn, here.device.device_id, now.date())
                here = replace(here, device=replace(here.device, used_on=now.date()))
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        if forgotten == self._forgotten:
            self._known[hashes[0]] = _Known(here, now + REMEMBERED)
        return here

    async def member(self, token: str, network: str) -> Member | None:
        """Who holds a token, for the rooms of names; None also where somebody else has proven their number since."""
        here = await self.here(token)
        if here is None or here.person.box is None:
            return None
        person, device = here.person, here.device
        return Member(person.person_id, device.device_id, person.region, person.made_at, device.attested, network)

    async def number(self, person_id: UUID) -> E164:
        """The number that a person has proven. Raises PersonGone."""
        return await self._people.number(person_id)

    async def devices(self, person_id: UUID) -> list[Device]:
        """Where a person is signed in, the newest first."""
        async with self._database.work() as conn:
            return await store.devices(conn, person_id)

    async def sign_out(self, person_id: UUID, device_id: UUID) -> None:
        """One device's token counts no more. Raises DeviceUnknown."""
        if not await self._sign_out(person_id, device_id):
            raise DeviceUnknown

    async def sign_out_everywhere(self, person_id: UUID) -> int:
        """No token of theirs counts any more. Returns how many did."""
        return await self._sign_out(person_id, None)

    def forget(self) -> None:
        """Asks Postgres again about everybody: somebody signed out, changed something, or is gone."""
        self._known.clear()
        self._forgotten += 1

    async def _sign_out(self, person_id: UUID, device_id: UUID | None) -> int:
        async with self._database.transaction() as conn:
            gone = await store.sign_out(conn, person_id, device_id)
            if gone:
                await audit.note(conn, self._clock.now(), person_id, "person.signed-out", device_id, devices=gone)
        self.forget()
        return gone
