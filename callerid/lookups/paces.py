"""
Burst limits of look-ups, of which nearly every use is counted in this process alone.

Asking Valkey costs more than the look-up itself. So the first half of a limit is counted here, and only whoever goes on
asks Valkey, which allows the other half. An asker of one process meets the limit exactly; one who spreads over several
gets half of it from each process, and the other half once. The budgets, which are rows in Postgres, are exact.
"""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from core.quota import Limiter, Quota, Use


class Paces:
    """Counts uses. clock: seconds, as `time.monotonic`."""

    def __init__(self, limiter: Limiter, clock: Callable[[], float] = monotonic) -> None:
        self._limiter, self._clock = limiter, clock
        self._windows: dict[str, tuple[int, dict[str, int]]] = {}

    async def over(self, quota: Quota, subject: str) -> bool:
        """Counts one use. Whether it is one too many. subject: as `core.quota.Use`."""
        window, here = int(self._clock() / quota.per.total_seconds()), quota.times // 2
        begun, counts = self._windows.get(quota.name, (-1, {}))
        if begun != window:  # whoever counted in the one before is forgotten with it
            counts = {}
            self._windows[quota.name] = (window, counts)
        counts[subject] = used = counts.get(subject, 0) + 1
        if used <= here:
            return False
        return await self._limiter.over(Use(replace(quota, times=quota.times - here), subject)) is not None
