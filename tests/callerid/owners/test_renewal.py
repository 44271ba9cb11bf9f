"""What an owner may see of the names that go round: as of the last tick, in round figures that tell of nobody."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callerid.owners.rules import MOST_NAMES, circulating, people
from tests.callerid.owners.conftest import ASHA, HOUR, NUMBER, SECRET

REF = UUID(int=7)


async def test_an_owner_who_looks_between_ticks_sees_no_change(owners, names, renewal, clock, database):
    ref = await names.crowd(NUMBER, {"Asha Rao": 20})
    await owners.mine(ASHA)
    clock.advance(HOUR)
    assert await renewal.renew() == 1
    before = await owners.mine(ASHA)

    async with database.work() as conn:
        await names.cluster(conn, ref, 0, "Asha Rao", 500)
        await names.cluster(conn, ref, 1, "Asha Plumber", 500)
    clock.advance(HOUR / 2)

    assert await renewal.renew() == 0
    assert await owners.mine(ASHA) == before
    clock.advance(HOUR / 2)
    assert await renewal.renew() == 1
    assert sorted(each.name for each in (await owners.mine(ASHA)).names) == ["Asha Plumber", "Asha Rao"]


async def test_a_new_owner_sees_nothing_before_the_tick(owners, names):
    await names.crowd(NUMBER, {"Asha Rao": 20})

    mine = await owners.mine(ASHA)

    assert (mine.names, mine.renewed_at) == ((), None)


async def test_whoever_did_not_look_for_weeks_costs_no_tick_anything(owners, names, renewal, clock):
    await names.crowd(NUMBER, {"Asha Rao": 20})
    await owners.mine(ASHA)

    clock.advance(HOUR * 24 * 7 * 10)

    assert await renewal.renew() == 0
    await owners.mine(ASHA)
    clock.advance(HOUR)
    assert await renewal.renew() == 1


async def test_two_workers_renew_each_number_once_for_a_tick(owners, names, renewal, clock):
    await names.crowd(NUMBER, {"Asha Rao": 20})
    await owners.mine(ASHA)
    clock.advance(HOUR)

    assert (await renewal.renew(), await renewal.renew()) == (1, 0)


def test_a_name_that_one_person_uses_is_told_to_nobody():
    assert circulating(REF, [(0, "Asha from the gym", 1, False)], None, SECRET) == ()


def test_the_name_that_is_shown_is_always_told():
    (told,) = circulating(REF, [(0, "Asha Rao", 1, False)], 0, SECRET)

    assert (told.name, told.people) == ("Asha Rao", 0)


def test_spellings_of_a_name_are_one_and_the_commonest_stands_for_it():
    spellings = [(0, "Asha R", 3, False), (0, "Asha Rao", 9, False), (1, "A<b>nna</b>", 40, False)]

    told = circulating(REF, spellings, None, SECRET)

    assert [(each.cluster, each.name, each.spelling) for each in told] == [
        (1, "A nna", "A<b>nna</b>"), (0, "Asha Rao", "Asha Rao"),
    ]  # fmt: skip


def test_a_flood_of_names_is_cut_at_the_rarest():
    spellings = [(at, "Asha " + "abcdefghij"[at % 10] * (at % 7 + 2), 3 + at, False) for at in range(200)]

    assert len(circulating(REF, spellings, None, SECRET)) == MOST_NAMES


@given(count=st.integers(0, 30_000), subject=st.binary(min_size=16, max_size=16))
def test_a_figure_is_never_above_the_count_and_never_falls_as_it_grows(count, subject):
    told = people(count, SECRET, subject)

    assert 0 <= told <= count
    assert told <= people(count + 1, SECRET, subject)


@pytest.mark.parametrize("count", range(3, 1000, 37))
def test_one_person_more_seldom_shows_and_where_it_would_only_we_know(count):
    """Whoever watches sees a step at another count for each name, so a step tells no count."""
    steps = [people(count + 1, SECRET, bytes([n]) * 16) != people(count, SECRET, bytes([n]) * 16) for n in range(200)]

    assert sum(steps) < 110
