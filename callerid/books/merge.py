"""
The merge: what waits of everybody goes into the books of numbers, all of it together, in an order that nobody knows.

A generation of a queue is closed only where enough people cover each other (`name_inbox_close`). Its pages become rows,
all of them in one transaction. Rows then come out number by number, in the order of keyed hashes, and are written in
the order of their tokens, a batch a transaction: beside each other, and of one xmin, stand tags of anybody who gave.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from callerid.books import store
from callerid.books.boxes import Boxes, Kind, Queue, Row, What
from callerid.books.giving import Hand, Waiting
from callerid.books.merging import Coarsely, lay, newest
from callerid.books.pages import Pages
from callerid.books.store import SHELF, Q
from callerid.books.values import week_of
from callerid.ranking.lessons import Lesson
from callerid.ranking.model import Model
from callerid.tokens import NameKeys
from core.clock import Clock
from core.ids import new_id
from privacy.numbers import NumberKeys
from sql.database import RETRY, Connection, Database

_BATCH = 2000
_AT_A_TIME = 8 * 1024 * 1024
"""Bytes of pages that become rows at a time: some 150,000 contacts, and 60 MB of memory."""
_TRIES = 5

logger = logging.getLogger("maskline.names")


class Merge:
    """
    Merges what waits. people: that a generation has at least.

    Several workers may try at once; one of them does it.
    """

    def __init__(
        self, database: Database, clock: Clock, keys: NameKeys, numbers: NumberKeys, boxes: Boxes, pages: Pages,
        people: int,
    ) -> None:  # fmt: skip
        self._database, self._clock, self._keys, self._numbers = database, clock, keys, numbers
        self._boxes, self._pages, self._people = boxes, pages, people
        self._hand = Hand(keys, boxes, pages)

    async def run(self) -> int:
        """Merges every generation that may be. Returns how many rows came out of the inbox. Raises DatabaseAway."""
        taken = 0
        for queue in Queue:
            kinds = await self.closed(queue)
            taken += await self._queue(queue, Coarsely(kinds)) if kinds else 0
        if taken:
            async with self._database.work() as conn:
                await Q.settle_givers(conn)
            logger.info("merged %d rows of address books and marks", taken)
        return taken

    async def closed(self, queue: Queue) -> dict[Kind, int]:
        """
        Closes a generation that may be, and makes rows of the pages of all closed ones.

        Returns how many people of each kind gave to them. Raises DatabaseAway.
        """
        async with self._database.transaction() as conn:
            await Q.close(conn, queue=queue, fresh=new_id(), people=self._people)
        if queue is Queue.BOOKS:
            await self._unpack()
        async with self._database.work() as conn:
            return {
                Kind(row["age"], row["book"], row["attested"]): row["people"]
                async for row in Q.closed_kinds(conn, queue=queue)
            }

    async def _unpack(self) -> None:
        """
        Pages become rows, all of them in one transaction: some that came later than others would lie beside each other.

        Nobody merges meanwhile; whoever takes something back out of a page has done so, or finds its rows.
        """
        async with self._database.transaction() as conn:
            await Q.wait_alone(conn, lock=store.MERGE_LOCK)
            waiting: list[Waiting] = []
            while more := await store.take_pages(conn):  # and what is left by whoever took something out meanwhile
                waiting += more
            turns = 1 + sum(len(box) for _, box in waiting) // _AT_A_TIME
            for turn in range(turns if waiting else 0):
                await store.put_parts(conn, await asyncio.to_thread(self._rows_of, waiting, turn, turns))

    def _rows_of(self, waiting: Sequence[Waiting], turn: int, turns: int) -> list[tuple[int, bytes, bytes, UUID]]:
        """Rows of one in so many numbers, of everybody, in the order of their parts: none tells of which page it is."""
        rows, lost = [], 0
        for generation, box in waiting:
            page = self._pages.open(box)
            lost += page is None
            for part, place, sealed in self._hand.rows_of(page, turn, turns) if page else ():
                rows.append((part, place, sealed, generation))
        if lost and not turn:
            logger.warning("%d pages of the inbox were sealed under a token root that is gone", lost)
        return sorted(rows)

    async def _queue(self, queue: Queue, coarsely: Coarsely) -> int:
        async with self._database.work() as conn:
            model = await newest_model(conn)
        taken = 0
        while batch := await self._again(queue, coarsely, model):
            taken += batch
        if taken:
            async with self._database.work() as conn:
                await SHELF.put_model(conn, body=model.to_json(), t=self._clock.now())
        return taken

    async def _again(self, queue: Queue, coarsely: Coarsely, model: Model) -> int:
        """One batch, tried again where somebody who took something back came between. 0: nothing is left for us."""
        learned = dict(model.words)
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                async with self._database.transaction() as conn:
                    if not await Q.alone(conn, lock=store.MERGE_LOCK):
                        return 0
                    return await self._batch(conn, queue, coarsely, model)
            except RETRY:
                if last:
                    raise
                model.words = dict(learned)  # what was taken back in the database is unlearned too
        return 0

    async def _batch(self, conn: Connection, queue: Queue, coarsely: Coarsely, model: Model) -> int:
        boxes = [row["box"] async for row in Q.take_rows(conn, queue=queue, most=_BATCH)]
        opened = await asyncio.to_thread(self._opened, boxes)
        rows = await self._without_leavers(conn, newest(opened))
        if queue is Queue.MARKS:
            await self._marks(conn, rows, coarsely, model)
        elif rows:
            await self._names(conn, rows, coarsely, model)
        return len(boxes)

    def _opened(self, boxes: Sequence[bytes]) -> list[Row]:
        rows = [self._boxes.open(box, self._numbers.moved) for box in boxes]
        lost = rows.count(None)
        if lost:
            logger.warning("%d rows of the inbox were sealed under a token root that is gone", lost)
        return [row for row in rows if row is not None]

    async def _without_leavers(self, conn: Connection, rows: list[Row]) -> list[Row]:
        """What somebody gave who now takes everything back is left out."""
        leavers = [row["person_id"] async for row in SHELF.leavers(conn)]
        if not leavers:
            return rows
        return [
            row for row in rows if not any(row.token in self._keys.tokens(person, row.number.ref) for person in leavers)
        ]

    async def _names(self, conn: Connection, rows: list[Row], coarsely: Coarsely, model: Model) -> None:
        hidden = await self._numbers_of(conn, rows, adds=lambda row: row.what is not What.REMOVE)
        refs = [ref for ref, away in hidden.items() if not away]
        shelf = await store.shelf(conn, refs)
        await store.add_marks(conn, shelf.books)  # words learn from them
        standing = await store.standing(conn, [(row.number.ref, row.token) for row in rows])
        changes = await asyncio.to_thread(
            lay, rows, shelf.books, shelf.struck, standing, week_of(self._clock.now()), coarsely, model
        )
        await store.write(conn, shelf.books, changes)

    async def _marks(self, conn: Connection, rows: list[Row], coarsely: Coarsely, model: Model) -> None:
        there = await self._numbers_of(conn, rows, adds=lambda row: row.what is not What.UNMARK)
        rows = [row for row in rows if row.number.ref in there]
        before = await self._lessons(conn, list(there))
        await store.write_marks(conn, rows, coarsely, week_of(self._clock.now()))
        after = await self._lessons(conn, list(there))
        for ref in there:
            model.learn(before[ref], after[ref])

    async def _lessons(self, conn: Connection, refs: Sequence[UUID]) -> dict[UUID, Lesson]:
        """What each of some numbers teaches of words, by its names and marks."""
        shelf = await store.shelf(conn, refs)
        await store.add_marks(conn, shelf.books)
        return {ref: book.lesson() for ref, book in shelf.books.items()}

    async def _numbers_of(self, conn: Connection, rows: Sequence[Row], adds: Callable[[Row], bool]) -> dict[UUID, bool]:
        """The numbers of some rows, made where they are new, locked in their order; whether each is hidden."""
        new = {row.number.ref: row.number.key for row in rows if adds(row)}
        await Q.add_numbers(conn, refs=list(new), keys=list(new.values()))
        refs = list({row.number.ref for row in rows})
        return {row["number_ref"]: row["hidden"] async for row in Q.lock_numbers(conn, refs=refs)}


async def newest_model(conn: Connection) -> Model:
    """The rules that this version ships, with what was learned of words last."""
    model, row = await asyncio.to_thread(Model.load), await SHELF.newest_model(conn)
    if row is not None:
        model.words = Model.from_json(row["body"]).words
    return model
