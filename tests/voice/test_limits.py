"""Burst limits of callers and visitors: a day's key tells who they are, and midnight gives nobody a fresh start."""

from datetime import timedelta

import pytest

from core.e164 import E164
from masking.stickers.errors import TooManyScans
from masking.stickers.scans import SCANS_ADDRESS
from tests.town import ALICE, BOB, Town
from voice.switchboard import CALLS

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATE_IN_THE_EVENING = timedelta(hours=11, minutes=55)  # after noon


async def number_of(town: Town) -> E164:
    way = await town.scan(await town.sticker())
    assert way.number is not None
    return way.number


async def gets_through(town: Town, number: E164, caller: E164 = ALICE) -> bool:
    return "Dial" in (await town.twilio.calls(caller, number)).verbs


async def counted(town: Town, quota: str) -> set[str]:
    """Whom a dump of Valkey tells of."""
    keys = await town.house.limiter._client.keys(f"quota:{quota}:*")
    return {key.decode().partition("{")[2].rstrip("}") for key in keys}


async def test_midnight_gives_a_caller_no_fresh_start(town: Town):
    town.clock.advance(LATE_IN_THE_EVENING)
    number = await number_of(town)
    assert [await gets_through(town, number) for _ in range(CALLS.times)] == [True] * CALLS.times

    town.clock.advance(10 * MINUTE)

    assert not await gets_through(town, number)
    assert await gets_through(town, await number_of(town), BOB)


async def test_calls_on_both_sides_of_midnight_count_together(town: Town):
    town.clock.advance(LATE_IN_THE_EVENING)
    number = await number_of(town)
    for _ in range(CALLS.times - 2):
        await gets_through(town, number)

    town.clock.advance(6 * MINUTE)

    assert [await gets_through(town, number) for _ in range(3)] == [True, True, False]


async def test_midnight_gives_a_visitor_no_fresh_start(town: Town):
    town.clock.advance(LATE_IN_THE_EVENING)
    for _ in range(SCANS_ADDRESS.times):
        await town.scan(await town.sticker())

    town.clock.advance(10 * MINUTE)

    with pytest.raises(TooManyScans):
        await town.scan(await town.sticker())


async def test_two_days_of_valkey_cannot_be_joined(town: Town):
    days = []
    for _ in range(2):
        assert await gets_through(town, await number_of(town))
        days.append(await counted(town, "calls-caller") | await counted(town, "scans-address"))
        town.clock.advance(DAY)

    assert len(days[0]) == 2
    assert len(days[1] - days[0]) == 2


async def test_valkey_and_postgres_cannot_be_joined(town: Town):
    assert await gets_through(town, await number_of(town))
    rows = await town.rows("SELECT party_key AS key FROM claim UNION SELECT address_key FROM scan"
                           " UNION SELECT number_key FROM phone")  # fmt: skip

    held = "".join(bytes(row["key"]).hex() for row in rows)  # type: ignore[call-overload]
    for quota in ("calls-caller", "scans-address"):
        (subject,) = await counted(town, quota)
        assert subject not in held
    assert town.house.numbers.key(ALICE).hex()[:32] not in await counted(town, "calls-caller")
