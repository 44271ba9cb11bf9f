"""A town where people and companies look names up. People are known by a stand-in for admin/people, by token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import aiohttp

from callerid.lookups.errors import NobodyAsks
from callerid.lookups.ports import Here
from callerid.lookups.rules import LookupLimits
from callerid.ports import Member
from core.e164 import E164
from core.ids import new_id
from maskline.wiring_lookups import LookupRooms, furnish_lookups
from privacy.numbers import NumberKeys
from sql.database import Connection
from tests.town import Town


@dataclass
class People:
    """Stands in for `Members` and `Findable`: who holds which token, and who allows to be found."""

    tokens: dict[str, Member] = field(default_factory=dict)
    numbers: dict[UUID, E164] = field(default_factory=dict)
    here: dict[E164, Here] = field(default_factory=dict)

    async def member(self, token: str, network: str) -> Member | None:
        known = self.tokens.get(token)
        return replace(known, network=network) if known else None

    async def number(self, person_id: UUID) -> E164:
        if person_id not in self.numbers:
            raise NobodyAsks
        return self.numbers[person_id]

    async def findable(self, conn: Connection, numbers: Sequence[E164]) -> Mapping[E164, Here]:
        return {number: self.here[number] for number in numbers if number in self.here}

    def signs_up(self, at: datetime, *, device: UUID | None = None, number: E164 | None = None) -> str:
        """A new person's token."""
        person, token = new_id(), f"token-{len(self.tokens)}"
        self.tokens[token] = Member(person, device or new_id(), "GB", at, False, "")
        self.numbers[person] = number or E164(f"+4477009008{len(self.tokens):02d}")
        return token


def rooms(town: Town, people: People, limits: LookupLimits | None = None) -> LookupRooms:
    """Look-ups over a town's house, with these people."""
    house = town.house
    return furnish_lookups(
        house.clock, house.database, house.ring, house.limiter, house.short_keys, limits or LookupLimits(), people,
        house.clients, people, 4,
    )  # fmt: skip


@dataclass
class Desk:
    """A served town. Answers are (status, JSON), and the headers of the last one stay."""

    town: Town
    people: People
    rooms: LookupRooms
    base: str
    session: aiohttp.ClientSession
    headers: Any = None
    raw: bytes = b""

    async def ask(self, path: str, body: Any, token: str = "token-0", **said: str) -> tuple[int, Any]:
        headers = {"Authorization": token if " " in token else f"Bearer {token}"} if token else {}
        return await self._told(
            self.session.post(f"{self.base}/api/callerid/{path}", json=body, headers=headers | said)
        )

    async def look_up(self, number: str, token: str = "token-0", **fields: Any) -> tuple[int, Any]:
        return await self.ask("lookup", {"number": number, **fields}, token)

    async def read(self, path: str, token: str = "token-0") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        return await self._told(self.session.get(f"{self.base}/api/callerid/{path}", headers=headers))

    async def names(self, number: str, **columns: Any) -> UUID:
        """A row of what is published of a number."""
        key, ref = NumberKeys(self.town.house.ring, "callerid").key(E164(number)), new_id()
        shown = {"number_ref": ref, "number_key": key, **columns}
        places = ", ".join(f"${place}" for place in range(1, len(shown) + 1))
        async with self.town.house.database.work() as conn:
            await conn.execute(f"INSERT INTO named_number ({', '.join(shown)}) VALUES ({places})", *shown.values())
        return ref

    async def _told(self, asked: Any) -> tuple[int, Any]:
        async with asked as answer:
            self.headers, self.raw = answer.headers, await answer.read()
            return answer.status, await answer.json(content_type=None)
