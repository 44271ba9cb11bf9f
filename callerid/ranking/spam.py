"""How surely a number is a nuisance: marks weighed and grouped like tags, decaying, against who holds it in a book."""

import math
from typing import Protocol

from callerid.ranking.clusters import Cluster
from callerid.ranking.complaints import SPOKEN, Rates, complaints, word_rates
from callerid.ranking.model import Model
from callerid.ranking.support import Support, support, trust
from callerid.ranking.tally import Tally, of_kinds, together

HALF_LIFE = 13.0
"""Weeks after which a mark counts half: about 90 days."""


class Marked(Protocol):
    """What is known of one number; `Book` is it."""

    clusters: dict[int, Cluster]
    marks: dict[bool, Tally]
    epochs: tuple[int, ...]


def heat(tally: Tally, now_week: int, epoch: int | None) -> float:
    """Marks as independent, trusted ones of today: decayed, a group counting little more than one of it."""
    measured: Support = support(tally, now_week, epoch)
    if not measured.count:
        return 0.0
    fading = math.fsum(
        count * trust(cell) * 0.5 ** (max(0, now_week - cell[0]) / HALF_LIFE)
        for cell, count in tally.cells.items()
        if epoch is None or cell[0] > epoch
    )
    return fading * measured.independent / measured.count


def spam_features(known: Marked, now_week: int, model: Model, rates: Rates | None = None) -> dict[str, float]:
    """What the trained rule weighs; see docs/decisions/0012 for each. rates: of its words, where they are known."""
    epoch = max(known.epochs, default=None)
    said = together(cluster.tally for cluster in known.clusters.values())
    hot, cool = (support(known.marks[sort], now_week, epoch) for sort in (True, False))
    held, named = (
        support(of_kinds(said, ("book", "self")), now_week, epoch),
        support(of_kinds(said, SPOKEN), now_week, epoch),
    )
    return {
        "marks": math.log1p(hot.weight),
        "marks_now": math.log1p(heat(known.marks[True], now_week, epoch)),
        "marks_spread": math.log1p(hot.weight * (1.0 - hot.window)),
        "not_spam": math.log1p(cool.weight),
        "held": math.log1p(held.weight),
        "held_long": math.log1p(held.weight * (1.0 - held.window)),
        "unheld": float(held.weight == 0.0 and hot.count + named.count > 0),
        "marks_each": hot.weight / (hot.weight + held.weight + 0.5),
        "named": math.log1p(named.weight),
        "named_share": named.weight / (named.weight + held.weight + 0.1),
    } | complaints(known, model, word_rates(known, model) if rates is None else rates)
