"""What a family of wordings looks like beside its rivals: the numbers that the trained rules weigh."""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from callerid.ranking.families import Family
from callerid.ranking.naming import Word
from callerid.ranking.support import Support

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family, who stands behind it, its words the surest first, and those that would be shown."""

    family: Family
    support: Support
    words: list[Word]
    chosen: list[Word]
    likeness: tuple[float, ...]


def features(mine: Candidate, rivals: list[Candidate]) -> Features:
    """All measured of one candidate; `rivals` are the others, any order."""
    own = mine.support
    weight = sum(rival.support.weight for rival in rivals)
    rival = max((each.support for each in rivals), key=lambda each: each.weight, default=None)
    many = math.log1p(own.count)
    found = {
        "weight": math.log(own.weight + 0.05),
        "share": own.weight / (own.weight + weight) if own.weight + weight else 0.0,
        "apart": math.log(own.apart + 0.1),
        "recent": own.recent,
        "fresh": own.fresh / own.count if own.count else 0.0,
        "window": own.window * max(0.0, many - 1.0),
        "burst": own.burst * max(0.0, many - 1.0),
        "doubled": own.doubled_devices * many,
        "shared_net": own.doubled_networks * many,
        "bulk": own.bulk,
        "bulk_many": own.bulk * many,
        "suggested": own.suggested,
        "attested": own.attested,
        "small": own.small,
        "left": own.left,
        "wordings": math.log(len(mine.family.clusters)) / many if own.count > 1 else 0.5,
        "wordings_many": math.log(len(mine.family.clusters)),
        "name": max(mine.likeness, default=0.0),
        "name_least": min(mine.likeness, default=0.0),
        "names": sum(min(0.4, each) for each in mine.likeness),
        "unlike": float(bool(mine.likeness) and max(mine.likeness) < 0.1),
        "moments": math.log(max(1, *(word.moments for word in mine.chosen), 1)) if mine.chosen else 0.0,
        "worth": mine.chosen[0].worth if mine.chosen else 0.0,
        "two": float(len(mine.chosen) > 1),
        "three": float(len(mine.chosen) > 2),
    }
    found.update(succession(own, rival) if rival else dict.fromkeys(SUCCESSION, 0.0))
    return found


SUCCESSION = ("starts_later", "live_after", "lives_on", "rival_live_after", "rival_left")


def succession(own: Support, rival: Support) -> Features:
    """Whether this is a new owner's name beside an old one's: begun later, still being written, the other not."""
    later = (own.first - rival.first) / 52
    return {
        "starts_later": max(-1.0, min(1.0, later)),
        "live_after": math.log1p(_after(own, rival.live[-1] if rival.live else rival.first)),
        "lives_on": math.log1p(_after(rival, own.live[-1] if own.live else own.first)),
        "rival_live_after": math.log1p(len(rival.live) - bisect_left(rival.live, own.first)),
        "rival_left": rival.left,
    }


def _after(one: Support, week: int) -> int:
    return len(one.live) - bisect_right(one.live, week)
