"""The HTTP service: carrier webhooks, the scan page, owners' pages; `/readyz` and `/metrics` on a port of their own."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from core.problem import Problem
from maskline.refusal import Refusal
from maskline.wiring import House

GRACE = 5.0
"""Seconds that running requests get when the service stops."""

logger = logging.getLogger("maskline.service")


class PortTaken(Refusal):
    """Another program listens there already."""


def operations(house: House) -> web.Application:
    """`/readyz` and `/metrics`, for the loopback port."""

    async def ready(_: web.Request) -> web.Response:
        try:
            async with house.database.voice() as conn:
                await conn.fetchval("SELECT 1")
        except Problem:
            return web.json_response({"ready": False, "database": "away"}, status=503)
        valkey = "up" if await house.limiter.answers() else "away"
        return web.json_response({"ready": True, "database": "up", "valkey": valkey})

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=house.metrics.page(), content_type="text/plain", charset="utf-8")

    app = web.Application()
    app.add_routes([web.get("/readyz", ready), web.get("/metrics", metrics)])
    return app


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """
    A listening socket. port: 0 takes a free one. shared: several processes may listen on it (SO_REUSEPORT).

    Raises PortTaken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Nothing can listen on {host} port {port}: {error.strerror}. Another program has it, perhaps a Maskline "
            "that still runs. Stop it, or choose another port (MASKLINE_HTTP_PORT, _OPS_PORT, _EXCHANGE_PORT)."
        ) from error
    return listener


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


async def repeat(every: float, task: Callable[[], "asyncio.Future[None]"]) -> None:
    """Runs a task again and again; a Problem is logged and tried again."""
    while True:
        await asyncio.sleep(every)
        with contextlib.suppress(Problem):
            await task()
