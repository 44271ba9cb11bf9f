"""Scans at the same instant: each number is given once, nobody waits for another's leftovers."""

import asyncio
from collections import Counter

from masking.stickers.values import Visitor
from tests.town import POOL, SHARED, Town


def from_place(number: int) -> Visitor:
    return Visitor(f"198.18.{number}.7", "Mozilla/5.0 (iPhone) Safari/604.1", "en")


async def test_thirty_two_scans_on_three_numbers_give_three_open_ways_and_extensions_for_the_rest(town: Town):
    codes = [await town.sticker() for _ in range(32)]

    for _ in range(3):
        await town.rows("DELETE FROM claim RETURNING 1")
        await town.house.limiter._client.flushdb()
        ways = await asyncio.gather(*(town.scan(code, visitor=from_place(n)) for n, code in enumerate(codes)))

        numbers = Counter(way.number for way in ways if way.extension is None)
        assert numbers == Counter(POOL["twilio"])
        extensions = [way for way in ways if way.extension]
        assert {way.number for way in extensions} == {SHARED["twilio"]}
        assert len({way.extension for way in extensions}) == 29
