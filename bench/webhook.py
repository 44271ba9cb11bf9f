"""The inbound-call webhook: how many a second one process answers and how fast, against the bare handler's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from bench import floor
from bench.bed import POOL, Bed
from bench.children import FLOOR, SERVICE, Child, child
from bench.load import Lap, drive
from bench.numbers import Directory
from bench.report import Figure
from bench.rounds import ROUNDS, Laps, alternate, middle, ratio
from bench.scene import MIX, Scene, Size, furnish

CONNECTIONS = 16
CALLS = 3000
"""Of one round."""
FIRST = 400
"""Calls before anything is measured."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A served scene. variables: of the service."""

    scene: Scene
    service: Child
    variables: dict[str, str]


@asynccontextmanager
async def stage(bed: Bed, size: Size | None = None) -> AsyncIterator[Stage]:
    """Furnishes a house and serves it in a process of its own."""
    async with bed.house() as (house, variables):
        scene = await furnish(house, Directory(), size or Size())
        async with child(SERVICE, variables) as service:
            # A backend plans at its first call. No more calls at once than backends, so that none waits for another's.
            await drive(service.port, await scene.calls(min(FIRST, scene.most)), POOL)
            await bed.settle(variables["MASKLINE_DATABASE_URL"])
            yield Stage(scene, service, variables)


@asynccontextmanager
async def bare(bed: Bed, *, spared: bool = False) -> AsyncIterator[Child]:
    """Serves the floor on a database of its own. spared: without the reset that asyncpg's pool does by default."""
    async with bed.database() as database:
        table = await asyncpg.connect(database)
        await table.execute(floor.TABLE)
        await table.close()
        variables = {"FLOOR_DATABASE_URL": database, "FLOOR_POOL": str(POOL)}
        async with child(FLOOR, variables | ({"FLOOR_SPARED": "1"} if spared else {})) as handler:
            yield handler


async def measure(
    bed: Bed, calls: int = CALLS, rounds: int = ROUNDS, connections: int = CONNECTIONS, size: Size | None = None
) -> list[Figure]:
    """Throughput and tail. calls: of a round, on each side, over so many connections at once."""
    async with stage(bed, size) as served, bare(bed) as plain, bare(bed, spared=True) as spared:

        async def ours() -> Lap:
            return await drive(served.service.port, await served.scene.calls(calls), connections)

        async def theirs(handler: Child) -> Lap:
            return await drive(handler.port, served.scene.plain(calls), connections)

        laps = await alternate({"ours": ours, "floor": lambda: theirs(plain), "spared": lambda: theirs(spared)}, rounds)
    return _figures(laps, {"mix_percent": MIX, "connections": connections, "calls_a_round": calls, "rounds": rounds})


def _figures(laps: Laps, how: dict[str, object]) -> list[Figure]:
    ours, plain, spared = (middle(laps[side]) for side in ("ours", "floor", "spared"))
    details = {"how": how, "ours": ours, "floor": plain, "spared_floor": spared}
    return [
        Figure(
            name="inbound-call webhook", ours=f"{ours['rate']:.0f}/s", floor=f"{plain['rate']:.0f}/s",
            value=ratio(laps, "ours", "floor", lambda lap: lap.rate), bar=0.45, goal=0.65, details=details,
        ),
        Figure(
            name="its p99", ours=_tail(ours), floor=_tail(plain), smaller=True,
            value=ratio(laps, "ours", "floor", lambda lap: lap.percentile(99)), bar=3, goal=2,
        ),
        Figure(
            name="the same, floor spared asyncpg's reset", ours=f"{ours['rate']:.0f}/s",
            floor=f"{spared['rate']:.0f}/s", value=ratio(laps, "ours", "spared", lambda lap: lap.rate),
        ),
    ]  # fmt: skip


def _tail(found: dict[str, float]) -> str:
    return f"{found['p99']:.1f} ms (p50 {found['p50']:.1f})"
