"""Address books, single names and marks come in: read, counted, sealed, and left to wait for the merge."""

import asyncio
from collections.abc import AsyncIterable, Coroutine, Sequence
from dataclasses import replace
from typing import Self
from uuid import UUID

from callerid.books import store
from callerid.books.boxes import Queue
from callerid.books.giving import SIZE_KNOWN, Given, Hand, Named, kind_of
from callerid.books.ports import SHARE_BOOK, Consents
from callerid.books.store import Q
from callerid.books.values import Reading, Receipt, State, to_the_hour
from callerid.books.work import Batch, BookWork
from callerid.errors import (
    BookCut,
    BookRunning,
    BookTooLarge,
    BookUnreadable,
    ConsentNeeded,
    ReceiptUnknown,
    TakingBack,
)
from callerid.numbers import NumberReader
from callerid.ports import Member, Members
from callerid.tokens import NameKeys
from core.clock import Clock
from core.e164 import E164
from core.ids import new_id
from sql.database import Connection, Database

_BATCH = 4000
"""Numbers that are written at a time, at least: above SIZE_KNOWN, so that the first of them know the book's kind."""
assert _BATCH > SIZE_KNOWN  # noqa: S101  (a rule of this file, not of what comes in)


class Intake:
    """Takes what people give. members: tells their own number. consents: what they agreed to."""

    def __init__(
        self, database: Database, clock: Clock, keys: NameKeys, hand: Hand, members: Members, consents: Consents
    ) -> None:
        self._database, self._clock, self._keys, self._hand = database, clock, keys, hand
        self._members, self._consents = members, consents

    async def book(self, member: Member, reading: Reading, pieces: AsyncIterable[bytes], after: int = 0) -> Receipt:
        """
        Reads a whole address book.

        after: contacts at its beginning that were taken before, where an upload goes on. What arrives is kept as it
        goes, so a body that breaks off loses nothing; sending all of it again changes nothing.
        Raises ConsentNeeded, TakingBack, BookRunning, BookTooLarge, BookUnreadable, BookCut, DatabaseAway.
        """
        own = self._keys.first((await self.own(member)).value)
        before = await self._begin(member, after)
        work = BookWork(reading, NumberReader(member.region), self._keys.first, own, after, before)
        async with _Writing() as writing:
            try:
                async for piece in pieces:
                    await asyncio.to_thread(work.feed, piece)
                    if len(work.pending) >= _BATCH:
                        await writing.begin(self._flush(member, work.batch(State.RUNNING)))
                await asyncio.to_thread(work.close)
            except (BookTooLarge, BookUnreadable, BookCut) as refused:
                kept = work.batch(State.CUT)
                await writing.begin(self._flush(member, kept))
                await writing.done()
                refused.facts |= {"contacts": kept.receipt.contacts, "accepted": kept.receipt.accepted}
                raise
            last = work.batch(State.WAITING if work.size else State.MERGED)
            await writing.begin(self._flush(member, last))
            await writing.done()
        return last.receipt

    async def named(self, member: Member, given: Sequence[tuple[E164, str]]) -> None:
        """Takes contacts that were added to a book. Raises ConsentNeeded, TakingBack, DatabaseAway."""
        named = [(self._keys.first(number.value), name) for number, name in given]
        async with self._database.transaction() as conn:
            await self._allowed(conn, member.person_id)
            last = await store.receipt(conn, member.person_id)
            size = last.accepted if last else 0
            await self._put_page(conn, member, size, len(named), await self._page(member, size, named))

    async def give(self, member: Member, queue: Queue, given: Sequence[Given]) -> None:
        """Takes single names or marks. Raises ConsentNeeded, TakingBack, DatabaseAway."""
        async with self._database.transaction() as conn:
            await self._allowed(conn, member.person_id)
            last = await store.receipt(conn, member.person_id)
            size = last.accepted if last else 0
            generation = await self._enter(conn, member, queue, size, len(given))
            rows = self._hand.rows(member, self._clock.now(), size, given)
            await store.put_in(conn, queue, generation, rows)

    async def own(self, member: Member) -> E164:
        """Their own number, of which they give nothing here: they name it as its owner. Raises DatabaseAway."""
        return await self._members.number(member.person_id)

    async def latest(self, member: Member) -> Receipt:
        """What became of their last book, or how far it is. Raises ReceiptUnknown, DatabaseAway."""
        async with self._database.work() as conn:
            found = await store.receipt(conn, member.person_id)
        if found is None:
            raise ReceiptUnknown
        return found

    async def _begin(self, member: Member, after: int) -> Receipt:
        """Opens the receipt. What another upload of theirs counted goes on only where this one does."""
        upload, hour = new_id(), to_the_hour(self._clock.now())
        async with self._database.transaction() as conn:
            await self._allowed(conn, member.person_id)
            last = await store.receipt(conn, member.person_id)
            goes_on = last is not None and 0 < after == last.contacts
            await Q.begin_receipt(conn, person=member.person_id, upload=upload, t=hour, contacts=after,
                                  fresh=not goes_on)  # fmt: skip
        if last is None or not goes_on:
            return Receipt(upload, hour, State.RUNNING, contacts=after)
        return replace(last, upload_id=upload, made_at=hour, state=State.RUNNING, contacts=after, removed=0)

    async def _flush(self, member: Member, batch: Batch) -> None:
        """Writes a batch, with the receipt up to it."""
        size = batch.receipt.accepted
        page = await self._page(member, size, batch.named) if batch.named else b""
        async with self._database.transaction() as conn:
            await self._allowed(conn, member.person_id)
            generation = await self._put_page(conn, member, size, len(batch.named), page) if page else None
            if not await store.keep(conn, member.person_id, batch.receipt, generation):
                raise BookRunning("Wait until it is done, or send this one again.")

    async def _page(self, member: Member, size: int, named: Sequence[Named]) -> bytes:
        return await asyncio.to_thread(self._hand.page, member, self._clock.now(), size, named)

    async def _put_page(self, conn: Connection, member: Member, size: int, rows: int, page: bytes) -> UUID:
        generation = await self._enter(conn, member, Queue.BOOKS, size, rows)
        await Q.put_page(conn, generation=generation, label=self._keys.labels(member.person_id)[0], box=page)
        return generation

    async def _enter(self, conn: Connection, member: Member, queue: Queue, size: int, rows: int) -> UUID:
        kind = kind_of(member, self._clock.now(), size)
        generation: UUID = await Q.enter(
            conn, queue=queue, fresh=new_id(), person=member.person_id, rows=rows, age=kind.age, book=kind.book,
            attested=kind.attested,
        )  # fmt: skip
        return generation

    async def _allowed(self, conn: Connection, person_id: UUID) -> None:
        """Until the transaction ends they neither give elsewhere nor take back. Raises ConsentNeeded, TakingBack."""
        await store.lock_person(conn, person_id)
        if await Q.leaves(conn, person=person_id):
            raise TakingBack("Wait until your receipt says that it is done.")
        if not await self._consents.live(conn, person_id, SHARE_BOOK):
            raise ConsentNeeded("Read what sharing means, and agree to it first.", purpose=SHARE_BOOK)


class _Writing:
    """One batch is written while the next is read: Postgres works on the one and this process on the other."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:  # whoever leaves by an error leaves nothing half written behind
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def begin(self, batch: Coroutine[None, None, None]) -> None:
        """Begins to write a batch once the one before is written. Raises what went wrong with that."""
        try:
            await self.done()
        except BaseException:
            batch.close()
            raise
        self._task = asyncio.create_task(batch)

    async def done(self) -> None:
        """Waits for what is being written. Raises what went wrong."""
        if self._task is not None:
            task, self._task = self._task, None
            await task
