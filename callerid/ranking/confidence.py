"""From a linear score to a probability that keeps its word, by a curve fitted on other worlds."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

Curve = Sequence[tuple[float, float]]


def weighed(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """The linear rule: what each feature counts, and "bias". Features without a weight do not count."""
    return weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())


def logistic(score: float) -> float:
    """Any number as one between 0 and 1."""
    return 1.0 / (1.0 + math.exp(-max(-35.0, min(35.0, score))))


def on_curve(curve: Curve, score: float) -> float:
    """The calibrated probability; logistic(score) where no curve was fitted."""
    if not curve:
        return logistic(score)
    at = bisect_right([x for x, _ in curve], score)
    if at == 0:
        return curve[0][1]
    if at == len(curve):
        return curve[-1][1]
    (x0, p0), (x1, p1) = curve[at - 1], curve[at]
    return p0 + (p1 - p0) * (score - x0) / (x1 - x0)
