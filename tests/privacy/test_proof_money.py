"""What a stranger can make us pay has an end: for a block of numbers, a country, a network, and altogether."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.e164 import E164
from privacy.proof import CodesRest, Proofs, TooManyCodes, TooManyGuesses, WrongCode
from privacy.proof_codes import Codes
from privacy.proof_rules import BLOCK_OF_ONE, FEW, LIFE, TRIES, UNIT, Destinations, Price, Purse, Way, block, idle
from privacy.sealing import Sealer
from tests.privacy.proving import PURPOSE, asks, code_of, proofs, proves, wrong_code
from tests.town import Town

TEXT = Price.of(1, 2)
PURSE = Purse(all=100 * UNIT, country=50 * UNIT, block=25 * UNIT, other=TEXT)
AMERICANS = [E164(f"+120255501{n:02}") for n in range(60, 99)]
BRITONS = [E164(f"+4477009001{n:02}") for n in range(60, 99)]


def spending(town: Town, **changed: Any) -> Proofs:
    """The town's proofs, with other money."""
    house = town.house
    room = proofs(town)
    return Proofs(
        house.database, house.clock, Sealer(house.ring), room._keys, room._ours,
        Codes(house.ring.derive_each("token", "proof codes")), b"s" * 32, Destinations(["US", "GB"]),
        replace(PURSE, **changed),
    )  # fmt: skip


async def begin(room: Proofs, number: E164, way: Way = "text", network: str = "192.0.2.7"):
    return await room.start(number, PURPOSE, way, "en", network=network)


async def test_a_block_of_numbers_gets_no_more_than_its_money(town):
    room = spending(town, block=3 * UNIT)
    for number in AMERICANS[:3]:
        await begin(room, number)

    with pytest.raises(CodesRest) as rests:
        await begin(room, AMERICANS[3])
    await begin(room, BRITONS[0])
    assert rests.value.facts["retry_after"] == 12 * 3600


async def test_requests_at_once_do_not_get_past_it(town):
    room = spending(town, block=3 * UNIT)

    results = await asyncio.gather(*(begin(room, number) for number in AMERICANS[:12]), return_exceptions=True)

    assert sum(isinstance(result, CodesRest) for result in results) == 9
    (row,) = await town.rows("SELECT spent, asked FROM proof_spending WHERE place = 'US +120255'")
    assert row == {"spent": 3 * UNIT, "asked": 3}


async def test_a_country_has_its_own_money(town):
    room = spending(town, country=2 * UNIT)
    for number in BRITONS[:2]:
        await begin(room, number)

    with pytest.raises(CodesRest):
        await begin(room, BRITONS[2])
    await begin(room, AMERICANS[0])


async def test_all_codes_of_a_day_have_an_end_and_the_next_day_begins_anew(town, clock):
    room = spending(town, all=2 * UNIT)
    await begin(room, AMERICANS[0])
    await begin(room, BRITONS[0])

    with pytest.raises(CodesRest):
        await begin(room, BRITONS[1])
    clock.advance(timedelta(hours=12))
    await begin(room, BRITONS[1])


async def test_a_call_costs_what_a_call_costs(town):
    room = spending(town, block=3 * UNIT)
    await begin(room, AMERICANS[0], "voice")

    with pytest.raises(CodesRest):
        await begin(room, AMERICANS[1], "voice")
    await begin(room, AMERICANS[1], "text")


async def test_without_money_nothing_is_sent_at_all(town):
    with pytest.raises(CodesRest):
        await begin(spending(town, all=0), AMERICANS[0])


async def test_a_price_that_is_named_counts_for_its_country_alone(town):
    room = spending(town, block=2 * UNIT, prices={"GB": Price.of(2, 2)})
    await begin(room, BRITONS[0])
    await begin(room, AMERICANS[0])

    with pytest.raises(CodesRest):
        await begin(room, BRITONS[1])
    await begin(room, AMERICANS[1])


