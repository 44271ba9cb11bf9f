"""What privacy's tests share: a ring, a clock, a database of the test's own, and rows to work on."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.clock import SetClock
from core.e164 import E164
from privacy.keys import KeyRing
from privacy.sealing import Sealer
from sql.database import Connection, Database
from tests.privacy.rows import Rows

RIDER = E164("+12025550101")
OWNER = E164("+447700900123")
START = datetime(2030, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    """A key file that holds a fresh ring."""
    path = tmp_path / "maskline.keys"
    KeyRing.create(path, START)
    return path


@pytest.fixture
def ring(key_path: Path) -> KeyRing:
    return KeyRing.load(key_path)


@pytest.fixture
def other_ring(tmp_path: Path) -> KeyRing:
    """Somebody else's."""
    return KeyRing.create(tmp_path / "other.keys", START)


@pytest.fixture
def sealer(ring: KeyRing) -> Sealer:
    return Sealer(ring)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def conn(database: Database) -> AsyncIterator[Connection]:
    """A connection outside of any transaction."""
    async with database.work() as connection:
        yield connection


@pytest.fixture
def rows(conn: Connection, ring: KeyRing, sealer: Sealer) -> Rows:
    return Rows(conn, ring, sealer)
