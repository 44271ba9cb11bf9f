"""Opens the house for one command: joins what runs, or starts the servers for the command's own time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from carriers import DIALECTS
from maskline import seed, store
from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown
from maskline.embedded.join import Backing, join_or_start
from maskline.hold import holding
from maskline.refusal import Refusal
from maskline.settings import Settings
from maskline.wiring import House, open_house
from sql import migrate
from sql.database import Database
from voice.events import CarrierAccount

T = TypeVar("T")

POOLS = (1, 2)
"""Connections of a command."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The house, for whom a command works, and what runs beside it. demo: everything here is fiction."""

    house: House
    tenant: UUID
    demo: bool
    worker: bool

    @property
    def accounts(self) -> list[CarrierAccount]:
        """Our accounts, carrier by carrier."""
        return [each for carrier in DIALECTS for each in self.house.accounts.of(carrier) if each.tenant == self.tenant]

    def account(self, carrier: str) -> CarrierAccount:
        """Our account with a carrier. Raises Refusal where there is none."""
        for each in self.accounts:
            if each.carrier == carrier:
                return each
        raise Refusal(f"No account with {carrier.capitalize()} is set up: ./run accounts add.")

    async def tell_changed(self) -> None:
        """Tells processes that serve that accounts, clients or numbers are others now: they remember them."""
        async with self.house.database.work() as conn:
            await store.tell_changed(conn)


def with_house(shown: Shown, work: Callable[[Opened], Coroutine[Any, Any, T]]) -> T:
    """Does a command's work in an open house. Raises Refusal and Problem, saying what to do."""
    loaded = load_settings()

    async def everything() -> T:
        async with opened(loaded, shown) as house:
            return await work(house)

    return asyncio.run(everything())


@asynccontextmanager
async def opened(loaded: Settings, shown: Shown) -> AsyncIterator[Opened]:
    """The house, on the servers that are given, that run, or that are started for as long as this lasts."""
    async with join_or_start(loaded, say=shown.step) as backing:
        if backing.started is not None:
            await seed.prepare(loaded, backing.database_url)
        demo = await holds_demo(loaded.session_url(backing.database_url))
        loaded = at_desk(loaded, backing) if demo else loaded
        where = backing.pages.get("service")
        async with (
            open_house(loaded, backing.database_url, backing.redis_url, public_url=where, pools=POOLS) as house,
            holding(house),
        ):
            tenant = await (seed.demo_tenant(house) if demo else seed.our_tenant(house))
            yield Opened(house, tenant, demo, "worker" in backing.pages)


async def holds_demo(session_url: str) -> bool:
    """Whether everything in the database is fiction. session_url: past any pooler. Raises SchemaUnfit, DatabaseAway."""
    database = await Database.open(session_url, voice=1, work=1)
    try:
        async with database.work() as conn:
            await migrate.check(conn)
            return store.DEMO in await store.tenants(conn)
    finally:
        await database.close()


def at_desk(loaded: Settings, backing: Backing) -> Settings:
    """The demo's settings: its exchange stands for both carriers, whether it runs just now or not."""
    desk = backing.pages.get("exchange", f"http://127.0.0.1:{loaded.exchange_port}")
    return loaded.model_copy(update={"twilio_api_url": desk, "plivo_api_url": desk})
