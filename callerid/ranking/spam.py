"""How surely a number is a nuisance: marks weighed and grouped like tags, decaying, against who holds it in a book."""

import math

from callerid.ranking.support import Support, support, trust
from callerid.ranking.tally import Tally

HALF_LIFE = 13.0
"""Weeks after which a mark counts half: about 90 days."""


def heat(tally: Tally, now_week: int, epoch: int | None) -> float:
    """Marks as independent, trusted ones of today: decayed, a group or a burst counting little more than one."""
    measured: Support = support(tally, now_week, epoch)
    if not measured.count:
        return 0.0
    fading = 0.0
    for cell, count in tally.cells.items():
        if epoch is None or cell[0] > epoch:
            fading += count * trust(cell) * 0.5 ** (max(0, now_week - cell[0]) / HALF_LIFE)
    return fading * measured.independent / measured.count


def score(spam: Tally, fine: Tally, held: float, suggested: float, now_week: int, epoch: int | None) -> float:
    """0..1. held: independent people who have it in a book; suggested: share of its names that strangers gave."""
    hot, cool = heat(spam, now_week, epoch), heat(fine, now_week, epoch)
    against = hot - 0.8 * cool - 0.5 * math.log1p(held)
    return 1.0 / (1.0 + math.exp(-(1.2 * against + 4.0 * suggested - 2.5)))
