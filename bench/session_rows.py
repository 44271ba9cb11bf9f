"""A masked session's rows, as a program would write them that chooses and checks nothing: the work in making one."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from secrets import token_bytes
from typing import Any
from uuid import UUID

import asyncpg

from core.clock import Clock
from core.ids import new_id

_SESSION = """
INSERT INTO session (tenant, session_id, service_id, unique_name, state, mode, direction, ttl, slides, until, cool_off,
                     force_pin, named, made_at, changed_at)
VALUES ($1, $2, $3, $4, 'open', 'voice-and-message', 'both', 7776000, true, $6, 86400, false, false, $5, $5)
"""
_PHONES = "INSERT INTO phone VALUES ($1, $2, $3, $4, 'en', $8), ($1, $5, $6, $7, 'en', $8)"
_PEOPLE = """
INSERT INTO participant (tenant, participant_id, session_id, side, place, phone_id, number_id, made_at, changed_at)
VALUES ($1, $2, $3, 1, 1, $4, $5, $8, $8), ($1, $6, $3, 2, 1, $7, $5, $8, $8)
"""
_CLAIMS = """
INSERT INTO claim (tenant, number_id, party_key, claim_id, kind, target, target_id, peer_key, made_at, used_at, until,
                   reuse_after)
VALUES ($1, $2, $3, $4, 'session', 'session', $5, $6, $8, $8, $9, $9),
       ($1, $2, $6, $7, 'session', 'session', $5, $3, $8, $8, $9, $9)
"""
_BOX = 49
"""Bytes of a sealed number."""


def rows(
    tenant: UUID, service: UUID, clock: Clock
) -> Callable[["asyncpg.Connection[asyncpg.Record]"], Coroutine[Any, Any, None]]:
    """A transaction of one prepared INSERT a table, into the real tables with their indexes: seven rows."""

    async def write(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        now = clock.now()
        until, session, number = now + timedelta(days=90), new_id(), new_id()
        phones, keys, boxes = ((make(), make()) for make in (new_id, _key, _box))
        async with connection.transaction():
            await connection.execute(_SESSION, tenant, session, service, f"trip {session}", now, until)
            await connection.execute(_PHONES, tenant, phones[0], keys[0], boxes[0], phones[1], keys[1], boxes[1], now)
            await connection.execute(_PEOPLE, tenant, new_id(), session, phones[0], number, new_id(), phones[1], now)
            await connection.execute(_CLAIMS, tenant, number, keys[0], new_id(), session, keys[1], new_id(), now, until)

    return write


def _key() -> bytes:
    return token_bytes(32)


def _box() -> bytes:
    return token_bytes(_BOX)
