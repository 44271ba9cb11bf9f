"""Day keys as all processes share them: random, wrapped by the seal root, in an UNLOGGED table, gone after 48 hours."""

import asyncio
import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from privacy import store
from privacy.day_keys import DayKey, DayKeys
from privacy.keys import KEY_BYTES
from privacy.sealing import UNDER_DAY, Sealer, Unsealable, Where, key_id_of, version_of
from sql.database import Connection, Database

LIFE = timedelta(hours=48)
"""From the start of a key's UTC day."""


class ShortKeys:
    """
    Makes a day's key at its first use, and remembers the two days that still serve.

    A database crash empties the table. Then routing answers "stale", the edge calls `forget_cache()`, and the next
    `recent()` makes new keys; what the old ones sealed stays closed.
    """

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database, self._sealer, self._clock = database, sealer, clock
        self._recent: DayKeys | None = None
        self._one_at_a_time = asyncio.Lock()

    async def recent(self) -> DayKeys:
        """Today's and yesterday's keys; Postgres is asked once a day. Raises DatabaseAway, Unsealable."""
        today = self._clock.now().date()
        found = self._remembered(today)
        if found is None:
            async with self._one_at_a_time:
                found = self._remembered(today) or await self._fetch(today)
                self._recent = found
        return found

    def forget_cache(self) -> None:
        """Reads the keys anew at the next use."""
        self._recent = None

    async def by_box(self, box: bytes) -> DayKey:
        """The key that sealed a box. Raises Unsealable when it is gone, DatabaseAway."""
        if version_of(box) != UNDER_DAY:
            raise Unsealable("It was not sealed with a short key.")
        key_id = key_id_of(box)
        known = self._recent.by_id(key_id) if self._recent else None
        if known is not None:
            return known
        async with self._database.voice() as conn:
            row = await store.short_key(conn, key_id)
        if row is None:
            raise Unsealable("Its short key is gone: it was older than two days, or the database crashed since.")
        return self._unwrapped(row)

    async def open_box(self, box: bytes, where: Where) -> str:
        """What was sealed with a day's key. Raises Unsealable, DatabaseAway."""
        return (await self.by_box(box)).open(box, where)

    async def open_caller(self, call: UUID, box: bytes | None) -> E164 | None:
        """
        Who made a call, from `call.caller_sealed`; None where withheld, and once the day's key is gone.

        Raises DatabaseAway.
        """
        if box is None:
            return None
        try:
            return E164(await self.open_box(box, Where.caller(call)))
        except Unsealable:
            return None

    def _remembered(self, today: date) -> DayKeys | None:
        return self._recent if self._recent is not None and self._recent.today.day == today else None

    async def _fetch(self, today: date) -> DayKeys:
        """
        Reads both days' keys and makes what is missing: every process tries, one row a day is kept, all read that one.

        Yesterday's is made too, so that processes on both sides of midnight agree. A caller is waiting: the voice pool.
        """
        yesterday = today - timedelta(days=1)
        async with self._database.voice() as conn:
            rows = await store.short_keys(conn, today, yesterday)
            if len(rows) < 2:
                for day in {today, yesterday} - {row["day"] for row in rows}:
                    await self._add(conn, day)
                rows = await store.short_keys(conn, today, yesterday)
        keys = {row["day"]: self._unwrapped(row) for row in rows}
        return DayKeys(keys[today], keys[yesterday])

    async def _add(self, conn: Connection, day: date) -> None:
        key_id = secrets.randbits(63)
        wrapped = self._sealer.seal(secrets.token_hex(KEY_BYTES), _place(key_id))
        await store.add_short_key(conn, key_id, day, wrapped, datetime.combine(day, time(), UTC) + LIFE)

    def _unwrapped(self, row: Any) -> DayKey:
        secret = bytes.fromhex(self._sealer.open(row["wrapped"], _place(row["key_id"])))
        return DayKey(row["key_id"], row["day"], secret)


def _place(key_id: int) -> Where:
    return Where("short_key", "wrapped", str(key_id))
