"""A against B in alternating rounds, so that whatever else the machine does meets both."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median

from bench.load import Lap

ROUNDS = 5

Laps = Mapping[str, Sequence[Lap]]
"""Side -> its laps; those at the same place ran one after the other."""


async def alternate(sides: Mapping[str, Callable[[], Awaitable[Lap]]], rounds: int = ROUNDS) -> Laps:
    """Runs each side once to warm up, which does not count, then all of them in turn, `rounds` times."""
    laps: dict[str, list[Lap]] = {side: [] for side in sides}
    for counted in [False] + [True] * rounds:
        for side, lap in sides.items():
            done = await lap()
            if counted:
                laps[side].append(done)
    return laps


def ratio(laps: Laps, ours: str, floor: str, of: Callable[[Lap], float]) -> float:
    """The median, over rounds, of what `of` says of our lap against the floor's."""
    return median(of(one) / of(other) for one, other in zip(laps[ours], laps[floor], strict=True))


def middle(laps: Sequence[Lap]) -> dict[str, float]:
    """Medians: `rate` a second, and the 50th and 99th percentile, `p50` and `p99`, in milliseconds."""
    return {
        "rate": median(lap.rate for lap in laps),
        "p50": median(lap.percentile(50) for lap in laps),
        "p99": median(lap.percentile(99) for lap in laps),
    }
