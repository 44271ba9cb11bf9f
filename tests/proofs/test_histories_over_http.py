"""The same histories through signed webhooks, real HTTP and Valkey, on both carriers."""

import os
from random import Random

import pytest
import redis.asyncio as redis

from tests.proofs.history import History
from tests.proofs.moves import play
from tests.proofs.places import Place, stick
from tests.proofs.values import Number
from tests.proofs.wires import OverHttp
from tests.town import COUNTRY, POOL, SESSION, SHARED, Town

HISTORIES = int(os.environ.get("PROOF_HTTP_HISTORIES", "15"))
"""How many are played on each carrier; `python -m tests.proofs` plays 150."""
ROWS = "claim, scan, call, call_step, sticker_code, sticker, sticker_contact, block, phone, tally, outbox"
ROLES = """
UPDATE proxy_number SET next_role = NULL, resting_until = NULL,
       role = CASE WHEN e164 = ANY ($1) THEN 'shared' WHEN e164 = ANY ($2) THEN 'session' ELSE 'pool' END
"""


async def start_over(town: Town, redis_url: str) -> None:
    """An empty town, with its numbers; quotas count from nothing."""
    async with town.house.database.transaction() as conn:
        await conn.execute(f"TRUNCATE {ROWS} CASCADE")
        sessions = [number.value for numbers in SESSION.values() for number in numbers]
        await conn.execute(ROLES, [number.value for number in SHARED.values()], sessions)
    async with redis.Redis.from_url(redis_url) as valkey:
        await valkey.flushdb()


def place(town: Town, carrier: str) -> Place:
    numbers = {SHARED[carrier].value: Number("shared", 0)}
    numbers |= {number.value: Number("pool", order) for order, number in enumerate(POOL[carrier], 1)}
    house, wire = town.house, OverHttp(town.twilio if carrier == "twilio" else town.plivo, town.links)
    return Place(
        tenant=town.tenant, country=COUNTRY[carrier], clock=town.clock, database=house.database, wire=wire,
        scans=house.scans, owners=house.owners, desk=house.desk, inventory=house.inventory, sealer=house.sealer,
        keys=house.numbers, numbers=numbers, stickers={}, ids={}, codes={}, asks_in_whisper=carrier == "twilio",
    )  # fmt: skip


@pytest.mark.parametrize("carrier", ["twilio", "plivo"])
async def test_over_the_wire_too_nobody_reaches_anyone_else(town: Town, redis_url: str, carrier: str):
    for seed in range(1_000_000, 1_000_000 + HISTORIES):
        await start_over(town, redis_url)
        here = place(town, carrier)
        await stick(here, Random(-seed))
        await play(History(seed, here, most_calls=12), 30)
