"""Renews, on the tick alone, what owners may see of the names that go round for their numbers.

An owner who could look at any moment would see a count change right after somebody joined or left, and know who it was.
So they are shown the state of the last tick, in round figures.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from callerid.owners import rules, store
from callerid.owners.store import Q
from core.clock import Clock
from sql.database import Database

BATCH = 500
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Renewal:
    """every: from tick to tick. secret: 32 bytes, by which round figures are rounded."""

    database: Database
    clock: Clock
    secret: bytes
    every: timedelta

    async def renew(self) -> int:
        """
        Brings the pictures of owners who looked lately to the last tick. Returns how many; none before the next tick.

        Several at once, or one that was cut off, do no harm.
        """
        tick = rules.tick_of(self.clock.now(), self.every)
        asked = rules.week_of(tick) - rules.LOOKED_LATELY
        after, renewed = _FIRST, 0
        while True:
            async with self.database.transaction() as conn:
                due = [
                    row["number_ref"]
                    async for row in Q.owners_due(conn, asked=asked, tick=tick, after=after, most=BATCH)
                ]
                if not due:
                    return renewed
                found = await store.spellings(conn, due)
                shown = await store.shown_clusters(conn, due)
                pictures = {
                    number: rules.circulating(number, found[number], shown.get(number), self.secret) for number in due
                }
                await store.keep(conn, tick, pictures)
            after, renewed = due[-1], renewed + len(due)
