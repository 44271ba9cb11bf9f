"""SIGTERM, as an init system sends it: requests under way finish, and the impatient need only ask twice."""

import asyncio
import time

import aiohttp
import pytest

from maskline.service import GRACE
from tests.chaos.ground import Ground, until
from tests.chaos.locks import held, somebody_waits
from tests.chaos.serving import Standing


async def connected(ground: Ground) -> str:
    """A call that rings; the carrier's id of it."""
    (way,) = await ground.ways(1)
    heard = await ground.crowd.calls(way)
    assert heard.connected
    return heard.call


async def turned_away(ground: Ground, standing: Standing) -> bool:
    """Whether nobody listens any more."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", standing.port)
    except OSError:
        return True
    writer.close()
    return False


async def test_a_request_under_way_is_finished_before_the_service_ends(ground: Ground):
    standing = await ground.serve()
    call = await connected(ground)

    async with held(ground, "SELECT FROM call FOR UPDATE"):
        event = asyncio.create_task(ground.town.twilio.ends(call))
        await somebody_waits(ground)
        standing.terminate()
        await until(lambda: turned_away(ground, standing))

    assert (await event).status == 200
    assert await asyncio.to_thread(standing.ended) == 0
    assert (await ground.town.call(call))["state"] == 5


async def test_a_second_signal_ends_everything_at_once(ground: Ground):
    standing = await ground.serve()
    call = await connected(ground)

    async with held(ground, "SELECT FROM call FOR UPDATE"):
        event = asyncio.create_task(ground.town.twilio.ends(call))
        await somebody_waits(ground)
        standing.terminate()
        await until(lambda: turned_away(ground, standing))
        asked = time.monotonic()
        standing.terminate()
        await asyncio.to_thread(standing.ended)
        took = time.monotonic() - asked

    assert took < GRACE
    with pytest.raises(aiohttp.ClientError):
        await event
    assert (await ground.town.call(call))["state"] != 5
