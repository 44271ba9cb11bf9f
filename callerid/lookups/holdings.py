"""What look-ups hold about a person, for their rights: how many they made, never for whom."""

from callerid.lookups import rules, store
from callerid.lookups.marks import Marks
from core.clock import Clock
from privacy.holdings import Record, Subject
from sql.database import Connection


class LookupHoldings:
    """A privacy.holdings.Holder. A person is known here by their account only; of whom others asked for, nothing."""

    room = "callerid.lookups"

    def __init__(self, marks: Marks, clock: Clock) -> None:
        self._marks, self._clock = marks, clock

    async def export(self, conn: Connection, subject: Subject) -> list[Record]:
        """How many points of look-ups the subject spent. For which numbers is not to be read from what is kept."""
        if subject.account is None:
            return []
        now = self._clock.now()
        spent = await store.budget(conn, self._marks.account(subject.account), rules.day_of(now))
        facts = {"today": spent.today, "in_30_days": spent.in_window} if spent else {}
        return [Record(self.room, "look-ups", now, facts)] if spent else []

    async def erase(self, conn: Connection, subject: Subject) -> int:
        """The account's marks and what it spent; what its number and device spent stays, hashed, for its month."""
        if subject.account is None:
            return 0
        return await store.erase(conn, self._marks.of_account(subject.account))
