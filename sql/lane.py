"""Connections that are kept at hand, for requests that a caller is listening to."""

import asyncio
from collections import deque
from typing import Any

import asyncpg.pool

Held = asyncpg.pool.PoolConnectionProxy


class Lane:
    """
    Lends a pool's connections and keeps them afterwards, instead of giving them back.

    For each loan asyncpg's pool makes a task and two timers and lets the event loop come round once more, which takes
    longer than a short statement. What is closed, or was left by an exception, does go back to the pool, which looks
    after it.

    pool: nobody else borrows from it. size: its connections at most. wait: seconds for a free one, and for looking
    after one that comes back in doubt.
    """

    def __init__(self, pool: asyncpg.Pool, size: int, wait: float) -> None:
        self._pool, self._wait, self._closing = pool, wait, False
        # None is leave to take one from the pool. What came back last is lent first, so that the rest may stay unmade.
        self._free: list[Held | None] = [None] * size
        self._waiting: deque[asyncio.Future[Held | None]] = deque()

    def borrowed(self) -> "Loan":
        """A connection. Raises TimeoutError where none is free in time, and whatever connecting raises."""
        return Loan(self)

    async def take(self) -> Held:
        """As `borrowed`, to be given back."""
        if self._free and (connection := self._free[-1]) is not None and not _gone(connection):
            self._free.pop()
            return connection  # as nearly always
        async with asyncio.timeout(self._wait):
            connection = self._free.pop() if self._free else await self._next()
            return await self._usable(connection)

    async def give_back(self, connection: Held, *, doubtful: bool) -> None:
        """doubtful: an exception ended its use, so that the pool looks after it."""
        if doubtful or self._closing:
            await self._give_up(connection)
        else:
            self._put(connection)

    async def close(self) -> None:
        """Gives every connection back to the pool, which is closed by whoever opened it."""
        self._closing = True
        kept, self._free = self._free, [None] * len(self._free)
        for connection in kept:
            if connection is not None:
                await self._pool.release(connection, timeout=self._wait)

    async def _usable(self, connection: Held | None) -> Held:
        """It, or where it is gone another in its place."""
        try:
            if connection is not None:
                if not _gone(connection):
                    return connection
                await self._pool.release(connection, timeout=self._wait)
            return await self._pool.acquire()
        except BaseException:
            self._put(None)
            raise

    async def _next(self) -> Held | None:
        """What comes back next. Who has waited longest gets it, and nobody takes it before their eyes."""
        waiter: asyncio.Future[Held | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled():  # it came in the moment in which the time was up
                self._put(waiter.result())
            raise

    def _put(self, connection: Held | None) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        self._free.append(connection)

    async def _give_up(self, connection: Held) -> None:
        try:
            await self._pool.release(connection, timeout=self._wait)
        finally:
            self._put(None)


class Loan:
    """
    A connection for as long as an `async with` lasts.

    A class and no generator: two of those, one in the other, took a twentieth of the time of a look-up.
    """

    __slots__ = ("connection", "lane")

    def __init__(self, lane: Lane) -> None:
        self.lane = lane

    async def __aenter__(self) -> Held:
        self.connection = await self.lane.take()
        return self.connection

    async def __aexit__(self, _: Any, error: BaseException | None, __: Any) -> None:
        await self.lane.give_back(self.connection, doubtful=error is not None)


def _gone(connection: Held) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # the pool has noticed before us, and taken it back
        return True
