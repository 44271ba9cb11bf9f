"""What whoever is called hears of the caller: a name that the caller agreed to, and never their number."""

from core.e164 import Caller
from core.route import Route
from privacy.short_keys import ShortKeys
from sql.database import Connection
from voice import store
from voice.ports import Namer


class Naming:
    """
    Asks for a caller's name once their callee picks up. It is kept with no call: the route says only that there is one.

    namer: without one nobody is named.
    """

    def __init__(self, short_keys: ShortKeys, namer: Namer | None) -> None:
        self._short_keys, self._namer = short_keys, namer

    def key(self, caller: Caller) -> bytes | None:
        """The caller as names know them; None where they withhold their number."""
        return self._namer.key(caller.number) if self._namer and caller.number else None

    async def name(self, conn: Connection, route: Route) -> str | None:
        """What the caller wants to be called; None where they do not, or where nobody can tell any more who it was."""
        if self._namer is None or not route.named or route.call_id is None:
            return None
        box = await store.caller_box(conn, route.tenant, route.call_id)
        number = await self._short_keys.open_caller(route.call_id, box)
        return await self._namer.name(conn, number) if number else None
