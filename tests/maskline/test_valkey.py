"""Burst limits on a real Valkey."""

import asyncio
import contextlib
import random
import socket
import struct
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis.asyncio as redis
import uvloop

from core.quota import Quota, Use
from maskline import valkey
from maskline.commands.checks import check_valkey
from maskline.embedded.binaries import find_binaries
from maskline.listening import bind
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


async def test_who_asks_while_a_question_is_under_way_is_asked_for_in_the_next(limiter, redis_url):
    async with redis.Redis.from_url(redis_url) as client:
        await limiter.over(Use(NARROW, "first"))  # the script is known to Valkey now
        before = await _asked(client)
        first = asyncio.create_task(limiter.over(Use(NARROW, "a")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the first question has left

        late = await asyncio.gather(*(limiter.over(Use(NARROW, "a")) for _ in range(3)))

        assert [await first, *late] == [None, None, NARROW, NARROW]
        assert await _asked(client) - before == 2


async def test_who_leaves_ends_nobody_elses_question(limiter):
    leaving, staying = (asyncio.create_task(limiter.over(Use(NARROW, who))) for who in ("left", "stays"))
    await asyncio.sleep(0)

    leaving.cancel()

    assert await staying is None
    assert [await limiter.over(Use(NARROW, "stays")) for _ in range(2)] == [None, NARROW]


async def test_a_question_that_is_ended_leaves_nobody_waiting(limiter):
    asking = [asyncio.create_task(limiter.over(Use(WIDE, who))) for who in "ab"]
    await asyncio.sleep(0)
    assert limiter._asking is not None

    limiter._asking.cancel()

    assert await asyncio.gather(*asking) == [WIDE, WIDE]
    assert await limiter.over(Use(WIDE, "c")) is None


async def _asked(client: "redis.Redis") -> int:
    return sum(
        stats["calls"] for name, stats in (await client.info("commandstats")).items() if name.startswith("cmdstat_eval")
    )


async def test_while_valkey_is_away_each_quota_answers_as_it_declares():
    blind: list[str] = []
    limiter = ValkeyLimiter("unix:///nowhere/at/all.sock", blind.append)

    assert await limiter.over(Use(NARROW, "a")) is None
    assert await limiter.over(Use(NARROW, "a"), Use(WIDE, "b")) is WIDE
    assert blind == ["narrow", "narrow", "wide"]
    await limiter.close()


async def valkey_that_resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers one question of each connection, and is killed a moment later: sooner or later a client is writing."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        while head := await reader.readline():
            words = [await read_word(reader) for _ in range(int(head[1:]))]
            if words[0] == b"EVALSHA":
                writer.write(b"*1\r\n:1\r\n")
                break
            writer.write(b"%1\r\n+proto\r\n:3\r\n" if words[0] == b"HELLO" else b"+OK\r\n")
        for _ in range(random.randrange(6)):
            await asyncio.sleep(0)
        linger = struct.pack("ii", 1, 0)  # a close is then a reset, as by the kernel for a process that is gone
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()


async def read_word(reader: asyncio.StreamReader) -> bytes:
    length = int((await reader.readline())[1:])
    return (await reader.readexactly(length + 2))[:-2]


def test_a_caller_who_is_counted_in_the_moment_valkey_dies_is_let_through(monkeypatch: pytest.MonkeyPatch):
    """The services run on uvloop, which then raises what asyncio does not."""
    monkeypatch.setattr(valkey, "PAUSE", 0)

    async def ask() -> set[Quota | None]:
        async with await asyncio.start_server(valkey_that_resets, "127.0.0.1", 0) as server:
            limiter = ValkeyLimiter(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            answers = {await limiter.over(Use(NARROW, "a")) for _ in range(200)}
            await limiter.close()
        return answers

    assert uvloop.run(ask()) == {None}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """One node of a Cluster, and its address."""
    with bind("127.0.0.1", 0) as one, bind("127.0.0.1", 0) as other:
        port, bus = one.getsockname()[1], other.getsockname()[1]
    words = ["--port", str(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", str(bus),
             "--dir", str(tmp_path), "--unixsocket", "node.sock", "--save", ""]  # fmt: skip
    with subprocess.Popen([find_binaries().valkey, *words], stdout=subprocess.PIPE) as node:
        assert node.stdout is not None
        assert any(b"Ready to accept connections" in line for line in node.stdout)
        yield f"unix://{tmp_path}/node.sock"
        node.kill()


async def test_a_cluster_is_refused_in_words(cluster: str, redis_url: str):
    found = await check_valkey(cluster)

    assert (found.check, found.health) == ("valkey", "wrong")
    assert "It is a Cluster" in found.found
    assert (await check_valkey(redis_url)).health == "ok"
