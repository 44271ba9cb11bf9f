"""Fits small linear rules in plain Python, by projected accelerated descent: a weight may be held to a sign.

Method: FISTA with restarts (Beck and Teboulle 2009; O'Donoghue and Candes 2015). A demanded sign keeps a rule
explainable and refuses what only fits the world it was trained on ("a shared network speaks for a name").
"""

import math
from collections.abc import Callable, Sequence

Rows = Sequence[Sequence[float]]
Gradient = Callable[[list[float]], list[float]]
STEPS = 250
LOGISTIC, SOFTMAX = 0.25, 0.6
"""Greatest curvature of either loss for each standardised column."""


def scales(rows: Rows) -> tuple[list[float], list[float]]:
    """Mean and spread of each column; a column that never changes has spread 1."""
    count, width = len(rows), len(rows[0])
    means = [sum(row[at] for row in rows) / count for at in range(width)]
    spreads = [math.sqrt(sum((row[at] - means[at]) ** 2 for row in rows) / count) for at in range(width)]
    return means, [spread if spread > 1e-9 else 1.0 for spread in spreads]


def minimise(gradient: Gradient, signs: Sequence[int], bend: float, steps: int = STEPS) -> list[float]:
    """
    The weights where a mean convex loss over standardised columns is least.

    gradient: of the mean loss. signs: 1 for a weight that may not be negative, -1 not positive, 0 either.
    """
    size = 1.0 / (bend * len(signs))
    here = [0.0] * len(signs)
    ahead, pace = list(here), 1.0
    for _ in range(steps):
        slope = gradient(ahead)
        there = [_signed(x - size * g, sign) for x, g, sign in zip(ahead, slope, signs, strict=True)]
        uphill = sum(g * (new - old) for g, new, old in zip(slope, there, here, strict=True)) > 0
        faster = 1.0 if uphill else (1.0 + math.sqrt(1.0 + 4.0 * pace * pace)) / 2.0
        push = 0.0 if uphill else (pace - 1.0) / faster
        ahead = [new + push * (new - old) for new, old in zip(there, here, strict=True)]
        here, pace = there, faster
    return here


def logistic(rows: Rows, wanted: Sequence[float], weights: Sequence[float], signs: Sequence[int]) -> list[float]:
    """
    Weights of a logistic rule, its bias last.

    wanted: 1 or 0 for each row. weights: how much each row counts. signs: as `minimise` takes them, one a column.
    """
    means, spreads = scales(rows)
    standard = [[(x - m) / s for x, m, s in zip(row, means, spreads, strict=True)] + [1.0] for row in rows]
    total = sum(weights)

    def gradient(at: list[float]) -> list[float]:
        slope = [1e-4 * x for x in at[:-1]] + [0.0]
        for row, want, weight in zip(standard, wanted, weights, strict=True):
            score = sum(map(float.__mul__, row, at))
            miss = weight * (1.0 / (1.0 + math.exp(-max(-35.0, min(35.0, score)))) - want) / total
            for column, x in enumerate(row):
                slope[column] += miss * x
        return slope

    fitted = minimise(gradient, [*signs, 0], LOGISTIC)
    found = [x / s for x, s in zip(fitted, spreads, strict=False)]
    return [*found, fitted[-1] - sum(x * m for x, m in zip(found, means, strict=True))]


def choice(groups: Sequence[tuple[Rows, Sequence[float]]], signs: Sequence[int]) -> list[float]:
    """Weights by which the best row of each group wins. Each group: its rows, and how good each is, 0..1."""
    means, spreads = scales([row for rows, _ in groups for row in rows])
    standard = [
        ([[(x - m) / s for x, m, s in zip(row, means, spreads, strict=True)] for row in rows], good)
        for rows, good in groups
    ]

    def gradient(at: list[float]) -> list[float]:
        slope = [1e-4 * x for x in at]
        for rows, good in standard:
            scores = [sum(map(float.__mul__, row, at)) for row in rows]
            highest = max(scores)
            shares = [math.exp(score - highest) for score in scores]
            whole, won = sum(shares), sum(share * worth for share, worth in zip(shares, good, strict=True))
            for row, share, worth in zip(rows, shares, good, strict=True):
                pull = (share / whole - share * worth / won) / len(standard)
                for column, x in enumerate(row):
                    slope[column] += pull * x
        return slope

    fitted = minimise(gradient, signs, SOFTMAX)
    return [x / s for x, s in zip(fitted, spreads, strict=True)]


def _signed(weight: float, sign: int) -> float:
    if sign > 0:
        return max(0.0, weight)
    return min(0.0, weight) if sign < 0 else weight


def rising(points: Sequence[tuple[float, float, int]]) -> list[tuple[float, float]]:
    """Isotonic regression by pooling neighbours: (score, share, count) by rising score -> a curve that never falls."""
    pools: list[list[float]] = []
    for score, share, count in points:
        pools.append([score * count, share * count, count])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] > pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [mine + more for mine, more in zip(pools[-1], last, strict=True)]
    return [(score / count, share / count) for score, share, count in pools]
