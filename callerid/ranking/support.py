"""Who stands behind some tags: how many independent people, how much they are trusted, and when they came.

Fractions are added with `math.fsum`, whose sum does not depend on the order: a book read back from its rows must say
what it said before, to the last bit.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from callerid.ranking.tally import Cell, Tally

TOGETHER = 0.2
"""A group of n people on one handset or network counts as n to this power."""
SMALL_BOOK, FEW_DAYS, FULL_TRUST = 0.12, 0.45, 1.0
_AGE = {0: 0.8, 1: 0.45, 2: 0.8, 3: 1.0, None: 0.6}
_SIZE = {0: 0.3, 1: 0.8, 2: 1.0, 3: 1.0, None: 0.8}
_ATTESTED = {True: 1.0, False: 0.55, None: 0.8}
_KIND = {"book": 1.0, "suggest": 0.7, "call": 0.7, "self": 1.0, "mark": 1.0}
_NEW_WITH_SMALL_BOOK = 0.1
WINDOW, BURST = 9, 2
"""Weeks in which a hired crowd comes, and in which a careless one does."""
FORGOTTEN = 0.06
"""What is left of a tag from before the number was given back."""


def trust(cell: Cell) -> float:
    """0..1: what one tag of such a source is worth."""
    _, kind, age, size, attested = cell
    if age == 0 and size == 0:
        return _NEW_WITH_SMALL_BOOK * _ATTESTED[attested]
    return _AGE[age] * _SIZE[size] * _ATTESTED[attested] * _KIND[kind]


@dataclass(frozen=True, slots=True)
class Support:
    """
    Measured of some tags.

    count: tags. apart: independent groups, whole. independent: the same with what a group's further people add.
    weight: trusted, independent and of this epoch. fresh: tags of this epoch. window, burst: largest share of tags
    within WINDOW and BURST weeks. first, last: weeks. live: weeks, rising, of tags that did not come with an account's
    first book: those were written then. bulk: share that did, from books of some size. recent: share of weight of the
    last year. left: share taken out of books since.
    """

    count: int
    apart: int
    independent: float
    weight: float
    fresh: int
    window: float
    burst: float
    first: int
    last: int
    live: tuple[int, ...]
    bulk: float
    recent: float
    left: float
    suggested: float
    doubled_devices: float
    doubled_networks: float
    attested: float
    small: float


def independent(groups: Counter[int], total: int) -> float:
    """How many independent sources: a group of n counts n**TOGETHER, and who has no group counts alone."""
    grouped = math.fsum(count**TOGETHER for count in groups.values())
    return grouped + total - groups.total()


def support(tally: Tally, now_week: int, epoch: int | None) -> Support:
    """Measures the people behind `tally`, seen from `now_week`; `epoch`: last week of the number's former life."""
    if not tally.cells and not tally.left:  # marks, of most numbers
        return _nobody(now_week)
    total = tally.count
    devices, networks = independent(tally.devices, total), independent(tally.networks, total)
    distinct = min(
        len(tally.devices) + total - tally.devices.total(), len(tally.networks) + total - tally.networks.total()
    )
    weeks: Counter[int] = Counter()
    bulk = suggested = attested = small = 0.0
    fresh, live, worths, lately = 0, [], [], []
    for cell, count in tally.cells.items():
        week, kind, age, size, vouched = cell
        weeks[week] += count
        past = epoch is not None and week <= epoch
        worth = count * trust(cell) * (FORGOTTEN if past else 1.0)
        worths.append(worth)
        lately.append(worth if now_week - week <= 52 else 0.0)
        fresh += 0 if past else count
        bulk += count if age == 0 and size != 0 else 0
        small += count if size == 0 else 0
        suggested += count if kind in ("suggest", "call") else 0
        attested += count if vouched is not False else 0
        if age != 0:
            live += [week] * count
    weight, recent, gone = math.fsum(worths), math.fsum(lately), tally.left.total()
    scale, each = (min(devices, networks) / total, 1.0 / total) if total else (0.0, 0.0)
    return Support(
        count=total,
        apart=distinct,
        independent=min(devices, networks),
        weight=weight * scale,
        fresh=fresh,
        window=densest(weeks, WINDOW)[1] * each,
        burst=densest(weeks, BURST)[1] * each,
        first=min(weeks, default=now_week),
        last=max(weeks, default=now_week),
        live=tuple(sorted(live)),
        bulk=bulk * each,
        recent=recent / weight if weight else 0.0,
        left=gone / (gone + total) if gone else 0.0,
        suggested=suggested * each,
        doubled_devices=1.0 - len(tally.devices) / tally.devices.total() if tally.devices else 0.0,
        doubled_networks=1.0 - len(tally.networks) / tally.networks.total() if tally.networks else 0.0,
        attested=attested * each,
        small=small * each,
    )


@lru_cache(maxsize=16)
def _nobody(now_week: int) -> Support:
    return Support(0, 0, 0.0, 0.0, 0, 0.0, 0.0, now_week, now_week, (), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def densest(weeks: Counter[int], length: int) -> tuple[int, int]:
    """Where the `length` weeks on end begin that have most tags, the earliest of such, and how many; (0, 0) of none."""
    found = ((-_within(weeks.items(), start, start + length), start) for start in weeks)
    most, first = min(found, default=(0, 0))
    return first, -most


def _within(weeks: Iterable[tuple[int, int]], start: int, stop: int) -> int:
    return sum(count for week, count in weeks if start <= week < stop)
