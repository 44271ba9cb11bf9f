"""Being woken by NOTIFY, on a connection of its own that comes back after a database restart."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

_AGAIN = 1.0
"""Seconds between tries to reconnect."""


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
    while True:
        lost = asyncio.Event()
        try:
            connection = await asyncpg.connect(dsn, timeout=5)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await asyncio.sleep(_AGAIN)
            continue
        try:
            connection.add_termination_listener(lambda _, lost=lost: lost.set())
            await connection.add_listener(channel, lambda *_: woken.set())
            woken.set()
            await lost.wait()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(_AGAIN)
        finally:
            connection.terminate()
