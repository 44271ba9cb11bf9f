"""What tests of address books share: the rooms on a database of the test's own, with a clock that is moved by hand."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.clock import SetClock
from privacy.keys import KeyRing
from sql.database import Database
from tests.callerid.books.people import Rooms

START = datetime(2030, 1, 15, 12, 20, tzinfo=UTC)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys.json", START)


@pytest.fixture
async def rooms(database_url: str, ring: KeyRing) -> AsyncIterator[Rooms]:
    database = await Database.open(database_url, work=12)
    yield Rooms(database, SetClock(START), ring)
    await database.close()
