"""
Valkey (or Redis): burst limits, and nothing that may not be lost. The one file that imports `redis`.

A question about several quotas is one script and one round trip, shared by all who ask at the same moment; the `limits`
library asks once for each (docs/decisions/0004-burst-limits.md). While Valkey is away each quota answers as it
declares, and nobody waits for it again for a second.
"""

import asyncio
import time
from collections.abc import Callable

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


class ValkeyLimiter:
    """`core.quota.Limiter` over Valkey. blind: told the quota's name each time it could not be counted."""

    def __init__(self, url: str, blind: Callable[[str], None] = lambda _: None) -> None:
        self._client: redis.Redis = redis.Redis.from_url(
            url, socket_timeout=WAIT, socket_connect_timeout=WAIT, max_connections=64, driver_info=_DRIVER
        )
        self._count = self._client.register_script(_COUNT)
        self._blind, self._away_until = blind, 0.0
        self._waiting: list[tuple[Use, bool]] = []
        self._asking: asyncio.Task[list[int] | None] | None = None

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
        """Who asks before the event loop comes round goes to Valkey together: its client costs more than its answer."""
        if time.monotonic() < self._away_until:
            return None
        if self._asking is None or not self._waiting:
            self._asking = asyncio.create_task(self._ask())
        place = len(self._waiting)
        self._waiting.extend((use, first == 0) for first, use in enumerate(uses))
        counts = await asyncio.shield(self._asking)  # one caller who hangs up does not end the others' question
        return None if counts is None else counts[place : place + len(uses)]

    async def _ask(self) -> list[int] | None:
        uses, self._waiting = self._waiting, []
        keys = [f"quota:{use.quota.name}:{{{use.subject}}}" for use, _ in uses]
        rules = " ".join(
            f"{int(use.quota.per.total_seconds() * 1000)},{use.quota.times},{int(begins)}" for use, begins in uses
        )
        try:
            return list(await self._count(keys=keys, args=[rules]))
        except _AWAY:
            self._away_until = time.monotonic() + PAUSE
            return None
