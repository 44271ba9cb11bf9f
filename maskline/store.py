"""What the command line asks of Postgres about the installation as a whole. The only file here that runs statements."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.ids import new_id
from core.route import Outcome
from sql.database import Connection
from sql.statements import statements

_Q = statements("house")
_NUMBERS = statements("numbers")
_OUTBOX = statements("outbox")

OURS = "main"
"""The tenant of an installation that serves its own stickers."""
DEMO = "demo"
"""The tenant of the demo; where it stands, everything in the database is fiction."""
CHANGES = "house"
"""The channel of NOTIFY on which `tell_changed` is heard."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What would become of a call to a sticker's contact. rings: whether it would ring. why: else, a word."""

    rings: bool
    why: str | None


@dataclass(frozen=True, slots=True)
class CallState:
    """How far a call has come. outcome: None while it goes on."""

    ended: bool
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a connection leads. place: tells a server and database from others. pooled: through a pooler."""

    place: tuple[datetime, int]
    pooled: bool


async def tenants(conn: Connection) -> dict[str, UUID]:
    """Every tenant, by name."""
    return {row["name"]: row["tenant"] async for row in _Q.tenants(conn)}


async def keep_tenant(conn: Connection, clock: Clock, name: str) -> UUID:
    """The tenant of that name, made where there is none."""
    tenant: UUID = await _NUMBERS.add_tenant(conn, tenant=new_id(), name=name, t=clock.now())
    return tenant


async def knows_keys(conn: Connection) -> bool:
    """Whether any key was ever used with this database."""
    return bool(await _Q.knows_keys(conn))


async def server_version(conn: Connection) -> int:
    """PostgreSQL's major version."""
    return int(await _Q.server_version(conn)) // 10_000


async def whereabouts(conn: Connection) -> Whereabouts:
    """What is at the other end of a connection."""
    row = await _Q.whereabouts(conn)
    return Whereabouts((row["server"], row["database"]), row["pid"] != conn.get_server_pid())


async def overdue_jobs(conn: Connection, before: datetime) -> int:
    """Jobs that a worker should have taken by then."""
    return int(await _Q.overdue_jobs(conn, before=before))


async def dead_letters(conn: Connection) -> int:
    """Jobs that were given up."""
    return int(await _Q.dead_letters(conn))


async def dead_jobs(conn: Connection, most: int) -> list[dict[str, Any]]:
    """Jobs that were given up, newest first: references and kinds of errors."""
    return [dict(row) async for row in _OUTBOX.dead_jobs(conn, most=most)]


async def sticker_countries(conn: Connection, tenant: UUID) -> dict[str, int]:
    """Country -> stickers that need numbers of it."""
    return {row["country"]: row["stickers"] async for row in _Q.sticker_countries(conn, tenant=tenant)}


async def try_route(conn: Connection, t: datetime, tenant: UUID, sticker: UUID, place: int, show: str) -> Tried:
    """What routing says of a call to a sticker's contact now. show: the number of ours that the contact would see."""
    told = json.loads(await _Q.try_route(conn, t=t, tenant=tenant, sticker=sticker, place=place, show=show))
    return Tried(told["verdict"] == "ring", told.get("why"))


async def call_state(conn: Connection, tenant: UUID, call: UUID) -> CallState | None:
    """How far a call has come; None if it is not known."""
    row = await _Q.call_state(conn, tenant=tenant, call=call)
    return CallState(row["ended_at"] is not None, Outcome(row["outcome"]) if row["outcome"] else None) if row else None


async def tell_changed(conn: Connection) -> None:
    """Tells every process that accounts or numbers are others now. Without it they find out within a minute."""
    await _Q.tell_changed(conn, channel=CHANGES)


async def is_empty(conn: Connection) -> bool:
    """Whether nothing was ever made in this database."""
    return bool(await _Q.is_empty(conn))


async def others_connected(*ours: Connection) -> int:
    """Connections that are not these, whoever's. At least one must be given."""
    return int(await _Q.others_connected(ours[0], ours=[each.get_server_pid() for each in ours]))


async def has_aside(conn: Connection) -> bool:
    """Whether something was set aside and neither dropped nor brought back: a restore was cut off."""
    return bool(await _Q.has_aside(conn))


async def set_aside(conn: Connection) -> None:
    """Takes everything out of the way, until `drop_aside` or `bring_back`."""
    async with conn.transaction():
        await _Q.rename_away(conn)
        await _Q.new_schema(conn)


async def bring_back(conn: Connection) -> None:
    """Everything as it was before `set_aside`."""
    async with conn.transaction():
        await _Q.drop_new(conn)
        await _Q.rename_back(conn)


async def drop_aside(conn: Connection) -> None:
    """Drops for good what was set aside."""
    await _Q.drop_old(conn)
