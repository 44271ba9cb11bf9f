"""What privacy keeps in Postgres. The only file of this room that runs statements."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sql.database import Connection
from sql.statements import statements

_Q = statements("privacy")
_SWEEPS = (statements("retention"), statements("retention_names"))

# Advisory locks of this room: "mask" and a number.
_RING_LOCK = 0x6D61736B_00000001
_CHECK_LOCK = 0x6D61736B_00000002
_AUDIT_LOCK = 0x6D61736B_00000003


# ── the key ring ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def key_checks(conn: Connection, *, alone: bool) -> dict[tuple[str, int], bytes]:
    """(root, key id) -> proof. alone: until the transaction ends, nobody else reads or changes them in this way."""
    if alone:
        await _Q.lock_key_check(conn, lock=_CHECK_LOCK)
    return {(row["root"], row["key_id"]): row["proof"] async for row in _Q.key_checks(conn)}


async def add_key_check(conn: Connection, root: str, key_id: int, proof: bytes) -> None:
    await _Q.add_key_check(conn, root=root, key_id=key_id, proof=proof)


async def drop_key_check(conn: Connection, root: str, key_id: int) -> None:
    await _Q.drop_key_check(conn, root=root, key_id=key_id)


async def hold_ring(conn: Connection) -> bool:
    return bool(await _Q.hold_ring(conn, lock=_RING_LOCK))


async def keep_others_out(conn: Connection) -> bool:
    return bool(await _Q.keep_others_out(conn, lock=_RING_LOCK))


# ── short keys ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def short_keys(conn: Connection, today: date, yesterday: date) -> list[Any]:
    """Rows of key_id, day, wrapped; at most two."""
    return [row async for row in _Q.short_keys(conn, today=today, yesterday=yesterday)]


async def short_key(conn: Connection, key_id: int) -> Any | None:
    return await _Q.short_key(conn, key_id=key_id)


async def add_short_key(conn: Connection, key_id: int, day: date, wrapped: bytes, expires_at: datetime) -> None:
    await _Q.add_short_key(conn, key_id=key_id, day=day, wrapped=wrapped, expires_at=expires_at)


# ── the audit trail ──────────────────────────────────────────────────────────────────────────────────────────────────


async def add_audit_entry(
    conn: Connection, entry_id: UUID, at: datetime, actor: str, action: str, reference: str | None, counts: str
) -> None:
    await _Q.add_audit_entry(conn, entry_id=entry_id, t=at, actor=actor, action=action, reference=reference,
                             counts=counts)  # fmt: skip


async def audit_end(conn: Connection, *, alone: bool) -> Any | None:
    """seq and hash of the last link, head_seq and proof of the head; None while there are neither."""
    if alone:
        await _Q.lock_audit(conn, lock=_AUDIT_LOCK)
    return await _Q.audit_end(conn)


async def waiting_entries(conn: Connection, most: int) -> list[Any]:
    return [row async for row in _Q.waiting_entries(conn, most=most)]


async def add_links(
    conn: Connection, seqs: list[int], entries: list[UUID], hashes: list[bytes], head_proof: bytes
) -> None:
    """Chains entries, takes them from the queue, and moves the head to the last of them."""
    await _Q.add_links(conn, seqs=seqs, entries=entries, hashes=hashes)
    await _Q.drop_waiting(conn, entries=entries)
    await _Q.set_audit_head(conn, seq=seqs[-1], proof=head_proof)


@asynccontextmanager
async def audit_chain(conn: Connection) -> AsyncIterator[AsyncIterable[Any]]:
    """Every link with its entry, in order, read as it is needed."""
    async with _Q.audit_chain_cursor(conn) as rows:
        yield rows


async def loose_entries(conn: Connection) -> tuple[int, int]:
    """Entries that wait to be chained, and entries that were lost from both the chain and the queue."""
    row = await _Q.loose_entries(conn)
    return row["waiting"], row["lost"]


# ── rotation and rekeying ────────────────────────────────────────────────────────────────────────────────────────────


async def sealed_under(conn: Connection) -> list[Any]:
    """Rows of header and boxes; a header may come several times."""
    return [row async for row in _Q.sealed_under(conn)]


async def anything_old(conn: Connection, header: bytes) -> bool:
    return bool(await _Q.anything_old(conn, header=header))


async def old_boxes(conn: Connection, kind: str, after: tuple[UUID, UUID], header: bytes, most: int) -> list[Any]:
    """Rows of tenant, id, box, locked. kind: one of `privacy.rotation.BOXED`."""
    tenant, row_id = after
    rows = getattr(_Q, f"old_{kind}")(conn, tenant=tenant, id=row_id, header=header, most=most)
    return [row async for row in rows]


async def reseal_boxes(conn: Connection, kind: str, tenants: list[UUID], ids: list[UUID], boxes: list[bytes]) -> None:
    await getattr(_Q, f"reseal_{kind}")(conn, tenants=tenants, ids=ids, boxes=boxes)


async def old_accounts(conn: Connection, after: UUID, header: bytes, most: int) -> list[Any]:
    return [row async for row in _Q.old_accounts(conn, account=after, header=header, most=most)]


async def reseal_account(conn: Connection, account: UUID, tokens: list[bytes]) -> None:
    await _Q.reseal_account(conn, account=account, tokens=tokens)


async def lock_keyed_tables(conn: Connection) -> None:
    await _Q.lock_keyed_tables(conn)


@asynccontextmanager
async def number_keys(conn: Connection, table: str) -> AsyncIterator[Any]:
    """A cursor over a table's rows as they were when it was opened: what is changed meanwhile does not come again."""
    async with getattr(_Q, f"{table}_number_keys_cursor")(conn) as rows:
        yield await rows


async def move_number_keys(conn: Connection, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
    await getattr(_Q, f"move_{table}")(conn, **columns)


async def keyed_columns(conn: Connection) -> list[tuple[str, str]]:
    """(table, column) of every `bytea` column named `…_key`."""
    return [(row["table_name"], row["column_name"]) async for row in _Q.keyed_columns(conn)]


# ── retention ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def sweep(conn: Connection, statement: str, before: datetime, most: int) -> int:
    """Runs one statement of retention.sql or retention_names.sql. Returns the rows it removed, or made anonymous."""
    (found,) = (room for room in _SWEEPS if statement in room.available_queries)
    return int(await getattr(found, statement)(conn, before=before, most=most))
