"""A customer's own server, to which Maskline posts."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = Callable[[web.Request], web.StreamResponse | Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form, each of which may stand there once."""
        pairs = parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True)
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Customer:
    """What it heard, where it is, and how it answers. gate: what an answer may wait for; it opens at the end."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.place = self.base = ""
        self.gate = asyncio.Event()
        self.answer: Answer = lambda request: web.Response(text="thanks")

    def says(self, status: int = 200, text: str = "", content_type: str = "text/plain") -> None:
        """It answers so from now on."""
        self.answer = lambda request: web.Response(status=status, text=text, content_type=content_type)

    def hangs(self) -> None:
        """It answers nobody from now on, until the gate opens."""

        async def hang(request: web.Request) -> web.StreamResponse:
            await self.gate.wait()
            return web.Response()

        self.answer = hang

    def at(self, path: str) -> list[Heard]:
        """What it heard at one address."""
        return [heard for heard in self.heard if heard.path == path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request."""
        self.heard.append(Heard(request.path, dict(request.headers), await request.read()))
        said = self.answer(request)
        return said if isinstance(said, web.StreamResponse) else await said


@contextlib.asynccontextmanager
async def open_customer() -> AsyncIterator[Customer]:
    """A customer whose server listens on this machine."""
    customer, app = Customer(), web.Application()
    app.router.add_route("*", "/{path:.*}", customer.handle)
    async with TestServer(app) as server:
        customer.place = f"127.0.0.1:{server.port}"
        customer.base = f"http://{customer.place}"
        try:
            yield customer
        finally:
            customer.gate.set()
