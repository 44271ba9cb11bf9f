"""The numbers of a service: putting them in, keeping some aside, taking them out, and how full they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from masking.claims.values import Role
from masking.sessions import store
from masking.sessions.errors import NumberElsewhere, NumberInService, NumberInUse, NumberNotOurs, PoolFull
from masking.sessions.given import Page
from masking.sessions.services import found
from masking.sessions.store import POOL
from masking.sessions.values import ServiceNumber
from privacy import audit
from sql.database import Connection, Database

MOST_FREE, MOST_RESERVED = 500, 5000
"""Numbers that a service may have, as with Twilio Proxy (80622)."""
FULL = 0.85
"""The share of a pool from which on somebody should look (80624 at Twilio)."""


@dataclass(frozen=True, slots=True)
class Usage:
    """
    How full a pool is.

    live: sessions, counted on each of their numbers. busiest: numbers that one person's live and cooling sessions hold.
    share: of what it can hold, 0 to 1: by the busiest person, or by most_live, whichever is more.
    """

    numbers: int
    live: int
    busiest: int
    share: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Use cases of services' numbers. A number is named by its id, the carrier's own id of it, or itself."""

    database: Database
    clock: Clock

    async def add(self, tenant: UUID, service: UUID, which: UUID | str | E164, *, reserved: bool) -> ServiceNumber:
        """
        Puts a number of ours into a pool; one that rests from the same service comes back.

        Raises ServiceUnknown, NumberNotOurs (it is no session number), NumberElsewhere (it also rests from another
        service), NumberInService, PoolFull.
        """
        now = self.clock.now()

        async def add(conn: Connection) -> ServiceNumber:
            await found(conn, tenant, service)
            row = await POOL.our_number(conn, tenant=tenant, t=now, **_named(which))
            if row is not None and row["plays"] is None and row["role"] == Role.SESSION:
                raise NumberElsewhere(f"It rests until {row['resting_until']:%Y-%m-%d %H:%M} UTC.")
            if row is None or row["plays"] != Role.SESSION:
                raise NumberNotOurs("It must be in the inventory with the role session, and not rest.")
            sizes = await POOL.pool_sizes(conn, tenant=tenant, service=service)
            if sizes["reserved"] >= MOST_RESERVED if reserved else sizes["free"] >= MOST_FREE:
                raise PoolFull
            added = await POOL.add_number(conn, tenant=tenant, number=row["number_id"], service=service,
                                          reserved=reserved, t=now)  # fmt: skip
            if added is None:
                raise NumberInService if row["service_id"] == service else NumberElsewhere
            await audit.note(conn, now, "api", "service-number-added", added)
            return await self._found(conn, tenant, service, row["number_id"])

        return await store.wholly(self.database, add)

    async def get(self, tenant: UUID, service: UUID, which: UUID | str | E164) -> ServiceNumber:
        """Raises NumberNotOurs."""
        async with self.database.work() as conn:
            return await self._found(conn, tenant, service, which)

    async def page(self, tenant: UUID, service: UUID, page: Page) -> Sequence[ServiceNumber]:
        """Numbers of a service, oldest first."""
        async with self.database.work() as conn:
            rows = await store.rows(
                "numbers_page", POOL, conn, page, tenant=tenant, service=service, t=self.clock.now()
            )
            return [store.as_number(row) for row in rows]

    async def reserve(self, tenant: UUID, service: UUID, number: UUID, *, reserved: bool) -> ServiceNumber:
        """Keeps a number for whoever asks for it by name, or not any more. Raises NumberNotOurs."""
        async with self.database.transaction() as conn:
            await POOL.reserve_number(conn, tenant=tenant, service=service, number=number, reserved=reserved,
                                      t=self.clock.now())  # fmt: skip
            return await self._found(conn, tenant, service, number)

    async def release(self, tenant: UUID, service: UUID, number: UUID) -> None:
        """
        Takes a number out. Its claims cool on; another service has it after a day, once all of them have.

        Raises NumberNotOurs, NumberInUse while a live session stands on it.
        """
        now = self.clock.now()
        async with self.database.transaction() as conn:
            await POOL.lock_number(conn, number=number)
            there = await self._found(conn, tenant, service, number)
            if there.in_use:
                raise NumberInUse("Close the sessions on it first.", live=there.in_use)
            await POOL.release_number(conn, tenant=tenant, service=service, number=number, t=now)
            await audit.note(conn, now, "api", "service-number-released", number)

    async def usage(self, tenant: UUID, service: UUID) -> Usage:
        """How full a pool is. Raises ServiceUnknown."""
        async with self.database.work() as conn:
            most_live = (await found(conn, tenant, service)).most_live
            row = await POOL.in_use(conn, tenant=tenant, service=service, t=self.clock.now())
        return as_usage(row, most_live)

    async def _found(self, conn: Connection, tenant: UUID, service: UUID, which: UUID | str | E164) -> ServiceNumber:
        row = await POOL.number(conn, tenant=tenant, service=service, t=self.clock.now(), **_named(which))
        if row is None:
            raise NumberNotOurs("The service has no such number.")
        return store.as_number(row)


def as_usage(row: Any, most_live: int) -> Usage:
    """A row that counts a pool. most_live: sessions that one number may have."""
    numbers, live, busiest = row["numbers"], row["live"], row["busiest"]
    share = max(busiest / numbers, live / (numbers * most_live)) if numbers else 0.0
    return Usage(numbers, live, busiest, share)


def _named(which: UUID | str | E164) -> dict[str, Any]:
    return {
        "number": which if isinstance(which, UUID) else None,
        "e164": which.value if isinstance(which, E164) else None,
        "sid": which if isinstance(which, str) else None,
    }
