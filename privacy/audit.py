"""The audit trail: who did what, with counts and references and never a number; chained so that a change shows."""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.ids import new_id
from core.problem import Problem
from privacy import store
from privacy.keys import KeyRing
from sql.database import Connection, Database

BATCH = 1000
_ID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
_WORD = re.compile(r"[a-z][a-z0-9._-]{0,63}\Z")
_MOST_DIGITS = 6  # one fewer than the shortest number has
_MOST = 1_000_000_000
_START = bytes(32)


class AuditBroken(Problem):
    """The audit trail was changed behind our back, so nothing more is chained to it; `verify` says where."""

    status, slug, title = 500, "audit-broken", "The audit trail has been tampered with"


@dataclass(frozen=True, slots=True)
class Verified:
    """The chain is whole. links: entries in it. waiting: entries to come. head: its last hash in hex, "" if empty."""

    links: int
    waiting: int
    head: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The chain is not whole. seq: the first link that is wrong. why: a sentence."""

    seq: int
    why: str


async def note(
    conn: Connection, at: datetime, actor: UUID | str, action: str, reference: UUID | str | None = None, **counts: int
) -> None:
    """
    Adds an entry with the caller's transaction.

    actor: an account's id, or a word ("command", "worker"). action: a word ("sticker.revoked"). reference: an id or a
    word. counts: whole numbers. Raises ValueError for anything that could be a phone number (a word with seven digits);
    so a sticker is named by its id, not by its code.
    """
    for value in (actor, action, reference):
        if value is not None:
            _refuse_numbers(value)
    for name, count in counts.items():
        _refuse_numbers(name)
        if type(count) is not int or not 0 <= count < _MOST:
            raise ValueError("a count in the audit trail is a whole number below a thousand million")
    kept = None if reference is None else str(reference)
    await store.add_audit_entry(conn, new_id(), at, str(actor), action, kept, json.dumps(counts))


async def link(database: Database, ring: KeyRing) -> int:
    """
    Chains the entries that wait. Returns how many.

    Only one writer works at a time, however many call this. Raises AuditBroken if the chain's end was cut off.
    """
    total = 0
    while True:
        async with database.transaction() as conn:
            linked = await _link_batch(conn, ring)
        total += linked
        if linked < BATCH:
            return total


async def verify(conn: Connection, ring: KeyRing, *, seen: Verified | None = None) -> Verified | Broken:
    """
    Reads the whole chain and says whether it is whole.

    conn: outside of a transaction. seen: what an earlier verify returned, kept outside this database; with it, even
    somebody who rolled the whole database back is found out.
    """
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        seq, last = 0, _START
        async with store.audit_chain(conn) as rows:
            async for row in rows:
                seq += 1
                if wrong := _wrong(ring, last, seq, row, seen):
                    return Broken(seq, wrong)
                last = row["hash"]
        if not _head_fits(ring, seq, last, await store.audit_end(conn, alone=False)) or (seen and seq < seen.links):
            return Broken(seq + 1, "The end of the chain was cut off.")
        waiting, lost = await store.loose_entries(conn)
        if lost:
            return Broken(seq + 1, f"Entries neither chained nor waiting to be: {lost}.")
        return Verified(seq, waiting, last.hex() if seq else "")


def _wrong(ring: KeyRing, last: bytes, seq: int, row: Any, seen: Verified | None) -> str | None:
    """What is wrong with the link that should be the `seq`-th; None if nothing is."""
    if row["seq"] != seq:
        return "A link of the chain is missing."
    if row["at"] is None:
        return "The entry of a link is missing."
    if not hmac.compare_digest(_hash(ring, last, seq, row), row["hash"]):
        return "An entry or its link was changed."
    if seen and seq == seen.links and row["hash"].hex() != seen.head:
        return "The chain is not the one that was seen before."
    return None


async def _link_batch(conn: Connection, ring: KeyRing) -> int:
    end = await store.audit_end(conn, alone=True)
    seq, last = (end["seq"], end["hash"]) if end and end["seq"] else (0, _START)
    if not _head_fits(ring, seq, last, end):
        raise AuditBroken
    rows = await store.waiting_entries(conn, BATCH)
    seqs, hashes = [], []
    for row in rows:
        seq += 1
        last = _hash(ring, last, seq, row)
        seqs.append(seq)
        hashes.append(last)
    if rows:
        await store.add_links(conn, seqs, [row["entry_id"] for row in rows], hashes, _head_proof(ring, seq, last))
    return len(rows)


def _hash(ring: KeyRing, last: bytes, seq: int, entry: Any) -> bytes:
    """A link's hash. The entry is written as one JSON array, so that no two entries read alike."""
    line = json.dumps(
        [seq, str(entry["entry_id"]), entry["at"].astimezone(UTC).isoformat(), entry["actor"], entry["action"],
         entry["reference"], json.loads(entry["counts"])],
        sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return hmac.digest(ring.derive("audit", "link"), last + line.encode(), "sha256")


def _head_proof(ring: KeyRing, seq: int, last: bytes) -> bytes:
    return hmac.digest(ring.derive("audit", "head"), seq.to_bytes(8) + last, "sha256")


def _head_fits(ring: KeyRing, seq: int, last: bytes, end: Any | None) -> bool:
    """Whether the head names the last link. A chain that never began has neither."""
    if end is None:
        return seq == 0
    return end["head_seq"] == seq and hmac.compare_digest(end["proof"], _head_proof(ring, seq, last))


def _refuse_numbers(value: UUID | str) -> None:
    if isinstance(value, UUID) or _ID.match(value):
        return
    if not _WORD.match(value) or sum(letter.isdigit() for letter in value) > _MOST_DIGITS:
        raise ValueError("the audit trail takes ids and words of small letters, and never a number")
