"""Words of address books: a contact as read, why one is refused, receipts, and the limits. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

MOST_CONTACTS = 25_000
MOST_BYTES = 256 * 1024 * 1024
"""Of one body: 25,000 cards with small photographs. Nothing but a line is ever held of it."""
LONGEST_LINE = 64 * 1024
LONGEST_NAME = 200
MOST_NUMBERS = 20
"""Of one contact."""
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
"""A Monday: weeks are counted from it."""
CATEGORIES = ("", "sales", "fraud", "robocall", "debt", "harassment", "survey", "politics", "other")
"""What a mark may say of a nuisance; the place in this list is what is stored, so it only grows."""


class Refused(StrEnum):
    """Why a contact, or a number of it, is not taken; beside `callerid.numbers.NotANumber`."""

    NO_NAME = "no-name"
    LONG_NAME = "long-name"
    LONG_LINE = "long-line"
    UNREADABLE = "unreadable"
    TOO_MANY_NUMBERS = "too-many-numbers"


class State(StrEnum):
    """How far an upload, or taking everything back, has come."""

    RUNNING = "running"
    WAITING = "waiting"  # read; until enough others have come
    MERGED = "merged"
    CUT = "cut"  # the body ended early; go on with ?after=
    LOST = "lost"  # the database crashed before the merge: send it again
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"


class Contact(NamedTuple):
    """
    One contact of a book, as far as it is read. name: not cleaned. numbers: as written there.

    private: marked so in the book itself. refused: why there is nothing else.
    """

    name: str = ""
    numbers: tuple[str, ...] = ()
    private: bool = False
    refused: Refused | None = None


class Reading(Protocol):
    """Takes a body in pieces and hands out contacts. What it keeps between two pieces is bounded."""

    def feed(self, piece: bytes) -> list[Contact]:
        """The contacts that are complete with this piece."""
        ...

    def close(self) -> list[Contact]:
        """Those that the end of the body completes."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    What became of a person's last address book. Counts, and no number.

    contacts: read so far, where `?after=` goes on. accepted: numbers with names that were taken in. withheld: contacts
    that the book marks as private, and the person's own number. removed: names taken back. refused: counts by reason.
    """

    upload_id: UUID
    made_at: datetime
    state: State
    contacts: int = 0
    accepted: int = 0
    withheld: int = 0
    removed: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def week_of(at: datetime) -> int:
    """Whole weeks since EPOCH."""
    return (at - EPOCH).days // 7


def storable(name: str) -> str:
    """A name without what neither UTF-8 nor Postgres can hold. Cleaning it for eyes is the ranking's work."""
    return name if name.isprintable() else name.replace("\x00", "").encode("utf-8", "replace").decode()


def to_the_hour(at: datetime) -> datetime:
    """As receipts tell time: coarsely enough to be matched with nothing else that happened."""
    return at.replace(minute=0, second=0, microsecond=0)
