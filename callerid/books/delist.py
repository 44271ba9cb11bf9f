"""Taking back what one gave: single contacts and whole books at once; everything, where no book is at hand."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from callerid.books import store
from callerid.books.giving import Places, Rest, places, rest_of
from callerid.books.leaving import withdrawn
from callerid.books.pages import Pages
from callerid.books.ports import SHARE_BOOK, Consents
from callerid.books.store import SHELF, Q
from callerid.books.values import Receipt, State
from callerid.tokens import NameKeys
from core.clock import Clock
from core.e164 import E164
from sql.database import RETRY, Connection, Database, DatabaseAway

_TRIES = 5


class Delisting:
    """Takes back what a person gave. consents: end with it, so that the next upload needs a new one."""

    def __init__(self, database: Database, clock: Clock, keys: NameKeys, pages: Pages, consents: Consents) -> None:
        self._database, self._clock, self._keys = database, clock, keys
        self._pages, self._consents = pages, consents

    async def contacts(self, person_id: UUID, numbers: Sequence[E164]) -> int:
        """Takes back what they gave of some numbers, at once. Returns how many names and marks. Raises DatabaseAway."""
        firsts, found = await asyncio.to_thread(self._found, person_id, numbers)
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                async with self._database.transaction() as conn:
                    await store.lock_person(conn, person_id)
                    return await store.take_back(conn, person_id, found, await self._rest(conn, person_id, firsts))
            except RETRY:  # the merge took the same rows in another order
                if last:
                    raise DatabaseAway from None
        return 0

    async def mark(self, person_id: UUID, number: E164) -> int:
        """Takes back what they marked a number as, at once; the name that they gave it stays. Raises DatabaseAway."""
        ref = self._keys.number(number).ref
        found = places(self._keys, person_id, [ref])
        async with self._database.transaction() as conn:
            await store.lock_person(conn, person_id)
            return int(await Q.unmark(conn, ref=ref, tokens=found.tokens, places=found.inbox))

    async def book(self, person_id: UUID, numbers: Sequence[E164]) -> Receipt:
        """
        The same for a whole book, one statement, and their consent ends. A second time removes nothing.

        Raises DatabaseAway.
        """
        firsts, found = await asyncio.to_thread(self._found, person_id, numbers)
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                async with self._database.transaction() as conn:
                    await store.lock_person(conn, person_id)
                    await self._consents.withdraw(conn, person_id, SHARE_BOOK)
                    rest = await self._rest(conn, person_id, firsts)
                    removed = await store.take_back(conn, person_id, found, rest)
                    return await withdrawn(conn, self._clock.now(), person_id, State.WITHDRAWN, removed)
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
            return await withdrawn(conn, self._clock.now(), person_id, State.WITHDRAWING, 0)

    async def forget(self, conn: Connection, person_id: UUID) -> int:
        """The same with the caller's transaction, for an account that is deleted: no receipt is left."""
        await store.lock_person(conn, person_id)
        await SHELF.add_leaver(conn, person=person_id, t=self._clock.now(), account=False)
        return int(await Q.forget_receipt(conn, person=person_id))

    def _found(self, person_id: UUID, numbers: Sequence[E164]) -> tuple[set[bytes], Places]:
        """Numbers as pages have them, and where tags and rows of theirs stand."""
        firsts = {self._keys.first(number.value) for number in numbers}
        return firsts, places(self._keys, person_id, [UUID(bytes=self._keys.plain(first)[0]) for first in firsts])

    async def _rest(self, conn: Connection, person_id: UUID, firsts: set[bytes]) -> Rest:
        labels = self._keys.labels(person_id)
        waiting = await store.pages_of(conn, labels)
        return await asyncio.to_thread(rest_of, self._pages, labels, waiting, firsts) if waiting else Rest()
