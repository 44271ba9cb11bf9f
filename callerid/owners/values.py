"""What the owner of a number says, and sees of it. None of it holds the number."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Proven(StrEnum):
    """What a proof of a number meant."""

    SAME = "same"  # by its owner of before, or nobody who signs in
    FIRST = "first"  # by its first owner that we know of
    NEW = "new"  # it changed hands: what its owner of before said has ended


class BusinessState(StrEnum):
    """How a business stands."""

    ASKED = "asked"
    VERIFIED = "verified"
    REFUSED = "refused"
    REVOKED = "revoked"  # by us, or because the number changed hands
    EXPIRED = "expired"


class Category(StrEnum):
    """What a business does, as coarse as a caller wants to know it."""

    SHOP = "shop"
    FOOD = "food"
    HEALTH = "health"
    EDUCATION = "education"
    TRANSPORT = "transport"
    DELIVERY = "delivery"
    MONEY = "money"
    GOVERNMENT = "government"
    CRAFT = "craft"
    PROFESSION = "profession"
    CHARITY = "charity"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Circulating:
    """
    One name that goes round.

    cluster: its id. spelling: the commonest way of writing it, as people wrote it. name: that, safe to show. people:
    at least so many call the number so; rounded down to a bound that differs from name to name.
    """

    cluster: int
    spelling: str
    name: str
    people: int
    struck: bool


@dataclass(frozen=True, slots=True)
class Business:
    """
    What was asked for. name: under 40 characters. evidence: a document's reference or an address on the web, for
    whoever checks it. until: it expires then; None unless it is verified, or was when it was asked for anew.
    """

    business_id: UUID
    name: str
    category: Category
    evidence: str
    state: BusinessState
    asked_at: datetime
    decided_at: datetime | None
    until: datetime | None

    @property
    def shown(self) -> bool:
        """Whether the number is shown as one now, perhaps under a name of before."""
        return self.until is not None and self.state in (BusinessState.ASKED, BusinessState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Mine:
    """
    A number as its owner sees it.

    shown: what a stranger who looks it up gets, None for nothing. status: as the look-up says it. savers: at least so
    many people saved it, and fewer than so many. spam: whether it counts as a nuisance. names: what goes round, as of
    renewed_at; None where no tick has renewed it yet.
    """

    shown: str | None
    status: str
    hidden: bool
    own_name: str | None
    says_name: bool
    savers: tuple[int, int]
    spam: bool
    spam_kind: str | None
    owned_week: int | None
    names: tuple[Circulating, ...]
    renewed_at: datetime | None
    business: Business | None


@dataclass(frozen=True, slots=True)
class Counts:
    """
    What a list of numbers given back came to.

    read: lines with a number. bad: lines without one, by where they stand, the first ones. bad_count: how many.
    known: numbers that somebody named. news: of them, those that we did not know of. ended: of them, those whose owner
    of before has ended.
    """

    read: int
    bad_count: int
    bad: tuple[int, ...]
    known: int
    news: int
    ended: int