async def test_a_network_asks_for_so_many_a_day(town):
    room = spending(town, network_a_day=3)
    for n, number in enumerate(AMERICANS[:3]):
        await begin(room, number, network=f"192.0.2.{n}")

    with pytest.raises(TooManyCodes):
        await begin(room, AMERICANS[3], network="192.0.2.99")
    await begin(room, AMERICANS[3], network="198.51.100.1")


async def test_where_codes_go_unused_no_more_are_sent_that_day(town, clock):
    room = spending(town)
    for n, number in enumerate(AMERICANS[:FEW]):
        await begin(room, number, network=f"198.51.{n}.1")
    await begin(room, AMERICANS[FEW])  # while they may yet come back, nobody is blamed
    clock.advance(LIFE)

    with pytest.raises(CodesRest):
        await begin(room, AMERICANS[FEW + 1])
    await begin(room, BRITONS[0])
    clock.advance(timedelta(hours=12))
    await begin(room, AMERICANS[FEW + 1])


async def test_one_network_does_not_make_a_block_rest(town, clock):
    """Else somebody who asks for twenty codes denies one to a hundred thousand people."""
    room = spending(town)
    for number in AMERICANS[:BLOCK_OF_ONE]:
        await begin(room, number)

    with pytest.raises(TooManyCodes):
        await begin(room, AMERICANS[BLOCK_OF_ONE])
    await begin(room, BRITONS[0])
    await begin(room, AMERICANS[BLOCK_OF_ONE], network="198.51.100.1")
    assert 2 * BLOCK_OF_ONE < FEW


async def test_a_network_whose_people_use_their_codes_goes_on(town):
    room = spending(town)
    for number in AMERICANS[: BLOCK_OF_ONE + 2]:
        started = await begin(room, number)
        await proves(room, started.proof_id, code_of(town, started.proof_id))


async def test_where_codes_are_used_they_go_on(town, clock):
    room = spending(town)
    for n, number in enumerate(AMERICANS[:FEW]):
        started = await begin(room, number, network=f"198.51.{n}.1")
        if n % 3 == 0:
            await proves(room, started.proof_id, code_of(town, started.proof_id), PURPOSE)
    clock.advance(LIFE)

    await begin(room, AMERICANS[FEW])


@pytest.mark.parametrize(
    ("asked", "used", "still_open", "rests"),
    [(19, 0, 0, False), (20, 0, 0, True), (20, 4, 0, True), (20, 5, 0, False), (40, 5, 20, False), (40, 4, 20, True)],
)
def test_a_block_rests_once_enough_codes_went_unused(asked, used, still_open, rests):
    assert idle(asked, used, still_open, 0.25) is rests


def test_a_block_names_nobody():
    assert block("GB", BRITONS[0]) == "GB +4477009"


async def test_what_was_spent_names_nobody(town):
    await asks(town)

    rows = await town.rows("SELECT place FROM proof_spending ORDER BY place")
    assert [row["place"] for row in rows] == ["US", "US +120255", "all"]


async def test_a_network_that_enters_wrong_codes_of_many_numbers_is_stopped(town):
    """Five tries each are many, with many numbers: all at once, from one network, are as many as it may ask for."""
    room = spending(town, network_a_day=7)
    begun = [(await begin(room, E164(f"+44770090020{n}"), network=f"198.51.{n}.1")).proof_id for n in range(3)]

    found = await asyncio.gather(
        *(proves(room, each, wrong_code(town, each)) for each in begun for _ in range(TRIES)), return_exceptions=True
    )

    assert Counter(type(each) for each in found) == {WrongCode: 7, TooManyGuesses: 8}
    with pytest.raises(TooManyGuesses):
        await proves(room, begun[-1], code_of(town, begun[-1]))


async def test_right_codes_are_no_guesses(town):
    room = spending(town, network_a_day=3)
    for n in range(5):
        number = E164(f"+44770090020{n}")
        started = await begin(room, number, network=f"198.51.{n}.1")
        assert await proves(room, started.proof_id, code_of(town, started.proof_id)) == number
