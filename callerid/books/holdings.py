"""What address books hold about a person who has an account: a receipt. What they gave, nobody can list."""

from callerid.books import store
from callerid.books.delist import Delisting
from privacy.holdings import Record, Subject
from sql.database import Connection

_UNKNOWN = "The names that you gave stand apart from your account and cannot be listed. Erasing finds them."


class BookHoldings:
    """A privacy.holdings.Holder, for accounts; what is held about a number is the owners' room's to tell."""

    room = "callerid.books"

    def __init__(self, delisting: Delisting) -> None:
        self._delisting = delisting

    async def export(self, conn: Connection, subject: Subject) -> list[Record]:
        """The receipt of their last address book."""
        last = await store.receipt(conn, subject.account) if subject.account else None
        if last is None:
            return []
        facts = {"state": str(last.state), "contacts": last.contacts, "accepted": last.accepted,
                 "withheld": last.withheld, "refused": last.refused, "note": _UNKNOWN}  # fmt: skip
        return [Record(self.room, "address-book", last.made_at, facts)]

    async def erase(self, conn: Connection, subject: Subject) -> int:
        """From now on nothing that they gave is merged or counts; a worker finds and removes it within minutes."""
        return await self._delisting.forget(conn, subject.account) if subject.account else 0
