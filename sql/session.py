"""A connection of one's own, for what outlives a transaction: those of the pools are lent, and PgBouncer's shared."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from sql.database import AWAY, Connection, DatabaseAway

_CONNECTING = 5.0
_STATEMENT = 30.0
_LEAVING = 1.0


@asynccontextmanager
async def session(dsn: str, *, prepared: bool = True) -> AsyncIterator[Connection]:
    """A connection of the caller's own, closed at the end. prepared: False behind PgBouncer. Raises DatabaseAway."""
    try:
        connection = await asyncpg.connect(
            dsn, timeout=_CONNECTING, command_timeout=_STATEMENT, statement_cache_size=100 if prepared else 0,
            server_settings={"application_name": "maskline", "timezone": "UTC"},
        )  # fmt: skip
    except AWAY as error:
        raise DatabaseAway("Is DATABASE_URL right, and is Postgres up?") from error
    try:
        yield connection
    except AWAY as error:
        raise DatabaseAway from error
    finally:
        with contextlib.suppress(*AWAY):  # so that its locks end now, and not when Postgres notices
            async with asyncio.timeout(_LEAVING):
                await connection.reset()
        connection.terminate()
