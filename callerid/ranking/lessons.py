"""What one number teaches about words: a name recurs among people who do not act together, "papa" and "plumber" do not.

Two tags of one number are compared only where APART weeks lie between them: people who agreed on an insult act
together, and within two months. Counting per number, each with a bounded say, nobody can teach the model much alone.
"""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from callerid.ranking.clusters import Cluster
from callerid.ranking.support import support
from callerid.ranking.tally import Tally

if TYPE_CHECKING:
    from callerid.ranking.book import Book

APART = 10
"""Weeks between two tags that make them independent: more than a hired crowd's two months."""
MOST_SAY = 6.0
"""How many comparisons of one word one number may bring in."""
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
    for at, cluster in enumerate(clusters):
        for read in cluster.tokens:
            users.setdefault(read.key, []).append(at)
    return {key: _heard(key, at, clusters, weeks, everyone, unwanted) for key, at in users.items()}


def _heard(
    key: str,
    using: list[int],
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
        agree += count * sum(others for when, others in users.items() if abs(when - week) >= APART)
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
