"""Random histories against a model of DESIGN 4a: nobody ever reaches anyone but the target that the model names."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from privacy.keys import KeyRing
from sql.database import Database
from tests.proofs.history import History
from tests.proofs.moves import play
from tests.proofs.places import Ground
from tests.town import NOON

HISTORIES = int(os.environ.get("PROOF_HISTORIES", "300"))
"""How many are played, the same in each run; `python -m tests.proofs` plays 10,000."""
SHARDS = 4
AT_ONCE = 6


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys.json")


@pytest.mark.parametrize("shard", range(SHARDS))
async def test_nobody_reaches_anyone_but_whom_the_model_names(database_url: str, ring: KeyRing, shard: int):
    database = await Database.open(database_url, voice=2 * AT_ONCE, work=AT_ONCE)
    ground = Ground(database, ring)
    seeds = iter(range(shard, HISTORIES, SHARDS))

    async def player() -> None:
        for seed in seeds:
            history = History(seed, await ground.place(Random(-seed), NOON + timedelta(minutes=seed * 7 % 1440)))
            await play(history, 30)

    try:
        await asyncio.gather(*(player() for _ in range(AT_ONCE)))
    finally:
        await database.close()
