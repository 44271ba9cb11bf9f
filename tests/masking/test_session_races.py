"""Many at once: whatever comes first, no number leads to two people at a time, and nothing half-made remains."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from core.e164 import E164
from core.problem import Problem
from masking.sessions.errors import NoNumber, NumberInUse, Raced, ServiceUnknown
from masking.sessions.given import Ends, Made, Party, SessionGiven
from masking.sessions.values import Numbering, Service
from maskline.wiring import House, open_house
from tests.town import ALICE, SESSION, Town

AT_ONCE = 32
PEOPLE = [E164(f"+120255501{n:02d}") for n in range(60, 96)]

_HELD_TWICE = """
    SELECT p.session_id FROM session s
      JOIN participant p USING (tenant, session_id) JOIN phone f USING (tenant, phone_id)
      LEFT JOIN claim c ON c.tenant = p.tenant AND c.number_id = p.number_id
       AND c.party_key = '\\x03'::bytea || f.number_key
     WHERE s.state <> 'closed' AND s.until > $1 AND p.deleted_at IS NULL
       AND (c.target_id IS DISTINCT FROM s.session_id OR c.until <> s.until)"""
_WITHOUT_SESSION = """
    SELECT c.target_id FROM claim c LEFT JOIN session s ON s.tenant = c.tenant AND s.session_id = c.target_id
     WHERE c.kind = 'session' AND c.until > $1 AND (s.session_id IS NULL OR s.state = 'closed' OR s.until <> c.until)"""


@pytest.fixture
async def houses(town: Town, database_url: str, redis_url: str) -> AsyncIterator[list[House]]:
    """Two processes on one database, each with pools of its own."""
    async with AsyncExitStack() as stack:
        settings = town.house.settings
        second = await stack.enter_async_context(
            open_house(settings, database_url, redis_url, public_url=town.base, clock=town.clock, pools=(1, 12))
        )
        yield [town.house, second]


async def all_at_once(work: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    """What came of each: its answer, or the problem that it met. Anything else is raised."""
    done = await asyncio.gather(*work, return_exceptions=True)
    for each in done:
        if isinstance(each, BaseException) and not isinstance(each, Problem):
            raise each
    return done


async def stays_true(town: Town) -> None:
    """Every live session owns its claims, and no claim is live without its session."""
    now = town.clock.now()
    assert await town.rows(_HELD_TWICE, now) == []
    assert await town.rows(_WITHOUT_SESSION, now) == []
    halves = "SELECT session_id FROM participant WHERE number_id IS NULL AND deleted_at IS NULL"
    assert await town.rows(halves) == []


def made_by(house: House, town: Town, service: Service, *people: E164) -> Coroutine[Any, Any, Made]:
    parties = [Party(number=person) for person in people]
    return house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(), parties)


@pytest.mark.parametrize("numbering", Numbering)
async def test_as_many_sessions_of_one_person_as_there_are_numbers(
    town: Town, houses: list[House], numbering: Numbering
):
    service = await town.service(numbers=SESSION["twilio"], numbering=numbering)

    done = await all_at_once([made_by(houses[n % 2], town, service, ALICE, PEOPLE[n]) for n in range(AT_ONCE)])

    granted = [each for each in done if isinstance(each, Made)]
    assert len(granted) == len(SESSION["twilio"])
    assert {each.facts["why"] for each in done if isinstance(each, NoNumber)} == {"free"}
    assert not [each for each in done if isinstance(each, Raced)]
    assert len(await town.rows("SELECT 1 FROM session")) == len(granted)
    await stays_true(town)


async def test_a_numbers_limit_holds(town: Town, houses: list[House]):
    service = await town.service(numbers=SESSION["twilio"][:2], most_live=5)
    pairs = [(PEOPLE[n], PEOPLE[n + 16]) for n in range(16)]

    done = await all_at_once([made_by(houses[n % 2], town, service, *pair) for n, pair in enumerate(pairs)])

    assert len([each for each in done if isinstance(each, Made)]) == 10
    await stays_true(town)


async def test_two_who_make_each_others_session_do_not_lock_each_other_out(town: Town, houses: list[House]):
    service = await town.service()
    pairs = [PEOPLE[:2][:: (-1) ** n] for n in range(6)]

    done = await all_at_once([made_by(houses[n % 2], town, service, *pair) for n, pair in enumerate(pairs)])

    assert len([each for each in done if isinstance(each, Made)]) == len(SESSION["twilio"])
    await stays_true(town)


async def test_a_service_that_is_deleted_takes_no_new_session_with_it(town: Town, houses: list[House]):
    """Whoever was told of a session has it: either the service stays, or nobody was told of one."""
    service = await town.service(numbers=SESSION["twilio"])
    making = [made_by(houses[n % 2], town, service, PEOPLE[n], PEOPLE[n + 12]) for n in range(12)]
    gone = asyncio.create_task(town.house.rooms.services.delete(town.tenant, service.service_id))

    done = await all_at_once(making)

    refused = [each for each in done if isinstance(each, Problem)]
    assert {type(each) for each in refused} <= {ServiceUnknown}, refused
    made = [each.session.session_id for each in done if isinstance(each, Made)]
    with contextlib.suppress(NumberInUse):
        await gone
    assert {row["session_id"] for row in await town.rows("SELECT session_id FROM session")} == set(made)
    await stays_true(town)


async def test_whatever_is_done_at_once_every_live_session_owns_its_claims(town: Town, houses: list[House]):
    """Creating, closing, opening again, extending, adding and dropping, on few numbers, while time goes on."""
    service = await town.service(numbers=SESSION["twilio"], cool_off=60, most_live=8)
    made = [await made_by(town.house, town, service, PEOPLE[n], PEOPLE[n + 20]) for n in range(6)]
    chance = random.Random(7)
    for _ in range(6):
        await all_at_once([_something(houses[n % 2], town, service, made, chance) for n in range(AT_ONCE)])
        await stays_true(town)
        town.clock.advance(timedelta(seconds=chance.choice([1, 59, 3600])))


async def _something(house: House, town: Town, service: Service, made: list[Made], chance: random.Random) -> None:
    rooms, one = house.rooms, chance.choice(made)
    where = (town.tenant, service.service_id, one.session.session_id)
    some = chance.sample(PEOPLE, 2)
    acts: list[Callable[[], Awaitable[Any]]] = [
        lambda: made_by(house, town, service, *some),
        lambda: rooms.sessions.close(*where),
        lambda: rooms.sessions.reopen(*where, Ends(ttl=chance.choice([60, 3600]))),
        lambda: rooms.sessions.extend(*where, Ends(ttl=chance.choice([60, 7200]))),
        lambda: rooms.parties.add(*where, Party(number=some[0], side=2)),
        lambda: rooms.parties.drop(*where, one.participants[1].participant_id),
        lambda: rooms.sessions.close_expired(),
    ]
    kept = await chance.choice(acts)()
    if isinstance(kept, Made):
        made.append(kept)
