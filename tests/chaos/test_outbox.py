"""Follow-up work under trouble: in order, never lost, not for ever, and never done by two at once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from maskline import store, worker
from maskline.wiring import House
from sql import outbox
from sql.outbox import ATTEMPTS, LEASE, Job
from tests.town import Town

Handler = Callable[[Job], Awaitable[None]]


class Broken(Exception):
    """What a handler raises."""


@dataclass(frozen=True)
class Shop:
    """A town whose worker does one kind of work. A job's key says what it is."""

    town: Town

    def house(self, handler: Handler) -> House:
        """The town's house, with a worker that does its jobs so."""
        return replace(self.town.house, jobs={"errand": handler})

    async def put(self, *errands: str) -> None:
        """Queues errands, each of them "subject.number"."""
        async with self.town.house.database.transaction() as conn:
            for errand in errands:
                await outbox.put(conn, tenant=self.town.tenant, kind="errand", subject=errand.split(".")[0], key=errand,
                                 payload={"errand": errand}, at=self.town.clock.now())  # fmt: skip

    async def left(self) -> list[str]:
        """What is still to be done or was given up."""
        return [str(row["idempotency"]) for row in await self.town.rows("SELECT idempotency FROM outbox ORDER BY 1")]


@pytest.fixture
def shop(town: Town) -> Shop:
    return Shop(town)


async def test_a_subject_waits_for_its_first_job_and_the_others_do_not(shop: Shop):
    done: list[str] = []

    async def handler(job: Job) -> None:
        if job.subject == "a" and job.attempts == 1 and not done.count("a.1"):
            raise Broken
        done.append(job.payload["errand"])

    await shop.put("a.1", "b.1", "a.2", "b.2", "a.3", "b.3")
    await worker.drain(shop.house(handler))
    meanwhile = list(done)
    shop.town.clock.advance(outbox.backoff(1))
    await worker.drain(shop.house(handler))

    assert meanwhile == ["b.1", "b.2", "b.3"]
    assert done[3:] == ["a.1", "a.2", "a.3"]
    assert await shop.left() == []


async def test_the_worker_rests_until_something_can_be_done(shop: Shop):
    """What waits behind a job that failed is due, but asking for it again and again would help nobody."""

    async def handler(_: Job) -> None:
        raise Broken

    await shop.put("a.1", "a.2")
    await worker.drain(shop.house(handler))

    async with shop.town.house.database.work() as conn:
        assert await outbox.next_due(conn) == shop.town.clock.now() + outbox.backoff(1)


async def test_a_job_that_never_succeeds_is_given_up_is_seen_and_lets_the_next_one_pass(shop: Shop):
    tried: Counter[str] = Counter()

    async def handler(job: Job) -> None:
        tried[job.payload["errand"]] += 1
        if job.payload["errand"] == "a.1":
            raise Broken

    await shop.put("a.1", "a.2")
    for _ in range(ATTEMPTS):
        await worker.drain(shop.house(handler))
        shop.town.clock.advance(timedelta(hours=12))

    assert tried == {"a.1": ATTEMPTS, "a.2": 1}
    async with shop.town.house.database.work() as conn:
        (dead,) = await store.dead_jobs(conn, 10)
    assert (dead["kind"], dead["subject"], dead["error"], dead["attempts"]) == ("errand", "a", "Broken", ATTEMPTS)
    assert b'maskline_jobs_total{kind="errand",result="dead"} 1.0' in shop.town.house.metrics.page()


async def test_a_handler_that_hangs_is_cut_off_before_another_worker_may_have_its_job(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=0.5))
    cut: list[str] = []

    async def handler(job: Job) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut.append(job.payload["errand"])
            raise

    await shop.put("a.1")
    await worker.drain(shop.house(handler))

    assert cut == ["a.1"]
    assert await shop.town.rows("SELECT attempts, error FROM outbox") == [{"attempts": 1, "error": "TimeoutError"}]


async def test_a_job_that_hangs_keeps_nobody_elses_waiting(shop: Shop):
    released, done = asyncio.Event(), list[str]()

    async def handler(job: Job) -> None:
        if job.subject == "a":
            await released.wait()
        done.append(job.payload["errand"])
        if len(done) == 3:
            released.set()

    await shop.put("a.1", "b.1", "c.1", "b.2")
    async with asyncio.timeout(30):
        await worker.drain(shop.house(handler))

    assert sorted(done[:3]) == ["b.1", "b.2", "c.1"]
    assert done[3] == "a.1"


async def test_work_that_takes_long_is_never_done_by_two_workers(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """Each job takes half a lease; another worker comes by while the third is done, and finds the rest."""
    monkeypatch.setattr(worker, "HANDS", 1)
    done: Counter[str] = Counter()
    came_by: list[int] = []

    async def another(job: Job) -> None:
        done[job.payload["errand"]] += 1

    async def handler(job: Job) -> None:
        done[job.payload["errand"]] += 1
        shop.town.clock.advance(LEASE * 0.5)
        if sum(done.values()) == 3:
            came_by.append(await worker.drain(shop.house(another)))

    await shop.put("a.1", "b.1", "c.1", "d.1", "e.1", "f.1")
    await worker.drain(shop.house(handler))

    assert came_by == [3]
    assert done == dict.fromkeys(("a.1", "b.1", "c.1", "d.1", "e.1", "f.1"), 1)
    assert await shop.left() == []


async def test_a_worker_that_slept_through_its_lease_changes_nothing_any_more(shop: Shop):
    """The machine was paused: by now another has the job, and the first one's failure must not free it for a third."""
    await shop.put("a.1")
    async with shop.town.house.database.work() as conn:
        (mine,) = await outbox.lease(conn, shop.town.clock.now())
        shop.town.clock.advance(LEASE)
        (theirs,) = await outbox.lease(conn, shop.town.clock.now())

        await outbox.fail(conn, mine, shop.town.clock.now(), "slept")
        shop.town.clock.advance(outbox.backoff(1))
        for_a_third = await outbox.lease(conn, shop.town.clock.now())
        await outbox.finish(conn, mine)
        still = await shop.left()
        await outbox.finish(conn, theirs)

    assert for_a_third == []
    assert still == ["a.1"]
    assert await shop.left() == []
