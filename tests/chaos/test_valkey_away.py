"""Valkey may die, hang, and come back empty at any time: it holds only what may be lost."""

import asyncio

import psutil
import redis

from tests.chaos.crowd import PROMISED, Way
from tests.chaos.ground import Ground, until
from tests.chaos.serving import PUBLIC
from tests.masking.served import Browser, choose
from voice.switchboard import CALLS


async def calls_until_refused(ground: Ground, way: Way, most: int) -> int:
    """How often this caller is connected before they are told that it is enough; `most` where they never are."""
    for count in range(most):
        if not (await ground.crowd.calls(way)).connected:
            return count
    return most


async def test_callers_are_connected_all_the_same_while_valkey_dies_and_after_it_is_back(ground: Ground):
    ways = await ground.ways(120)
    standing = await ground.serve()

    async with ground.crowd.calling(ways) as load:
        await load.connects(30)
        await ground.kill("valkey")
        await load.connects(80)
        await ground.revive("valkey")

    assert all(heard.connected for heard in load.heard)
    assert max(heard.seconds for heard in load.heard) < PROMISED
    assert await ground.ready(standing)


async def test_nobody_waits_for_a_valkey_that_hangs(ground: Ground):
    """It takes connections and says nothing: each question gives up by itself, and most are not even asked."""
    ways = await ground.ways(60)
    await ground.serve()
    hanging = psutil.Process(redis.Redis.from_url(ground.servers.redis_url).info("server")["process_id"])

    async with ground.crowd.calling(ways) as load:
        await load.connects(10)
        hanging.suspend()
        try:
            await load.connects(60)
        finally:
            hanging.resume()

    assert all(heard.connected for heard in load.heard)
    assert max(heard.seconds for heard in load.heard) < PROMISED


async def test_a_caller_is_limited_again_once_valkey_is_back(ground: Ground):
    """Calls are not refused blindly, since it may be about a child in a hot car; what costs money (below) is."""
    (way,) = await ground.ways(1)
    await ground.serve()
    await ground.kill("valkey")
    assert await calls_until_refused(ground, way, CALLS.times + 3) == CALLS.times + 3

    await ground.revive("valkey")

    async with asyncio.timeout(30):
        assert await calls_until_refused(ground, way, 100_000) >= CALLS.times


async def test_a_text_that_costs_the_owner_money_is_refused_while_nobody_can_count(ground: Ground):
    code = await ground.town.sticker()
    await ground.ways(1)
    await ground.serve()
    async with ground.wire.session() as session:
        visitor = Browser(PUBLIC, session)
        page = await choose(visitor, code)

        async def sent() -> bool:
            return (await visitor.send(f"{page}/message", message="lights-on"))[0] == 200

        await ground.kill("valkey")

        refused, _ = await visitor.send(f"{page}/message", message="lights-on")
        await ground.revive("valkey")
        await until(sent)

    assert refused == 429
    assert len(await ground.town.rows("SELECT * FROM outbox WHERE kind = 'notice'")) == 1
