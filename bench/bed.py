"""What the figures stand on: embedded servers with fsync on, a fresh database for each figure, and its house."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bench.wire import PUBLIC_URL
from maskline.embedded.servers import servers
from maskline.settings import HOME, Settings
from maskline.wiring import House, open_house
from privacy.keys import KeyRing
from sql import migrate

DATA = HOME / ".data" / "bench"
POOL = 8
"""Connections of the service's pool for callers, and of the floor's."""


@dataclass(slots=True)
class Bed:
    """Running servers. keys: the key file of every house on them."""

    database_url: str
    redis_url: str
    keys: Path
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """The address of a new, empty database, dropped afterwards."""
        name = f"bench_{next(self._numbers)}"
        async with self.clerk(self.database_url) as clerk:
            await clerk.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(self.database_url)._replace(path=f"/{name}"))
        finally:
            async with self.clerk(self.database_url) as clerk:
                await _drop(clerk, name)

    @asynccontextmanager
    async def clerk(self, database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection for whatever must be done beside the measuring."""
        clerk = await asyncpg.connect(database_url)
        try:
            yield clerk
        finally:
            await clerk.close()

    async def settle(self, database_url: str) -> None:
        """Counts the rows, as autovacuum does within a minute: until then plans are made for empty tables."""
        async with self.clerk(database_url) as clerk:
            await clerk.execute("ANALYZE")

    @asynccontextmanager
    async def house(self, pools: tuple[int, int] = (POOL, 6)) -> AsyncIterator[tuple[House, dict[str, str]]]:
        """A house on a database of its own, and the variables of a service on the same one. pools: of the house."""
        async with self.database() as database:
            await migrate.migrate(database)
            variables = {
                "MASKLINE_DATABASE_URL": database,
                "MASKLINE_REDIS_URL": self.redis_url,
                "MASKLINE_PUBLIC_URL": PUBLIC_URL,
                "MASKLINE_KEYS": str(self.keys),
            }
            async with open_house(
                _settings(self.keys), database, self.redis_url, public_url=PUBLIC_URL, pools=pools
            ) as house:
                yield house, variables


def _settings(keys: Path) -> Settings:
    """As somebody has them who set nothing: neither the environment nor .env is read."""
    return Settings.model_construct(keys=keys)


@asynccontextmanager
async def bed(folder: Path = DATA) -> AsyncIterator[Bed]:
    """Starts the servers. What an interrupted run left behind is dropped."""
    async with servers(folder) as running:
        keys = folder / "keys.json"
        if not keys.exists():
            KeyRing.create(keys)
        made = Bed(running.database_url, running.redis_url, keys)
        async with made.clerk(made.database_url) as clerk:
            for row in await clerk.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'"):
                await _drop(clerk, row["datname"])
        yield made


async def _drop(clerk: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    """Not WITH (FORCE): that is refused while a vacuum of Postgres's own is at work there, which a plain DROP ends."""
    await clerk.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND usename = current_user",
        name,
    )
    await clerk.execute(f'DROP DATABASE "{name}"')
