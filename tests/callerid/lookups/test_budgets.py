"""Budgets of distinct numbers: what is spent, what is left, when there is some again, and what several askers share."""

import asyncio
from datetime import timedelta

import pytest

from callerid.lookups.errors import LookupsUsedUp
from callerid.lookups.rules import NEAR, LookupLimits
from callerid.lookups.values import Answer, Left
from core.e164 import E164
from core.ids import new_id
from tests.callerid.lookups.asking import Asking, number

DAY = timedelta(days=1)


@pytest.fixture
def small(asking: Asking) -> Asking:
    """Budgets of ten a day and twenty-five a month; a device has fifteen, a network thirty."""
    return Asking(asking.database, asking.clock, asking.ring, LookupLimits(10, 25, 30))


async def test_a_hit_costs_one_and_a_miss_two(small: Asking):
    await small.publish([number(0)])
    asker, left = small.person(), []
    for place in (0, 1):
        told = await small.told(asker, number(place))
        assert isinstance(told, Answer)
        left.append(told.left)

    assert left == [Left(9, 24), Left(7, 22)]


async def test_the_same_number_again_is_free_for_thirty_days(small: Asking):
    asker, lefts = small.person(), []
    for days in (0, 1, 28, 1):
        small.clock.advance(days * DAY)
        told = await small.told(asker, number(0))
        assert isinstance(told, Answer)
        lefts.append(told.left)

    assert lefts == [Left(8, 23), Left(10, 23), Left(10, 23), Left(8, 23)]


async def test_ten_hits_a_day_and_then_none_until_midnight(small: Asking):
    await small.publish([number(place) for place in range(12)])
    asker = small.person()

    answered, refusal = await small.count(asker, 0, 12)

    assert answered == 10
    assert refusal is not None
    assert (refusal.status, refusal.facts) == (429, {
        "budget": "account", "until": "2030-01-02T00:00:00+00:00", "retry_after": 43_200,
        "left": {"day": 0, "window": 15},
    })  # fmt: skip
    assert isinstance(await small.told(asker, number(3)), Answer), "what was asked for before is answered still"
    small.clock.advance(timedelta(hours=12))
    assert isinstance(await small.told(asker, number(11)), Answer)


async def test_misses_alone_are_half_as_many(small: Asking):
    assert (await small.count(small.person(), 0, 12))[0] == 5


async def test_the_last_point_buys_a_hit_or_a_miss_alike(small: Asking):
    """Were a miss refused where a hit is answered, the refusal would tell the one from the other, for nothing."""
    await small.publish([number(place) for place in range(9)] + [number(50)])
    for last in (50, 51):
        asker = small.person()
        assert (await small.count(asker, 0, 9))[0] == 9

        told = await small.told(asker, number(last))

        assert isinstance(told, Answer)
        assert told.left.a_day == 0


async def test_a_month_has_an_end_and_gives_back_what_its_first_days_spent(small: Asking):
    asker, answered = small.person(), []
    await small.publish([number(place) for place in range(200)])
    for day in range(3):
        answered.append((await small.count(asker, 20 * day, 12))[0])
        small.clock.advance(DAY)
    refusal = await small.told(asker, number(90))

    assert answered == [10, 10, 5]
    assert isinstance(refusal, LookupsUsedUp)
    assert (refusal.facts["budget"], refusal.facts["left"]) == ("account", {"day": 10, "window": 0})
    assert refusal.facts["until"] == "2030-01-31T00:00:00+00:00"
    small.clock.advance(27 * DAY - timedelta(hours=13))
    assert isinstance(await small.told(asker, number(90)), LookupsUsedUp)
    small.clock.advance(timedelta(hours=1))
    assert (await small.count(asker, 100, 12))[0] == 10


async def test_a_device_has_half_as_many_more_whoever_uses_it(small: Asking):
    device = new_id()
    answered = [(await small.count(small.person(device), 20 * account, 12)) for account in range(3)]

    assert [count for count, _ in answered] == [5, 3, 0]
    assert answered[2][1] is not None
    assert answered[2][1].facts["budget"] == "device"


async def test_a_network_has_its_own_and_who_is_refused_pays_nothing(small: Asking):
    told = [await small.count(small.person(network=b"home"), 20 * account, 12) for account in range(4)]
    last = small.person(network=b"home")
    refusal = await small.told(last, number(99))

    assert [count for count, _ in told] == [5, 5, 5, 0]
    assert isinstance(refusal, LookupsUsedUp)
    assert (refusal.facts["budget"], refusal.facts["left"]) == ("network", {"day": 10, "window": 25})
    assert await spent(small) == {10: 9, 30: 1}, "three accounts, their numbers, their devices and the network"


async def spent(small: Asking) -> dict[int, int]:
    conn = await small.connection()
    rows = await conn.fetch("SELECT today, count(*) AS rows FROM lookup_budget GROUP BY today")
    await conn.close()
    return {row["today"]: row["rows"] for row in rows if row["today"]}


