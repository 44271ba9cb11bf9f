"""
The ground that a test stands on: servers of its own to kill, a house to prepare and to look with, and processes to run.

What strangers would do one at a time (scanning stickers) is done by the same use cases here, so that a test starts with
many open ways to owners.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp
import asyncpg
from aiohttp.test_utils import TestServer

from core.clock import SetClock
from core.e164 import E164
from core.ids import new_id
from core.route import Reason
from masking.claims.values import Role
from masking.stickers.values import Visitor
from maskline.settings import Settings
from maskline.wiring import open_house
from privacy.keys import KeyRing
from sql.statements import statements
from tests.carriers.vendor import Vendor
from tests.chaos.crowd import Crowd, Way, Wire
from tests.chaos.serving import MASKLINE, PUBLIC, Runner, Standing
from tests.servers import OwnServers
from tests.town import Carrier, Town, furnish

_POOL = [E164(f"+1{area}55501{n:02}") for area in (303, 305) for n in range(100)]
_CALLERS = [E164(f"+1{area}55501{n:02}") for area in (212, 213) for n in range(99)]
_AT_ONCE = 5


async def until(so: Callable[[], Awaitable[bool]]) -> None:
    """Waits for what another process does: a minute at most, though it should take a second."""
    async with asyncio.timeout(60):
        while not await so():  # noqa: ASYNC110  (nobody tells us)
            await asyncio.sleep(0.05)


@dataclass(slots=True)
class Ground:
    """
    town: the house of the test itself, on the same database; its clock is set to Postgres's time at the start. wire:
    leads carriers to the service that `serve` started last. vendor: both carriers' REST API, for every process.
    """

    servers: OwnServers
    runner: Runner
    town: Town
    wire: Wire
    vendor: Vendor
    _given: int = field(default=0)

    async def serve(self, *options: str, program: Sequence[str] = MASKLINE, **settings: str) -> Standing:
        """Starts a service; carriers reach it from now on. program, settings: as for `Runner.start`."""
        standing = await asyncio.to_thread(self.runner.start, "serve", *options, program=program, **settings)
        self.wire.port = standing.port
        return standing

    async def kill(self, name: str) -> None:
        """kill -9 for `postgres` or `valkey`."""
        await asyncio.to_thread(self.servers.kill, name)  # type: ignore[arg-type]

    async def revive(self, name: str) -> None:
        """Starts it again."""
        await asyncio.to_thread(self.servers.revive, name)  # type: ignore[arg-type]

    async def ready(self, standing: Standing) -> bool:
        """Whether `/readyz` says yes."""
        async with aiohttp.ClientSession() as session, session.get(f"{standing.ops}/readyz") as answer:
            said = await answer.json()
            assert said["ready"] == (answer.status == 200)
            return bool(said["ready"])

    async def comes_back(self, standing: Standing) -> None:
        """Waits until `/readyz` says yes again."""
        await until(lambda: self.ready(standing))

    async def asked(self) -> bool:
        """Whether a carrier's REST API was asked for anything yet."""
        return bool(self.vendor.asked)

    @property
    def crowd(self) -> Crowd:
        """Everybody who calls, over Twilio."""
        return Crowd(self.town.twilio)

    async def ways(self, count: int) -> list[Way]:
        """So many strangers who scanned a sticker each, and may call the number that the page shows them."""
        house, t = self.town.house, self.town.clock.now()
        first, self._given = self._given, self._given + count
        queries = statements("numbers")
        async with house.database.transaction() as conn:
            account = await conn.fetchval("SELECT account_id FROM carrier_account WHERE carrier = 'twilio'")
            for number in _POOL[first : first + count]:
                await queries.add_number(
                    conn, e164=number.value, number=new_id(), number_key=house.numbers.key(number),
                    tenant=self.town.tenant, account=account, country="US", role=Role.POOL, carrier_sid=None,
                    voice=True, texts=True, t=t,
                )  # fmt: skip
        codes = [await self.town.sticker() for _ in range((count + 1) // 2)]
        turns = iter(enumerate(_CALLERS[first : first + count], start=first))
        ways: list[Way] = []

        async def scan_one_after_another() -> None:
            for place, caller in turns:
                visitor = Visitor(f"2001:db8:{place:x}::1", "Mozilla/5.0 (iPhone) Safari/604.1", "en")
                way = await house.scans.start(codes[(place - first) // 2], Reason.LIGHTS, visitor, None)
                assert way.number is not None
                assert way.extension is None
                ways.append(Way(caller, way.number))

        await asyncio.gather(*(scan_one_after_another() for _ in range(_AT_ONCE)))
        return ways


@asynccontextmanager
async def grounded(servers: OwnServers, folder: Path) -> AsyncIterator[Ground]:
    """The ground, with numbers and carrier accounts."""
    keys = folder / "keys.json"
    await asyncio.to_thread(KeyRing.create, keys)
    clock, wire, vendor = SetClock(await _now(servers.database_url)), Wire(0), Vendor()
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(TestServer(vendor.app()))
        settings = {
            "database_url": servers.database_url, "redis_url": servers.redis_url, "public_url": PUBLIC,
            "keys": str(keys), "data_dir": str(folder), "http_port": "0", "ops_port": "0",
            "twilio_api_url": str(api.make_url("")), "plivo_api_url": str(api.make_url("")),
        }  # fmt: skip
        runner = Runner(folder, settings)
        stack.push_async_callback(asyncio.to_thread, runner.close)
        own = Settings(_env_file=None, **settings)  # type: ignore[call-arg, arg-type]
        house = await stack.enter_async_context(
            open_house(own, servers.database_url, servers.redis_url, public_url=PUBLIC, clock=clock)
        )
        session = await stack.enter_async_context(wire.session())
        tenant = await furnish(house, clock)
        twilio, plivo = (Carrier(name, session, PUBLIC) for name in ("twilio", "plivo"))
        yield Ground(servers, runner, Town(house, clock, tenant, PUBLIC, twilio, plivo), wire, vendor)


async def _now(database_url: str) -> datetime:
    connection = await asyncpg.connect(database_url)
    try:
        now: datetime = await connection.fetchval("SELECT clock_timestamp()")
        return now
    finally:
        await connection.close()
