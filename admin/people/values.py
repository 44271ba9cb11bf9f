"""People and their devices as values, and the rules about a number that changes hands. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from uuid import UUID

QUIET_FOR = timedelta(days=45)
"""
After so long without any device of theirs a person is not taken for the holder of their number any more.

Operators give numbers to others after 45 days at the earliest (FCC 18-177; 90 in India).
"""
NEW_APART = timedelta(days=90)
"""In so long only one person says that they are new on a number: numbers are not given away faster."""
CLOSES_AFTER = timedelta(days=30)
"""How long whoever lost their number can still take their account to another one, or delete it themselves."""
LONGEST_NAME = 64
_LONGEST_READ, _MOST_DIGITS = 1000, 6  # one digit fewer than the shortest number has
MOST_DEVICES = 20
"""Of one person, signed in at once; the one longest unused goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    Somebody who has proven a number. region: ISO 3166. proven_at: since when it is theirs. seen_on: the last day that a
    device of theirs was used.

    box: the number, sealed; None, with left_at, since somebody else has proven it. given_back_on: when an operator's
    list says that the number was given back.
    """

    person_id: UUID
    region: str
    language: str
    made_at: datetime
    proven_at: datetime
    seen_on: date
    box: bytes | None = field(repr=False)
    left_at: datetime | None = None
    given_back_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Where a person is signed in. attested: it proved that it is a real one. used_on: the last day."""

    device_id: UUID
    name: str
    attested: bool
    made_at: datetime
    used_on: date


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who is signed in, and with what."""

    person: Person
    device: Device


@dataclass(frozen=True, slots=True)
class Welcome:
    """A sign-in. token: what the device shows from now on, told this once. fresh: the person is new here."""

    person: Person
    device: Device
    fresh: bool
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """
    What somebody says who signs in. device: what they call it. new: they are new on their number, which others had.

    keeper: somebody who is signed in on the same device, and takes their account along to this number. instead_of: the
    device whose token the new one takes the place of, whoever's it was.
    """

    device: str
    language: str
    new: bool = False
    keeper: UUID | None = None
    instead_of: UUID | None = None


class Passed(Enum):
    """Why a number is taken to have passed on: nobody used its account, an operator's list, or whoever came says so."""

    QUIET = auto()
    LISTED = auto()
    SAID = auto()


def device_name(given: str) -> str:
    """
    What somebody calls a device, as it can be shown: one line, 64 characters at most.

    "" where nothing is left, or where it may hold a number: no name of ours keeps one in the clear.
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in given[:_LONGEST_READ])
    if sum(letter.isdecimal() for letter in shown) > _MOST_DIGITS:
        return ""
    return " ".join(shown.split())[:LONGEST_NAME].strip()


def was_given_back(person: Person) -> bool:
    """Whether an operator said that their number was given back after a device of theirs was last used."""
    return person.given_back_on is not None and person.given_back_on > person.seen_on


def is_quiet(seen_on: date, today: date) -> bool:
    """Whether a person was away so long that whoever proves their number now may be somebody else."""
    return today - seen_on > QUIET_FOR
