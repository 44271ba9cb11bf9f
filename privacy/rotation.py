"""Moves sealed values to the newest seal key, in the background, until the old key may be removed."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.problem import Problem
from privacy import audit, store
from privacy.keys import KeyRing
from privacy.sealing import Sealer, Unsealable, Where, key_id_of
from sql.database import Connection, Database

BATCH = 500
_FIRST = UUID(int=0)
BOXED: dict[str, Callable[[UUID], Where]] = {
    "phones": Where.phone, "clients": Where.client, "messages": Where.words, "media": Where.media,
    "people": Where.person,
}  # fmt: skip
"""Rows with one sealed value each: `old_…` and `reseal_…` in privacy.sql. Carrier accounts have several each; a
proof lives for minutes, and its old key is kept as long."""

logger = logging.getLogger("maskline.privacy")


class KeyInUse(Problem):
    """Something is still sealed with the key. Fact: `boxes`, how many values."""

    status, slug, title = 409, "key-in-use", "This key still seals something"


@dataclass(frozen=True, slots=True)
class Progress:
    """resealed: values moved in this run. unreadable: values that do not open. left: values under older keys."""

    resealed: int
    unreadable: int
    left: int


async def rotate(database: Database, sealer: Sealer, ring: KeyRing, at: datetime) -> Progress:
    """
    Re-seals phones, texts and tokens that an older key sealed. Cheap when there are none.

    Each batch is one transaction that skips rows in use, so it may be stopped, started and run twice at once. Raises
    DatabaseAway.
    """
    async with database.work() as conn:
        if not await store.anything_old(conn, sealer.header):
            return Progress(0, 0, 0)
    counts: Counter[str] = Counter()
    counts["accounts"], unreadable = await _accounts(database, sealer)
    for kind, where in BOXED.items():
        counts[kind], bad = await _boxes(database, sealer, kind, where)
        unreadable += bad
    resealed, newest = counts.total(), ring.newest("seal")
    async with database.transaction() as conn:
        left = sum(boxes for key_id, boxes in (await sealed_under(conn)).items() if key_id != newest)
        if resealed:
            await audit.note(conn, at, "worker", "seal.rotated", f"seal-{newest}", **counts)
    logger.info("seal key %d: %d values moved to it, %d unreadable, %d still under older keys",
                newest, resealed, unreadable, left)  # fmt: skip
    return Progress(resealed, unreadable, left)


async def sealed_under(conn: Connection) -> Counter[int]:
    """How many values each seal key still seals, short keys included; a key that is not in it may be retired."""
    boxes: Counter[int] = Counter()
    for row in await store.sealed_under(conn):
        boxes[key_id_of(row["header"])] += row["boxes"]
    return boxes


async def retire(conn: Connection, ring: KeyRing, key_id: int, at: datetime) -> KeyRing:
    """
    Makes the database forget an old seal key, and returns the ring without it, to be saved over the key file.

    Backups from before need the key still: docs/backup.md. Raises KeyInUse, and KeysUnfit for the newest.
    """
    smaller = ring.without("seal", key_id)
    async with conn.transaction():
        boxes = (await sealed_under(conn))[key_id]
        if boxes:
            raise KeyInUse("Let the worker finish; day keys move on by themselves within two days.", boxes=boxes)
        await store.drop_key_check(conn, "seal", key_id)
        await audit.note(conn, at, "command", "seal.retired", f"seal-{key_id}")
    return smaller


async def _boxes(database: Database, sealer: Sealer, kind: str, where: Callable[[UUID], Where]) -> tuple[int, int]:
    """Rows of one kind re-sealed, and rows that do not open."""
    after, done, bad = (_FIRST, _FIRST), 0, 0
    while True:
        async with database.transaction() as conn:
            rows = await store.old_boxes(conn, kind, after, sealer.header, BATCH)
            if not rows:
                return done, bad
            moved = []
            for row in rows:
                box = _moved(sealer, row["box"], where(row["id"]))
                if box is not None:
                    moved.append((row["tenant"], row["id"], box))
            if moved:
                tenants, ids, boxes = (list(column) for column in zip(*moved, strict=True))
                await store.reseal_boxes(conn, kind, tenants, ids, boxes)
        done, bad = done + len(moved), bad + len(rows) - len(moved)
        after = (rows[-1]["tenant"], rows[-1]["id"])


async def _accounts(database: Database, sealer: Sealer) -> tuple[int, int]:
    """Carrier accounts re-sealed, and accounts with a token that does not open."""
    after, done, bad = _FIRST, 0, 0
    while True:
        async with database.transaction() as conn:
            rows = await store.old_accounts(conn, after, sealer.header, BATCH)
            if not rows:
                return done, bad
            for row in rows:
                tokens = [_moved(sealer, box, Where.tokens(row["account_id"])) for box in row["tokens"]]
                whole = [box for box in tokens if box is not None]
                if len(whole) < len(tokens):
                    bad += 1
                    continue
                await store.reseal_account(conn, row["account_id"], whole)
                done += 1
        after = rows[-1]["account_id"]


def _moved(sealer: Sealer, box: bytes, where: Where) -> bytes | None:
    try:
        return sealer.seal(sealer.open(box, where), where)
    except Unsealable:
        logger.warning("the %s of %s %s cannot be opened and keeps its old key", where.column, where.table, where.row)
        return None
