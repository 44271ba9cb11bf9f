"""Being woken by NOTIFY, on a connection of its own that comes back after a database restart."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from sql.database import AWAY

_AGAIN = 1.0
"""Seconds between tries to reconnect."""

logger = logging.getLogger("maskline.sql")


@asynccontextmanager
async def listen(dsn: str, channel: str) -> AsyncIterator[asyncio.Event]:
    """An event that is set at each NOTIFY on `channel`, and after each reconnect, since one may have been missed."""
    woken = asyncio.Event()
    task = asyncio.create_task(_keep_listening(dsn, channel, woken), name=f"listen {channel}")
    try:
        yield woken
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _keep_listening(dsn: str, channel: str, woken: asyncio.Event) -> None:
    told = False
    while True:
        try:
            async with _listening(dsn, channel, woken) as lost:
                woken.set()
                told = False
                await lost.wait()
        except (*AWAY, asyncpg.PostgresError) as error:
            if not told:  # once: it comes back by itself, or what needs the same database says more
                logger.warning("nobody is woken by %s: %s; trying again every second", channel, type(error).__name__)
            told = True
            await asyncio.sleep(_AGAIN)


@asynccontextmanager
async def _listening(dsn: str, channel: str, woken: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set when the connection is lost."""
    lost = asyncio.Event()
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, lambda *_: woken.set())
        yield lost
    finally:
        connection.terminate()
