"""The application asked without a socket, and what its database holds, to the last byte."""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from tests.town import Town


def application(town: Town) -> web.Application:
    """A town's webhooks, as the service routes them."""
    app = web.Application()
    app.add_routes(town.house.hooks.routes())
    app.freeze()
    return app


async def answered(
    app: web.Application, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, str]:
    """What the application answers: status and text."""
    protocol = BaseProtocol(loop=asyncio.get_running_loop())
    payload = StreamReader(protocol, 2**16)
    payload.feed_data(body)
    payload.feed_eof()
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    request = make_mocked_request(method, path, headers=headers, payload=payload, app=app, **_server())
    try:
        response = await app._handle(request)
    except web.HTTPException as refusal:
        return refusal.status, refusal.text or ""
    assert isinstance(response, web.Response)
    return response.status, (response.body or b"").decode()


@cache
def _server() -> dict[str, Any]:
    """The socket's side of a request, which nobody here asks for anything. Made once: it takes 4 ms."""
    request = make_mocked_request("GET", "/")
    return {"protocol": request.protocol, "transport": request.transport, "writer": request.writer}


_ROWS = "SELECT count(*) || md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM "


async def content(town: Town) -> dict[str, str]:
    """Every table with a digest of all its rows."""
    async with town.house.database.work() as conn:
        tables = [row[0] for row in await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {table: await conn.fetchval(f'{_ROWS} "{table}" t') for table in tables}
