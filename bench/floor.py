"""
What a webhook costs at least: a bare aiohttp handler that reads the same form and runs one prepared INSERT … RETURNING.

It has the service's event loop, pool size and synchronous_commit, and nothing else: no signature, no quota, no routing.
As a program it serves until it is terminated.

With FLOOR_SPARED it is lower still: its pool leaves out the reset at each return of a connection, a round trip that
asyncpg does by default and that the service's pool for callers leaves out too.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import uvloop
from aiohttp import web

from bench.wire import PATH
from maskline.listening import LOOPBACK, bind
from maskline.service import site

TABLE = """
CREATE TABLE floor_call (
    call_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_sid   text NOT NULL UNIQUE,
    caller     text NOT NULL,
    dialled    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now()
)
"""
_INSERT = "INSERT INTO floor_call (call_sid, caller, dialled) VALUES ($1, $2, $3) RETURNING call_id"


def application(pool: "asyncpg.Pool[Any]") -> web.Application:
    """The bare handler, at the address that Twilio would ask."""

    async def voice(request: web.Request) -> web.Response:
        form = await request.post()
        async with pool.acquire() as connection:
            call = await connection.fetchval(_INSERT, form["CallSid"], form["From"], form["To"])
        return web.Response(text=f"<Response><Say>{call}</Say></Response>", content_type="application/xml")

    app = web.Application()
    app.add_routes([web.post(PATH, voice)])
    return app


async def main() -> None:
    """Listens on a free port, says where, and serves."""
    dsn, size = os.environ["FLOOR_DATABASE_URL"], int(os.environ["FLOOR_POOL"])
    reset: Callable[[Any], Awaitable[None]] | None = _none if os.environ.get("FLOOR_SPARED") else None
    async with asyncpg.create_pool(dsn, min_size=1, max_size=size, reset=reset) as pool:
        with contextlib.closing(bind(LOOPBACK, 0)) as listener:
            async with site(application(pool), listener):
                print(json.dumps({"local": f"http://{LOOPBACK}:{listener.getsockname()[1]}"}), flush=True)
                await asyncio.Event().wait()


async def _none(_: object) -> None:
    """No reset."""


if __name__ == "__main__":
    uvloop.run(main())
