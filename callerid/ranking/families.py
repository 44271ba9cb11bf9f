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
    shared, outright, slips = 0.0, False, 0
    own, other_sum = _likest(mine, theirs, likeness), _likest(theirs, mine, likeness)
    for word, worth in zip(mine, own, strict=True):
        if word.initial:
            fitting = any(word.fold[0] == other.fold[0] for other in theirs)
            shared += INITIAL_WORTH * worth if fitting else 0.0
        elif any(same(word, other) for other in theirs):
            shared += worth
            outright = outright or worth >= LEAST_NAME
        elif any(near(word, other) for other in theirs):
            shared += SLIP_WORTH * worth
            slips += 2 if len(word.fold) >= LONG_WORD else 1
        elif any(other.initial and other.fold[0] == word.fold[0] for other in theirs):
            shared += INITIAL_WORTH * worth
    if not outright and slips < 2:
        return 1.0 if run_together(mine, theirs) else 0.0
    lighter = min(sum(own), sum(other_sum))
    return shared / lighter if lighter > 0 else 0.0


def _likest(words: tuple[Token, ...], others: tuple[Token, ...], likeness: Likeness) -> list[float]:
    """Name-likeness of each word: that of its likest spelling on the other side, where that is the same word."""
    return [
        max([likeness(word), *(likeness(other) for other in others if not word.initial and _one_word(word, other))])
        for word in words
    ]


def _one_word(word: Token, other: Token) -> bool:
    return same(word, other) or (len(word.fold) >= LONG_WORD and near(word, other))
