"""
desk     a served town with one person signed in, whose token is `token-0`
asking   look-ups without HTTP
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from core.clock import SetClock
from privacy.keys import KeyRing
from sql.database import Database
from tests.callerid.lookups.asking import Asking
from tests.callerid.lookups.desk import Desk, People, rooms
from tests.masking.served import served
from tests.town import Town


@pytest.fixture
async def desk(town: Town) -> AsyncIterator[Desk]:
    people = People()
    people.signs_up(town.clock.now())
    made = rooms(town, people)
    town = replace(town, house=replace(town.house, lookups=made))
    async with served(town) as base, aiohttp.ClientSession() as session:
        yield Desk(town, people, made, base, session)
    made.departures.close()


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "asking.json")


@pytest.fixture
async def asking(database_url: str, clock: SetClock, ring: KeyRing) -> AsyncIterator[Asking]:
    database = await Database.open(database_url)
    yield Asking(database, clock, ring)
    await database.close()
