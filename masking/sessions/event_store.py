"""Customers' hooks and events in Postgres. Each function is one round trip."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from masking.sessions.asked import Asked
from masking.sessions.events import Event, Kept, News
from sql import outbox
from sql.database import Connection
from sql.statements import statements

_Q = statements("events")


async def put(conn: Connection, now: datetime, asked: Asked, news: News) -> None:
    """Queues news of a call or a text for the customer, if they want any."""
    await _Q.put_event(conn, t=now, tenant=asked.tenant, service=asked.service, kind=news, session=asked.session,
                       about=asked.about)  # fmt: skip


async def put_partly(conn: Connection, now: datetime, asked: Asked, left_out: Sequence[str]) -> None:
    """The same, for a hook's answer that was followed in part. left_out: what was not, in words of ours."""
    payload = {"kind": News.OUTSIDE_PARTLY, "service": str(asked.service), "session": None, "about": str(asked.about),
               "left_out": list(left_out)}  # fmt: skip
    await outbox.put(conn, tenant=asked.tenant, kind="event", subject=str(asked.service),
                     key=f"{News.OUTSIDE_PARTLY}:{asked.about}", payload=payload, at=now)  # fmt: skip


async def carrier_of(conn: Connection, number: UUID) -> str | None:
    """The carrier of a number of ours."""
    carrier: str | None = await _Q.carrier_of(conn, number=number)
    return carrier


async def has_session(conn: Connection, now: datetime, tenant: UUID, number: UUID, from_key: bytes) -> bool:
    """Whether somebody, by their number key, has a live session on a number of ours."""
    return bool(await _Q.has_session(conn, tenant=tenant, number=number, from_key=from_key, t=now))


async def find(conn: Connection, tenant: UUID, event: UUID) -> Event | None:
    """One event."""
    row = await _Q.event(conn, tenant=tenant, event=event)
    return _event(tenant, row) if row else None


async def number(conn: Connection, event: Event) -> bool:
    """Keeps an event under the next number of its service, whatever `seq` it has. False if the service is gone."""
    seq = await _Q.number_event(conn, tenant=event.tenant, event=event.event_id, service=event.service_id,
                                session=event.session_id, kind=event.kind, facts=json.dumps(event.facts),
                                at=event.at)  # fmt: skip
    return seq is not None


async def undelivered(conn: Connection, event: Event) -> Sequence[Event]:
    """What a service is still to be told up to an event, that one included, in order."""
    rows = _Q.undelivered(conn, tenant=event.tenant, service=event.service_id, seq=event.seq)
    return [_event(event.tenant, row) async for row in rows]


async def given_up(conn: Connection, tenant: UUID, service: UUID) -> tuple[int, int] | None:
    """The first and the last number that a service was not told of since it was told of one."""
    row = await _Q.given_up(conn, tenant=tenant, service=service)
    return None if row is None or row["first"] is None else (row["first"], row["last"])


async def delivered(conn: Connection, now: datetime, event: Event) -> None:
    """The customer has it."""
    await _Q.delivered(conn, tenant=event.tenant, event=event.event_id, t=now)


async def give_up(conn: Connection, now: datetime, event: Event) -> None:
    """Nobody tries any more what the service was not told up to an event, that one included."""
    await _Q.give_up(conn, tenant=event.tenant, service=event.service_id, seq=event.seq, t=now)


async def waiting(conn: Connection, tenant: UUID, service: UUID, most: int) -> int:
    """How many jobs of a service wait; one more than `most` stands for any more."""
    return int(await _Q.waiting(conn, tenant=tenant, service=str(service), most=most))


async def hurry(conn: Connection, now: datetime, tenant: UUID, service: UUID) -> None:
    """What waits for its service's next try is tried now."""
    await _Q.hurry(conn, tenant=tenant, service=str(service), t=now)


async def after(conn: Connection, tenant: UUID, service: UUID, seq: int, most: int) -> Sequence[Kept]:
    """What a service was told, or is to be, above a number; `most` of it, in order."""
    rows = _Q.events_after(conn, tenant=tenant, service=service, seq=seq, most=most)
    return [Kept(_event(tenant, row), row["delivered_at"], row["dead_at"]) async for row in rows]


def _event(tenant: UUID, row: Any) -> Event:
    return Event(
        tenant=tenant,
        event_id=row["event_id"],
        service_id=row["service_id"],
        seq=row["seq"],
        kind=row["kind"],
        session_id=row["session_id"],
        facts=json.loads(row["facts"]),
        at=row["at"],
    )
