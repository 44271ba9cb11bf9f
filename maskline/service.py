"""The HTTP service: carrier webhooks, the scan page, owners' pages; `/readyz` and `/metrics` on a port of their own."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from core.problem import Problem
from maskline.wiring import House

GRACE = 5.0
"""Seconds that running requests get when the service stops."""


def operations(house: House) -> web.Application:
    """`/readyz` and `/metrics`, for the loopback port."""

    async def ready(_: web.Request) -> web.Response:
        try:
            writes = await house.database.takes_writes()
        except Problem:
            return web.json_response({"ready": False, "database": "away"}, status=503)
        if not writes:
            return web.json_response({"ready": False, "database": "takes no writes"}, status=503)
        valkey = "up" if await house.limiter.answers() else "away"
        return web.json_response({"ready": True, "database": "up", "valkey": valkey})

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=house.metrics.page(), content_type="text/plain", charset="utf-8")

    app = web.Application()
    app.add_routes([web.get("/readyz", ready), web.get("/metrics", metrics)])
    return app


@asynccontextmanager
async def site(app: web.Application, listener: socket.socket) -> AsyncIterator[None]:
    """Serves an application on a socket; on leaving, running requests get `GRACE` to finish."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE, handle_signals=False)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=1024).start()
    try:
        yield
    finally:
        await runner.cleanup()
