"""Whether two kinds of answers can be told apart by the time that they take."""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.load import Ask, WrongAnswer

_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class RankTest:
    """
    Mann and Whitney's test of two samples. share: of pairs in which the one is larger; one half if they are alike. p:
    how often chance alone brings them as far apart. middle_of_one, middle_of_other: medians.
    """

    share: float
    p: float
    middle_of_one: float
    middle_of_other: float


def rank_test(one: Sequence[float], other: Sequence[float]) -> RankTest:
    """By the normal approximation, which is good from some twenty values each; ties count half."""
    everything = sorted([(value, True) for value in one] + [(value, False) for value in other])
    ranks, start = 0.0, 0
    while start < len(everything):
        end = start
        while end < len(everything) and everything[end][0] == everything[start][0]:
            end += 1
        ranks += (start + end + 1) / 2 * sum(is_one for _, is_one in everything[start:end])
        start = end
    n, m = len(one), len(other)
    larger = ranks - n * (n + 1) / 2
    z = (larger - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return RankTest(larger / (n * m), math.erfc(abs(z) / math.sqrt(2)), median(one), median(other))


async def timed(port: int, asks: Sequence[Ask]) -> list[float]:
    """Seconds that each answer took, in order, one request at a time over one connection. Raises WrongAnswer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took = []
    try:
        for ask in asks:
            started = time.perf_counter()
            writer.write(ask.request)
            head = await reader.readuntil(b"\r\n\r\n")
            took.append(time.perf_counter() - started)
            length = next(line for line in head.lower().splitlines() if line.startswith(_LENGTH))
            body = await reader.readexactly(int(length[len(_LENGTH) :]))
            if not head.startswith(b"HTTP/1.1 200 ") or ask.wanted not in body:
                raise WrongAnswer(f"{head.splitlines()[0].decode()}, and not {ask.wanted.decode()}")
    finally:
        writer.close()
    return took
