"""Random histories of sessions against a model: nobody ever reaches a stranger or the wrong partner."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from privacy.keys import KeyRing
from sql.database import Database
from tests.proofs.session_history import History
from tests.proofs.session_place import Ground
from tests.town import NOON

HISTORIES = int(os.environ.get("PROOF_SESSION_HISTORIES", "200"))
"""How many are played; `python -m tests.proofs` plays thousands."""
SHARDS = 4
AT_ONCE = 6


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers hang up on a slow machine; these do not, for a timeout would tell nothing about the routing."""
    for name in ("VOICE_WAIT", "VOICE_STATEMENT", "WORK_WAIT", "WORK_STATEMENT"):
        monkeypatch.setattr(f"sql.database.{name}", 120.0)


@pytest.mark.parametrize("shard", range(SHARDS))
async def test_nobody_reaches_anyone_but_whom_the_model_names(database_url: str, tmp_path: Path, shard: int):
    """Through expiry, cool-off, re-opening, people who come and go, and numbers that leave the pool."""
    database = await Database.open(database_url, voice=2 * AT_ONCE, work=AT_ONCE)
    ground = Ground.of(database, await asyncio.to_thread(KeyRing.create, tmp_path / "keys.json"))
    seeds = iter(range(shard, HISTORIES, SHARDS))

    async def player() -> None:
        for seed in seeds:
            place = await ground.place(Random(-seed), NOON + timedelta(minutes=seed * 7 % 1440))
            await History(seed, place).play(40)

    try:
        await asyncio.gather(*(player() for _ in range(AT_ONCE)))
    finally:
        await database.close()
