"""What a service process keeps of the webhooks that it has answered: the growth of its resident memory."""

from statistics import linear_regression

import psutil

from bench.bed import Bed
from bench.load import drive
from bench.report import Figure
from bench.scene import Size
from bench.webhook import CONNECTIONS, stage

_MB = 1_000_000
FULL = (10_000, 110_000)
SHORT = (5_000, 25_000)
"""Webhooks between which it is measured; the figure is for 100,000 in both cases."""


async def measure(
    bed: Bed,
    between: tuple[int, int] = SHORT,
    step: int = 2_500,
    connections: int = CONNECTIONS,
    size: Size | None = None,
) -> list[Figure]:
    """Looks after every `step` calls and draws the line through it. between: the first and the last call that count."""
    first, last = between
    at, resident = [], []
    async with stage(bed, size) as served:
        process = psutil.Process(served.service.pid)
        for done in range(step, last + 1, step):
            await drive(served.service.port, await served.scene.calls(step), connections)
            if done >= first:
                at.append(done)
                resident.append(process.memory_info().rss / _MB)
    growth = linear_regression(at, resident).slope * 100_000
    scaled = "" if last - first == FULL[1] - FULL[0] else f", scaled from {last - first:,}"
    return [
        Figure(
            name=f"memory for 100,000 webhooks more{scaled}", ours=f"{resident[0]:.0f} → {resident[-1]:.0f} MB",
            value=growth, bar=10, goal=0, smaller=True, unit="MB",
            details={"webhooks": at, "resident_mb": resident, "between": between},
        )
    ]  # fmt: skip
