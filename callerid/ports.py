"""The questions names ask of the floors above. `maskline/wiring.py` introduces who answers them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.e164 import E164


@dataclass(frozen=True, slots=True)
class Member:
    """
    A person who is signed in, as much of them as names need.

    region: ISO 3166 code, by which numbers without + in their book are read. network: the prefix of their address
    (privacy.numbers.address_prefix). attested: their device proved that it is a real one.
    """

    person_id: UUID
    device_id: UUID
    region: str
    made_at: datetime
    attested: bool
    network: str


@dataclass(frozen=True, slots=True)
class Company:
    """A program of a company's. client_id: whose budget counts. lookups_a_day: distinct numbers, by its plan."""

    client_id: UUID
    tenant: UUID
    lookups_a_day: int


class Members(Protocol):
    """Knows people by the token of a device of theirs."""

    async def member(self, token: str, network: str) -> Member | None:
        """Who holds a token; None for one that does not live."""
        ...

    async def number(self, person_id: UUID) -> E164:
        """The number that a person has proven. Raises Problem where they are gone."""
        ...


class Companies(Protocol):
    """Knows programs of companies by an account SID and a token."""

    async def company(self, user: str, secret: str) -> Company | None:
        """Who signs in, if they may look up names; else None."""
        ...
