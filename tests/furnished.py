"""
The rows of a furnished town, kept from the first one and put into the next: a tenth of the time.

`furnish` takes fourteen numbers and two accounts in by the use cases that serve them, some eighty round trips. With the
same keys and the same time it leaves the same rows in every town but for ids, so that a later town may have the first
one's.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from core.clock import SetClock
from maskline.wiring import House
from sql.database import Connection

_TABLES = ("tenant", "carrier_account", "proxy_number", "audit_entry", "audit_waiting")
"""Those that `furnish` writes to (tests/rules/test_towns.py holds this), each after what its rows name."""
_ROWS = """
SELECT format('INSERT INTO %1$I SELECT * FROM json_populate_recordset(NULL::%1$I, %2$L)', '{0}', json_agg(t))
  FROM "{0}" t"""


class Rows:
    """What towns have had so far, by their keys and their time."""

    def __init__(self, furnish: Callable[[House, SetClock], Awaitable[UUID]]) -> None:
        self._furnish = furnish
        self._kept: dict[tuple[bytes, datetime], tuple[UUID, str]] = {}

    async def put(self, house: House, clock: SetClock) -> UUID:
        """Furnishes an empty house. Returns the tenant."""
        place = house.ring.derive("token", "furnished towns"), clock.now()
        if place not in self._kept:
            tenant = await self._furnish(house, clock)
            async with house.database.work() as conn:
                self._kept[place] = tenant, await _written(conn)
            return tenant
        tenant, rows = self._kept[place]
        async with house.database.transaction() as conn:
            await conn.execute(rows)
        await house.refresh()
        return tenant


async def _written(conn: Connection) -> str:
    """SQL that writes the rows of all tables anew."""
    return ";".join([await conn.fetchval(_ROWS.format(table)) for table in _TABLES])
