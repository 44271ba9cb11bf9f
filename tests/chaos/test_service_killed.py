"""The service may be killed at any instruction: what it answered stands, and whoever was not answered may ask again."""

import asyncio
import itertools
import time

from tests.chaos.crowd import Crowd, Heard
from tests.chaos.ground import Ground, until
from tests.chaos.serving import PUBLIC
from tests.town import Carrier


async def kept(ground: Ground) -> set[object]:
    """The carrier's ids of all calls on record."""
    return {row["carrier_call"] for row in await ground.town.rows("SELECT carrier_call FROM call")}


async def all_connected_once(ground: Ground, crowd: Crowd, heard: list[Heard]) -> None:
    """Whoever rang is on record and is answered alike again; whoever was cut off rings when the carrier asks again."""
    rang = [each for each in heard if each.connected]
    assert {each.call for each in rang} <= await kept(ground)
    for each in heard:
        again = await crowd.repeats(each)
        assert again is not None
        assert again.text == each.answer.text if each.answer else "Dial" in again.verbs
    assert len(await kept(ground)) == len(heard)
    claims = await ground.town.rows("SELECT 1 FROM claim WHERE kind = 'bound'")
    assert len(claims) == len(heard)


async def test_after_everything_was_killed_each_call_stands_and_is_answered_alike(ground: Ground):
    ways = await ground.ways(120)
    standing = await ground.serve()

    async with ground.crowd.calling(ways) as load:
        await load.connects(40)
        standing.kill()
    answered = [each for each in load.heard if each.answer is not None]
    await ground.serve()

    assert 40 <= len(answered) < len(ways)
    assert all(each.connected for each in answered)
    await all_connected_once(ground, ground.crowd, load.heard)


async def test_one_of_two_processes_is_killed_and_replaced_and_no_caller_is_turned_away(ground: Ground):
    """Both listen on one port, and each connection is another; a caller in the dead one's hands is asked for again."""
    ways = await ground.ways(120)
    standing = await ground.serve("--without-worker", workers="2")
    victim, other = standing.children()

    async with ground.wire.session(fresh=True) as session:
        crowd = Crowd(Carrier("twilio", session, PUBLIC, itertools.count(1000)))
        async with crowd.calling(ways) as load:
            await load.connects(30)
            victim.kill()
            await asyncio.to_thread(victim.wait)
            dead = time.monotonic()
        broken = [each for each in load.heard if each.answer is None]

        async def replaced() -> bool:
            return len(standing.children()) == 2 and not victim.is_running()

        await until(replaced)
        assert all(each.connected for each in load.heard if each.answer is not None)
        assert all(each.began < dead for each in broken)  # nobody but those whom it was answering
        await all_connected_once(ground, crowd, load.heard)
    assert other in standing.children()
    assert any("started again" in line["event"] for line in standing.logged())
