"""Issuing, revoking and recognising clients. A token is shown once; we keep it sealed, and find it by a keyed hash."""

import hashlib
import hmac
import secrets as random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from admin.clients import store
from admin.clients.errors import ClientKnown, ClientUnknown
from admin.clients.values import Client, Issued, checked_name, checked_scopes
from core.clock import Clock
from core.ids import new_id
from masking.sessions.ports import Principal
from masking.sessions.sids import Prefix, read, sid
from privacy import audit
from privacy.sealing import Sealer, Where
from sql.database import Connection, Database

REMEMBERED = timedelta(seconds=60)
"""How long a process takes a client for known without asking Postgres, unless it is told to `forget`."""
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Known:
    principal: Principal
    until: datetime


class Clients:
    """
    Use cases of clients, and `masking.sessions.ports.Access` for the APIs.

    secrets: 32 bytes of each token root, newest first. The first hashes new tokens, each of them finds old ones.
    """

    def __init__(self, database: Database, clock: Clock, sealer: Sealer, secrets: Sequence[bytes]) -> None:
        self._database, self._clock, self._sealer, self._secrets = database, clock, sealer, tuple(secrets)
        self._known: dict[bytes, _Known] = {}

    async def create(self, tenant: UUID, name: str, scopes: Iterable[str]) -> Issued:
        """A new client with a token of its own. Raises BadClient, ClientKnown."""
        now = self._clock.now()
        client = Client(client_id=new_id(), tenant=tenant, name=checked_name(name), scopes=checked_scopes(scopes),
                        made_at=now)  # fmt: skip
        token = _new_token()
        async with self._database.transaction() as conn:
            if not await store.add(conn, client, self._hashes(token)[0], self._box(client, token)):
                raise ClientKnown("Choose another name, or give that client a new token: ./run clients rotate.")
            await audit.note(conn, now, "command", "client-created", client.client_id)
        return Issued(client, sid(Prefix.ACCOUNT, tenant), token)

    async def every(self, tenant: UUID) -> list[Client]:
        """A tenant's clients, the oldest first, revoked ones too."""
        async with self._database.work() as conn:
            return await store.every(conn, tenant)

    async def revoke(self, tenant: UUID, name: str) -> Client:
        """
        Its token counts for nothing any more. What it made stays the account's.

        This process knows at once, others when they are told to `forget`. Raises ClientUnknown.
        """
        now = self._clock.now()
        async with self._database.transaction() as conn:
            client = await _live(conn, tenant, name)
            await store.revoke(conn, client.client_id, now)
            await audit.note(conn, now, "command", "client-revoked", client.client_id)
        self.forget()
        return replace(client, revoked_at=now)

    async def rotate(self, tenant: UUID, name: str) -> Issued:
        """A new token in place of the old one, which counts no more, nor signs. Raises ClientUnknown."""
        token = _new_token()
        async with self._database.transaction() as conn:
            client = await _live(conn, tenant, name)
            await store.set_token(conn, client.client_id, self._hashes(token)[0], self._box(client, token))
            await audit.note(conn, self._clock.now(), "command", "client-rotated", client.client_id)
        self.forget()
        return Issued(client, sid(Prefix.ACCOUNT, tenant), token)

    async def principal(self, user: str, secret: str) -> Principal | None:
        """Who signs in with an account SID and a token; None where the two do not belong together."""
        principal = await self.bearer(secret)
        if principal is None or read(Prefix.ACCOUNT, user) != principal.tenant:
            return None
        return principal

    async def bearer(self, secret: str) -> Principal | None:
        """Who has a token, of whichever account; None where nobody does. A token is random, so it says which."""
        hashes = self._hashes(secret)
        known = self._known.get(hashes[0])
        if known is None or known.until <= self._clock.now():
            known = await self._look_up(hashes)
        return known.principal if known else None

    async def token(self, client_id: UUID) -> str | None:
        """
        What signs requests to the customer of a client: its token, or once it is revoked that of the account's newest
        client. None where none is left. Raises Unsealable.
        """
        async with self._database.work() as conn:
            sealed = await store.signing(conn, client_id)
        return self._sealer.open(sealed.box, Where.client(sealed.client_id)) if sealed else None

    def forget(self) -> None:
        """Asks Postgres again about everybody: a client was revoked, or has another token."""
        self._known.clear()

    async def _look_up(self, hashes: Sequence[bytes]) -> _Known | None:
        self._known.pop(hashes[0], None)
        async with self._database.work() as conn:
            found = await store.by_hash(conn, hashes)
            if found is None:
                return None
            client = found.client
            if found.token_hash != hashes[0]:  # so that it is found still when the older root is gone
                await store.rehash(conn, client.client_id, found.token_hash, hashes[0])
        principal = Principal(client.client_id, client.tenant, client.name, frozenset(client.scopes))
        self._known[hashes[0]] = known = _Known(principal, self._clock.now() + REMEMBERED)
        return known

    def _hashes(self, token: str) -> list[bytes]:
        return [hmac.digest(secret, token.encode(errors="replace"), hashlib.sha256) for secret in self._secrets]

    def _box(self, client: Client, token: str) -> bytes:
        return self._sealer.seal(token, Where.client(client.client_id))


async def _live(conn: Connection, tenant: UUID, name: str) -> Client:
    client = await store.by_name(conn, tenant, name)
    if client is None:
        raise ClientUnknown("./run clients list shows them.")
    return client


def _new_token() -> str:
    return random.token_hex(_TOKEN_BYTES)