async def test_more_than_ten_neighbours_trip_a_block_of_a_day(asking: Asking):
    asker = asking.person()
    block = [E164(f"+12025550{line}") for line in range(100, 200)]
    told = [await asking.told(asker, each) for each in block[: NEAR + 1]]

    assert all(isinstance(each, Answer) for each in told[:NEAR])
    assert isinstance(told[NEAR], LookupsUsedUp)
    assert told[NEAR].facts["budget"] == "neighbours"
    assert told[NEAR].facts["until"] == "2030-01-02T12:00:00+00:00"
    assert isinstance(await asking.told(asker, number(1)), LookupsUsedUp), "nothing new anywhere"
    assert isinstance(await asking.told(asker, block[0]), Answer), "what was asked for before is answered still"
    assert isinstance(await asking.told(asking.person(), block[60]), Answer), "others may go on"
    asking.clock.advance(DAY)
    assert isinstance(await asking.told(asker, number(1)), Answer)
    assert isinstance(await asking.told(asker, block[70]), LookupsUsedUp), "the block is as full as before"
    asking.clock.advance(30 * DAY)
    assert isinstance(await asking.told(asker, block[70]), Answer)


async def test_at_the_same_instant_nobody_gets_more(small: Asking):
    """Twenty at once on the account's ten, each over a connection of its own."""
    asker = small.person()

    told = await asyncio.gather(*(small.told(asker, number(place)) for place in range(20)))

    assert sum(isinstance(each, Answer) for each in told) == 5
    assert sum(isinstance(each, LookupsUsedUp) for each in told) == 15


async def test_neighbours_asked_for_at_the_same_instant_are_counted_too(asking: Asking):
    asker = asking.person()

    told = await asyncio.gather(*(asking.told(asker, E164(f"+12025550{line}")) for line in range(100, 130)))

    assert sum(isinstance(each, Answer) for each in told) == NEAR


async def test_one_number_asked_for_at_the_same_instant_is_paid_for_once(small: Asking):
    asker = small.person()

    told = await asyncio.gather(*(small.told(asker, number(0)) for _ in range(8)))

    assert all(isinstance(each, Answer) for each in told)
    assert (await spent(small)) == {2: 4}


async def test_a_charge_does_not_wait_for_the_disk_and_a_free_look_up_writes_nothing(asking: Asking):
    conn, how = await asking.connection(), "SHOW synchronous_commit"
    row = "SELECT cost FROM name_lookup($1, 1, $2, ARRAY[$3::uuid], ARRAY[9], ARRAY[9], 1, 1, 10)"
    given, told = (asking.clock.now(), b"k" * 32, new_id()), []
    for _ in range(2):
        async with conn.transaction():
            cost = await conn.fetchval(row, *given)
            writes = await conn.fetchval("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
            told.append((cost, await conn.fetchval(how), writes))
    after = await conn.fetchval(how)
    await conn.close()

    assert told == [(2, "off", True), (0, "on", False)]
    assert after == "on"


async def test_two_ways_of_writing_one_number_are_one_number_in_one_block(asking: Asking):
    """Mexico's and Argentina's mobiles have a digit more abroad: who writes them so gets no second ten of a block."""
    asker, lines = asking.person(), [f"{line:010d}" for line in range(NEAR + 1)]
    for line in lines[:NEAR]:
        assert isinstance(await asking.told(asker, E164(f"+521{line}")), Answer)
    again = await asking.told(asker, E164(f"+52{lines[0]}"))
    told = await asking.told(asker, E164(f"+52{lines[NEAR]}"))

    assert isinstance(again, Answer)
    assert again.left == Left(100 - 2 * NEAR, 1000 - 2 * NEAR), "it was asked for before"
    assert isinstance(told, LookupsUsedUp)
    assert told.facts["budget"] == "neighbours"


async def test_whoever_is_blocked_is_told_of_today_and_not_of_yesterday(asking: Asking):
    asker = asking.person()
    block = [E164(f"+1202555{line:04d}") for line in range(100, 100 + NEAR + 1)]
    for each in block:
        tripped = await asking.told(asker, each)
    asking.clock.advance(timedelta(hours=23, minutes=55))
    still = await asking.told(asker, number(5))

    assert isinstance(tripped, LookupsUsedUp)
    assert tripped.facts["left"] == {"day": 100 - 2 * NEAR, "window": 1000 - 2 * NEAR}
    assert isinstance(still, LookupsUsedUp)
    assert (still.facts["budget"], still.facts["retry_after"]) == ("neighbours", 300)
    assert still.facts["left"] == {"day": 100, "window": 1000 - 2 * NEAR}


async def test_neighbours_that_are_too_old_to_count_trip_nobody_at_the_same_instant(asking: Asking):
    askers = [asking.person() for _ in range(12)]
    block = [E164(f"+12025550{line}") for line in range(100, 120)]
    for asker in askers:
        for each in block[: NEAR - 1]:
            await asking.told(asker, each)
    asking.clock.advance(31 * DAY)
    await asyncio.gather(*(asking.told(asking.person(), each) for each in block))  # so that connections are there

    told = [await asyncio.gather(*(asking.told(asker, each) for each in block[NEAR : NEAR + 4])) for asker in askers]

    assert all(isinstance(each, Answer) for group in told for each in group)
