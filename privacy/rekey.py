"""After a leak of the number root: every stored number key is wrapped with a new one, without any number being known.

One transaction moves all of them while nobody serves, so exactly one version is live at any time: docs/decisions/0003.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from core.problem import Problem
from privacy import audit, store
from privacy.key_check import Checks, proof, refuse_strangers, unapplied
from privacy.keys import KeyRing, KeysUnfit
from privacy.numbers import NumberKeys, Room
from sql.database import Connection, Database

BATCH = 2000
_PARTY = b"\x03"
"""The tag before a claim's party key that is an owner's or a session party's number key (DESIGN 4a)."""
_KEY_BYTES = 32


class StillServing(Problem):
    """A process of Maskline is connected; with the old keys it would find nobody."""

    status, slug, title = 409, "still-serving", "Maskline is still running"


@dataclass(frozen=True, slots=True)
class Keyed:
    """A table with number keys. room: whose. names: the columns that name a row. keys: the columns to be moved."""

    table: str
    room: Room
    names: tuple[str, ...]
    keys: tuple[str, ...]


KEYED = (
    Keyed("phone", "masking", ("tenant", "phone_id"), ("number_key",)),
    Keyed("proxy_number", "masking", ("number_id",), ("number_key",)),
    Keyed("block", "masking", ("tenant", "phone_id", "party_key"), ("party_key",)),
    Keyed("session_block", "masking", ("tenant", "service_id", "phone_id", "party_key"), ("party_key",)),
    Keyed("opt_out", "masking", ("tenant", "number_key"), ("number_key",)),
    Keyed("service_opt_out", "masking", ("tenant", "service_id", "number_key"), ("number_key",)),
    Keyed("claim", "masking", ("tenant", "number_id", "party_key"), ("party_key", "peer_key")),
    Keyed("named_number", "callerid", ("number_ref",), ("number_key",)),
    Keyed("person", "people", ("person_id",), ("number_key",)),
)
"""Every table whose number keys move. Each has its `<table>_number_keys` and `move_<table>` in privacy.sql."""

NOT_NUMBER_KEYS = {
    ("scan", "address_key"): "A network prefix under a day key, which is gone after two days.",
    ("proof", "number_key"): "It is gone after minutes; until then a code is still found by its proof's id.",
    ("text_seen", "text_key"): "The carrier's id of a text, hashed.",
}
"""Columns named like keys whose values do not move, and why."""


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """version: the number key now live. counts: keys moved, by table."""

    version: int
    counts: dict[str, int]


async def rekey(database: Database, path: Path, *, at: datetime, actor: UUID | str = "command") -> Rekeyed:
    """
    Moves every stored number key to a new version.

    path: the key file. A number key that stands in it and is not applied yet is used (an earlier run was cut off, or
    the file is mounted and was renewed elsewhere); otherwise one is added to the file first. Raises StillServing,
    KeysUnfit, DatabaseAway; then nothing has moved, and the next run finishes it.
    """
    async with database.transaction() as conn:
        if not await store.keep_others_out(conn):
            raise StillServing("Stop every service and worker, run this again, then start them.")
        known = await store.key_checks(conn, alone=True)
        ring = await asyncio.to_thread(KeyRing.load, path)
        if not known:
            raise KeysUnfit("No key was ever used with this database, so there is nothing to replace.")
        refuse_strangers(known, ring)
        if not unapplied(known, ring):
            ring = ring.with_new("number", at)
            await asyncio.to_thread(ring.save, path)
        counts = await _move_all(conn, ring, known)
        version = ring.newest("number")
        await audit.note(conn, at, actor, "number.rekeyed", f"number-{version}", **counts)
    return Rekeyed(version, counts)


async def number_key_columns(conn: Connection) -> list[tuple[str, str]]:
    """Every (table, column) of the schema that holds keys of people's numbers, found by name."""
    return [place for place in await store.keyed_columns(conn) if place not in NOT_NUMBER_KEYS]


async def _move_all(conn: Connection, ring: KeyRing, known: Checks) -> dict[str, int]:
    waiting = unapplied(known, ring)
    live = len(ring.ids("number")) - len(waiting)
    await store.lock_keyed_tables(conn)
    counts = {}
    for keyed in KEYED:
        counts[keyed.table] = await _move(conn, keyed, NumberKeys(ring, keyed.room), live)
    for key_id in waiting:
        await store.add_key_check(conn, "number", key_id, proof(ring, "number", key_id))
    return counts


async def _move(conn: Connection, keyed: Keyed, keys: NumberKeys, live: int) -> int:
    """Wraps one table's keys. live: the version that they are in. Returns the rows moved."""
    moved = 0
    async with store.number_keys(conn, keyed.table) as cursor:
        while rows := await cursor.fetch(BATCH):
            await store.move_number_keys(conn, keyed.table, dict(_columns(keyed, keys, live, rows)))
            moved += len(rows)
    return moved


def _columns(keyed: Keyed, keys: NumberKeys, live: int, rows: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The parameters of `move_<table>`: each naming column, and each key column made new."""
    for name in keyed.names:
        yield name, [row[name] for row in rows]
    for name in keyed.keys:
        yield f"new_{name}", [_moved(keys, row[name], live) for row in rows]


def _moved(keys: NumberKeys, value: bytes | None, live: int) -> bytes | None:
    """A stored key one version on: plain, or behind its tag. Values of other tags hold no number key and stay."""
    if value is None:
        return None
    if len(value) == _KEY_BYTES:
        return keys.moved(value, live)
    if len(value) == _KEY_BYTES + 1 and value.startswith(_PARTY):
        return _PARTY + keys.moved(value[1:], live)
    return value
