"""Random histories of sessions against a model: nobody ever reaches a stranger or the wrong partner."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from core.e164 import E164, Caller
from masking.sessions.given import Party, SessionGiven
from privacy.keys import KeyRing
from sql.database import Database
from tests.proofs.places import PEOPLE
from tests.proofs.session_history import History
from tests.proofs.session_place import Ground
from tests.town import NOON
from voice.events import Incoming
from voice.plan import Dial, Plan

HISTORIES = int(os.environ.get("PROOF_SESSION_HISTORIES", "120"))
"""How many are played, the same in each run; `python -m tests.proofs` plays thousands."""
SHARDS = 4
AT_ONCE = 6


@pytest.fixture
async def ground(database_url: str, tmp_path: Path) -> AsyncIterator[Ground]:
    database = await Database.open(database_url, voice=2 * AT_ONCE, work=AT_ONCE)
    yield Ground(database, await asyncio.to_thread(KeyRing.create, tmp_path / "keys.json"))
    await database.close()


@pytest.mark.parametrize("shard", range(SHARDS))
async def test_nobody_reaches_anyone_but_whom_the_model_names(ground: Ground, shard: int):
    """Through expiry, cool-off, re-opening, people who come and go, and numbers that leave the pool."""
    seeds = iter(range(shard, HISTORIES, SHARDS))

    async def player() -> None:
        for seed in seeds:
            place = await ground.place(Random(-seed), NOON + timedelta(minutes=seed * 7 % 1440))
            await History(seed, place).play(40)

    await asyncio.gather(*(player() for _ in range(AT_ONCE)))


async def test_two_hundred_calls_at_once_each_told_three_times_count_two_hundred(ground: Ground):
    place = await ground.place(Random(1), NOON)
    people = [Party(number=E164(PEOPLE[0]), side=1), Party(number=E164(PEOPLE[1]), side=2)]
    made = await place.sessions.create(place.tenant, place.service, SessionGiven(), people)
    seat = made.participants[0]
    assert seat.proxy is not None
    assert made.session.until is not None
    place.clock.advance(timedelta(hours=1))

    async def dials(call: int) -> Plan:
        incoming = Incoming(f"{place.tenant}:{call}", Caller(E164(PEOPLE[call % 2])), seat.proxy)
        return await place.board.arrive(place.dialect, place.account, incoming)

    webhooks = [call for call in range(200) for _ in range(3)]
    Random(1).shuffle(webhooks)
    answers = await asyncio.gather(*map(dials, webhooks))

    assert all(isinstance(plan[0], Dial) for plan in answers)
    assert len(set(answers)) == 200
    async with ground.database.work() as conn:
        kept = await conn.fetch("SELECT refused FROM interaction WHERE tenant = $1", place.tenant)
    assert [each["refused"] for each in kept] == [None] * 200
    after = await place.sessions.get(place.tenant, place.service, made.session.session_id)
    assert after.until == made.session.until + timedelta(hours=1)
