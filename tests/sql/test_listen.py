"""Whoever listens goes on listening, whatever becomes of the connection."""

import asyncio
import logging

import asyncpg
import pytest

from sql import listen


@pytest.fixture
def unsteady(monkeypatch: pytest.MonkeyPatch, database_url: str):
    """A server that breaks off the first two times, each in another way."""
    real, failures = asyncpg.connect, [ConnectionRefusedError(), asyncpg.InternalClientError("unexpected message")]

    async def connect(*words, **more):
        if failures:
            raise failures.pop(0)
        return await real(*words, **more)

    monkeypatch.setattr(asyncpg, "connect", connect)
    monkeypatch.setattr(listen, "_AGAIN", 0.0)
    return database_url


async def test_it_comes_back_after_any_failure_and_says_once_that_it_was_away(unsteady, caplog):
    with caplog.at_level(logging.WARNING, "maskline.sql"):
        async with asyncio.timeout(30), listen.listen(unsteady, "news") as woken:
            await woken.wait()  # as after each connect: something may have been missed

    assert [record.getMessage() for record in caplog.records] == [
        "nobody is woken by news: ConnectionRefusedError; trying again every second"
    ]
