"""People who give address books in tests: who they are, what they agreed to, and the rooms that they give to."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from callerid.books.boxes import Boxes, Queue
from callerid.books.delist import Delisting
from callerid.books.giving import Given, Hand
from callerid.books.intake import Intake
from callerid.books.json_lines import JsonLines
from callerid.books.leaving import Leaving
from callerid.books.merge import Merge
from callerid.books.pages import Page, Pages
from callerid.books.publish import Publication
from callerid.books.store import SHELF
from callerid.books.values import Receipt
from callerid.ports import Member
from callerid.tokens import NameKeys
from core.clock import SetClock
from core.e164 import E164
from core.ids import new_id
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from sql.database import Connection, Database

OWN = E164("+447700900999")
Book = Mapping[str, str]
"""Numbers as written -> names."""


class Register:
    """Members and Consents, in memory: who is there, and who agreed."""

    def __init__(self) -> None:
        self.agreed: set[UUID] = set()

    async def member(self, token: str, network: str) -> Member | None:
        raise NotImplementedError

    async def number(self, person_id: UUID) -> E164:
        return OWN

    async def live(self, conn: Connection, person: UUID, purpose: str) -> bool:
        assert purpose == "share-book"
        return person in self.agreed

    async def withdraw(self, conn: Connection, person: UUID, purpose: str) -> bool:
        there = person in self.agreed
        self.agreed.discard(person)
        return there


@dataclass(slots=True)
class Rooms:
    """The rooms of address books on one database, and the people who use them."""

    database: Database
    clock: SetClock
    ring: KeyRing
    register: Register = field(default_factory=Register)
    people: int = 5
    keys: NameKeys = field(init=False)
    boxes: Boxes = field(init=False)
    pages: Pages = field(init=False)
    hand: Hand = field(init=False)
    numbers: NumberKeys = field(init=False)

    def __post_init__(self) -> None:
        self.keys, self.numbers = NameKeys(self.ring), NumberKeys(self.ring, "callerid")
        self.boxes, self.pages = Boxes(self.ring), Pages(self.ring)
        self.hand = Hand(self.keys, self.boxes, self.pages)

    @property
    def intake(self) -> Intake:
        return Intake(self.database, self.clock, self.keys, self.hand, self.register, self.register)

    @property
    def delisting(self) -> Delisting:
        return Delisting(self.database, self.clock, self.keys, self.pages, self.register)

    @property
    def leaving(self) -> Leaving:
        return Leaving(self.database, self.clock, self.keys, self.numbers, self.boxes, self.pages)

    @property
    def merge(self) -> Merge:
        return Merge(self.database, self.clock, self.keys, self.numbers, self.boxes, self.pages, self.people)

    @property
    def publication(self) -> Publication:
        return Publication(self.database, self.clock, self.keys)

    def person(self, place: int = 0, days: int = 400) -> Member:
        """Somebody with a device and a network of their own, who agreed."""
        member = Member(
            new_id(), new_id(), "GB", self.clock.now() - timedelta(days=days), True, f"192.0.{place % 256}.0/24"
        )
        self.register.agreed.add(member.person_id)
        return member

    def crowd(self, count: int) -> list[Member]:
        return [self.person(place) for place in range(count)]

    async def gives(self, member: Member, book: Book, after: int = 0) -> Receipt:
        return await self.intake.book(member, JsonLines(), pieces(written(book)), after)

    async def says(self, member: Member, queue: Queue, *given: Given) -> None:
        await self.intake.give(member, queue, given)

    async def tick(self) -> None:
        """Merges and publishes."""
        await self.merge.run()
        await self.publication.tick()

    async def close_all(self) -> None:
        """Closes every generation, whoever gave to it."""
        async with self.database.work() as conn:
            await conn.execute("UPDATE name_inbox_head SET generation = gen_random_uuid()")

    async def card(self, number: str) -> Any:
        """The row of a number, None where there is none."""
        ref = self.keys.number(E164(number)).ref
        async with self.database.work() as conn:
            row = await conn.fetchrow("SELECT * FROM named_number WHERE number_ref = $1", ref)
        return dict(row) if row else None

    async def count(self, table: str) -> int:
        async with self.database.work() as conn:
            return int(await conn.fetchval(f"SELECT count(*) FROM {table}"))

    async def waiting(self) -> list[Page]:
        """Pages that wait in the inbox."""
        async with self.database.work() as conn:
            rows = await conn.fetch("SELECT box FROM name_inbox WHERE queue = 3")
        return [page for row in rows if (page := self.pages.open(row["box"])) is not None]

    async def broken(self) -> list[str]:
        """What does not hold that must."""
        async with self.database.work() as conn:
            return [row["what"] async for row in SHELF.broken(conn)]


def written(book: Book) -> bytes:
    """As JSON lines."""
    return "".join(json.dumps({"name": name, "number": number}) + "\n" for number, name in book.items()).encode()


async def pieces(body: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def numbers(count: int, first: int = 0) -> list[str]:
    """Of the ranges for fiction: +1 NPA 555 01xx of many areas."""
    areas = [area for area in range(201, 990) if area % 100 not in (0, 11)]
    return [f"+1{area}55501{line:02d}" for area in areas for line in range(100)][first : first + count]
