"""A database that takes its time: somebody else's transaction holds what a request needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.chaos.ground import Ground, until

_WAITING = """
SELECT count(*) AS waiting FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'maskline'
"""


@asynccontextmanager
async def held(ground: Ground, statement: str) -> AsyncIterator[None]:
    """Runs a statement that locks something, and lets go of it on leaving."""
    async with ground.town.house.database.transaction() as conn:
        await conn.execute(statement)
        yield


async def somebody_waits(ground: Ground, most: int = 1) -> None:
    """Returns once so many statements wait for a lock."""

    async def so() -> bool:
        (row,) = await ground.town.rows(_WAITING)
        return int(str(row["waiting"])) >= most

    await until(so)
