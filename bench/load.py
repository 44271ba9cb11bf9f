"""
The load: requests made beforehand, sent over a few connections, each answer read and believed only if it is right.

It is a bare asyncio protocol, so that it takes little of the machine that the service under measurement needs.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
AT_MOST = 120.0
"""Seconds for one lap; a service that hangs fails the bench."""


class WrongAnswer(Exception):
    """The service answered something else than it must: what is measured would be another thing."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One HTTP/1.1 request as bytes, and what must stand in the body of its answer, which has status 200."""

    request: bytes
    wanted: bytes


@dataclass(frozen=True, slots=True)
class Lap:
    """How long a lot of requests took. seconds: all of them. latencies: of each, in seconds, sorted."""

    seconds: float
    latencies: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """Milliseconds that `percent` of the requests did not exceed."""
        place = min(int(len(self.latencies) * percent / 100), len(self.latencies) - 1)
        return self.latencies[place] * 1000


async def drive(port: int, asks: Sequence[Ask], connections: int) -> Lap:
    """
    Sends every request to 127.0.0.1, on each connection the next once the last is answered.

    Raises WrongAnswer at the first answer that is not as wanted, TimeoutError after `AT_MOST`.
    """
    loop, waiting, latencies = asyncio.get_running_loop(), iter(asks), list[float]()
    lines = [_Line(waiting, latencies, loop.create_future()) for _ in range(min(connections, len(asks)))]
    transports = [(await loop.create_connection(partial(_same, line), "127.0.0.1", port))[0] for line in lines]
    started = time.perf_counter()
    try:
        async with asyncio.timeout(AT_MOST):
            for line in lines:
                line.send()
            await asyncio.gather(*(line.over for line in lines))
        seconds = time.perf_counter() - started
    finally:
        for transport in transports:
            transport.close()
    return Lap(seconds, tuple(sorted(latencies)))


def _same(line: "_Line") -> "_Line":
    """What asyncio wants: a maker of protocols."""
    return line


class _Line(asyncio.Protocol):
    """One connection. over: done when there is nothing left to send, or with a WrongAnswer."""

    def __init__(self, waiting: Iterator[Ask], latencies: list[float], over: "asyncio.Future[None]") -> None:
        self.over = over
        self._waiting, self._latencies = waiting, latencies
        self._transport: asyncio.Transport | None = None
        self._ask: Ask | None = None
        self._sent_at, self._got = 0.0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance

    def send(self) -> None:
        """Sends the next request, if there is one."""
        self._ask = next(self._waiting, None)
        if self._ask is None:
            self.over.set_result(None)
        elif self._transport is not None:
            self._sent_at = time.perf_counter()
            self._transport.write(self._ask.request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, ends, body = self._got.partition(_HEAD_ENDS)
        length = _LENGTH.search(head)
        if not ends or (length and len(body) < int(length.group(1))) or self._ask is None:
            return
        self._latencies.append(time.perf_counter() - self._sent_at)
        self._got = b""
        if not head.startswith(b"HTTP/1.1 200 ") or length is None or self._ask.wanted not in body:
            self._fail(f"{head.splitlines()[0].decode()}, and not {self._ask.wanted.decode()}: {body[:600].decode()}")
        else:
            self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the service closed the connection ({exc})")

    def _fail(self, why: str) -> None:
        if not self.over.done():
            self.over.set_exception(WrongAnswer(why))
