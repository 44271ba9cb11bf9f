"""The load generator believes an answer only if it is right."""

import asyncio

import pytest
from aiohttp import web

from bench.load import Ask, Lap, WrongAnswer, drive
from bench.wire import PATH, vendor_id, webhook
from core.e164 import E164


def ask(wanted=b"<Dial "):
    return Ask(webhook(vendor_id(0), 1, E164("+12025550101"), E164("+12025550102")), wanted)


@pytest.fixture
async def answering(aiohttp_server):
    """Starts a server that gives these answers in turn, the last one again and again. Returns its port."""

    async def start(*answers):
        waiting = list(answers)

        async def voice(request):
            await request.read()
            status, text = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return web.Response(status=status, text=text)

        app = web.Application()
        app.add_routes([web.post(PATH, voice)])
        return (await aiohttp_server(app)).port

    return start


async def test_every_request_is_sent_once_and_timed(answering):
    port = await answering((200, "<Response><Dial callerId='x'/></Response>"))

    lap = await drive(port, [ask() for _ in range(50)], 4)

    assert len(lap.latencies) == 50
    assert 0 < lap.latencies[0] <= lap.latencies[-1] <= lap.seconds


@pytest.mark.parametrize(
    "wrong",
    [(500, "<Dial "), (403, "<Dial "), (200, "<Response><Say>Sorry</Say></Response>"), (200, "")],
    ids=["an error", "a refusal", "an apology", "nothing"],
)
async def test_one_wrong_answer_among_many_ends_the_lap(answering, wrong):
    port = await answering((200, "<Dial "), (200, "<Dial "), wrong, (200, "<Dial "))

    with pytest.raises(WrongAnswer):
        await drive(port, [ask() for _ in range(20)], 2)


async def test_a_connection_that_is_cut_ends_the_lap():
    async def cut(reader, writer):
        await reader.read(10)
        writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]

        with pytest.raises(WrongAnswer, match="closed"):
            await drive(port, [ask()], 1)


async def test_an_answer_that_comes_in_pieces_is_read_whole():
    async def slowly(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        for piece in (b"HTTP/1.1 200 OK\r\ncontent-", b"length: 11\r\n\r\n<Resp", b"<Dial "):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    async with await asyncio.start_server(slowly, "127.0.0.1", 0) as server:
        lap = await drive(server.sockets[0].getsockname()[1], [ask(wanted=b"<Resp<Dial")], 1)

    assert len(lap.latencies) == 1


def test_a_percentile_is_what_so_many_did_not_exceed():
    lap = Lap(2.0, tuple(place / 1000 for place in range(1, 101)))

    assert (lap.rate, lap.percentile(50), lap.percentile(99)) == (50, 51, 100)
