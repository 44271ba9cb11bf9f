"""What an operator may ask of names: what waits, whether everything holds, and counting anew. Counts only."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from callerid.books import store
from callerid.books.merge import newest_model
from callerid.books.store import SHELF, Q
from sql.database import Database

_BATCH = 1000


class Upkeep:
    """Looks, and counts anew."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> list[tuple[int, int, int]]:
        """Of each queue that was ever used: its figure, people who gave to it, rows. Raises DatabaseAway."""
        async with self._database.work() as conn:
            return [(row["queue"], row["people"], row["rows"]) async for row in Q.inbox(conn)]

    async def broken(self) -> dict[str, int]:
        """What does not hold that must, and how often; empty where all is well. Raises DatabaseAway."""
        async with self._database.work() as conn:
            return dict(Counter([row["what"] async for row in SHELF.broken(conn)]))

    async def forget_counts(self) -> None:
        """From now on every cluster is counted from its tags, once. Raises DatabaseAway."""
        async with self._database.transaction() as conn:
            await Q.wait_alone(conn, lock=store.MERGE_LOCK)
            await SHELF.stale_states(conn)

    async def relearn(self, now: datetime) -> int:
        """
        Learns anew, from every number, what is heard of words, which what was taken back may have blurred.

        Nobody merges meanwhile: what a merge learned of numbers that were counted before would be lost. The weights
        stay as they were trained. Returns how many numbers taught. Raises DatabaseAway.
        """
        taught, looked = 0, UUID(int=0)
        async with self._database.transaction() as conn:
            await Q.wait_alone(conn, lock=store.MERGE_LOCK)
            fresh = await newest_model(conn)
            fresh.words = {}
            while refs := [row["number_ref"] async for row in SHELF.numbers_after(conn, looked=looked, most=_BATCH)]:
                books = (await store.shelf(conn, refs)).books
                await store.add_marks(conn, books)
                for book in books.values():
                    fresh.learn({}, book.lesson())
                taught, looked = taught + len(refs), refs[-1]
            await SHELF.put_model(conn, body=fresh.to_json(), t=now)
        return taught

    async def model(self) -> tuple[str, int]:
        """The version of the model that ranks, and how many words it has heard. Raises DatabaseAway."""
        async with self._database.work() as conn:
            model = await newest_model(conn)
        return model.version, len(model.words)
