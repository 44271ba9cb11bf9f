"""
Which of somebody's contacts are here.

Nothing is kept of what was sent: budgets count how many numbers, not which. So contacts who are no users stand nowhere,
not even as a mark, and a book sent twice costs twice; that is why there is the smaller question, about people who came
lately, with a budget of its own (CALLERID 1.4: a full sync in ten days, and a smaller one each day).
"""

from collections.abc import Sequence
from datetime import timedelta

from callerid.lookups import rules, store
from callerid.lookups.lookups import used_up
from callerid.lookups.marks import Marks
from callerid.lookups.ports import Findable
from callerid.lookups.values import Found, Handle
from callerid.ports import Member
from core.clock import Clock
from core.e164 import E164
from sql.database import Database


class Contacts:
    """Contact discovery. people: tells who may be found."""

    def __init__(self, database: Database, clock: Clock, marks: Marks, people: Findable) -> None:
        self._database, self._clock, self._marks, self._people = database, clock, marks, people

    async def find(
        self, member: Member, number_key: bytes, network: bytes, numbers: Sequence[E164 | None], *, recent: bool
    ) -> Found:
        """
        Who of the holders of these numbers is here and allows to be found, and what is left of the budget.

        number_key, network: as `Marks.sync`. numbers: in the order sent; None where one cannot be a number. recent:
        only who came in the last ten days. A number counts once in a request, and again in the next. Raises
        LookupsUsedUp, DatabaseAway.
        """
        now, wanted = self._clock.now(), list(dict.fromkeys(number for number in numbers if number is not None))
        asker = self._marks.sync(member, number_key, network, recent=recent)
        async with self._database.transaction() as conn:
            spent = await store.spend(conn, rules.day_of(now), asker.budgets, rules.SYNC_DAYS, len(wanted))
            if spent.refused is not None:
                raise used_up(asker, spent, now)
            here = await self._people.findable(conn, wanted)
        since = now - timedelta(days=rules.SYNC_DAYS)
        found = {number: person for number, person in here.items() if not recent or person.since >= since}
        own = self._marks.account(member.person_id)
        handles = [
            Handle(index, self._marks.handle(own, found[number].person_id))
            for index, number in enumerate(numbers)
            if number is not None and number in found
        ]
        return Found(handles, asker.own, rules.left(asker.own, spent.today, spent.in_window), now)
