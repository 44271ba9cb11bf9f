"""Taking back: single contacts and whole books at once, or everything, in the background, where no book is at hand."""

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

from callerid.books import store
from callerid.books.boxes import Boxes, Queue, Row
from callerid.books.giving import Places, places
from callerid.books.intake import to_the_hour
from callerid.books.ports import SHARE_BOOK, Consents
from callerid.books.store import SHELF, Q
from callerid.books.values import Receipt, State
from callerid.tokens import NameKeys
from core.clock import Clock
from core.e164 import E164
from core.ids import new_id
from privacy.numbers import NumberKeys
from sql.database import RETRY, Connection, Database, DatabaseAway

_BATCH = 5000
_TRIES = 5
_FIRST = b""

logger = logging.getLogger("maskline.names")


class Delisting:
    """Takes back what a person gave. consents: end with it, so that the next upload needs a new one."""

    def __init__(
        self, database: Database, clock: Clock, keys: NameKeys, numbers: NumberKeys, boxes: Boxes, consents: Consents
    ) -> None:
        self._database, self._clock, self._keys, self._numbers = database, clock, keys, numbers
        self._boxes, self._consents = boxes, consents

    async def contacts(self, person_id: UUID, numbers: Sequence[E164]) -> int:
        """Takes back what they gave of some numbers, at once. Returns how many names and marks. Raises DatabaseAway."""
        found = self._places(person_id, [self._keys.number(number).ref for number in numbers])
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                async with self._database.transaction() as conn:
                    await store.lock_person(conn, person_id)
                    return await store.take_back(conn, found)
            except RETRY:  # the merge took the same rows in another order
                if last:
                    raise DatabaseAway from None
        return 0

    async def book(self, person_id: UUID, numbers: Sequence[E164]) -> Receipt:
        """
        The same for a whole book, one statement, and their consent ends. A second time removes nothing.

        Raises DatabaseAway.
        """
        refs = [self._keys.number(number).ref for number in numbers]
        found = await asyncio.to_thread(self._places, person_id, refs)
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                async with self._database.transaction() as conn:
                    await store.lock_person(conn, person_id)
                    await self._consents.withdraw(conn, person_id, SHARE_BOOK)
                    removed = await store.take_back(conn, found)
                    return await self._receipt(conn, person_id, State.WITHDRAWN, removed)
            except RETRY:
                if last:
                    raise DatabaseAway from None
        raise DatabaseAway

    async def everything(self, person_id: UUID) -> Receipt:
        """Begins to look for everything they gave; from now on none of it is merged or ranked. Raises DatabaseAway."""
        async with self._database.transaction() as conn:
            await store.lock_person(conn, person_id)
            await self._consents.withdraw(conn, person_id, SHARE_BOOK)
            await SHELF.add_leaver(conn, person=person_id, t=self._clock.now(), account=True)
            return await self._receipt(conn, person_id, State.WITHDRAWING, 0)

    async def forget(self, conn: Connection, person_id: UUID) -> int:
        """The same with the caller's transaction, for an account that is deleted: no receipt is left."""
        await store.lock_person(conn, person_id)
        await SHELF.add_leaver(conn, person=person_id, t=self._clock.now(), account=False)
        return int(await Q.forget_receipt(conn, person=person_id))

    async def look(self) -> int:
        """Goes on looking for what people take back, until all of it is found. Returns how many people are done."""
        async with self._database.work() as conn:
            leavers = [row["person_id"] async for row in SHELF.leavers(conn)]
        for person_id in leavers:
            await self._waiting(person_id)
            while not await self._numbers_on(person_id):
                pass
        return len(leavers)

    def _places(self, person_id: UUID, refs: Sequence[UUID]) -> Places:
        return places(self._keys, self._boxes, person_id, refs)

    async def _receipt(self, conn: Connection, person_id: UUID, state: State, removed: int) -> Receipt:
        made = Receipt(new_id(), to_the_hour(self._clock.now()), state, removed=removed)
        await Q.withdraw_receipt(conn, person=person_id, upload=made.upload_id, t=made.made_at, state=str(state),
                                 removed=removed)  # fmt: skip
        return made

    async def _waiting(self, person_id: UUID) -> None:
        """What waits of them in the inbox goes. Nobody merges meanwhile, and they give nothing more."""
        for queue in Queue:
            after = _FIRST
            while True:
                async with self._database.transaction() as conn:
                    await Q.wait_alone(conn, lock=store.MERGE_LOCK)
                    page = [row async for row in SHELF.waiting_rows(conn, queue=queue, place=after, most=_BATCH)]
                    if not page:
                        break
                    theirs = await asyncio.to_thread(self._theirs, person_id, [row["box"] for row in page])
                    removed = await store.take_back(conn, theirs)
                    await SHELF.count_removed(conn, person=person_id, removed=removed)
                after = page[-1]["place"]

    def _theirs(self, person_id: UUID, boxes: Sequence[bytes]) -> Places:
        """Of some boxes, where those of one person lie."""
        found = Places([], [], [])
        for box in boxes:
            row: Row | None = self._boxes.open(box, self._numbers.moved)
            if row is not None and row.token in self._keys.tokens(person_id, row.number.ref):
                found.inbox.append(self._boxes.place(row.token, marks=row.marks))
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
                found = await asyncio.to_thread(self._places, person_id, refs)
                removed = await store.take_back(conn, await store.standing_of(conn, found))
                await SHELF.look_on(conn, person=person_id, looked=refs[-1], removed=removed)
                return False
            await SHELF.drop_leaver(conn, person=person_id)
            await SHELF.drop_giver(conn, person=person_id)
            if there["account"]:
                await self._receipt(conn, person_id, State.WITHDRAWN, there["removed"])
            logger.info("took back everything that somebody gave")
        return True
