"""A transaction that is broken off leaves its connection fit for the next, and nothing in the log."""

import asyncio

import pytest

from sql.database import Database, _transaction


@pytest.fixture
async def database(database_url):
    opened = await Database.open(database_url, voice=1, work=1)
    yield opened
    await opened.close()


async def test_who_leaves_while_it_begins_leaves_no_open_transaction_behind(database):
    """asyncpg tells the event loop of one, at error, though it then rolls it back: nobody could have done better."""
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))

    async with database.work() as connection:
        leaving = asyncio.create_task(_transaction(connection, 5.0).__aenter__())
        await asyncio.sleep(0)  # BEGIN is on its way
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving

    async with database.transaction() as connection:
        assert await connection.fetchval("SELECT 1") == 1
    assert told == []
