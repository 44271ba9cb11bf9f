"""What goes into the ranking and what comes out of it, as frozen values. None of them can tell who contributed."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_RAW = 200
"""Characters of a raw name that are read at all."""


class Kind(StrEnum):
    """How a name reached us. The words are stored, so they are never renamed."""

    BOOK = "book"  # it stood in an address book
    SUGGEST = "suggest"  # somebody proposed it
    SELF = "self"  # the number's proven owner calls themself so
    CALL = "call"  # given right after a call


class Status(StrEnum):
    """Why a verdict says what it says."""

    CROWD = "crowd"  # independent people agree
    CONFIRMED = "confirmed"  # the owner's own name, and others agree
    SELF_DECLARED = "self-declared"  # the owner's own name, which too few others use
    VERIFIED = "verified"  # given by the caller of `verdict`: a business that was checked
    UNKNOWN = "unknown"  # nothing known that may be shown


@dataclass(frozen=True, slots=True)
class Coarse:
    """
    What is kept about a source: too coarse to say who it was, and None where it would have been telling.

    age: of the account when it spoke: 0 is up to 7 days, 1 to 30, 2 to 90, 3 beyond.
    size: bucket of its address book: 0 is up to 15 entries, 1 to 60, 2 to 200, 3 beyond.
    attested: whether the handset vouched for the app.
    """

    age: int | None = None
    size: int | None = None
    attested: bool | None = None


NOTHING_KNOWN = Coarse()


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    One person's name for one number.

    raw: as written, cleaned here, read up to LONGEST_RAW characters.
    week: whole weeks since the service's epoch; days are not kept.
    device, network: 32-bit group tags, comparable within one number only; None where there is none.
    """

    raw: str
    week: int
    kind: Kind = Kind.BOOK
    source: Coarse = NOTHING_KNOWN
    device: int | None = None
    network: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One person's word that a number is a nuisance (`spam`), or is not. `category` is the caller's own word for it."""

    spam: bool
    week: int
    category: str = ""
    source: Coarse = NOTHING_KNOWN
    device: int | None = None
    network: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a tag went, to be kept beside the tag's token: `Book.remove` takes it out of there. (-1, -1): nowhere."""

    cluster_no: int
    form_no: int


NOWHERE = Placed(-1, -1)
"""The raw name held nothing that could be a name; it is counted nowhere."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What may be said about a number.

    name: safe to show, at most 64 characters; None is "unknown".
    confidence: the calibrated probability that the name is right, 0..1; 0 where there is no name.
    spam: 0..1; 0.5 and more is a nuisance.
    sources: independent groups behind the name (whole, rounded down).
    cluster_no: the leading cluster of the name; None without one.
    """

    name: str | None
    confidence: float
    spam: float
    sources: int
    cluster_no: int | None
    status: Status


@dataclass(frozen=True, slots=True)
class Circulating:
    """One name that goes round for a number, as its owner is shown it: counts only."""

    cluster_no: int
    name: str
    tags: int
    sources: int
    struck: bool
