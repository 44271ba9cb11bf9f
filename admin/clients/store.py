"""Clients in Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from admin.clients.values import Client
from sql.database import Connection
from sql.statements import statements

_Q = statements("clients")


@dataclass(frozen=True, slots=True)
class Found:
    """A client that a token belongs to, and under which hash the token stands."""

    client: Client
    token_hash: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A client's token in its box."""

    client_id: UUID
    box: bytes


async def add(conn: Connection, client: Client, token_hash: bytes, box: bytes) -> bool:
    """Keeps a new client. False where the name is taken."""
    added = await _Q.add_client(
        conn, client=client.client_id, tenant=client.tenant, name=client.name, scopes=list(client.scopes),
        token_hash=token_hash, token=box, t=client.made_at,
    )  # fmt: skip
    return added is not None


async def every(conn: Connection, tenant: UUID) -> list[Client]:
    """A tenant's clients, the oldest first, revoked ones too."""
    return [_client(row) async for row in _Q.clients(conn, tenant=tenant)]


async def by_name(conn: Connection, tenant: UUID, name: str) -> Client | None:
    """A client that still counts, locked until the transaction ends."""
    row = await _Q.client_by_name(conn, tenant=tenant, name=name)
    return _client(row) if row else None


async def by_hash(conn: Connection, hashes: Sequence[bytes]) -> Found | None:
    """The client whose token has one of these hashes, if it still counts."""
    row = await _Q.client_by_hash(conn, hashes=list(hashes))
    return Found(_client(row), row["token_hash"]) if row else None


async def revoke(conn: Connection, client_id: UUID, t: datetime) -> None:
    """From now on its token counts for nothing."""
    await _Q.revoke_client(conn, client=client_id, t=t)


async def set_token(conn: Connection, client_id: UUID, token_hash: bytes, box: bytes) -> None:
    """Gives a client another token."""
    await _Q.set_client_token(conn, client=client_id, token_hash=token_hash, token=box)


async def rehash(conn: Connection, client_id: UUID, former: bytes, token_hash: bytes) -> None:
    """Puts the same token under the hash of a newer root, if it still is the same."""
    await _Q.rehash_client(conn, client=client_id, former=former, token_hash=token_hash)


async def set_lookups(conn: Connection, client_id: UUID, a_day: int) -> None:
    """Gives a client another budget of look-ups."""
    await _Q.set_client_lookups(conn, client=client_id, a_day=a_day)


async def signing(conn: Connection, client_id: UUID) -> Sealed | None:
    """The token that signs what goes to a client's customer; None where none is left."""
    row = await _Q.signing_token(conn, client=client_id)
    return Sealed(row["client_id"], row["token"]) if row else None


def _client(row: Any) -> Client:
    return Client(client_id=row["client_id"], tenant=row["tenant"], name=row["name"], scopes=tuple(row["scopes"]),
                  made_at=row["made_at"], revoked_at=row["revoked_at"],
                  lookups_a_day=row["lookups_a_day"])  # fmt: skip
