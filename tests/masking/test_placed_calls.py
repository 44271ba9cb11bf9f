"""Calls that a customer asks for, where carriers are away, refuse, or may have rung."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from core.e164 import E164
from core.problem import Problem
from masking.claims.values import Role
from masking.sessions.errors import (
    CallsUsedUp,
    NoPartner,
    NotForCalls,
    NotReachable,
    ParticipantUnknown,
    SessionClosed,
    SessionUnknown,
)
from masking.sessions.placed import PlacedJobs
from maskline import worker
from maskline.wiring import House
from tests.masking.texting import LINES, Pair, pair
from tests.town import ALICE, Town
from voice.events import CarrierAccount
from voice.ports import CarrierAway, CarrierRefused

ACROSS = E164("+12025550131")
NOT_DONE, MAYBE = CarrierAway(maybe_done=False), CarrierAway(maybe_done=True)


@dataclass
class Exchange:
    """Carriers that ring. fails: raised instead, one for each request."""

    fails: list[Exception] = field(default_factory=list)
    rung: list[tuple[str, E164, E164]] = field(default_factory=list)
    asked: int = 0

    async def call(self, account: CarrierAccount, *, to: E164, show: E164, **_: Any) -> str:
        self.asked += 1
        if self.fails:
            raise self.fails.pop(0)
        self.rung.append((account.carrier, to, show))
        return f"CA{self.asked:032x}"


@dataclass
class Room:
    town: Town
    exchange: Exchange
    house: House

    async def asks(self, ride: Pair) -> None:
        await self.house.rooms.interactions.call(self.town.tenant, ride.service, ride.session, ride.a)
        await self.works()

    async def works(self, after: timedelta = timedelta()) -> None:
        self.town.clock.advance(after)
        await worker.drain(self.house)

    async def outcome(self) -> object:
        (row,) = await self.town.rows("SELECT outcome FROM call")
        return row["outcome"]


@pytest.fixture
def room(town: Town) -> Room:
    exchange, house = Exchange(), town.house
    doors: Any = exchange
    jobs = PlacedJobs(house.database, house.clock, house.sealer, house.accounts, doors, town.links, house.guard)
    return Room(town, exchange, replace(house, jobs={**house.jobs, **jobs.handlers()}))


@pytest.fixture
async def ride(town: Town) -> Pair:
    return await pair(town)


async def across(town: Town, ride: Pair) -> None:
    """Plivo has a number of the same country for the service."""
    await town.house.inventory.add(town.tenant, "plivo", ACROSS, Role.SESSION)
    await town.house.rooms.pool.add(town.tenant, ride.service, ACROSS, reserved=False)


async def test_a_carrier_that_is_away_is_asked_again(room: Room, ride: Pair):
    room.exchange.fails = [NOT_DONE]

    await room.asks(ride)
    await room.works(timedelta(seconds=10))

    assert room.exchange.rung == [("twilio", ALICE, LINES["twilio"])]


async def test_the_other_carrier_rings_where_one_is_away(room: Room, town: Town, ride: Pair):
    await across(town, ride)
    room.exchange.fails = [NOT_DONE]

    await room.asks(ride)

    assert room.exchange.rung == [("plivo", ALICE, ACROSS)]
    (row,) = await town.rows("SELECT route ->> 'show' AS show FROM call")
    assert row["show"] == ACROSS.value, "the other side sees a number of the carrier that rings"


async def test_the_other_carrier_does_not_ring_on_a_number_that_somebody_has(room: Room, town: Town, ride: Pair):
    """Alice knows it from another ride: there it leads to somebody else."""
    await across(town, ride)
    await town.rows(
        "INSERT INTO claim SELECT c.tenant, n.number_id, c.party_key, gen_random_uuid(), 'session', 'session', "
        "gen_random_uuid(), NULL, NULL, c.made_at, c.used_at, c.until, c.reuse_after FROM claim c, proxy_number n, "
        "phone f WHERE n.e164 = $1 AND f.number_key = $2 AND c.party_key = '\\x03'::bytea || f.number_key",
        ACROSS.value, town.house.numbers.key(ALICE),
    )  # fmt: skip
    room.exchange.fails = [NOT_DONE]

    await room.asks(ride)

    assert room.exchange.rung == []
    assert len(await town.rows("SELECT 1 FROM claim")) == 3, "nothing half taken stays"


async def test_a_call_that_may_have_rung_is_never_asked_for_again(room: Room, town: Town, ride: Pair):
    await across(town, ride)
    room.exchange.fails = [MAYBE]

    await room.asks(ride)
    await room.works(timedelta(seconds=90))

    assert (room.exchange.asked, room.exchange.rung) == (1, [])


async def test_a_call_that_could_not_be_placed_in_time_is_not_placed(room: Room, ride: Pair):
    room.exchange.fails = [NOT_DONE] * 2

    await room.asks(ride)
    await room.works(timedelta(seconds=10))
    await room.works(timedelta(minutes=3))

    assert room.exchange.rung == []
    assert await room.outcome() == "failed"


async def test_a_refusal_ends_the_call(room: Room, ride: Pair):
    room.exchange.fails = [CarrierRefused(None, code="21215")]

    await room.asks(ride)
    await room.works(timedelta(seconds=10))

    assert room.exchange.asked == 1
    assert await room.outcome() == "failed"


async def test_a_destination_that_may_not_be_rung_is_not(room: Room, town: Town, ride: Pair):
    await town.rows("UPDATE service SET countries = '{GB}'")

    await room.asks(ride)

    assert room.exchange.asked == 0
    assert await room.outcome() == "failed"


USED_UP = "SELECT tally_over(made_at, tenant, 'calls-service', uuid_send(service_id), interval '1 day', 1) FROM service"


@pytest.mark.parametrize(
    ("doing", "problem"),
    [
        (["UPDATE session SET state = 'closed'"], SessionClosed),
        (["UPDATE session SET mode = 'message-only'"], NotForCalls),
        (["UPDATE service SET quiet_from = '00:00', quiet_to = '23:59'"], NotReachable),
        (["UPDATE participant SET deleted_at = made_at WHERE side = 2"], NoPartner),
        (["UPDATE participant SET deleted_at = made_at WHERE side = 1"], ParticipantUnknown),
        (["UPDATE service SET calls_a_day = 1", USED_UP], CallsUsedUp),
        (["DELETE FROM session"], SessionUnknown),
    ],
)
async def test_a_call_that_cannot_be_is_refused_and_leaves_nothing(
    room: Room, town: Town, ride: Pair, doing: list[str], problem: type[Problem]
):
    for statement in doing:
        await town.rows(statement)

    with pytest.raises(problem):
        await room.asks(ride)

    assert await town.rows("SELECT 1 FROM call") == []
    assert await town.rows("SELECT 1 FROM interaction") == []
