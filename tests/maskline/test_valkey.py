"""Burst limits on a real Valkey."""

import asyncio
from datetime import timedelta

import pytest

from core.quota import Quota, Use
from maskline.valkey import ValkeyLimiter

NARROW = Quota("narrow", times=2, per=timedelta(minutes=1), when_blind="allow")
WIDE = Quota("wide", times=5, per=timedelta(minutes=1), when_blind="refuse")


@pytest.fixture
async def limiter(redis_url):
    limiter = ValkeyLimiter(redis_url)
    yield limiter
    await limiter.close()


async def test_a_quota_allows_as_often_as_it_says(limiter):
    asked = [await limiter.over(Use(NARROW, "a")) for _ in range(4)]

    assert asked == [None, None, NARROW, NARROW]


async def test_a_refused_try_takes_nothing_from_anybody_else(limiter):
    for _ in range(20):
        await limiter.over(Use(NARROW, "loud"), Use(WIDE, "shared"))

    assert await limiter.over(Use(NARROW, "quiet"), Use(WIDE, "shared")) is None


async def test_questions_asked_together_are_counted_apart(limiter):
    asked = await asyncio.gather(*(limiter.over(Use(NARROW, f"{n % 3}"), Use(WIDE, f"w{n % 3}")) for n in range(12)))

    assert sorted(str(over and over.name) for over in asked) == ["None"] * 6 + ["narrow"] * 6


async def test_while_valkey_is_away_each_quota_answers_as_it_declares():
    blind: list[str] = []
    limiter = ValkeyLimiter("unix:///nowhere/at/all.sock", blind.append)

    assert await limiter.over(Use(NARROW, "a")) is None
    assert await limiter.over(Use(NARROW, "a"), Use(WIDE, "b")) is WIDE
    assert blind == ["narrow", "narrow", "wide"]
    await limiter.close()
