"""
What a look-up costs at least: a bare aiohttp handler that reads the same JSON and runs one SELECT by primary key.

It has the service's event loop and pool size, and nothing else: nobody signs in, no budget, no quota. As a program it
serves until it is terminated.
"""

import asyncio
import contextlib
import json
import os
from typing import Any

import asyncpg
import uvloop
from aiohttp import web

from maskline.listening import LOOPBACK, bind
from maskline.service import site

TABLE = "CREATE TABLE floor_name (number text PRIMARY KEY, name text NOT NULL, confidence real NOT NULL)"
PATH = "/lookup"
SAID = b'"name"'
_SELECT = "SELECT name, confidence FROM floor_name WHERE number = $1"


def application(pool: "asyncpg.Pool[Any]") -> web.Application:
    """The bare handler."""

    async def look_up(request: web.Request) -> web.Response:
        asked = await request.json()
        async with pool.acquire() as connection:
            row = await connection.fetchrow(_SELECT, asked["number"])
        return web.json_response({"name": row["name"], "confidence": row["confidence"]} if row else {"name": None})

    app = web.Application()
    app.add_routes([web.post(PATH, look_up)])
    return app


async def main() -> None:
    """Listens on a free port, says where, and serves."""
    dsn, size = os.environ["FLOOR_DATABASE_URL"], int(os.environ["FLOOR_POOL"])
    async with asyncpg.create_pool(dsn, min_size=1, max_size=size) as pool:
        with contextlib.closing(bind(LOOPBACK, 0)) as listener:
            async with site(application(pool), listener):
                print(json.dumps({"local": f"http://{LOOPBACK}:{listener.getsockname()[1]}"}), flush=True)
                await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
