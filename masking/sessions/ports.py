"""What the rooms below ask of the rooms above: who a client of our APIs is (`admin.clients` knows)."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Principal:
    """A program that has proved who it is. tenant: its account. name: for logs. scopes: proxy, api, api:read."""

    client_id: UUID
    tenant: UUID
    name: str
    scopes: frozenset[str]


class Access(Protocol):
    """Knows clients by what they sign in with."""

    async def principal(self, user: str, secret: str) -> Principal | None:
        """Who signs in with an account SID and a token; None where the two do not belong together."""
        ...

    async def bearer(self, secret: str) -> Principal | None:
        """Who has a token, of whichever account; None where nobody does."""
        ...

    async def token(self, client_id: UUID) -> str | None:
        """What signs requests to the customer of a client; None where no client of the account is left."""
        ...
