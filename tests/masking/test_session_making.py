"""Making a session in one round trip: by what is remembered of its service, which others may change meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from core.e164 import E164
from masking.claims.errors import DestinationRefused
from masking.claims.values import Role
from masking.sessions.errors import NameTaken, NoNumber, ServiceUnknown
from masking.sessions.given import Party, ServiceGiven, SessionGiven
from masking.sessions.values import Numbering, Service, Session
from maskline.wiring import House, open_house
from sql.database import Connection, Database
from tests.town import ALICE, BOB, OWNER, SECOND, SESSION, Town

BRITON = E164("+447700900150")


@pytest.fixture
async def other(town: Town, database_url: str, redis_url: str) -> AsyncIterator[House]:
    """Another process on the same database."""
    async with open_house(
        town.house.settings, database_url, redis_url, public_url=town.base, clock=town.clock, pools=(1, 2)
    ) as house:
        yield house


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Postgres is asked from now on, but for callers' calls."""
    seen: list[str] = []
    work = Database.work

    @asynccontextmanager
    async def listened(database: Database) -> AsyncIterator[Connection]:
        async with work(database) as conn:
            with conn.query_logger(lambda query: seen.append(query.query)):
                yield conn

    monkeypatch.setattr(Database, "work", listened)
    return seen


async def made_by(house: House, town: Town, service: Service, a: E164 = ALICE, b: E164 = BOB, **given: Any) -> Session:
    parties = (Party(number=a), Party(number=b))
    made = await house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(**given), parties)
    assert made.session == await house.rooms.sessions.get(town.tenant, service.service_id, made.session.session_id)
    return made.session


@pytest.mark.parametrize("numbering", Numbering)
async def test_a_session_of_a_known_service_is_made_in_one_round_trip(
    town: Town, asked: list[str], numbering: Numbering
):
    service = await town.service(numbering=numbering)
    await town.session(service=service)
    asked.clear()

    made = await town.session(OWNER, SECOND, service=service)

    assert len(asked) == 1
    for each in made.participants:
        kept = await town.house.rooms.parties.get(town.tenant, service.service_id, each.session_id, each.participant_id)
        assert each == kept


async def test_what_another_process_changes_of_a_service_counts_at_once(town: Town, other: House):
    service = await town.service(numbers=SESSION["twilio"], numbering=Numbering.EACH)
    await made_by(town.house, town, service)
    change = other.rooms.services.change
    with pytest.raises(NoNumber):
        await made_by(town.house, town, service, OWNER, BRITON)

    await change(town.tenant, service.service_id, ServiceGiven(fallback_countries=("US",)))
    await made_by(town.house, town, service, OWNER, BRITON)

    await change(town.tenant, service.service_id, ServiceGiven(countries=("GB",)))
    with pytest.raises(DestinationRefused):
        await made_by(town.house, town, service, OWNER, SECOND)

    await change(town.tenant, service.service_id, ServiceGiven(countries=(), default_ttl=60, cool_off=7))
    session = await made_by(town.house, town, service, OWNER, SECOND)
    assert (session.ttl, session.cool_off) == (60, 7)


async def test_a_service_that_another_process_deleted_is_unknown(town: Town, other: House):
    service = await town.service()
    session = await made_by(town.house, town, service)
    await town.house.rooms.sessions.close(town.tenant, service.service_id, session.session_id)
    await other.rooms.services.delete(town.tenant, service.service_id)

    with pytest.raises(ServiceUnknown):
        await made_by(town.house, town, service)


async def test_a_number_that_became_ours_is_in_no_session_any_more(town: Town, other: House):
    service = await town.service()
    await made_by(town.house, town, service, OWNER, SECOND)
    await other.inventory.add(town.tenant, "twilio", BOB, Role.SESSION)

    with pytest.raises(DestinationRefused) as caught:
        await made_by(town.house, town, service)

    assert caught.value.facts["kind"] == "ours"


async def test_nothing_is_kept_of_a_session_whose_second_person_gets_no_number(town: Town):
    service = await town.service(numbers=SESSION["twilio"], numbering=Numbering.EACH)

    with pytest.raises(NoNumber) as caught:
        await made_by(town.house, town, service, ALICE, BRITON)

    assert caught.value.facts["why"] == "country"
    for table in ("session", "participant", "phone", "claim"):
        assert await town.rows(f"SELECT * FROM {table}") == []


async def test_a_name_that_is_taken_keeps_nothing(town: Town, other: House):
    service = await town.service()
    await made_by(other, town, service, unique_name="order 7")

    with pytest.raises(NameTaken):
        await made_by(town.house, town, service, OWNER, SECOND, unique_name="order 7")

    assert len(await town.rows("SELECT * FROM claim")) == 2
