"""Look-ups without HTTP: people and devices at will, on the budgets that are given."""

from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from callerid.lookups.errors import LookupsUsedUp
from callerid.lookups.lookups import Lookups
from callerid.lookups.marks import Marks
from callerid.lookups.rules import LookupLimits
from callerid.lookups.values import Answer, Asker
from callerid.ports import Member
from core.clock import SetClock
from core.e164 import E164
from core.ids import new_id
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from sql.database import Database

AREAS = [f"{area}" for area in range(200, 1000) if f"{area}"[1] != "9" and f"{area}"[1:] != "11"]


def number(place: int) -> E164:
    """Fictional numbers, of which no two within 690 lie side by side."""
    return E164(f"+1{AREAS[place % len(AREAS)]}55501{place // len(AREAS) % 100:02d}")


@dataclass
class Asking:
    """Askers, and what they are told."""

    database: Database
    clock: SetClock
    ring: KeyRing
    limits: LookupLimits = field(default_factory=LookupLimits)

    def __post_init__(self) -> None:
        self.marks = Marks(b"m" * 32, self.limits)
        self.lookups = Lookups(self.database, self.clock, NumberKeys(self.ring, "callerid"), self.marks, 4)

    def person(self, device: UUID | None = None, network: bytes = b"", phone: bytes = b"") -> Asker:
        """Somebody new; with a number of their own unless `phone` says whose."""
        member = Member(new_id(), device or new_id(), "US", self.clock.now(), False, "")
        own = member.person_id.bytes
        return self.marks.member(member, phone or own, network or own)

    async def told(self, asker: Asker, what: E164) -> Answer | LookupsUsedUp:
        """The answer or the refusal."""
        try:
            return await self.lookups.look_up(asker, what)
        except LookupsUsedUp as refusal:
            return refusal

    async def count(self, asker: Asker, first: int, most: int) -> tuple[int, LookupsUsedUp | None]:
        """Asks for one number after the other until refused. How many were answered, and the refusal."""
        for asked in range(most):
            told = await self.told(asker, number(first + asked))
            if isinstance(told, LookupsUsedUp):
                return asked, told
        return most, None

    async def publish(self, numbers: list[E164]) -> None:
        """Names them all."""
        keys = NumberKeys(self.ring, "callerid")
        async with self.database.work() as conn:
            await conn.executemany(
                "INSERT INTO named_number (number_ref, number_key, name, confidence, status)"
                " VALUES ($1, $2, 'Asha Rao', 0.9, 'crowd')", [(new_id(), keys.key(each)) for each in numbers],
            )  # fmt: skip

    async def connection(self) -> "asyncpg.Connection[asyncpg.Record]":
        """One of the test's own."""
        return await asyncpg.connect(self.database.dsn)
