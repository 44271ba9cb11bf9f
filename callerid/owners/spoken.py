"""The names that callers agreed to, for whoever they call through a masked number: a voice.ports.Namer."""

from typing import Protocol
from uuid import UUID

from callerid.owners.owners import Owners
from core.e164 import E164
from privacy.numbers import NumberKeys
from sql.database import Connection


class Holders(Protocol):
    """Knows whose number one is."""

    async def holder(self, conn: Connection, number: E164) -> UUID | None:
        """Who has proven a number; None where nobody has."""
        ...


class SpokenNames:
    """Names of callers who said "say my name when I call", and stand by it. numbers: of the room "callerid"."""

    def __init__(self, numbers: NumberKeys, owners: Owners, people: Holders) -> None:
        self._numbers, self._owners, self._people = numbers, owners, people

    def key(self, number: E164) -> bytes:
        """A number's key as names keep it."""
        return self._numbers.key(number)

    async def name(self, conn: Connection, number: E164) -> str | None:
        """What a caller wants to be called; None where they did not agree to it, or are hidden."""
        person = await self._people.holder(conn, number)
        return await self._owners.spoken(conn, person, number) if person else None
