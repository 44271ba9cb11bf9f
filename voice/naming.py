"""What whoever is called hears of the caller: a name that the caller agreed to, and never their number."""

import asyncio
import logging
from uuid import UUID

from core.e164 import Caller
from core.route import Route
from privacy.short_keys import ShortKeys
from sql.database import Database
from voice import store
from voice.ports import Namer

WAIT = 0.4
"""Seconds that a call waits for a name, at most: whoever picked up hears the rest without it then."""

logger = logging.getLogger("maskline.voice")


class Naming:
    """
    Asks for a caller's name once their callee picks up. It is kept with no call: the route says only that there is one.

    namer: without one nobody is named. No call fails for a name, nor waits long for one.
    """

    def __init__(self, database: Database, short_keys: ShortKeys, namer: Namer | None) -> None:
        self._database, self._short_keys, self._namer = database, short_keys, namer

    def key(self, caller: Caller) -> bytes | None:
        """The caller as names know them; None where they withhold their number."""
        return self._namer.key(caller.number) if self._namer and caller.number else None

    async def name(self, route: Route) -> str | None:
        """
        What the caller wants to be called, as a voice of the callee's language can say it.

        None where they do not, where nobody can tell any more who it was, and where it cannot be read in time. Owners
        who call a stranger back are not named either: a stranger never learns whose car it is.
        """
        if self._namer is None or not route.named or route.call_id is None or route.target == "call":
            return None
        try:
            async with asyncio.timeout(WAIT):
                return await self._read(self._namer, route, route.call_id)
        except Exception as error:  # noqa: BLE001  (whatever it is, somebody is on the phone)
            logger.warning("a caller's name could not be read: %s", type(error).__name__)
            return None

    async def _read(self, namer: Namer, route: Route, call: UUID) -> str | None:
        async with self._database.voice() as conn:
            box = await store.caller_box(conn, route.tenant, call)
        number = await self._short_keys.open_caller(call, box)
        if number is None:
            return None
        async with self._database.voice() as conn:
            return await namer.name(conn, number, route.callee_language)
