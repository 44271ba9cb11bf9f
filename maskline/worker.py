"""The worker: does what the outbox holds, and keeps the house: retention, the audit chain, calls nobody ended."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Self

from core.clock import AnchoredClock
from core.problem import Problem
from maskline.wiring import House
from privacy import audit, retention, rotation
from sql import outbox
from sql.listen import listen
from sql.outbox import Job

HANDS = 4
"""Jobs done at a time, each of another subject and begun with a fresh lease: one that hangs holds up nobody else."""
CUSTOMERS = ("event", "event-again", "callback")
"""Kinds of jobs that wait for a customer's server, which may be slow for days."""
CUSTOMERS_HANDS = 2
"""Hands that may do those; people's own texts and notices always have the others."""
IDLE = 30.0
"""Seconds that the worker waits at most, should a NOTIFY be lost."""
_AGAIN = 1.0  # seconds until a database that was away is asked again

logger = logging.getLogger("maskline.worker")


async def run(house: House, stop: asyncio.Event | None = None) -> None:
    """
    Works until cancelled. A database that is away is waited for; nothing is lost meanwhile.

    stop: once it is set, the jobs in hand are finished, no other is begun, and this returns.
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
    async with _Hands(house) as hands:
        while True:
            began = 0 if stop is not None and stop.is_set() else await hands.begin()
            if not began and not hands.busy:
                return taken
            taken += began
            await hands.wait()


async def keep_fresh(house: House) -> None:
    """What every serving process renews once a minute: accounts, countries, the clock."""
    if isinstance(house.clock, AnchoredClock):
        house.metrics.drift((await house.database.anchor(house.clock)).total_seconds())
    await house.refresh()


async def _outbox(house: House, stop: asyncio.Event) -> None:
    async with listen(house.session_url, "outbox") as woken, _Hands(house) as hands:
        while not stop.is_set():
            woken.clear()
            try:
                await hands.begin()
                await hands.wait(woken, stop, seconds=await _rest(house, hands) if hands.free else None)
            except Problem as problem:
                logger.warning("the outbox rests: %s", problem.slug)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_AGAIN):
                        await stop.wait()


class _Hands:
    """
    Does up to `HANDS` jobs at a time. Use it as a context manager: on leaving, what was begun is finished, or given up
    where the worker itself is cancelled.

    busy, free: how many hands do something, or nothing. free_for_customers: how many of the free ones may do a job that
    waits for a customer's server.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._jobs: set[asyncio.Task[None]] = set()
        self._customers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is asyncio.CancelledError:
            for job in self._jobs:
                job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    @property
    def busy(self) -> int:
        return len(self._jobs)

    @property
    def free(self) -> int:
        return HANDS - self.busy

    @property
    def free_for_customers(self) -> int:
        return min(self.free, CUSTOMERS_HANDS - len(self._customers & self._jobs))

    async def begin(self) -> int:
        """Leases as many due jobs as there are free hands, and begins them. Returns how many. Raises DatabaseAway."""
        began = 0
        for others in (False, True):
            free = self.free if others else self.free_for_customers
            if not free:
                continue
            async with self._house.database.work() as conn:
                jobs = await outbox.lease(conn, self._house.clock.now(), free, kinds=CUSTOMERS, others=others)
            tasks = {asyncio.create_task(_do(self._house, job), name=f"job {job.job_id}") for job in jobs}
            self._jobs |= tasks
            if not others:
                self._customers = tasks | (self._customers & self._jobs)
            began += len(jobs)
        return began

    async def wait(self, *events: asyncio.Event, seconds: float | None = None) -> None:
        """Returns when a hand is free again, an event is set, or after so long. Raises what went wrong with a job."""
        waiting = [asyncio.create_task(event.wait()) for event in events]
        try:
            done, _ = await asyncio.wait({*self._jobs, *waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        finished = done & self._jobs
        self._jobs -= finished
        for error in [job.exception() for job in finished]:
            if error is not None:
                raise error


async def _rest(house: House, hands: _Hands) -> float:
    """Seconds until there may be something to do for a free hand."""
    async with house.database.work() as conn:
        due = await outbox.next_due(conn, without=() if hands.free_for_customers else CUSTOMERS)
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


async def _close_sessions(house: House) -> None:
    await house.rooms.sessions.close_expired()


async def _watch_pools(house: House) -> None:
    low = await house.rooms.watch.look()
    house.metrics.low_pools({service: usage.share for service, usage in low.items()})


async def _names_of_owners(house: House) -> None:
    await house.naming.renewal.renew()
    await house.naming.businesses.expire()


async def _rotate(house: House) -> None:
    await rotation.rotate(house.database, house.sealer, house.ring, house.clock.now())


async def _names(house: House) -> None:
    await house.names.beat()


_UPKEEP: tuple[tuple[timedelta, Callable[[House], Awaitable[None]]], ...] = (
    (timedelta(minutes=1), keep_fresh),
    (timedelta(seconds=30), _close_calls),
    (timedelta(minutes=1), _close_sessions),
    (timedelta(seconds=5), _chain_audit),
    (timedelta(minutes=5), _watch_pools),
    (timedelta(minutes=1), _names_of_owners),
    (timedelta(seconds=10), _names),
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
