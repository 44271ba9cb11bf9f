"""Every named statement: Postgres understands it, it says what it is for, and it does not ask for the time."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

import sql
from sql.statements import ROOMS, statements

FOLDER = Path(sql.__file__).parent
QUERIES = {room: statements(room) for room in ROOMS}  # read here, as rooms do: files block the loop
NAMED = re.compile(r"^-- name: (\w+)[\^$!]?\n(-- .*\n)?", re.MULTILINE)


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database_url)
    yield conn
    await conn.close()


@pytest.mark.parametrize("room", ROOMS)
async def test_every_statement_can_be_prepared(conn: asyncpg.Connection, room: str):
    queries = QUERIES[room]
    names = [name for name in queries.available_queries if not name.endswith("_cursor")]

    for name in names:
        try:
            await conn.prepare(getattr(queries, name).sql)
        except asyncpg.PostgresError as error:
            pytest.fail(f"{room}.{name}: {error}")

    assert names


@pytest.mark.parametrize("room", ROOMS)
def test_no_two_statements_share_a_name(room: str):
    names = [found[0] for found in NAMED.findall((FOLDER / "statements" / f"{room}.sql").read_text())]

    assert len(set(names)) == len(names)


def test_no_statement_function_or_migration_asks_for_the_time():
    """Each takes $t from core.Clock. Comments may speak of it."""
    asks = re.compile(r"\b(now|(clock|transaction|statement)_timestamp)\s*\(|\b(current|local)_?time", re.IGNORECASE)
    files = list(FOLDER.rglob("*.sql"))

    found = {
        path.name for path in files for line in path.read_text().splitlines() if asks.search(line.partition("--")[0])
    }

    assert len(files) > len(ROOMS)
    assert found == set()


async def test_every_function_that_statements_call_is_ours_or_postgres(conn: asyncpg.Connection):
    """No extension is needed: what is not in pg_catalog is made by sql/functions or a migration."""
    extensions = await conn.fetch("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'")

    assert extensions == []
