"""What one number teaches about words: a name recurs among people who do not act together, "papa" and "plumber" do not.

Two tags of one number are compared only where APART weeks lie between them: people who agreed on an insult act
together, and within two months. Counting per number, each with a bounded say, nobody can teach the model much alone.
"""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from callerid.ranking.clusters import Cluster
from callerid.ranking.support import support
from callerid.ranking.tally import Tally
from callerid.ranking.tokens import Token, same

if TYPE_CHECKING:
    from callerid.ranking.book import Book

APART = 10
"""Weeks between two tags that make them independent: more than a hired crowd's two months."""
MOST_SAY = 6.0
"""How many comparisons of one word one number may bring in."""
MOST_ALIKE = 64
"""Words of one first letter in which spellings of one name are looked for."""
LEAST_MARKED = 0.35
"""Trusted, independent marks from which a number counts as marked: one ordinary person's, not one fresh account's."""


class Heard(NamedTuple):
    """
    Of one word. agree of seen: how many far-apart others use it too, of how many there were. numbers: it was said of.
    unwanted: of those, how many people mark as nuisances (`is_marked`). alone: it was all of a tag.
    """

    agree: float
    seen: float
    numbers: int
    unwanted: int
    alone: float


Lesson = dict[str, Heard]
"""By `Token.key`."""


def lesson(book: "Book") -> Lesson:
    """What this number teaches, from its counts alone; so taking a tag away and asking again unlearns it exactly."""
    clusters = list(book.clusters.values())
    weeks = [_weeks(cluster) for cluster in clusters]
    everyone: Counter[int] = Counter()
    for each in weeks:
        everyone.update(each)
    unwanted = int(is_marked(book))
    users: dict[str, list[int]] = {}
    words: dict[str, Token] = {}
    for at, cluster in enumerate(clusters):
        for read in cluster.tokens:
            users.setdefault(read.key, []).append(at)
            words.setdefault(read.key, read)
    spelled = _spellings(words)
    found = {}
    for key, using in users.items():
        others = {at for spelling in spelled[key] for at in users[spelling]}
        agreeing: Counter[int] = Counter()
        for at in others:
            agreeing.update(weeks[at])
        found[key] = _heard(using, agreeing, clusters, weeks, everyone, unwanted)
    return found


def _spellings(words: dict[str, Token]) -> dict[str, list[str]]:
    """By key: the keys of words that spell the same name, itself too; a flood of words is compared by key alone."""
    alike: dict[str, list[str]] = {}
    for key, read in words.items():
        alike.setdefault(read.bones[:1], []).append(key)
    return {
        key: [other for other in group if other == key or (len(group) <= MOST_ALIKE and same(words[key], words[other]))]
        for group in alike.values()
        for key in group
    }


def _heard(
    using: list[int],
    agreeing: Counter[int],
    clusters: list[Cluster],
    weeks: list[Counter[int]],
    everyone: Counter[int],
    unwanted: int,
) -> Heard:
    users: Counter[int] = Counter()
    alone = 0
    for at in using:
        users.update(weeks[at])
        alone += weeks[at].total() if len(clusters[at].tokens) == 1 else 0
    total = users.total()
    seen = agree = 0
    for week, count in users.items():
        seen += count * sum(others for when, others in everyone.items() if abs(when - week) >= APART)
        agree += count * sum(others for when, others in agreeing.items() if abs(when - week) >= APART)
    share = alone / total if total else 0.0
    if not seen:
        return Heard(0.0, 0.0, 1, unwanted, share)
    say = min(MOST_SAY, float(seen))
    return Heard(say * agree / seen, say, 1, unwanted, share)


def _weeks(cluster: Cluster) -> Counter[int]:
    counted: Counter[int] = Counter()
    for (week, *_), count in cluster.tally.cells.items():
        counted[week] += count
    return counted


class Marked(Protocol):
    """What is known of one number; `Book` is it."""

    marks: dict[bool, Tally]
    epochs: tuple[int, ...]


def is_marked(known: Marked) -> bool:
    """Whether independent people mark it as a nuisance, and more of them than say that it is none."""
    epoch = max(known.epochs, default=None)
    hot, cool = (support(known.marks[sort], 0, epoch).weight for sort in (True, False))
    return hot >= LEAST_MARKED and hot > cool
