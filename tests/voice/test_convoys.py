"""Two processes route thousands of the same people's calls to the same numbers, each many in one transaction."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from core.e164 import E164
from core.ids import new_id
from core.route import Route, Verdict
from sql.database import RETRY, Database
from tests.town import POOL, Town
from voice import store
from voice.store import Arrival

ROUNDS, CALLERS = 12, [E164(f"+120255501{n:02}") for n in range(60, 90)]
OPENED = """
INSERT INTO claim (tenant, number_id, party_key, claim_id, kind, target, target_id, made_at, used_at, until,
                   reuse_after)
SELECT n.tenant, n.number_id, '\\x00', gen_random_uuid(), 'open', 'sticker', s.sticker_id, $1, $1,
       $1::timestamptz + interval '2 min', $1::timestamptz + interval '3 min'
  FROM unnest($2::text[], $3::text[]) AS way (e164, code)
  JOIN proxy_number n ON n.e164 = way.e164 JOIN sticker s ON s.code = way.code
"""


@pytest.fixture
async def services(town: Town, database_url: str) -> AsyncIterator[list[Database]]:
    """Of two processes, where nobody is in a hurry."""
    both = [town.house.database, await Database.open(database_url)]
    for each in both:
        each._lane._wait = 60.0
    yield both
    await both[1].close()


class Callers:
    """What the switchboard does for a call, without a carrier. At most 16 at once."""

    def __init__(self, town: Town, account: UUID) -> None:
        self._town, self._account, self._lines = town, account, asyncio.Semaphore(16)

    async def calls(self, service: Database, caller: E164, dialled: E164, call: str) -> Route:
        town, days = self._town, await self._town.house.short_keys.recent()
        for last in (False, True):
            arrival = Arrival(
                tenant=town.tenant, account=self._account, carrier_call=call, dialled=dialled,
                from_key=town.house.numbers.key(caller), forwarded_key=None, scanner_keys=tuple(days.scanners(caller)),
                short_key=days.today.key_id, caller_sealed=b"sealed", call=new_id(), claim=new_id(), over=False,
                ring=22, talk=3600,
            )  # fmt: skip
            try:
                async with self._lines:
                    seat = service.voice_seat(dialled.value)
                    return await store.inbound(seat, town.clock.now(), arrival)
            except RETRY:
                if last:
                    raise
        raise AssertionError


async def test_each_open_claim_is_bound_once_and_each_call_kept_once(town: Town, services: list[Database]):
    """Every call comes to both, and all want the same three claims and the same owner's way back."""
    codes = [await town.sticker() for _ in POOL["twilio"]]
    (row,) = await town.rows("SELECT account_id FROM carrier_account WHERE carrier = 'twilio'")
    callers = Callers(town, UUID(str(row["account_id"])))
    order = random.Random(7)

    for turn in range(ROUNDS):
        numbers = POOL["twilio"]
        await town.rows("DELETE FROM claim")
        await town.rows(OPENED, town.clock.now(), [number.value for number in numbers], codes)
        calls = [(service, caller, dialled) for service in services for caller in CALLERS for dialled in numbers]
        order.shuffle(calls)
        routes = await asyncio.gather(
            *(callers.calls(*each, f"{turn} {CALLERS.index(each[1])} {each[2].digits}") for each in calls)
        )

        assert sum(route.repeat for route in routes) == len(calls) / 2
        bound = Counter(route.target_id for route in routes if route.verdict is Verdict.RING)
        assert len(bound) == len(numbers)
        assert set(bound.values()) == {2}, "once for the call, once for its repeat"
    (kept,) = await town.rows("SELECT count(*) AS calls FROM call")
    assert kept["calls"] == ROUNDS * len(CALLERS) * len(POOL["twilio"])
