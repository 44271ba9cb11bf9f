"""The worker may be killed in the middle of a job, and carriers may say anything or nothing: nobody is rung twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from carriers.placing import CarrierPlacer
from masking.stickers.jobs import StickerJobs
from maskline import worker
from maskline.wiring import House
from sql.outbox import LEASE
from tests.carriers.vendor import Answer, Asked
from tests.chaos.ground import Ground, until
from tests.town import OWNER, SHARED, VENDOR_IDS

ACCOUNT = f"/2010-04-01/Accounts/{VENDOR_IDS['twilio']}"
CALLS, TEXTS = ("POST", f"{ACCOUNT}/Calls.json"), ("POST", f"{ACCOUNT}/Messages.json")
PLACED = (201, {"sid": "CA" + "a" * 32})


async def asked_for_consent(ground: Ground) -> str:
    """A fresh sticker whose owner is to be rung and asked; its code."""
    (code,) = await ground.town.house.desk.issue(ground.town.tenant, 1, "US")
    await ground.town.house.desk.ask(code, OWNER)
    return code


async def killed_while_asking(ground: Ground) -> Asked:
    """A worker is killed while the carrier takes its time over a request, which it carries out. Returns the request."""
    ground.vendor.hangs = asyncio.Event()
    working = await asyncio.to_thread(ground.runner.start, "work")
    await until(ground.asked)
    working.kill()
    ground.vendor.hangs.set()
    return ground.vendor.only()


async def next_worker(ground: Ground, house: House | None = None) -> int:
    """Another worker, once the lease of the last is over. Returns how many jobs it found."""
    ground.town.clock.advance(LEASE + timedelta(minutes=1))
    return await worker.drain(house or ground.town.house)


async def test_a_person_is_rung_once_though_the_worker_died_while_asking_the_carrier(ground: Ground):
    ground.vendor.answers[CALLS] = PLACED
    code = await asked_for_consent(ground)
    rung = await killed_while_asking(ground)

    found = await next_worker(ground)
    await ground.serve("--without-worker")
    call = {"CallSid": PLACED[1]["sid"], "AccountSid": VENDOR_IDS["twilio"], "From": SHARED["twilio"].value,
            "To": OWNER.value, "CallStatus": "in-progress", "Direction": "outbound-api"}  # fmt: skip
    asked = await ground.town.twilio.post(rung.said["Url"], call)
    await ground.town.twilio.post(asked.action, call, {"Digits": "1"})

    assert rung.said["To"] == OWNER.value
    assert found == 1
    assert ground.vendor.only() == rung
    assert await ground.town.rows("SELECT 1 FROM outbox WHERE kind = 'consent-call'") == []
    assert (await ground.town.house.desk.find(code)).state == "activated"


async def test_the_next_worker_does_what_the_first_one_died_over(ground: Ground):
    """The carrier is asked to forget a call, which does no harm twice."""
    (way,) = await ground.ways(1)
    await ground.serve("--without-worker")
    call = (await ground.crowd.calls(way)).call
    await ground.town.twilio.ends(call)
    await ground.town.rows("DELETE FROM outbox WHERE kind = 'notice'")
    await ground.town.rows("UPDATE outbox SET due = made_at")  # ten minutes later
    first = await killed_while_asking(ground)

    await next_worker(ground)

    assert (first.method, first.path) == ("DELETE", f"{ACCOUNT}/Calls/{call}.json")
    assert ground.vendor.asked == [first, first]
    assert await ground.town.rows("SELECT kind, payload::text FROM outbox") == []


async def test_an_owner_is_not_told_twice_though_the_worker_died_while_telling(ground: Ground):
    """The text may be on its way, and texts cost money: like a call, it is not asked for again."""
    ground.vendor.answers[TEXTS] = (201, {"sid": "SM" + "b" * 32})
    (way,) = await ground.ways(1)
    await ground.serve("--without-worker")
    await ground.town.twilio.ends((await ground.crowd.calls(way)).call)
    told = await killed_while_asking(ground)

    await next_worker(ground)

    assert told.said["To"] == OWNER.value
    assert ground.vendor.only() == told
    assert await ground.town.rows("SELECT 1 FROM outbox WHERE kind = 'notice'") == []


async def test_a_worker_goes_on_by_itself_once_postgres_is_back(ground: Ground):
    ground.vendor.answers[CALLS] = PLACED
    working = await asyncio.to_thread(ground.runner.start, "work")
    process = working.children()
    await ground.kill("postgres")
    await ground.revive("postgres")

    await asked_for_consent(ground)
    await until(ground.asked)

    assert working.children() == process


@asynccontextmanager
async def waiting(ground: Ground, seconds: float) -> AsyncIterator[House]:
    """The test's own house, with a worker that waits so long for a carrier."""
    house = ground.town.house
    jobs: StickerJobs = house.jobs["consent-call"].__self__  # type: ignore[attr-defined]
    async with aiohttp.ClientSession(trust_env=False) as session:
        placer = CarrierPlacer(session, twilio_url=house.settings.twilio_api_url, seconds=seconds)
        yield replace(house, jobs=house.jobs | replace(jobs, placer=placer).handlers())


@pytest.mark.parametrize("answer", ["500", "nonsense", "dropped", "late"])
async def test_a_person_is_rung_once_whatever_the_carrier_answers(ground: Ground, answer: str):
    """It rang the phone each time, and said so badly, too late or not at all."""
    said: dict[str, Answer] = {"500": (500, {"message": "try again"}), "nonsense": (200, "<html>")}
    ground.vendor.answers[CALLS] = said.get(answer, PLACED)
    ground.vendor.drops = answer == "dropped"
    ground.vendor.hangs = asyncio.Event() if answer == "late" else None
    await asked_for_consent(ground)

    async with waiting(ground, 2.0 if answer == "late" else 60.0) as house:
        found = [await next_worker(ground, house) for _ in range(5)]
        if ground.vendor.hangs is not None:
            ground.vendor.hangs.set()
        found += [await next_worker(ground, house) for _ in range(5)]

    assert ground.vendor.only().said["To"] == OWNER.value
    assert sum(found) == 1
