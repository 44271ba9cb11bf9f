"""The scene is one that the real service answers as it must, and nobody else's number is in it."""

import re
from urllib.parse import parse_qs

import pytest

from bench.load import WrongAnswer, drive
from bench.numbers import Directory
from bench.scene import DIAL, GATHER, furnish
from bench.webhook import stage
from tests.bench.conftest import SMALL

FICTION = re.compile(r"\+1[2-9][0-8][0-9]55501[0-9]{2}")


def test_all_numbers_are_set_aside_for_fiction_and_differ():
    directory = Directory()
    ours = directory.take(2_000)
    callers = directory.callers(Directory.SIZE - 2_000)

    everyone = {number.value for number in (*ours, *callers)}
    assert len(everyone) == Directory.SIZE > 50_000
    assert all(FICTION.fullmatch(number) for number in everyone)


def test_a_caller_comes_again_only_when_all_others_have_called():
    directory = Directory()
    directory.take(100)
    first, *_ = directory.callers(Directory.SIZE - 100)

    assert directory.callers(1) == [first]


async def test_the_service_dials_and_asks_as_the_mix_says(bed):
    async with stage(bed, SMALL) as served:
        calls = await served.scene.calls(40)
        lap = await drive(served.service.port, calls, 4)

    assert len(lap.latencies) == 40
    assert [sum(call.wanted == kind for call in calls) for kind in (DIAL, GATHER)] == [32, 8]


async def test_each_call_comes_from_another_caller_under_another_name(bed):
    async with bed.house() as (house, _):
        scene = await furnish(house, Directory(), SMALL)
        forms = [parse_qs(ask.request.partition(b"\r\n\r\n")[2].decode()) for ask in await scene.calls(40)]
        forms += [parse_qs(ask.request.partition(b"\r\n\r\n")[2].decode()) for ask in scene.plain(40)]

    assert len({form["From"][0] for form in forms}) == 80
    assert len({form["CallSid"][0] for form in forms}) == 80


async def test_a_claim_that_is_gone_fails_the_bench(bed):
    """Without it the service must not dial, and the bench must not count that as an answer."""
    async with stage(bed, SMALL) as served:
        calls = await served.scene.calls(40)
        async with bed.clerk(served.variables["MASKLINE_DATABASE_URL"]) as clerk:
            await clerk.execute("DELETE FROM claim")

        with pytest.raises(WrongAnswer, match="Dial"):
            await drive(served.service.port, calls, 1)


async def test_a_forged_signature_fails_the_bench(bed):
    async with stage(bed, SMALL) as served:
        (call, *_) = await served.scene.calls(40)
        forged = type(call)(re.sub(rb"(X-Twilio-Signature: )\S{4}", rb"\1AAAA", call.request), call.wanted)

        with pytest.raises(WrongAnswer, match="403"):
            await drive(served.service.port, [forged], 1)
