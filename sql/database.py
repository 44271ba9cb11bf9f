"""The pools. `asyncpg` is imported in this folder only; a room's `store.py` is handed a `Connection`."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import asyncpg
import asyncpg.pgproto.pgproto

from core.clock import AnchoredClock
from core.problem import Problem
from sql.convoy import Convoy, Seat
from sql.lane import Lane

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

VOICE_WAIT = 0.25
"""Seconds that a listened-to request waits for a free connection."""
VOICE_STATEMENT = 2.0
"""Seconds that one statement of a listened-to request may take; its own deadline is 3 s."""
WORK_WAIT = 5.0
WORK_STATEMENT = 30.0
ROADS = 3
"""
Convoys out at once, in each pool. With one, the process and Postgres wait for each other in turns; each more makes them
smaller.
"""

read_uuid: Callable[[str], UUID] = asyncpg.pgproto.pgproto.UUID
"""A UUID from its text, by asyncpg's own subclass: an eighth of the time, and a route has several."""

AWAY = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError,
        asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError, asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError, asyncpg.DiskFullError, asyncpg.ReadOnlySQLTransactionError)  # fmt: skip
"""
What asyncpg raises where Postgres is away. InternalClientError: it has read that Postgres is ending, and does not know
yet that the connection is closed.
"""

RETRY = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.UniqueViolationError,
         asyncpg.ForeignKeyViolationError)  # fmt: skip
"""
What a second try may not meet again: 40001, 40P01, 23505, and 23503, where what a row belongs to went meanwhile; the
second try finds it gone.
"""

logger = logging.getLogger("maskline.sql")


class DatabaseAway(Problem):
    """Postgres cannot be reached, is full, or every connection is busy. Nothing was kept; try again."""

    status, slug, title = 503, "database-away", "The database is not answering"


class Database:
    """
    Two pools on one database: `voice` for whoever a caller is listening to, `work` for everything else.

    A slow report or a busy worker can use up `work` and nobody on the phone notices.
    """

    def __init__(self, voice: asyncpg.Pool, work: asyncpg.Pool, dsn: str) -> None:
        self._voice, self._work, self.dsn = voice, work, dsn
        self._lane = Lane(voice, voice.get_max_size(), VOICE_WAIT)
        self._work_lane = Lane(work, work.get_max_size(), WORK_WAIT)
        self._voice_convoy, self._work_convoy = Convoy(self.voice, ROADS), Convoy(self.work, ROADS)

    @classmethod
    async def open(cls, dsn: str, *, voice: int = 8, work: int = 6, prepared: bool = True) -> Self:
        """
        Connects. voice, work: connections at most in each pool. prepared: False behind PgBouncer.

        Raises DatabaseAway.
        """
        cache = 256 if prepared else 0
        pools: list[asyncpg.Pool] = []
        try:
            for size, statement in ((voice, VOICE_STATEMENT), (work, WORK_STATEMENT)):
                pools.append(
                    await asyncpg.create_pool(
                        dsn,
                        min_size=1,
                        max_size=size,
                        command_timeout=statement,
                        timeout=5,
                        statement_cache_size=cache,
                        max_inactive_connection_lifetime=0,
                        reset=_leave_as_it_is,
                        server_settings={"application_name": "maskline", "timezone": "UTC"},
                    )
                )
        except AWAY as error:
            for pool in pools:
                pool.terminate()
            raise DatabaseAway("Is DATABASE_URL right, and is Postgres up?") from error
        return cls(pools[0], pools[1], dsn)

    async def close(self) -> None:
        """Waits up to 3 s for running statements, then cuts them."""
        for lane in (self._lane, self._work_lane):
            await lane.close()
        for pool in (self._voice, self._work):
            try:
                await asyncio.wait_for(pool.close(), 3)
            except TimeoutError:
                pool.terminate()
        for convoy in (self._voice_convoy, self._work_convoy):
            await convoy.close()

    def voice(self) -> AbstractAsyncContextManager[Connection]:
        """A connection for a request that a caller is listening to. Raises DatabaseAway after 250 ms."""
        return _Borrowed(self._lane.borrowed())

    def voice_seat(self, order: str) -> Seat:
        """Where one statement of a listened-to request is asked, together with others' (sql.convoy), of one order."""
        return self._voice_convoy.seat(order)

    @asynccontextmanager
    async def voice_transaction(self) -> AsyncIterator[Connection]:
        """The same, in one transaction."""
        async with self.voice() as connection, _transaction(connection, VOICE_WAIT):
            yield connection

    def work(self) -> AbstractAsyncContextManager[Connection]:
        """A connection for everything else, each statement its own transaction. Raises DatabaseAway."""
        return _Borrowed(self._work_lane.borrowed())

    def work_seat(self, order: str) -> Seat:
        """As `voice_seat`, for everything else."""
        return self._work_convoy.seat(order)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A work connection in one transaction, kept on a clean exit. Raises DatabaseAway."""
        async with self.work() as connection, _transaction(connection, WORK_WAIT):
            yield connection

    async def takes_writes(self) -> bool:
        """Whether callers could be served just now; not by a standby. Raises DatabaseAway."""
        async with self.voice() as connection:
            if await connection.fetchval("SELECT current_setting('transaction_read_only')") == "off":
                return True
            connection.terminate()  # as below
            return False

    async def anchor(self, clock: AnchoredClock) -> timedelta:
        """Sets the clock by Postgres's. Returns how far this machine's wall clock is off; warns beyond 5 s."""
        async with self.work() as connection:
            theirs = await connection.fetchval("SELECT clock_timestamp()")  # the one place that asks Postgres's clock
        drift = clock.anchor(theirs)
        if abs(drift) > timedelta(seconds=5):
            logger.warning("this machine's clock is off by %.0f s; Postgres's time is used", drift.total_seconds())
        return drift


@asynccontextmanager
async def _transaction(connection: Connection, wait: float) -> AsyncIterator[None]:
    """
    asyncpg's own `async with`, but for a server that hangs: it gets `wait` seconds to take things back.

    Whoever leaves because their time is up would otherwise wait for the ROLLBACK, with a new time limit. Who leaves
    while it begins takes the connection along: nobody knows how far it came.
    """
    transaction = connection.transaction()
    try:
        await transaction.start()
        yield
    except (Exception, asyncio.CancelledError):
        try:
            async with asyncio.timeout(wait):
                await transaction.rollback()
        except AWAY:
            with contextlib.suppress(asyncpg.InterfaceError):  # the connection is gone already
                connection.terminate()  # Postgres takes everything back once it notices
        raise
    await transaction.commit()


async def _leave_as_it_is(_: Any) -> None:
    """
    Instead of asyncpg's RESET ALL and unlocking, a round trip at each return: no statement here changes a setting,
    takes a lock beyond its transaction or listens, as none could behind PgBouncer (sql.session is for those). asyncpg
    itself still rolls back what was left open.
    """


class _Borrowed:
    """A loan whose errors say that the database is away, where it is."""

    __slots__ = ("_connection", "_loan")

    def __init__(self, loan: AbstractAsyncContextManager[Connection]) -> None:
        self._loan = loan
        self._connection: Connection

    async def __aenter__(self) -> Connection:
        try:
            self._connection = await self._loan.__aenter__()
        except AWAY as error:
            raise DatabaseAway from error
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            self._connection.terminate()  # it leads to what is no primary, or no longer: the next one is made anew
        try:
            await self._loan.__aexit__(kind, error, trace)
        except AWAY as another:
            raise DatabaseAway from another
        if isinstance(error, AWAY):
            raise DatabaseAway from error
