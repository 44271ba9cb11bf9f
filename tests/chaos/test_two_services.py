"""Two services on one database agree on everything, also when one machine's clock is wrong."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from core.e164 import E164
from tests.chaos.crowd import Crowd, Way, Wire
from tests.chaos.ground import Ground
from tests.chaos.serving import PUBLIC, Standing
from tests.masking.served import Browser, choose, dial_links
from tests.town import ALICE, BOB, Carrier

ALONE = ("--without-worker",)
RACING = [E164(f"+1212555010{n}") for n in range(8)]
FAST = (str(Path(__file__).with_name("fast_clock.py")),)


@asynccontextmanager
async def reaching(*services: Standing) -> AsyncIterator[list[tuple[Browser, Crowd]]]:
    """A visitor and callers of each service, that come to no other."""
    async with AsyncExitStack() as stack:
        made = []
        for place, service in enumerate(services):
            session = await stack.enter_async_context(Wire(service.port).session())
            carrier = Carrier("twilio", session, PUBLIC, itertools.count(place * 1000))
            made.append((Browser(PUBLIC, session), Crowd(carrier)))
        yield made


def warnings(standing: Standing) -> list[str]:
    return [line["event"] for line in standing.logged() if "clock is off" in line["event"]]


async def scanned(ground: Ground, visitor: Browser, caller: E164 = ALICE) -> Way:
    """Somebody scans a new sticker through one service, and is shown a number."""
    page = await choose(visitor, await ground.town.sticker())
    (link,) = dial_links((await visitor.get(page))[1])
    return Way(caller, E164(link.removeprefix("tel:")))


async def test_a_scan_at_one_is_a_call_at_the_other_whichever_clock_is_wrong(ground: Ground):
    """A way lives for two minutes, so ten minutes more or less would end it before it began, or never."""
    right, fast = await asyncio.gather(ground.serve(*ALONE), ground.serve(*ALONE, program=FAST))

    async with reaching(right, fast) as ((visitor, callers), (fast_visitor, fast_callers)):
        here, there = await scanned(ground, visitor), await scanned(ground, fast_visitor)
        called = [await fast_callers.calls(here), await callers.calls(there)]
        redialled = [await callers.calls(here), await fast_callers.calls(there)]
        others = [await crowd.calls(Way(BOB, here.dialled)) for crowd in (callers, fast_callers)]
    (claims,) = await ground.town.rows("SELECT max(made_at) < clock_timestamp() + interval '5 s' AS timely FROM claim")

    assert all(each.connected for each in called + redialled)
    assert not any(each.connected for each in others)
    assert claims["timely"]
    assert warnings(right) == []
    assert re.search(r"off by 6\d\d s", warnings(fast)[0])


async def test_of_callers_who_race_over_two_services_one_is_put_through(ground: Ground):
    services = await asyncio.gather(ground.serve(*ALONE), ground.serve(*ALONE))

    async with reaching(*services) as both:
        way = await scanned(ground, both[0][0])
        racing = [crowd.calls(Way(caller, way.dialled)) for caller in RACING for _, crowd in both]
        heard = await asyncio.gather(*racing)

    winners = {each.way.caller for each in heard if each.connected}
    assert len(winners) == 1
    assert all(each.answer is not None and each.answer.status == 200 for each in heard)
    assert len(await ground.town.rows("SELECT 1 FROM claim WHERE kind = 'bound'")) == 1
