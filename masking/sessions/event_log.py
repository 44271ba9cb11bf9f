"""What a service was told, and telling it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core.clock import Clock
from core.ids import new_id
from masking.sessions import event_store
from masking.sessions.errors import EventUnknown
from masking.sessions.events import Kept
from sql import outbox
from sql.database import Database

MOST = 1000
"""Events that are listed or sent again at a time."""


@dataclass(frozen=True, slots=True)
class EventLog:
    """Use cases of events. Whoever calls them has made sure that the service is their own."""

    database: Database
    clock: Clock

    async def page(self, tenant: UUID, service: UUID, *, after: int, most: int) -> Sequence[Kept]:
        """Events of a service with a number above `after`, in order."""
        async with self.database.work() as conn:
            return await event_store.after(conn, tenant, service, after, most)

    async def resend(self, tenant: UUID, service: UUID, first: int, last: int) -> int:
        """
        Tells a service's events from one number to another once more, when what waits already has been told.

        What waits is tried at once, and not told twice for this. At most `MOST` events; returns how many there are.
        Raises EventUnknown where there is none.
        """
        now = self.clock.now()
        async with self.database.transaction() as conn:
            found = await event_store.after(conn, tenant, service, first - 1, MOST)
            again = [kept for kept in found if kept.event.seq <= last]
            if not again:
                raise EventUnknown
            await event_store.hurry(conn, now, tenant, service)
            for event in [kept.event for kept in again if kept.delivered_at or kept.dead_at]:
                await outbox.put(conn, tenant=tenant, kind="event-again", subject=str(service), key=str(new_id()),
                                 payload={"event": str(event.event_id)}, at=now)  # fmt: skip
        return len(again)
