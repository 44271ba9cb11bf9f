"""Two services on one database, each a process of its own, as behind a load balancer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

import aiohttp
import asyncpg
import redis.asyncio as redis

from core.clock import SetClock
from core.e164 import E164
from maskline.settings import Settings
from maskline.wiring import House, open_house
from privacy.keys import KeyRing
from tests.carriers.vendor import Vendor
from tests.chaos.crowd import Wire
from tests.chaos.ground import Ground
from tests.chaos.serving import PUBLIC, Runner
from tests.markup import Markup
from tests.proofs.test_histories_over_http import ROWS
from tests.town import POOL, SESSION, SHARED, Carrier, Town, furnish

NOWHERE = "http://127.0.0.1:9"
"""In the place of carriers' REST APIs: nothing listens there."""
PATIENT = ("-m", "tests.patience")
"""Callers hang up on a slow machine; these do not, for an apology would tell nothing about races."""
_FURNISHED = [number.value for kind in (POOL, SESSION) for numbers in kind.values() for number in numbers]
_FURNISHED += [number.value for number in SHARED.values()]


@dataclass(frozen=True, slots=True)
class Servers:
    """Servers that nobody kills here."""

    database_url: str
    redis_url: str


@dataclass(slots=True)
class Two:
    """ground: the house to prepare and to look with. sessions: one to each process."""

    ground: Ground
    sessions: tuple[aiohttp.ClientSession, aiohttp.ClientSession]

    def carrier(self, name: str, process: int) -> Carrier:
        """A carrier whose webhooks go to one of the two."""
        return Carrier(name, self.sessions[process % 2], PUBLIC)

    async def scan(self, code: str, process: int, address: str) -> tuple[E164, str | None]:
        """A visitor chooses a reason on the page. Returns what their phone would dial: number and extension."""
        headers = {"X-Forwarded-For": address, "Origin": PUBLIC}
        session = self.sessions[process % 2]
        async with session.post(f"{PUBLIC}/q/{code}", data={"reason": "lights"}, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            page = Markup(await answer.text())
        links = [unquote(link["href"]) for link in page.all("a") if link.get("href", "").startswith("tel:")]
        (dialled,) = [link.removeprefix("tel:") for link in links if not link.startswith("tel:112")]
        number, _, digits = dialled.partition(",,")
        return E164(number), digits or None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two services that run. settings: of both, and of whoever looks at their database. ports: where each serves."""

    servers: Servers
    settings: Settings
    runner: Runner
    ports: tuple[int, ...]
    tenant: UUID

    @asynccontextmanager
    async def visited(self) -> AsyncIterator[Two]:
        """Both as they were at first: what an earlier test left is gone."""
        servers = self.servers
        async with AsyncExitStack() as stack:
            now = await stack.enter_async_context(_clock(servers.database_url))
            house = await stack.enter_async_context(_house(servers, self.settings, now))
            sessions = [await stack.enter_async_context(Wire(port).session()) for port in self.ports]
            twilio, plivo = (Carrier(name, sessions[0], PUBLIC) for name in ("twilio", "plivo"))
            town = Town(house, now, self.tenant, PUBLIC, twilio, plivo)
            async with house.database.work() as conn:
                await conn.execute(f"TRUNCATE {ROWS} CASCADE")
                await conn.execute("DELETE FROM proxy_number WHERE e164 <> ALL ($1)", _FURNISHED)
            async with redis.Redis.from_url(servers.redis_url) as valkey:
                await valkey.flushdb()
            ground = Ground(servers, self.runner, town, Wire(self.ports[0]), Vendor())  # type: ignore[arg-type]
            yield Two(ground, (sessions[0], sessions[1]))


@contextmanager
def two_services(database_url: str, redis_url: str, folder: Path) -> Iterator[Pair]:
    """Starts them, furnished with numbers on both carriers."""
    keys, servers = folder / "keys.json", Servers(database_url, redis_url)
    KeyRing.create(keys)
    said = {
        "database_url": database_url, "redis_url": redis_url, "public_url": PUBLIC, "keys": str(keys),
        "data_dir": str(folder), "http_port": "0", "ops_port": "0",
        "twilio_api_url": NOWHERE, "plivo_api_url": NOWHERE,
    }  # fmt: skip
    settings = Settings(_env_file=None, **said)  # type: ignore[call-arg, arg-type]
    with closing(Runner(folder, said)) as runner, ThreadPoolExecutor(1) as beside:  # the test's own loop stays as it is
        tenant = beside.submit(asyncio.run, _furnished(servers, settings)).result()
        serve = partial(runner.start, "serve", program=PATIENT, trusted_proxies="127.0.0.0/8")
        ports = tuple(serve().port for _ in range(2))
        yield Pair(servers, settings, runner, ports, tenant)


async def _furnished(servers: Servers, settings: Settings) -> UUID:
    async with _clock(servers.database_url) as clock, _house(servers, settings, clock) as house:
        return await furnish(house, clock)


@asynccontextmanager
async def _clock(database_url: str) -> AsyncIterator[SetClock]:
    connection = await asyncpg.connect(database_url)
    try:
        yield SetClock(await connection.fetchval("SELECT clock_timestamp()"))
    finally:
        await connection.close()


def _house(servers: Servers, settings: Settings, clock: SetClock) -> AbstractAsyncContextManager[House]:
    return open_house(settings, servers.database_url, servers.redis_url, public_url=PUBLIC, clock=clock)
