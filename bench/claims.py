"""
How many ways to an owner are handed out a second, none of them twice, against plain two-row INSERT transactions.

Ours are asked for as the page of a scan asks: of the service's own pool, together with whoever waits too.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar
from uuid import UUID

import asyncpg

from bench.bed import Bed
from bench.load import Lap, WrongAnswer
from bench.numbers import Directory
from bench.report import Figure
from bench.rounds import ROUNDS, Laps, alternate, middle, ratio
from bench.scene import Site, Size, furnish
from core.clock import Clock
from core.ids import new_extensions, new_id
from masking.stickers import rules
from maskline.wiring import House
from sql.database import Database
from sql.statements import statements

CONNECTIONS = 16
PLAIN = """
CREATE TABLE floor_lease (
    number_id uuid NOT NULL, party_key bytea NOT NULL, target uuid NOT NULL, until timestamptz NOT NULL,
    PRIMARY KEY (number_id, party_key)
)
"""
_TWO_ROWS = "INSERT INTO floor_lease VALUES ($1, $2, $3, $4), ($1, $5, $3, $4)"
_COUNT = "SELECT count(*) FROM claim WHERE scan_id = ANY ($1) AND until > $2"

Connections = Sequence["asyncpg.Connection[asyncpg.Record]"]
Work = Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[None]]
T = TypeVar("T")


class DoubleBooked(WrongAnswer):
    """A way that was handed out is not there, or is somebody else's."""


async def measure(bed: Bed, a_site: int = 48, rounds: int = ROUNDS, size: Size | None = None) -> list[Figure]:
    """
    a_site: scans of each tenant in a round, all answered: with the scene's size, 40 by numbers of their own and 8 by
    extensions.
    """
    async with bed.house() as (house, variables), bed.database() as other, AsyncExitStack() as stack:
        scene = await furnish(house, Directory(), size or Size())
        plain = await connect(stack, other)
        await plain[0].execute(PLAIN)
        turns = _turns(scene.sites, a_site)
        await _claim(house, turns)
        await bed.settle(variables["MASKLINE_DATABASE_URL"])
        laps = await alternate(
            {
                "ours": lambda: _claim(house, turns),
                "floor": lambda: insert(plain, house.clock, len(turns), in_transaction),
                "bare": lambda: insert(plain, house.clock, len(turns), _at_once),
            },
            rounds,
        )
    return _figures(laps, {"connections": CONNECTIONS, "claims_a_round": len(turns), "rounds": rounds})


def _figures(laps: Laps, how: dict[str, object]) -> list[Figure]:
    ours, floor, bare = (middle(laps[side]) for side in ("ours", "floor", "bare"))
    return [
        Figure(
            name="claims allocated, 0 double-booked", ours=f"{ours['rate']:.0f}/s", floor=f"{floor['rate']:.0f}/s",
            value=ratio(laps, "ours", "floor", lambda lap: lap.rate), bar=0.5, goal=0.7,
            details={**how, "ours": ours, "floor": floor, "bare": bare},
        ),
        Figure(
            name="the same, floor without BEGIN and COMMIT", ours=f"{ours['rate']:.0f}/s",
            floor=f"{bare['rate']:.0f}/s", value=ratio(laps, "ours", "bare", lambda lap: lap.rate),
        ),
    ]  # fmt: skip


def _turns(sites: Sequence[Site], a_site: int) -> list[tuple[UUID, UUID]]:
    """Tenant and sticker of each scan, in the order of chance."""
    turns = [
        (site.tenant, line.sticker) for site in sites for line in itertools.islice(itertools.cycle(site.lines), a_site)
    ]
    random.Random(a_site).shuffle(turns)
    return turns


async def connect(stack: AsyncExitStack, dsn: str) -> Connections:
    """So many connections, closed with the stack."""
    connections = [await asyncpg.connect(dsn) for _ in range(CONNECTIONS)]
    for connection in connections:
        stack.push_async_callback(connection.close)
    return connections


async def _claim(house: House, turns: Sequence[tuple[UUID, UUID]]) -> Lap:
    """Every scan gets its way, or it is a WrongAnswer; then all of them must stand in the table."""
    await _of(house, "TRUNCATE claim, scan")
    ask, scans = statements("stickers").start_scan, [new_id() for _ in turns]

    def work(turn: tuple[UUID, UUID], scan: UUID) -> Callable[[Database], Awaitable[None]]:
        async def claim(database: Database) -> None:
            row = await ask(
                database.work_seat(str(turn[1])), t=house.clock.now(), tenant=turn[0], country="US", sticker=turn[1],
                scan=scan, claim=new_id(), extensions=new_extensions(12), most_open=rules.MOST_OPEN,
                most_extensions=rules.MOST_EXTENSIONS, reason="lights", language="en", device="phone",
                browser="safari", address_key=bytes(32),
            )  # fmt: skip
            if row["e164"] is None:
                raise WrongAnswer("no number was free, though there are enough")

        return claim

    works = [work(turn, scan) for turn, scan in zip(turns, scans, strict=True)]
    lap = await run([house.database] * CONNECTIONS, works)
    standing = await _of(house, _COUNT, scans, house.clock.now())
    if standing != len(turns):
        raise DoubleBooked(f"{len(turns)} claims were handed out, and {standing} stand")
    return lap


async def _of(house: House, query: str, *args: object) -> object:
    async with house.database.work() as conn:
        return await conn.fetchval(query, *args)


async def insert(connections: Connections, clock: Clock, count: int, work: Callable[[Clock], Work]) -> Lap:
    """The floor: `count` times `work`, on a table of `PLAIN`."""
    await connections[0].execute("TRUNCATE floor_lease")
    return await run(connections, [work(clock)] * count)


def in_transaction(clock: Clock) -> Work:
    """BEGIN, one INSERT of two rows, COMMIT: what a plain program does, in three round trips."""
    insert = _at_once(clock)

    async def work(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        async with connection.transaction():
            await insert(connection)

    return work


def _at_once(clock: Clock) -> Work:
    """The same INSERT alone, which is a transaction too, in one round trip."""

    async def insert(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        await connection.execute(_TWO_ROWS, new_id(), b"\x00", new_id(), clock.now(), b"\x01")

    return insert


async def run(askers: Sequence[T], works: Sequence[Callable[[T], Awaitable[None]]]) -> Lap:
    """All of it, by each asker one after the other."""
    waiting, latencies = iter(works), list[float]()
    started = time.perf_counter()
    await asyncio.gather(*(_one(asker, waiting, latencies) for asker in askers))
    return Lap(time.perf_counter() - started, tuple(sorted(latencies)))


async def _one(asker: T, waiting: Iterator[Callable[[T], Awaitable[None]]], latencies: list[float]) -> None:
    for work in waiting:
        started = time.perf_counter()
        await work(asker)
        latencies.append(time.perf_counter() - started)
