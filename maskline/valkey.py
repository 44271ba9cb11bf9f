"""
Valkey (or Redis): burst limits, and nothing that may not be lost. The one file that imports `redis`.

A question about several quotas is one script and one round trip, shared by all who ask while the last question is under
way; the `limits` library asks once for each (docs/decisions/0004-burst-limits.md). While Valkey is away each quota
answers as it declares, and nobody waits for it again for a second.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import redis.asyncio as redis
from redis.driver_info import DriverInfo
from redis.exceptions import RedisError

from core.quota import Quota, Use

WAIT = 0.05
"""Seconds that one question may take."""
PAUSE = 1.0
"""Seconds that Valkey is left alone after it failed."""

_AWAY = (RedisError, OSError, TimeoutError, RuntimeError)
"""RuntimeError: what uvloop raises where its client writes in the moment in which Valkey has reset the connection."""

_DRIVER = DriverInfo()  # made here because it reads the package's files, which would block a running loop

# A fixed window for each key. ARGV[1] holds its rule in the same order: milliseconds, limit, and whether a new question
# begins; one word for all, since each argument costs the client more than the script. Counts one and starts the window
# with the first; of one question nothing is counted after the first quota that is used up, so that a refused try takes
# nothing from anybody else. Returns the counts, 0 for what was not asked.
_COUNT = """
local counts, over, i = {}, false, 0
for window, limit, begins in string.gmatch(ARGV[1], '(%d+),(%d+),(%d)') do
    i = i + 1
    if begins == '1' then over = false end
    if over then
        counts[i] = 0
    else
        counts[i] = redis.call('INCR', KEYS[i])
        if counts[i] == 1 then redis.call('PEXPIRE', KEYS[i], window) end
        over = counts[i] > tonumber(limit)
    end
end
return counts
"""


@dataclass(frozen=True, slots=True)
class _Waiter:
    """Who asks: their uses, and where they are told the counts; None if they could not be counted."""

    uses: tuple[Use, ...]
    counts: asyncio.Future[list[int] | None]


class ValkeyLimiter:
    """`core.quota.Limiter` over Valkey. blind: told the quota's name each time it could not be counted."""

    def __init__(self, url: str, blind: Callable[[str], None] = lambda _: None) -> None:
        self._client: redis.Redis = redis.Redis.from_url(
            url, socket_timeout=WAIT, socket_connect_timeout=WAIT, max_connections=64, driver_info=_DRIVER
        )
        self._count = self._client.register_script(_COUNT)
        self._blind, self._away_until = blind, 0.0
        self._waiting: list[_Waiter] = []
        self._asked_for: list[_Waiter] = []
        self._asking: asyncio.Task[None] | None = None

    async def over(self, *uses: Use) -> Quota | None:
        """Counts uses up to the first whose quota is used up, and returns that. Never raises."""
        counts = await self._counts(uses)
        if counts is None:
            for use in uses:
                self._blind(use.quota.name)
            return next((use.quota for use in uses if use.quota.when_blind == "refuse"), None)
        over = (use.quota for use, count in zip(uses, counts, strict=True) if count > use.quota.times)
        return next(over, None)

    async def answers(self) -> bool:
        """Whether Valkey can be reached just now."""
        try:
            return bool(await self._client.ping())
        except _AWAY:
            return False

    async def is_cluster(self) -> bool:
        """Whether it is a Cluster, on which one script may not count what lies in several slots. False if unknown."""
        try:
            told = await self._client.info("cluster")
        except _AWAY:
            return False
        return bool(told.get("cluster_enabled"))

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _counts(self, uses: tuple[Use, ...]) -> list[int] | None:
        """
        Who asks while a question is under way waits for its answer, and goes to Valkey with all who did: its client
        costs more than its answer. Should that question fail, so has theirs: nobody waits for two.
        """
        if time.monotonic() < self._away_until:
            return None
        waiter = _Waiter(uses, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_in_turn())
            self._asking.add_done_callback(self._ended)
        return await waiter.counts

    async def _ask_in_turn(self) -> None:
        while self._waiting:
            self._asked_for, self._waiting = self._waiting, []
            _tell(self._asked_for, await self._ask(self._asked_for))
        self._asking = None

    def _ended(self, asking: asyncio.Task[None]) -> None:
        """Nobody is left waiting where the task was ended, or failed as nobody foresaw."""
        if self._asking is asking:
            untold, self._waiting, self._asking = [*self._asked_for, *self._waiting], [], None
            _tell(untold, None)

    async def _ask(self, together: Sequence[_Waiter]) -> list[int] | None:
        if time.monotonic() < self._away_until:
            return None
        uses = [use for waiter in together for use in waiter.uses]
        firsts = [int(place == 0) for waiter in together for place in range(len(waiter.uses))]
        keys = [f"quota:{use.quota.name}:{{{use.subject}}}" for use in uses]
        rules = " ".join(
            f"{int(use.quota.per.total_seconds() * 1000)},{use.quota.times},{first}"
            for use, first in zip(uses, firsts, strict=True)
        )
        try:
            return list(await self._count(keys=keys, args=[rules]))
        except _AWAY:
            self._away_until = time.monotonic() + PAUSE
            return None


def _tell(waiters: Sequence[_Waiter], counts: list[int] | None) -> None:
    """Gives each of them their part of the counts. Who has gone, or was told before, is passed over."""
    place = 0
    for waiter in waiters:
        if not waiter.counts.done():
            waiter.counts.set_result(None if counts is None else counts[place : place + len(waiter.uses)])
        place += len(waiter.uses)
