"""Whose number one is, for rooms of names: callerid.lookups.ports.Findable, callerid.owners.spoken.Holders and
callerid.owners.disconnects.Accounts."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from admin.people import store
from callerid.lookups.ports import Here
from core.e164 import E164
from privacy.consent import Consents
from privacy.numbers import NumberKeys
from sql.database import Connection

PURPOSE = "be-found"


class ByNumber:
    """Knows people by their numbers. keys: of the room "people", which no other room derives."""

    def __init__(self, keys: NumberKeys, consents: Consents) -> None:
        self._keys, self._consents = keys, consents

    async def findable(self, conn: Connection, numbers: Sequence[E164]) -> Mapping[E164, Here]:
        """Of these numbers, those whose proven holder has a live consent; nothing is kept of the others."""
        asked = {number: self._keys.key(number) for number in numbers}  # two ways of writing a number have one key
        rows = await store.findable(conn, list(dict.fromkeys(asked.values())), PURPOSE, self._consents.version(PURPOSE))
        here = {row["number_key"]: Here(row["person_id"], row["since"]) for row in rows}
        return {number: here[key] for number, key in asked.items() if key in here}

    async def given_back(self, conn: Connection, numbers: Mapping[E164, date]) -> None:
        """Operators said that these numbers were given back, each on a day: callerid.owners.disconnects.Accounts."""
        await store.given_back(conn, [self._keys.key(number) for number in numbers], list(numbers.values()))

    async def holder(self, conn: Connection, number: E164) -> UUID | None:
        """Who has proven a number; None where nobody has. It waits for nobody who changes their account just now."""
        found = await store.for_rights(conn, self._keys.key(number), None)
        return found.person_id if found else None
