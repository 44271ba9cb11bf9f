"""Follow-up work: put in the transaction that causes it, run by the worker, retried with backoff, then kept as dead."""

import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sql.database import Connection
from sql.statements import statements

_Q = statements("outbox")

LEASE = timedelta(seconds=60)
"""How long a worker may take over one job before another may have it."""
ATTEMPTS = 12
"""Tries before a job becomes a dead letter: with this backoff, after nearly three days."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. payload: references and words, never a number. attempts: this one included, from 1."""

    job_id: int
    tenant: UUID
    kind: str
    subject: str
    payload: dict[str, Any]
    attempts: int
    made_at: datetime


Handlers = dict[str, Callable[[Job], Awaitable[None]]]
"""Kind of job -> what does it. It raises for another try, and returns when the job is done or pointless."""


async def put(
    conn: Connection,
    *,
    tenant: UUID,
    kind: str,
    subject: str,
    key: str,
    payload: dict[str, Any],
    at: datetime,
    due: datetime | None = None,
) -> None:
    """Queues a job with the caller's transaction. key: a second job of this kind with the same key is left out."""
    await _Q.put_job(conn, tenant=tenant, kind=kind, subject=subject, idempotency=key,
                     payload=json.dumps(payload), t=at, due=due or at)  # fmt: skip


async def lease(
    conn: Connection, at: datetime, most: int = 16, *, kinds: Collection[str] = (), others: bool = True
) -> Sequence[Job]:
    """Takes up to `most` due jobs for `LEASE`. kinds: jobs of all other kinds, or of these where `others` is false."""
    return [
        Job(row["job_id"], row["tenant"], row["kind"], row["subject"], json.loads(row["payload"]), row["attempts"],
            row["made_at"])
        async for row in _Q.lease_jobs(conn, t=at, until=at + LEASE, most=most, kinds=list(kinds), others=others)
    ]  # fmt: skip


async def finish(conn: Connection, job: Job) -> None:
    """The job is done: its row goes. Nothing changes where its lease ran out and somebody else took it meanwhile."""
    await _Q.finish_job(conn, job=job.job_id, attempts=job.attempts)


async def fail(conn: Connection, job: Job, at: datetime, error: str, *, final: bool = False) -> bool:
    """
    Tries a job again later, or buries it. error: the kind of error, never its text. Returns whether it is dead.

    Nothing changes where its lease ran out and somebody else took it meanwhile.
    """
    if final or job.attempts >= ATTEMPTS:
        await _Q.bury_job(conn, job=job.job_id, attempts=job.attempts, t=at, error=error)
        return True
    await _Q.retry_job(conn, job=job.job_id, attempts=job.attempts, due=at + backoff(job.attempts), error=error)
    return False


def backoff(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th try: 5 s, 20 s, 80 s … at most 12 hours."""
    return timedelta(seconds=min(5 * 4 ** (attempts - 1), 43_200))


async def next_due(conn: Connection, without: Collection[str] = ()) -> datetime | None:
    """When the worker should look again, at the latest. without: kinds of jobs that need not be looked at."""
    due: datetime | None = await _Q.next_due(conn, without=list(without))
    return due
