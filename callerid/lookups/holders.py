"""Under which key the number of each person stands, so that whoever signs up anew with it goes on with its budget."""

from uuid import UUID

from callerid.lookups import rules
from callerid.ports import Member, Members
from core.clock import Clock
from privacy.numbers import NumberKeys

_MOST = 20_000


class Holders:
    """Asks once a day for each person, and remembers keys only."""

    def __init__(self, members: Members, numbers: NumberKeys, clock: Clock) -> None:
        self._members, self._numbers, self._clock = members, numbers, clock
        self._day, self._known = 0, dict[UUID, bytes]()

    async def key(self, member: Member) -> bytes:
        """Of the number that a person has proven. Raises Problem where they are gone, DatabaseAway."""
        today = rules.day_of(self._clock.now())
        if today != self._day or len(self._known) >= _MOST:
            self._day, self._known = today, {}
        found = self._known.get(member.person_id)
        if found is None:
            found = self._numbers.key(await self._members.number(member.person_id))
            self._known[member.person_id] = found
        return found
