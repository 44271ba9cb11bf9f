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


@dataclass(frozen=True, slots=True)
class EventLog:
    """Use cases of events. Whoever calls them has made sure that the service is their own."""

    database: Database
    clock: Clock

    async def page(self, tenant: UUID, service: UUID, *, after: int, most: int) -> Sequence[Kept]:
        """Events of a service with a number above `after`, in order."""
        async with self.database.work() as conn:
            return await event_store.after(conn, tenant, service, after, most)

    async def resend(self, tenant: UUID, service: UUID, event: UUID) -> None:
        """Tells an event once more, when its service's other news before this have been told. Raises EventUnknown."""
        now = self.clock.now()
        async with self.database.transaction() as conn:
            found = await event_store.find(conn, tenant, event)
            if found is None or found.service_id != service:
                raise EventUnknown
            await outbox.put(conn, tenant=tenant, kind="event-again", subject=str(service), key=str(new_id()),
                             payload={"event": str(event)}, at=now)  # fmt: skip
