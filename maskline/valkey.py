"""
Valkey (or Redis): burst limits, and nothing that may not be lost. The one file that imports `redis`.

A question about several quotas is one script and one round trip; the `limits` library asks once for each
(docs/decisions/0004-burst-limits.md). While Valkey is away each quota answers as it declares, and nobody waits for it
again for a second.
"""

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

_DRIVER = DriverInfo()  # made here because it reads the package's files, which would block a running loop

# A fixed window for each key: counts one, and starts the window with the first. Returns the counts.
_COUNT = """
local counts = {}
for i, key in ipairs(KEYS) do
    counts[i] = redis.call('INCR', key)
    if counts[i] == 1 then redis.call('PEXPIRE', key, ARGV[i]) end
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

    async def over(self, *uses: Use) -> Quota | None:
        """Counts every use; returns the first quota that is used up. Never raises."""
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
        except (RedisError, OSError, TimeoutError):
            return False

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _counts(self, uses: tuple[Use, ...]) -> list[int] | None:
        if time.monotonic() < self._away_until:
            return None
        keys = [f"quota:{use.quota.name}:{{{use.subject}}}" for use in uses]
        spans = [int(use.quota.per.total_seconds() * 1000) for use in uses]
        try:
            return list(await self._count(keys=keys, args=spans))
        except (RedisError, OSError, TimeoutError):
            self._away_until = time.monotonic() + PAUSE
            return None
