"""
A request that makes something and is sent twice makes it once: the Idempotency-Key of our own API.

What is made has an id that follows from client and key, so a second try meets the first one's row whatever happened in
between. What was answered is never kept: it is rendered anew, and a PIN is not told again.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.ids import new_id
from core.problem import Problem
from masking.sessions.errors import BadField, KeyReused, Raced
from masking.sessions.ports import Principal
from sql.database import Database
from sql.statements import statements

LONGEST_KEY = 255
_Q = statements("requests")

Make = Callable[[UUID], Awaitable[dict[str, Any]]]
"""Makes a resource of that id, and gives it as JSON."""
Find = Callable[[UUID], Awaitable[dict[str, Any] | None]]
"""The resource of that id as JSON, if it is there."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """secret: 32 bytes of this room's own, under which keys and requests are hashed."""

    database: Database
    clock: Clock
    secret: bytes

    async def once(
        self, client: Principal, key: str | None, request: bytes, make: Make, find: Find
    ) -> tuple[dict[str, Any], bool]:
        """
        What a request made, and whether it had made it before. key: None makes anew each time. request: all of it.

        Raises BadField, KeyReused, Raced where it was made and is gone, and what `make` raises: then nothing is
        remembered, and the same request may be tried again.
        """
        if key is None:
            return await make(new_id()), False
        if not 1 <= len(key) <= LONGEST_KEY:
            raise BadField(f"1 to {LONGEST_KEY} characters.", field="Idempotency-Key")
        name, body = self._hash("name", client, key.encode()), self._hash("request", client, request)
        async with self.database.work() as conn:
            row = await _Q.seen(conn, tenant=client.tenant, client=client.client_id, name=name, body=body,
                                t=self.clock.now())  # fmt: skip
        if not hmac.compare_digest(row["body_hash"], body):
            raise KeyReused
        resource = UUID(bytes=self._hash("id", client, name)[:16], version=4)
        found = None if row["fresh"] else await find(resource)
        if found is not None:
            return found, True
        if row["resource_id"] is not None:
            raise Raced("What this request made is gone meanwhile. Use a new key.")
        return await self._made(client, name, resource, make, find)

    async def _made(
        self, client: Principal, name: bytes, resource: UUID, make: Make, find: Find
    ) -> tuple[dict[str, Any], bool]:
        try:
            made, repeated = await make(resource), False
        except Problem:  # perhaps it met itself: its own name is taken, its own person is there already
            found = await find(resource)
            if found is None:
                raise
            made, repeated = found, True
        async with self.database.work() as conn:
            await _Q.made(conn, tenant=client.tenant, client=client.client_id, name=name, resource=resource)
        return made, repeated

    def _hash(self, purpose: str, client: Principal, value: bytes) -> bytes:
        return hmac.digest(self.secret, purpose.encode() + b"|" + client.client_id.bytes + value, "sha256")
