"""People with accounts who give address books over HTTP, for trips of names."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from core.e164 import E164
from tests.admin.arriving import arrives
from tests.town import Town

CROWD = tuple(E164(f"+1212555018{n}") for n in range(6))
"""As many as a merge needs, and one more."""


@dataclass
class Person:
    """One device of one person. Answers are (status, JSON); `raw` keeps the last body as it came."""

    base: str
    session: aiohttp.ClientSession
    token: str
    raw: bytes = b""

    async def ask(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> tuple[int, Any]:
        data = body if isinstance(body, str) or body is None else json.dumps(body)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        async with self.session.request(method, f"{self.base}/api/{path}", data=data, headers=headers) as answer:
            self.raw = await answer.read()
            return answer.status, json.loads(self.raw or b"null")

    async def agrees(self, purpose: str, version: int = 1) -> None:
        body = {"version": version, "language": "en"}
        status, told = await self.ask("PUT", f"people/me/consents/{purpose}", body)
        assert status in (200, 204), told

    async def gives(self, book: Mapping[str, str]) -> Any:
        """Agrees to share, and sends a book: number -> name. The receipt."""
        await self.agrees("share-book")
        lines = "\n".join(json.dumps({"number": number, "name": name}) for number, name in book.items())
        status, told = await self.ask("POST", "callerid/books", lines, "application/jsonl")
        assert status in (200, 201), told
        return told

    async def looks_up(self, number: E164) -> Any:
        status, told = await self.ask("POST", "callerid/lookup", {"number": number.value})
        assert status == 200, told
        return told


@asynccontextmanager
async def people(town: Town, base: str, numbers: Sequence[E164] = CROWD) -> AsyncIterator[list[Person]]:
    """Somebody for each number, signed up; each speaks to us from a network of their own, as strangers do."""
    async with AsyncExitStack() as stack:
        found = []
        for at, number in enumerate(numbers, 1):
            connector = aiohttp.TCPConnector(local_addr=(f"127.0.{at}.1", 0))
            session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
            welcome = await arrives(town, number, network=f"127.0.{at}.1")
            found.append(Person(base, session, welcome.token))
        yield found


async def publish(town: Town) -> None:
    """What the worker does: merges what waits, and publishes."""
    await town.house.names.merge.run()
    await town.house.names.publication.tick()
