"""What the worker does for names, again and again: looks for what is taken back, merges, and publishes on the tick."""

from datetime import timedelta

from callerid.books.leaving import Leaving
from callerid.books.merge import Merge
from callerid.books.publish import Publication
from callerid.books.values import EPOCH
from core.clock import Clock


class Ticker:
    """every: seconds from one publication to the next, counted from a fixed time, so that workers agree."""

    def __init__(self, clock: Clock, leaving: Leaving, merge: Merge, publication: Publication, every: int) -> None:
        self._clock, self._every = clock, timedelta(seconds=every)
        self.leaving, self.merge, self.publication = leaving, merge, publication
        self._published = self._tick()

    async def beat(self) -> None:
        """Does what is due. To be called more often than the tick comes. Raises DatabaseAway."""
        await self.leaving.look()
        await self.merge.run()
        tick = self._tick()
        if tick != self._published:
            await self.publication.tick()
            self._published = tick

    def _tick(self) -> int:
        return (self._clock.now() - EPOCH) // self._every
