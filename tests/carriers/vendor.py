"""A carrier's REST API that answers what a test tells it to, and remembers what it was asked."""

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

Answer = tuple[int, Any]
"""HTTP status and the body: an object for JSON, a string for anything else, of a redirect where it leads."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. path: as it came, still quoted. said: the form or JSON. user: of basic auth, "sid:token"."""

    method: str
    path: str
    query: dict[str, str]
    said: dict[str, Any]
    user: str


@dataclass(slots=True)
class Vendor:
    """
    answers: (method, path) -> an answer, or a function of the request that makes one. drops: take a request, then close
    the connection. hangs: answer when this is set.
    """

    answers: dict[tuple[str, str], Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    drops: bool = False
    hangs: asyncio.Event | None = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        raw = await request.text()
        is_json = request.content_type == "application/json"
        said = json.loads(raw) if is_json and raw else dict(parse_qsl(raw, keep_blank_values=True))
        user = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        asked = Asked(request.method, request.rel_url.raw_path, dict(request.query), said, user)
        self.asked.append(asked)
        if self.drops and request.transport is not None:
            request.transport.close()
        if self.hangs is not None:
            await self.hangs.wait()
        answer = self.answers.get((request.method, request.path), (404, {"code": 20404, "message": "Not found"}))
        status, body = answer(asked) if callable(answer) else answer
        if 300 <= status < 400:
            return web.Response(status=status, headers={"Location": body})
        if isinstance(body, str):
            return web.Response(status=status, text=body)
        return web.json_response(body, status=status) if body is not None else web.Response(status=status)

    def only(self) -> Asked:
        """The one request that was made."""
        assert len(self.asked) == 1
        return self.asked[0]
