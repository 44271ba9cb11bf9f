"""What other rooms may ask of a call: who made it, sealed; and to close one that never took place."""

from datetime import datetime
from typing import Any
from uuid import UUID

from core.route import Outcome
from sql.database import Connection
from voice import store
from voice.states import State


async def caller_box(conn: Connection, tenant: UUID, call: UUID) -> bytes | None:
    """The caller, sealed under a short key (`Where.caller(call)`); None once forgotten, or where withheld."""
    return await store.caller_box(conn, tenant, call)


async def close(conn: Connection, t: datetime, tenant: UUID, call: UUID, outcome: Outcome) -> None:
    """Ends a call that a carrier refused to place."""
    await store.move(conn, t, tenant=tenant, call=call, state=State.ENDED, outcome=outcome)


async def recent(conn: Connection, tenant: UUID, most: int = 20) -> list[dict[str, Any]]:
    """
    Anonymous records, newest first: call_id, purpose (masked, consent, placed, proof), state, outcome, attempt,
    started_at, bridged_at, ended_at, talk_seconds. Nothing tells who called or was called.
    """
    return await store.recent(conn, tenant, most)
