"""
Looks how full every service's numbers are, and tells of the ones that run out before a session finds none.

Each is told once: to the log, and to its customer as an event. It is told again once it was well in between, or after a
day. Services are looked at some at a time, on connections for work: no caller waits for it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.clock import Clock
from masking.sessions.events import News
from masking.sessions.pool import FULL, Usage, as_usage
from masking.sessions.store import POOL, Q
from sql.database import Database

AT_A_TIME = 100
"""Services that one statement looks at."""
_FIRST = UUID(int=0)

logger = logging.getLogger("maskline.sessions")


@dataclass(frozen=True, slots=True)
class PoolWatch:
    """Asked by the worker, every few minutes."""

    database: Database
    clock: Clock

    async def look(self) -> Mapping[UUID, Usage]:
        """The services of every account whose numbers are used to 85 % or more, and tells what is new of them."""
        low: dict[UUID, Usage] = {}
        after, now = (_FIRST, _FIRST), self.clock.now()
        while True:
            rows = await self._rows(now, after)
            for row in rows:
                usage = as_usage(row, row["most_live"])
                if usage.share >= FULL:
                    low[row["service_id"]] = usage
                    await self._low(now, row["tenant"], row["service_id"], usage)
                elif row["pool_low_at"] is not None:
                    await self._well(row["tenant"], row["service_id"])
            if len(rows) < AT_A_TIME:
                return low
            after = rows[-1]["tenant"], rows[-1]["service_id"]

    async def _rows(self, now: datetime, after: tuple[UUID, UUID]) -> Sequence[Any]:
        tenant, service = after
        async with self.database.work() as conn:
            return [row async for row in POOL.pools(conn, t=now, tenant=tenant, service=service, most=AT_A_TIME)]

    async def _low(self, now: datetime, tenant: UUID, service: UUID, usage: Usage) -> None:
        """Of several workers that see it at once, one tells it."""
        async with self.database.transaction() as conn:
            if await POOL.note_low(conn, t=now, tenant=tenant, service=service) is None:
                return
            await Q.tell(conn, t=now, tenant=tenant, service=service, kind=News.POOL_LOW, session=None, about=service)
        logger.warning(
            "a service's numbers run out: %.0f%% are used", 100 * usage.share,
            extra={"service": str(service), "numbers": usage.numbers, "live": usage.live, "busiest": usage.busiest},
        )  # fmt: skip

    async def _well(self, tenant: UUID, service: UUID) -> None:
        async with self.database.work() as conn:
            await POOL.note_well(conn, tenant=tenant, service=service)
