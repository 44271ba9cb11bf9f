"""Which of a number's names are complaints: words that elsewhere are said of numbers that people mark as nuisances.

"Loan offer" in an address book is no name, and no list knows it in every language. What tells is learned like names
are (`lessons`): a number's own marks never count against its own words, every other number has one say, and a word that
its own people have long used for it takes the more others to become a complaint.
"""

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Protocol

from callerid.ranking.clusters import Cluster
from callerid.ranking.lessons import APART, is_marked
from callerid.ranking.model import Model
from callerid.ranking.naming import moments
from callerid.ranking.support import FORGOTTEN, WINDOW, densest, independent, support, trust
from callerid.ranking.tally import Tally, together
from callerid.ranking.tokens import Token

COMMON = 0.25
"""Share of marked numbers that an honest trade's words may have."""
MOSTLY = 0.5
"""Share from which a word is a complaint although people agree on it, as they do on names."""
MARKED_BEFORE, NUMBERS_BEFORE = 0.1, 4.0
"""What is thought of a word that nobody else's number has, and how many numbers each of its moments here weighs."""
HEARD_OFTEN = 4
"""Numbers up to which a word that no list knows is taken for a name."""
AT_ONCE = 1.0
"""What all that was said within one span of APART weeks counts at most: one trusted person's word."""
SPOKEN = ("suggest", "call")
"""How people name a number that they do not keep."""


class Accused(Protocol):
    """What is known of one number; `Book` is it."""

    clusters: dict[int, Cluster]
    marks: dict[bool, Tally]
    epochs: tuple[int, ...]


@dataclass(slots=True)
class Calm:
    """A number without what was complained of it in a rush."""

    clusters: dict[int, Cluster]
    marks: dict[bool, Tally]
    epochs: tuple[int, ...]


Rates = dict[str, float]
"""By word: of how large a share of the other numbers that have it people complain."""


def complaints(known: Accused, model: Model, rates: Rates) -> dict[str, float]:
    """
    How much of what people call a number is complaint, by independent times and trust, 0..1 each.

    blamed: tags of nothing but complaint. beside: complaint beside a name ("Ravi Loan"). blamed_many: how much of it.
    """
    epoch = max(known.epochs, default=None)
    spans: dict[int, list[tuple[float, float, float]]] = {}
    for cluster in known.clusters.values():
        alone, beside = _blame(cluster, rates, model)
        each = _independence(cluster.tally)
        for cell, count in cluster.tally.cells.items():
            worth = count * each * trust(cell) * (FORGOTTEN if epoch is not None and cell[0] <= epoch else 1.0)
            spans.setdefault(cell[0] // APART, []).append((worth, worth * alone, worth * beside))
    summed = [[math.fsum(column) for column in zip(*rows, strict=True)] for rows in spans.values()]
    capped = [[min(1.0, AT_ONCE / row[0]) * each for each in row] for row in summed if row[0]]
    total, alone, beside = (math.fsum(column) for column in zip((0.0, 0.0, 0.0), *capped, strict=True))
    return {
        "blamed": alone / total if total else 0.0,
        "beside": beside / total if total else 0.0,
        "blamed_many": math.log1p(alone),
    }


def accusers(known: Accused, model: Model, rates: Rates) -> int:
    """Independent people who say that it is a nuisance: by a mark, by a complaint, or by a name they do not keep."""
    said = [
        each.tally
        for each in known.clusters.values()
        if any(_blame(each, rates, model)) or any(key[1] in SPOKEN for key in each.tally.cells)
    ]
    people = together([known.marks[True], *said])
    return support(people, 0, None).apart


def without_rush(known: Accused, model: Model, rates: Rates) -> Calm | None:
    """
    The number without the WINDOW weeks in which most was complained of it.

    None where nobody kept it under a name APART weeks before those: then there is nobody whom a hired crowd could want
    to brand, and a new nuisance need not wait.
    """
    epoch = max(known.epochs, default=None)
    blamed = {no for no, each in known.clusters.items() if any(_blame(each, rates, model))}
    said: Counter[int] = Counter()
    kept = []
    for at, tally in [(None, known.marks[True]), *((no, each.tally) for no, each in known.clusters.items())]:
        for cell, count in tally.cells.items():
            if epoch is not None and cell[0] <= epoch:
                continue
            if at is None or at in blamed:
                said[cell[0]] += count
            elif cell[1] not in SPOKEN:
                kept.append(cell[0])
    first, _ = densest(said, WINDOW)
    if not kept or min(kept) > first - APART:
        return None
    left = ((no, _outside(each.tally, first) if no in blamed else each.tally) for no, each in known.clusters.items())
    clusters = {no: replace(known.clusters[no], tally=tally) for no, tally in left if tally.count}
    return Calm(clusters, {**known.marks, True: _outside(known.marks[True], first)}, known.epochs)


def _outside(tally: Tally, first: int) -> Tally:
    """Its counts but for WINDOW weeks; groups are not told apart by week, so they are left where nothing goes."""
    cells = Counter({key: count for key, count in tally.cells.items() if not first <= key[0] < first + WINDOW})
    return tally if len(cells) == len(tally.cells) else Tally(cells)


def word_rates(known: Accused, model: Model) -> Rates:
    """Of each of its words. Its own marks do not count against its own words."""
    users: dict[str, list[Cluster]] = {}
    for cluster in known.clusters.values():
        for read in cluster.tokens:
            users.setdefault(read.key, []).append(cluster)
    own, rates = int(is_marked(known)), Rates()
    for key, using in users.items():
        heard, before = model.heard(key), NUMBERS_BEFORE * moments(using)
        marked, numbers = max(0, heard.unwanted - own), max(0, heard.numbers - 1)
        rates[key] = (marked + MARKED_BEFORE * before) / (numbers + before)
    return rates


def _blame(cluster: Cluster, rates: dict[str, float], model: Model) -> tuple[float, float]:
    """How much of a complaint one wording is, 0..1: (without a name in it, beside one)."""
    words = [read for read in cluster.tokens if not read.initial]
    names = [read for read in words if _is_name(read, rates[read.key], model)]
    worst = max((rates[read.key] for read in words if read not in names), default=0.0)
    blame = max(0.0, worst - COMMON)
    return (0.0, blame) if names else (blame, 0.0)


def _is_name(read: Token, rate: float, model: Model) -> bool:
    rare = model.heard(read.key).numbers < HEARD_OFTEN and not model.is_none(read)
    return rate < MOSTLY and (rare or model.is_name(read))


def _independence(tally: Tally) -> float:
    """What each tag of a wording counts, where several came from one handset or network."""
    total = tally.count
    return min(independent(tally.devices, total), independent(tally.networks, total)) / total if total else 0.0
