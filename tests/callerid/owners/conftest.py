"""
What tests of owners share.

names     rows of names as the crowd and the tick leave them, and what stands in them
owners    the use cases of owners, with two people who proved numbers: ASHA and RAVI
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from callerid.owners.business import Businesses
from callerid.owners.hands import Hands
from callerid.owners.marks import Marks
from callerid.owners.owners import Owners
from callerid.owners.renewal import Renewal
from callerid.owners.rules import week_of
from core.clock import SetClock
from core.e164 import E164
from core.ids import new_id
from ivr import consents
from privacy.consent import Consents
from privacy.keys import KeyRing
from sql.database import Connection, Database

NUMBER, OTHER = E164("+12025550161"), E164("+447700900161")
ASHA, RAVI = new_id(), new_id()
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = bytes(range(32))


@dataclass
class Proven:
    """Stands for the people: who has proven which number. `tests/callerid/owners/test_owners_http.py` has real ones."""

    numbers: dict[UUID, E164] = field(default_factory=dict)

    async def member(self, token: str, network: str) -> None:
        raise AssertionError("nobody signs in here")

    async def number(self, person_id: UUID) -> E164:
        return self.numbers[person_id]


@dataclass(frozen=True)
class Names:
    """Rows of names."""

    database: Database
    marks: Marks
    clock: SetClock

    async def crowd(self, number: E164, called: Mapping[str, int], *, shown: int | None = 0, spam: float = 0) -> UUID:
        """A number that people call so: spelling -> how many. shown: which of them a tick published."""
        keyed = self.marks.number(number)
        spellings = list(called)
        async with self.database.transaction() as conn:
            await conn.execute("INSERT INTO named_number (number_ref, number_key) VALUES ($1, $2)"
                               " ON CONFLICT DO NOTHING", keyed.ref, keyed.key)  # fmt: skip
            for cluster, (spelling, people) in enumerate(called.items()):
                await self.cluster(conn, keyed.ref, cluster, spelling, people)
            if shown is not None:
                await self.publish(conn, keyed.ref, spellings[shown], shown, spam=spam, savers=sum(called.values()))
        return keyed.ref

    async def cluster(self, conn: Connection, ref: UUID, cluster: int, spelling: str, people: int) -> None:
        """Some people's one name, as the merge leaves it."""
        await conn.execute(
            "INSERT INTO name_cluster (number_ref, cluster, tags, state) VALUES ($1, $2, $3, '{}')"
            " ON CONFLICT (number_ref, cluster) DO UPDATE SET tags = excluded.tags, state = excluded.state",
            ref, cluster, people)  # fmt: skip
        await conn.execute(
            "INSERT INTO name_spelling VALUES ($1, $2, 0, $3, $4)"
            " ON CONFLICT (number_ref, cluster, form) DO UPDATE SET tags = excluded.tags",
            ref, cluster, spelling, people)  # fmt: skip
        week = week_of(self.clock.now())
        for _ in range(people):
            await conn.execute(
                "INSERT INTO name_tag VALUES ($1, $2, $3, 0, 0, $4, $4)", ref, new_id().bytes, cluster, week
            )

    async def publish(
        self, conn: Connection, ref: UUID, name: str, cluster: int | None, *, status: str = "crowd", spam: float = 0,
        savers: int = 3,
    ) -> None:  # fmt: skip
        """What a tick writes (put_cards in shelf.sql)."""
        await conn.execute(
            "UPDATE named_number SET name = $2, names = $3::jsonb, cluster = $4, confidence = 0.9, spam = $5,"
            " status = $6, savers = $7, dirty = false WHERE number_ref = $1",
            ref, name, json.dumps({"Latn": name}), cluster, spam, status, savers)  # fmt: skip

    async def row(self, number: E164) -> dict[str, Any]:
        """What look-ups read, and the rest of its row."""
        async with self.database.work() as conn:
            row = await conn.fetchrow("SELECT * FROM named_number WHERE number_key = $1", self.marks.number(number).key)
        return dict(row) if row else {}

    async def shown(self, number: E164) -> tuple[str | None, str]:
        """The name and the status that look-ups read."""
        row = await self.row(number)
        return row["name"], row["status"]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys.json", NOON)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def marks(ring: KeyRing) -> Marks:
    return Marks(ring)


@pytest.fixture
def names(database: Database, marks: Marks, clock: SetClock) -> Names:
    return Names(database, marks, clock)


@pytest.fixture
def people() -> Proven:
    return Proven({ASHA: NUMBER, RAVI: OTHER})


@pytest.fixture
async def owners(database: Database, clock: SetClock, marks: Marks, people: Proven) -> Owners:
    async with database.work() as conn:
        for person in (ASHA, RAVI):
            await conn.execute("INSERT INTO person (person_id, region, language, made_at, proven_at, seen_on)"
                               " VALUES ($1, 'GB', 'en', $2, $2, '2030-01-01')", person, NOON)  # fmt: skip
    return Owners(
        database, clock, marks, people, Consents(clock, consents.VERSIONS), lambda _, count: (count, count + 5)
    )


@pytest.fixture
def businesses(database: Database, clock: SetClock, owners: Owners) -> Businesses:
    return Businesses(database, clock, owners)


@pytest.fixture
def renewal(database: Database, clock: SetClock) -> Renewal:
    return Renewal(database, clock, SECRET, HOUR)


@pytest.fixture
def hands(clock: SetClock, marks: Marks) -> Hands:
    return Hands(clock, marks)
