"""Who looks numbers up in the bench: clients of companies, and people with a device, each on a network of their own."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bench.rows import copy
from core.e164 import E164
from core.ids import new_id
from maskline.wiring import House
from privacy.numbers import NumberKeys
from privacy.sealing import Where
from sql.statements import statements

CLIENTS = 400
"""So many that none meets its burst limit."""
PEOPLE = 3_000
"""So many that none meets theirs, of ten a minute, though all rounds were over in one."""


@dataclass(frozen=True, slots=True)
class Asker:
    """
    Somebody who may look up. authorization: how they sign in. address: where they are, as a proxy of ours says; "" for
    whoever came without one.
    """

    authorization: str
    address: str = ""

    @property
    def head(self) -> str:
        """As lines of a request."""
        passed_on = f"X-Forwarded-For: {self.address}\r\n" if self.address else ""
        return f"Authorization: {self.authorization}\r\n{passed_on}"


async def companies(house: House, count: int = CLIENTS) -> Sequence[Asker]:
    """Clients with the scope to look names up."""
    async with house.database.work() as conn:
        tenant = await statements("numbers").add_tenant(conn, tenant=new_id(), name="bench", t=house.clock.now())
    made = [await house.clients.create(tenant, f"company {place}", ["names"]) for place in range(count)]
    signed = [base64.b64encode(f"{each.account_sid}:{each.token}".encode()).decode() for each in made]
    return [Asker(f"Basic {each}") for each in signed]


async def people(house: House, numbers: Sequence[E164], count: int = PEOPLE) -> Sequence[Asker]:
    """People who have proven one of these numbers each, and are signed in with one device."""
    keys, now = NumberKeys(house.ring, "people"), house.clock.now()
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    persons, devices = [], []
    for token, number in zip(tokens, numbers, strict=False):
        person = new_id()
        box = house.sealer.seal(number.value, Where.person(person))
        persons.append((person, keys.key(number), box, "US", "en", now, now, now.date()))
        devices.append((new_id(), person, house.people.people.hashes(token)[0], "Phone", now, now.date()))
    async with house.database.work() as conn:
        await copy(conn, "person", "person_id number_key sealed region language made_at proven_at seen_on", persons)
        await copy(conn, "device", "device_id person_id token_hash name made_at used_on", devices)
    return [Asker(f"Bearer {each}", f"10.{place >> 8 & 255}.{place & 255}.1") for place, each in enumerate(tokens)]
