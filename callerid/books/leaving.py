"""
Whoever takes back everything, without a book at hand: their tokens are made for every number, in the background.

While they stand on the list of leavers nothing of theirs is merged, and nothing of theirs counts where a number is
ranked. The list is the work that is left: a worker that is killed goes on where it was.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from callerid.books import store
from callerid.books.boxes import Boxes, Queue
from callerid.books.giving import Places, places, rest_of
from callerid.books.pages import Pages
from callerid.books.store import SHELF, Q
from callerid.books.values import Receipt, State, to_the_hour
from callerid.tokens import NameKeys
from core.clock import Clock
from core.ids import new_id
from privacy.numbers import NumberKeys
from sql.database import Connection, Database

_BATCH = 5000
_FIRST = b""

logger = logging.getLogger("maskline.names")


class Leaving:
    """Looks for what leavers gave."""

    def __init__(
        self, database: Database, clock: Clock, keys: NameKeys, numbers: NumberKeys, boxes: Boxes, pages: Pages
    ) -> None:
        self._database, self._clock, self._keys = database, clock, keys
        self._numbers, self._boxes, self._pages = numbers, boxes, pages

    async def look(self) -> int:
        """Goes on looking for what people take back, until all of it is found. Returns how many people are done."""
        async with self._database.work() as conn:
            leavers = [row["person_id"] async for row in SHELF.leavers(conn)]
        for person_id in leavers:
            await self._waiting(person_id)
            while not await self._numbers_on(person_id):
                pass
        return len(leavers)

    async def _waiting(self, person_id: UUID) -> None:
        """What waits of them in the inbox goes. Nobody merges meanwhile, and they give nothing more."""
        await self._pages_of(person_id)
        for queue in Queue:
            after = _FIRST
            while True:
                async with self._database.transaction() as conn:
                    await Q.wait_alone(conn, lock=store.MERGE_LOCK)
                    page = [row async for row in SHELF.waiting_rows(conn, queue=queue, place=after, most=_BATCH)]
                    if not page:
                        break
                    theirs = await asyncio.to_thread(self._theirs, person_id, page)
                    removed = await store.take_back(conn, person_id, theirs)
                    await SHELF.count_removed(conn, person=person_id, removed=removed)
                after = page[-1]["place"]

    async def _pages_of(self, person_id: UUID) -> None:
        """Their pages go whole."""
        labels = self._keys.labels(person_id)
        async with self._database.transaction() as conn:
            await Q.wait_alone(conn, lock=store.MERGE_LOCK)
            waiting = await store.pages_of(conn, labels)
            rest = await asyncio.to_thread(rest_of, self._pages, labels, waiting, None)
            removed = await store.take_back(conn, person_id, Places([], [], []), rest)
            await SHELF.count_removed(conn, person=person_id, removed=removed)

    def _theirs(self, person_id: UUID, page: Sequence[Any]) -> Places:
        """Of some rows of the inbox, where those of one person lie."""
        found = Places([], [], [])
        for lying in page:
            row = self._boxes.open(lying["box"], self._numbers.moved)
            if row is not None and row.token in self._keys.tokens(person_id, row.number.ref):
                found.inbox.append(lying["place"])
        return found

    async def _numbers_on(self, person_id: UUID) -> bool:
        """Looks for them at the next numbers. Whether there are no more, and all is done."""
        async with self._database.transaction() as conn:
            await Q.wait_alone(conn, lock=store.MERGE_LOCK)
            there = await SHELF.leaver(conn, person=person_id)
            if there is None:
                return True  # another worker has finished it
            refs = [row["number_ref"] async for row in SHELF.numbers_after(conn, looked=there["looked"], most=_BATCH)]
            if refs:
                found = await asyncio.to_thread(places, self._keys, person_id, refs)
                removed = await store.take_back(conn, person_id, await store.standing_of(conn, found))
                await SHELF.look_on(conn, person=person_id, looked=refs[-1], removed=removed)
                return False
            await SHELF.drop_leaver(conn, person=person_id)
            await SHELF.drop_giver(conn, person=person_id)
            if there["account"]:
                await withdrawn(conn, self._clock.now(), person_id, State.WITHDRAWN, there["removed"])
            logger.info("took back everything that somebody gave")
        return True


async def withdrawn(conn: Connection, now: datetime, person_id: UUID, state: State, removed: int) -> Receipt:
    """Writes the receipt of having taken back, which replaces that of the last book."""
    made = Receipt(new_id(), to_the_hour(now), state, removed=removed)
    await Q.withdraw_receipt(conn, person=person_id, upload=made.upload_id, t=made.made_at, state=str(state),
                             removed=removed)  # fmt: skip
    return made
