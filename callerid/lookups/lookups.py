"""Looking a number up: one round trip that reads one row and charges the budgets."""

import asyncio
from datetime import datetime

from callerid.lookups import rules, store
from callerid.lookups.errors import LookupsUsedUp
from callerid.lookups.marks import Marks
from callerid.lookups.store import NEIGHBOURS, Spent
from callerid.lookups.values import Answer, Asker, Savers
from core.clock import Clock
from core.e164 import E164
from privacy.numbers import NumberKeys
from sql.database import Database

_WHY = {
    "neighbours": "You asked for many numbers side by side. Numbers that you asked for before are still answered.",
    "account": "It counts distinct numbers; those that you asked for before are still answered.",
    "number": "Another account of your number has used it up.",
    "device": "Other accounts on this device have used it up.",
    "network": "Others on your network have used it up.",
    "company": "Your plan's budget counts distinct numbers; those that you asked for before are still answered.",
}


class Lookups:
    """
    Names of numbers.

    at_once: look-ups that use a connection at the same time. A phone rings while one is answered, so they borrow those
    that are kept for callers, and may take half of them: calls always find the other half.
    """

    def __init__(self, database: Database, clock: Clock, numbers: NumberKeys, marks: Marks, at_once: int) -> None:
        self._database, self._clock, self._numbers, self._marks = database, clock, numbers, marks
        self._turns = asyncio.Semaphore(max(at_once, 1))

    async def look_up(self, asker: Asker, number: E164) -> Answer:
        """What is shown of a number. Raises LookupsUsedUp, DatabaseAway."""
        now, key = self._clock.now(), self._numbers.key(number)
        block, mark = self._marks.number(asker.own.asker, number, key)
        async with self._turns, self._database.voice() as conn:
            name, spent = await store.look_up(conn, now, rules.day_of(now), key, asker, block, mark)
        if spent.refused is not None:
            raise used_up(asker, spent, now)
        return Answer(name, rules.left(asker.own, spent.today, spent.in_window), now)

    async def savers(self, number: E164) -> Savers:
        """About how many people saved a number: for its proven owner alone. Raises DatabaseAway."""
        async with self._database.work() as conn:
            found = await store.savers(conn, self._numbers.key(number))
        return rules.savers(found[1], self._marks.offset(found[0])) if found else rules.savers(0, 0)


def used_up(asker: Asker, spent: Spent, now: datetime) -> LookupsUsedUp:
    """Why a look-up is refused, until when, and what is left of the asker's own budget."""
    if spent.refused in (NEIGHBOURS, None):
        which, until = "neighbours", spent.until or rules.next_day(now)
    else:
        which, until = asker.budgets[spent.refused or 0].name, rules.next_day(now, spent.free_in)
    return LookupsUsedUp(
        _WHY[which], budget=which, until=until.isoformat(timespec="seconds"),
        retry_after=rules.seconds_until(until, now),
        left=rules.left(asker.own, spent.today, spent.in_window).document(),
    )  # fmt: skip
