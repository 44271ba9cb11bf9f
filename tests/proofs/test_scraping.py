"""
A hundred accounts scrape in parallel for a month and learn no more than their budgets, together and each.

Postgres and the concurrency are real, over the pools of two processes; the clock is moved by hand. Budgets are smaller
than the default, so that a month takes seconds; what counts them is the same.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from callerid.lookups.errors import LookupsUsedUp
from callerid.lookups.rules import NEAR, LookupLimits
from callerid.lookups.values import Asker
from core.clock import SetClock
from core.e164 import E164
from core.ids import new_id
from privacy.keys import KeyRing
from sql.database import Database
from tests.callerid.lookups.asking import AREAS, Asking, number

LIMITS = LookupLimits(a_day=6, in_month=20, network_a_day=40)
DAYS, NAMED = 31, 300
DAY = timedelta(days=1)


@dataclass
class Scraper:
    """An account and what it learned. spent: points by day, as we reckon them."""

    asker: Asker
    targets: Iterator[E164]
    learned: set[E164] = field(default_factory=set)
    spent: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys.json")


@pytest.fixture
async def processes(database_url: str, clock: SetClock, ring: KeyRing) -> AsyncIterator[list[Asking]]:
    """Two, as far as the database can tell."""
    opened = [await Database.open(database_url) for _ in range(2)]
    yield [Asking(each, clock, ring, LIMITS) for each in opened]
    for each in opened:
        await each.close()


async def scrape(processes: list[Asking], scrapers: list[Scraper], days: int) -> None:
    """Each day all of them at once, three requests of each at a time, until they are refused twice."""
    clock = processes[0].clock
    for day in range(days):
        await asyncio.gather(*(a_day(processes, each, day) for each in scrapers))
        clock.advance(DAY)


async def a_day(processes: list[Asking], scraper: Scraper, day: int) -> None:
    refused = 0
    while refused < 2:
        wanted = [next(scraper.targets) for _ in range(3)]
        told = await asyncio.gather(*(
            processes[place % 2].told(scraper.asker, each) for place, each in enumerate(wanted)
        ))  # fmt: skip
        for what, answer in zip(wanted, told, strict=True):
            if isinstance(answer, LookupsUsedUp):
                refused += 1
                scraper.refused[answer.facts["budget"]] += 1
            else:
                scraper.learned.add(what)
                scraper.spent[day] += 1 if answer.name.name else 2


def random_numbers(seed: int) -> Iterator[E164]:
    """Every number of fiction once, in an order of its own; a few of them are named."""
    places = list(range(len(AREAS) * 100))
    Random(seed).shuffle(places)
    return map(number, places)


def crowd(processes: list[Asking]) -> dict[str, list[list[Scraper]]]:
    """A hundred accounts: forty alone, thirty on ten devices, thirty on one network."""
    ask, seeds = processes[0], iter(range(100))
    groups: dict[str, list[list[Scraper]]] = defaultdict(list)
    for _ in range(40):
        groups["alone"].append([Scraper(ask.person(), random_numbers(next(seeds)))])
    for _ in range(10):
        device = new_id()
        groups["device"].append([Scraper(ask.person(device), random_numbers(next(seeds))) for _ in range(3)])
    groups["network"].append([Scraper(ask.person(network=b"one"), random_numbers(next(seeds))) for _ in range(30)])
    return groups


def worst_month(spent: Counter[int]) -> int:
    """Points of the thirty days that follow each other and hold most."""
    return max(sum(spent[day] for day in range(start, start + 30)) for start in range(max(DAYS - 29, 1)))


async def test_a_hundred_accounts_learn_no_more_than_their_budgets_in_a_month(processes: list[Asking]):
    await processes[0].publish([number(place) for place in range(NAMED)])
    groups = crowd(processes)
    everyone = [each for group in groups.values() for members in group for each in members]
    assert len(everyone) == 100

    await scrape(processes, everyone, DAYS)

    over = 1  # the last point may buy a miss, which costs two: the number counts as one all the same
    for each in everyone:
        assert max(each.spent.values()) <= LIMITS.a_day + over
        assert worst_month(each.spent) <= LIMITS.in_month + over
        assert len(each.learned) <= LIMITS.in_month * 31 // 30 + 1
    for members in groups["device"]:
        together = sum((each.spent for each in members), Counter[int]())
        assert max(together.values()) <= LIMITS.device_a_day + over
        assert worst_month(together) <= LIMITS.device_in_month + over
    (network,) = groups["network"]
    together = sum((each.spent for each in network), Counter[int]())
    assert max(together.values()) <= LIMITS.network_a_day + over
    learned_alone = sum(len(each.learned) for (each,) in groups["alone"])
    assert learned_alone > 40 * LIMITS.in_month // 2 - 40, "they do learn what their budgets allow"
    assert {budget for each in everyone for budget in each.refused} == {"account", "device", "network"}


async def test_whoever_goes_through_blocks_learns_ten_of_each(processes: list[Asking]):
    """With a budget that would allow all of it: they are stopped by what they ask for, not by how much."""
    rich = [Asking(each.database, each.clock, each.ring, LookupLimits(1000, 10_000, 100_000)) for each in processes]
    lines = [E164(f"+1{area}55501{line:02d}") for area in AREAS[:12] for line in range(100)]
    scraper = Scraper(rich[0].person(), iter(lines))

    await scrape(rich, [scraper], 10)

    blocks = Counter(each.value[:-2] for each in scraper.learned)
    assert max(blocks.values()) == NEAR
    assert len(scraper.learned) <= 2 * NEAR, "once tripped, a day is lost at the next one of the block"
    assert scraper.refused["neighbours"] >= 10


async def test_only_misses_are_half_as_many(processes: list[Asking]):
    await processes[0].publish([number(place) for place in range(200)])
    lucky = [Scraper(processes[0].person(), map(number, range(200))) for _ in range(5)]
    unlucky = [Scraper(processes[0].person(), map(number, range(300, 500))) for _ in range(5)]

    await scrape(processes, [*lucky, *unlucky], 6)

    assert {len(each.learned) for each in lucky} == {LIMITS.in_month}
    assert {len(each.learned) for each in unlucky} == {LIMITS.in_month // 2}


async def test_at_the_default_budget_a_month_teaches_a_thousand_names_at_most(processes: list[Asking]):
    wide = [Asking(each.database, each.clock, each.ring) for each in processes]
    await wide[0].publish([number(place) for place in range(1_200)])
    scraper = Scraper(wide[0].person(), map(number, range(2_000)))

    await scrape(wide, [scraper], 12)

    assert len(scraper.learned) == 1_000
    assert set(scraper.spent.values()) == {100}
