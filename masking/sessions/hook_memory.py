"""
What an out-of-session hook answered a call or text with, so that a repeated webhook is answered alike.

It may hold any number, so it is sealed under the key of its day; both are gone after two days, when no carrier repeats
a webhook any more. Where a crash of the database took the key, the hook is asked anew.
"""

import base64
from dataclasses import dataclass

from core.clock import Clock
from masking.sessions.asked import Asked
from privacy.sealing import Unsealable, Where
from privacy.short_keys import ShortKeys
from sql.database import Database
from sql.statements import statements

_Q = statements("events")


@dataclass(frozen=True, slots=True)
class HookMemory:
    """Keeps hooks' answers: TwiML as it came."""

    database: Database
    clock: Clock
    short_keys: ShortKeys

    async def recall(self, asked: Asked) -> bytes | None:
        """What was answered before, if it can be read. Raises DatabaseAway."""
        async with self.database.work() as conn:
            kept = await _Q.hook_answer(conn, tenant=asked.tenant, about=asked.about)
        if kept is None:
            return None
        try:
            return (await self.short_keys.open_box(base64.b64decode(kept), _place(asked))).encode("latin-1")
        except Unsealable:
            return None

    async def keep(self, asked: Asked, body: bytes) -> bytes:
        """Keeps an answer, unless one is kept already: then that one counts, and is returned. Raises DatabaseAway."""
        today = (await self.short_keys.recent()).today
        box = base64.b64encode(today.seal(body.decode("latin-1"), _place(asked))).decode()  # any byte is a letter there
        async with self.database.work() as conn:
            await _Q.keep_hook_answer(conn, t=self.clock.now(), tenant=asked.tenant, about=asked.about, box=box)
        return await self.recall(asked) or body


def _place(asked: Asked) -> Where:
    return Where("call_step", "route", asked.about)
