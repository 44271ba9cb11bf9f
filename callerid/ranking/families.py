"""Which wordings name one person: "A Sharma", "Sharma Amit", "Amit Sharma Plumber" do; "Amit Verma" is another.

Decided anew at every verdict, from the wordings and from what has been learned of their words since; nothing that an
early tag brought together stays together for that reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from callerid.ranking.clusters import Cluster, signature
from callerid.ranking.tokens import Token, near, run_together, same

ADMITTED = 0.62
"""Share of the lighter side's name-likeness that two wordings must have in common."""
SAME = 1.0
"""What a word is worth beside a spelling of it."""
INITIAL_WORTH = 0.5
"""What an initial that fits is worth beside a word that does."""
SLIP_WORTH = 0.75
"""What a word that may be badly typed is worth beside one that fits."""
LONG_WORD = 5
"""Letters from which a slip is told from another name without a second word that fits."""
LEAST_NAME = 0.2
"""Name-likeness of the word that two wordings must share outright."""

Likeness = Callable[[Token], float]
"""How much a word is like a name, 0..1."""


@dataclass(slots=True)
class Family:
    """Wordings of one name. `tokens`: all their words, each once, spellings told apart no more."""

    clusters: list[Cluster] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)


def families(clusters: list[Cluster], weight: Callable[[Cluster], float], likeness: Likeness) -> list[Family]:
    """The wordings sorted into families: the heaviest found one first, the others join where they fit best."""
    found: list[Family] = []
    ordered = sorted(clusters, key=lambda each: (-weight(each), -len(each.tokens), signature(each.tokens)))
    for cluster in ordered:
        fits = [(kinship(cluster.tokens, tuple(family.tokens), likeness), -at) for at, family in enumerate(found)]
        best = max(fits, default=(0.0, 0))
        if best[0] >= ADMITTED:
            family = found[-best[1]]
        else:
            family = Family()
            found.append(family)
        family.clusters.append(cluster)
        for read in cluster.tokens:
            if not any(same(read, known) for known in family.tokens):
                family.tokens.append(read)
    return found


def kinship(mine: tuple[Token, ...], theirs: tuple[Token, ...], likeness: Likeness) -> float:
    """0..1: how much of the lighter one's name-likeness the other shares; 0 without one name in common."""
    fits = [[_fit(word, other) for other in theirs] for word in mine]
    if not any(map(any, fits)):
        return 1.0 if run_together(mine, theirs) else 0.0
    own, other_own = list(map(likeness, mine)), list(map(likeness, theirs))
    worths = [_likest(own[at], row, other_own) for at, row in enumerate(fits)]
    shared, outright, slips = 0.0, False, 0
    for word, worth, row in zip(mine, worths, fits, strict=True):
        best = max(row)
        shared += best * worth
        outright = outright or (best == SAME and not word.initial and worth >= LEAST_NAME)
        slips += (2 if len(word.fold) >= LONG_WORD else 1) if best == SLIP_WORTH else 0
    if not outright and slips < 2:
        return 1.0 if run_together(mine, theirs) else 0.0
    columns = [_likest(other_own[at], list(column), own) for at, column in enumerate(zip(*fits, strict=True))]
    lighter = min(sum(worths), sum(columns))
    return shared / lighter if lighter > 0 else 0.0


def _fit(word: Token, other: Token) -> float:
    """What a word is worth beside one of the other side: SAME, a slip of it, its initial, or nothing."""
    if word.initial or other.initial:
        return INITIAL_WORTH if word.fold[0] == other.fold[0] else 0.0
    if same(word, other):
        return SAME
    return SLIP_WORTH if near(word, other) else 0.0


def _likest(own: float, fits: list[float], others: list[float]) -> float:
    """Name-likeness of a word: that of its likest spelling on the other side, which is the same word."""
    return max([own, *(other for other, fit in zip(others, fits, strict=True) if fit >= SLIP_WORTH)])
