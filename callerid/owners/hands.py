"""Tells the room that knows people when numbers were given back, and hears from it when they change hands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from callerid.owners import rules, store
from callerid.owners.marks import Marks, OwnerMarks
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

    async def doubted(self, conn: Connection, number: E164) -> bool:
        """Whether a token says nothing of a number any more (`ProveAgain`): somebody has to prove it."""
        ref = await Q.number_row(conn, number_key=self.marks.number(number).key)
        return ref is not None and bool(await Q.given_back(conn, ref=ref))

    async def taken(self, conn: Connection, number: E164) -> None:
        """Locks a number's row, if it has one."""
        await Q.hold_number(conn, number_key=self.marks.number(number).key)

    async def changed_hands(self, conn: Connection, number: E164, *, stays_hidden: bool) -> None:
        """Somebody else than before has proven a number: what its former holder said ends, and an epoch begins."""
        ref, now = await store.taken(conn, self.marks, number), self.clock.now()
        await Q.pass_on(conn, t=now, ref=ref, week=rules.week_of(now), suspected=rules.STANDS_FOR,
                        stays_hidden=stays_hidden)  # fmt: skip

    async def left(self, conn: Connection, number: E164) -> None:
        """Its holder left it: as `changed_hands`, but what they refused stays until somebody proves it."""
        ref, now = await store.taken(conn, self.marks, number), self.clock.now()
        await Q.leave_number(conn, t=now, ref=ref, week=rules.week_of(now), suspected=rules.STANDS_FOR)

    async def proven(self, conn: Connection, number: E164, *, same: bool) -> None:
        """
        Somebody has proven a number. same: whoever proved it before; what they refused stays, though a list said
        meanwhile that it was given back. Without such a list nothing is written: it would stand beside their account.
        """
        ref, now = await Q.hold_number(conn, number_key=self.marks.number(number).key), self.clock.now()
        if ref is None or not await Q.given_back(conn, ref=ref):
            return
        if same:
            await Q.prove_again(conn, ref=ref, week=rules.week_of(now))
        else:
            await store.prove(conn, now, ref, OwnerMarks())
