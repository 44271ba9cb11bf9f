"""
Says to the database that a process works with its key ring, so that no rekeying moves the keys under its hands.

The hold is a lock that lives as long as one connection. Where that is lost, the hold is taken anew and the ring
compared again, because the keys may have moved meanwhile.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from maskline.wiring import House
from privacy.key_check import check_ring, hold_ring
from sql.database import Connection, DatabaseAway
from sql.session import session

_AGAIN = 1.0
"""Seconds between tries to reach a database that is away."""


@asynccontextmanager
async def holding(house: House) -> AsyncIterator["asyncio.Task[None]"]:
    """
    Holds the ring for the length of an `async with`.

    Yields a task that goes on for as long as the ring fits, and ends with KeysUnfit or RekeyUnderWay once it does not:
    then the process must end. Raises the same, and DatabaseAway, where it cannot be held at first.
    """
    held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(_keep(house, held), name="hold the ring")
    task.add_done_callback(lambda ended: _pass_on(ended, held))
    try:
        await held
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


async def _keep(house: House, held: "asyncio.Future[None]") -> None:
    while True:
        try:
            async with session(house.session_url) as conn:
                await hold_ring(conn)
                await check_ring(conn, house.ring)
                if not held.done():
                    held.set_result(None)
                await _lost(conn)
        except DatabaseAway:
            if not held.done():
                raise
            await asyncio.sleep(_AGAIN)


async def _lost(conn: Connection) -> None:
    """Returns when the connection is gone."""
    gone = asyncio.Event()

    def note(_: object) -> None:
        gone.set()

    conn.add_termination_listener(note)
    await gone.wait()


def _pass_on(ended: "asyncio.Task[None]", held: "asyncio.Future[None]") -> None:
    """What went wrong before the first hold is told to whoever waits for it."""
    if held.done():
        return
    if ended.cancelled():
        held.cancel()
    elif error := ended.exception():
        held.set_exception(error)
