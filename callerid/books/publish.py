"""
Publication, on a tick: numbers about which something changed are ranked, and what is shown of them is written.

Nothing changes between two ticks but by an owner's word or where somebody takes back what they gave, so that a name
that appears tells nobody whose book came in. Numbers about which nothing changed are ranked and written in the same
breath, four for each that did, so that the order and age of rows tell no more.
"""

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from callerid.books import giving, store
from callerid.books.merge import newest_model
from callerid.books.store import SHELF, Q
from callerid.books.values import EPOCH, week_of
from callerid.ranking.book import Book
from callerid.ranking.model import Model
from callerid.ranking.values import Evidence, Kind, Status, Verdict
from callerid.tokens import NameKeys
from core.clock import Clock
from sql.database import Connection, Database

COMPANY = 4
"""Numbers that are ranked for company, for each about which something changed."""
NUISANCE = 0.5
SCRIPTS = {"LATIN": "Latn", "DEVANAGARI": "Deva", "TAMIL": "Taml", "ARABIC": "Arab", "CYRILLIC": "Cyrl"}
"""As Unicode names scripts, and as ISO 15924 does."""
_BATCH = 500
_HOURS_A_WEEK = 168
_ALL = 2**128


@dataclass(frozen=True, slots=True)
class _Due:
    """A number to be ranked, and what its owner said of it."""

    ref: UUID
    hidden: bool
    own_name: str | None
    verified: str | None
    owned_week: int | None
    disconnected_week: int | None


class Publication:
    """Ranks what changed and writes what is shown."""

    def __init__(self, database: Database, clock: Clock, keys: NameKeys) -> None:
        self._database, self._clock, self._keys = database, clock, keys

    async def tick(self) -> int:
        """Publishes. Returns how many numbers were ranked, those for company among them. Raises DatabaseAway."""
        async with self._database.transaction() as conn:
            model = await newest_model(conn)
            since, until = _slice(self._clock.now())
            changed = await SHELF.count_due(conn)
            await SHELF.add_slice(conn, since=since, until=until)
            await self._add_company(conn, COMPANY * changed)
        ranked = 0
        while batch := await self._batch(model):
            ranked += batch
        return ranked

    async def _add_company(self, conn: Connection, most: int) -> None:
        """Numbers by chance: references are as good as random, so those behind a random one are."""
        found = await SHELF.add_company(conn, since=UUID(bytes=secrets.token_bytes(16)), most=most) if most else 0
        if found < most:
            await SHELF.add_company(conn, since=UUID(int=0), most=most - found)

    async def _batch(self, model: Model) -> int:
        async with self._database.transaction() as conn:
            await Q.wait_alone(conn, lock=store.MERGE_LOCK)
            due = [_due(row) async for row in SHELF.due(conn, most=_BATCH)]
            if not due:
                return 0
            refs = [each.ref for each in due]
            await self._without_leavers(conn, refs)
            shelf = await store.shelf(conn, refs)
            await store.add_marks(conn, shelf.books)
            await store.lay_anew(conn, shelf)  # before an owner's word joins them
            cards = await asyncio.to_thread(self._cards, due, shelf.books, model)
            await SHELF.put_cards(conn, **store.named(_COLUMNS, cards))
            await SHELF.drop_unnamed(conn, refs=refs)
        return len(due)

    async def _without_leavers(self, conn: Connection, refs: Sequence[UUID]) -> None:
        """What somebody gave who takes everything back just now counts no more, though it was not found yet."""
        for row in [row async for row in SHELF.leavers(conn)]:
            await store.take_back(conn, row["person_id"], giving.places(self._keys, row["person_id"], refs))

    def _cards(self, due: Sequence[_Due], books: dict[UUID, Book], model: Model) -> list[tuple[Any, ...]]:
        week = week_of(self._clock.now())
        return [self._card(each, books[each.ref], model, week) for each in due]

    def _card(self, due: _Due, book: Book, model: Model, week: int) -> tuple[Any, ...]:
        saved = sum(
            count
            for cluster in book.clusters.values()
            for cell, count in cluster.tally.cells.items()
            if cell[1] == Kind.BOOK
        )
        if due.disconnected_week is not None:
            book.disconnected(due.disconnected_week)
        if due.own_name:  # beside the crowd's, for this ranking alone: an owner's word is no tag
            book.add(Evidence(due.own_name, due.owned_week if due.owned_week is not None else week, Kind.SELF))
        sources = self._keys.threshold(due.ref)
        told = book.verdict(week, model, sources=sources, verified=due.verified)
        names = self._names(book, model, week, sources, told)
        kinds = book.categories[True].most_common(1)
        spam_kind = kinds[0][0] if told.spam >= NUISANCE and kinds else None
        if due.hidden:
            return (due.ref, None, None, None, 0.0, told.spam, spam_kind, Status.UNKNOWN.value, 0)
        return (due.ref, told.name, names, told.cluster_no, told.confidence, told.spam, spam_kind, told.status.value,
                saved)  # fmt: skip

    def _names(self, book: Book, model: Model, week: int, sources: int, told: Verdict) -> str | None:
        """The same name in the scripts that it was written in, where there are several; JSON."""
        if told.name is None or told.status not in (Status.CROWD, Status.CONFIRMED):
            return None
        names = {}
        for script in _written(book):
            said = book.verdict(week, model, sources=sources, asker_script=script)
            if said.name is not None and said.cluster_no == told.cluster_no and said.name != told.name:
                names[SCRIPTS[script]] = said.name
        return json.dumps(names, ensure_ascii=False) if names else None


_COLUMNS = ("refs", "shown", "names", "clusters", "confidences", "spam", "spam_kinds", "statuses", "savers")
_RANGES = {"LATIN": ("A", "\u024f"), "DEVANAGARI": ("\u0900", "\u097f"), "TAMIL": ("\u0b80", "\u0bff"),
           "ARABIC": ("\u0600", "\u06ff"), "CYRILLIC": ("\u0400", "\u04ff")}  # fmt: skip


def _written(book: Book) -> list[str]:
    """The scripts of its spellings, where there is more than one."""
    first = {form.words[0][0] for cluster in book.clusters.values() for form in cluster.forms.values() if form.words}
    found = [script for script, (low, high) in _RANGES.items() if any(low <= letter <= high for letter in first)]
    return found if len(found) > 1 else []


def _due(row: Any) -> _Due:
    return _Due(row["number_ref"], row["hidden"], row["own_name"], row["verified_name"], row["owned_week"],
                row["disconnected_week"])  # fmt: skip


def _slice(now: datetime) -> tuple[UUID, UUID]:
    """The references whose turn it is in this hour of the week, because names and marks age."""
    hour = (now - EPOCH) // timedelta(hours=1) % _HOURS_A_WEEK
    first, last = hour * _ALL // _HOURS_A_WEEK, (hour + 1) * _ALL // _HOURS_A_WEEK - 1
    return UUID(int=first), UUID(int=last)
