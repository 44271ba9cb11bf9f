"""What the child processes of a running Maskline do: serve, or work."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.problem import Problem
from maskline import store, worker
from maskline.app import Extra, make_app
from maskline.child import Side
from maskline.hold import holding
from maskline.processes import Main
from maskline.service import operations, site
from maskline.settings import Settings
from maskline.web import Web
from maskline.wiring import House, open_house
from sql.listen import listen

_SERVICE_POOLS, _WORKER_POOLS = (8, 6), (1, 6)
"""Connections at most for callers and for everything else."""
_FRESH_EVERY = 60.0

Beside = Callable[[House], Awaitable[None]]
"""Something that a worker does beside its work, until it is cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """What every child stands on. Both addresses of servers hold passwords."""

    settings: Settings
    database_url: str
    redis_url: str
    public_url: str


def service(
    footing: Footing, shell: Web, listener: socket.socket, ops: socket.socket, extra: Extra | None = None
) -> Main:
    """A process that answers carriers and shows pages."""

    async def main(side: Side) -> None:
        async with (
            _house(footing, _SERVICE_POOLS) as (house, needed),
            site(make_app(house, shell, extra), listener),
            site(operations(house), ops),
        ):
            side.ready()
            await side.until_stopped(*needed)

    return main


def work(footing: Footing, ops: socket.socket, beside: Beside | None = None) -> Main:
    """A process that does what the outbox holds, and keeps the house."""

    async def main(side: Side) -> None:
        async with _house(footing, _WORKER_POOLS) as (house, needed), site(operations(house), ops):
            working = asyncio.create_task(worker.run(house, side.stop), name="work")
            others = [asyncio.ensure_future(beside(house))] if beside else []
            side.ready()
            try:
                await side.until_stopped(working, *needed, *others)
                await working  # finishes the job in hand
            finally:
                await _end(working, *others)

    return main


@asynccontextmanager
async def _house(
    footing: Footing, pools: tuple[int, int]
) -> AsyncIterator[tuple[House, "tuple[asyncio.Task[None], ...]"]]:
    """The house, and the tasks without which a process must not go on."""
    async with (
        open_house(
            footing.settings, footing.database_url, footing.redis_url, public_url=footing.public_url, pools=pools
        ) as house,
        holding(house) as held,
    ):
        fresh = asyncio.create_task(_stay_fresh(house), name="stay fresh")
        try:
            yield house, (held, fresh)
        finally:
            await _end(fresh)


async def _stay_fresh(house: House) -> None:
    """Reads accounts and numbers anew once a minute, and at once when a command has changed them."""
    async with listen(house.session_url, store.CHANGES) as changed:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), _FRESH_EVERY)
            changed.clear()
            with contextlib.suppress(Problem):  # the database is away: what was read last still holds
                await worker.keep_fresh(house)


async def _end(*tasks: "asyncio.Future[None]") -> None:
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
