"""Tells the room that knows people when numbers were given back, and hears from it when they change hands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from callerid.owners import rules, store
from callerid.owners.marks import Marks
from callerid.owners.store import Q
from core.clock import Clock
from core.e164 import E164
from sql.database import Connection


@dataclass(frozen=True, slots=True)
class Hands:
    """Each method works in its caller's transaction."""

    clock: Clock
    marks: Marks

    async def given_back(self, conn: Connection, number: E164, after: date) -> bool:
        """Whether a carrier said that a number was given back after a day; to the week, as we keep it."""
        week: int | None = await Q.week_given_back(conn, number_key=self.marks.number(number).key)
        return week is not None and week > rules.week_of(datetime.combine(after, time(), UTC))

    async def changed_hands(self, conn: Connection, number: E164) -> None:
        """Somebody else than before has proven a number: what its former holder said ends, and an epoch begins."""
        ref = await store.taken(conn, self.marks, number)
        await Q.pass_on(conn, t=self.clock.now(), ref=ref, week=rules.week_of(self.clock.now()),
                        suspected=rules.STANDS_FOR)  # fmt: skip
