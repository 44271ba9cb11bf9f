"""The worker: does what the outbox holds, and keeps the house: retention, the audit chain, calls nobody ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from core.clock import AnchoredClock
from core.problem import Problem
from maskline.wiring import House
from privacy import audit, retention, rotation
from sql import outbox
from sql.listen import listen
from sql.outbox import Job

BATCH = 16
IDLE = 30.0
"""Seconds that the worker waits at most, should a NOTIFY be lost."""

logger = logging.getLogger("maskline.worker")


async def run(house: House, stop: asyncio.Event | None = None) -> None:
    """
    Works until cancelled. A database that is away is waited for; nothing is lost meanwhile.

    stop: once it is set, the job in hand is finished, no other is begun, and this returns.
    """
    stop = stop or asyncio.Event()
    async with asyncio.TaskGroup() as group:
        upkeep = [
            group.create_task(_again_and_again(house, every, task), name=task.__name__) for every, task in _UPKEEP
        ]
        await _outbox(house, stop)
        for each in upkeep:
            each.cancel()


async def drain(house: House, stop: asyncio.Event | None = None) -> int:
    """Does every job that is due now, once. Returns how many were taken: for commands and tests. stop: as for `run`."""
    taken = 0
    while True:
        if stop is not None and stop.is_set():
            return taken
        async with house.database.work() as conn:
            jobs = await outbox.lease(conn, house.clock.now(), BATCH)
        if not jobs:
            return taken
        for job in jobs:
            if stop is not None and stop.is_set():
                return taken  # the rest of the lease runs out, and somebody else does them
            await _do(house, job)
            taken += 1


async def keep_fresh(house: House) -> None:
    """What every serving process renews once a minute: accounts, countries, the clock."""
    if isinstance(house.clock, AnchoredClock):
        house.metrics.drift((await house.database.anchor(house.clock)).total_seconds())
    await house.refresh()


async def _outbox(house: House, stop: asyncio.Event) -> None:
    async with listen(house.database.dsn, "outbox") as woken:
        while not stop.is_set():
            woken.clear()
            try:
                await drain(house, stop)
                wait = await _wait(house)
            except Problem as problem:
                logger.warning("the outbox rests: %s", problem.slug)
                wait = 1.0
            await _either(woken, stop, wait)


async def _either(woken: asyncio.Event, stop: asyncio.Event, seconds: float) -> None:
    """Returns when one of them is set, or after so long."""
    waiting = [asyncio.create_task(event.wait()) for event in (woken, stop)]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


async def _wait(house: House) -> float:
    async with house.database.work() as conn:
        due = await outbox.next_due(conn)
    if due is None:
        return IDLE
    return min(max((due - house.clock.now()).total_seconds(), 0.01), IDLE)


async def _do(house: House, job: Job) -> None:
    handler = house.jobs.get(job.kind)
    try:
        if handler is None:
            raise LookupError(f"nobody does jobs of kind {job.kind}")
        async with asyncio.timeout(outbox.LEASE.total_seconds() * 0.8):
            await handler(job)
    except Exception as error:  # noqa: BLE001  (whatever it is, the job is tried again and its error counted)
        kind = error.slug if isinstance(error, Problem) else type(error).__name__
        async with house.database.work() as conn:
            dead = await outbox.fail(conn, job, house.clock.now(), kind)
        house.metrics.job(job.kind, "dead" if dead else "retry")
        logger.warning("a %s job failed: %s", job.kind, kind, extra={"job": job.job_id, "dead": dead})
        return
    async with house.database.work() as conn:
        await outbox.finish(conn, job)
    house.metrics.job(job.kind, "done")


async def _sweep(house: House) -> None:
    for rule, rows in (await retention.sweep(house.database, house.clock)).items():
        house.metrics.swept(rule, rows)


async def _chain_audit(house: House) -> None:
    await audit.link(house.database, house.ring)


async def _close_calls(house: House) -> None:
    await house.switchboard.close_overdue()


async def _rotate(house: House) -> None:
    await rotation.rotate(house.database, house.sealer, house.ring, house.clock.now())


_UPKEEP: tuple[tuple[timedelta, Callable[[House], Awaitable[None]]], ...] = (
    (timedelta(minutes=1), keep_fresh),
    (timedelta(seconds=30), _close_calls),
    (timedelta(seconds=5), _chain_audit),
    (timedelta(minutes=10), _sweep),
    (timedelta(minutes=10), _rotate),
)


async def _again_and_again(house: House, every: timedelta, task: Callable[[House], Awaitable[None]]) -> None:
    while True:
        try:
            await task(house)
        except Problem as problem:
            logger.warning("%s rests: %s", task.__name__.strip("_"), problem.slug)
        except Exception:
            logger.exception("%s failed", task.__name__.strip("_"))
        await asyncio.sleep(every.total_seconds())
