"""Two services on one database, each a process of its own, as behind a load balancer."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import aiohttp

from core.e164 import E164
from tests.chaos.crowd import Wire
from tests.chaos.ground import Ground, grounded
from tests.chaos.serving import PUBLIC
from tests.markup import Markup
from tests.town import Carrier


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


@asynccontextmanager
async def two_services(database_url: str, redis_url: str, folder: Path) -> AsyncIterator[Two]:
    """Starts them, furnished with numbers on both carriers."""
    async with AsyncExitStack() as stack:
        servers = Servers(database_url, redis_url)
        ground = await stack.enter_async_context(grounded(servers, folder))  # type: ignore[arg-type]
        sessions = []
        for _ in range(2):
            standing = await ground.serve(trusted_proxies="127.0.0.0/8")
            sessions.append(await stack.enter_async_context(Wire(standing.port).session()))
        yield Two(ground, (sessions[0], sessions[1]))
