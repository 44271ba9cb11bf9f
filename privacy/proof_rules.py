"""
Which numbers a code may be sent to, and what a day's codes may cost. Pure.

A stranger can make us send codes, and whoever shares in the price of a text does so by the thousand. So codes go to
mobiles of countries that were chosen, for no more money a day than was set, and to no block of numbers whose codes
nobody uses (DESIGN section 8).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberType as Kind

from core.e164 import E164
from core.problem import Problem

Way = Literal["text", "voice"]
WAYS: tuple[Way, ...] = ("text", "voice")

LIFE = timedelta(minutes=10)
"""How long a code can be used, from when it was last asked for."""
TRIES = 5
"""Codes that may be entered for one proof, right or wrong."""
APART = timedelta(seconds=30)
"""Asked for again sooner, nothing is sent: the first is still on its way."""
SENDINGS = 3
"""How often one proof's code is sent."""
A_DAY = 6
"""Codes that one number is sent in 24 hours, whatever for."""
OF_ONE = 3
"""Of them, those that people of one network ask for and do not use: so nobody alone uses up somebody else's six."""
BLOCK_OF_ONE = 8
"""Unused codes to one block of numbers that people of one network ask for in 24 hours: too few to make it rest."""
FEW = 20
"""Of fewer codes than this nobody can tell whether they are used."""
UNIT = 10_000
"""Money is counted in whole ten-thousandths of the currency."""

_BLOCK = 5  # digits at the end of a number that its block leaves open
_MOBILE = frozenset({Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE})
# As in masking.claims.guard: ranges that regulators set aside for fiction, which the demo and the tests use.
_FICTION = re.compile(r"\+(1[2-9]\d{2}55501\d{2}|447700900\d{3}|3363998\d{4})\Z")


class NoCodesThere(Problem):
    """No code goes to this number: not a mobile, a country that was not chosen, or one of ours. Fact: `kind`."""

    status, slug, title = 422, "no-codes-there", "We cannot send a code to this number"


@dataclass(frozen=True, slots=True)
class Price:
    """What one code costs, in ten-thousandths of the currency."""

    text: int
    voice: int

    @classmethod
    def of(cls, text: float, voice: float) -> "Price":
        """From amounts of the currency."""
        return cls(round(text * UNIT), round(voice * UNIT))

    def by(self, way: Way) -> int:
        """Of one way."""
        return self.text if way == "text" else self.voice


@dataclass(frozen=True, slots=True)
class Draw:
    """What a code is paid from. place: "all", "GB", "GB +4477009". most: a day, in ten-thousandths."""

    place: str
    most: int


@dataclass(frozen=True, slots=True)
class Purse:
    """
    What a day's codes may cost, in ten-thousandths. prices: by country; other: where none is named.

    used_share: below this share of used codes a block of numbers gets none for the rest of the day, 0 to 1.
    network_a_day: codes that people of one network (/24 of IPv4, /48 of IPv6) may ask for in 24 hours.
    """

    all: int
    country: int
    block: int
    other: Price
    prices: Mapping[str, Price] = field(default_factory=dict)
    used_share: float = 0.25
    network_a_day: int = 50

    def price(self, country: str, way: Way) -> int:
        """Of one code to a country."""
        return self.prices.get(country, self.other).by(way)

    def draws(self, country: str, block: str) -> tuple[Draw, ...]:
        """What one code is paid from, the narrowest first, so that what a wide one refuses is refused by few."""
        return (Draw(block, self.block), Draw(country, self.country), Draw("all", self.all))


class Destinations:
    """The numbers that codes go to. They are set anew while the service runs, where they are our own countries."""

    def __init__(self, countries: Iterable[str] = ()) -> None:
        self._countries = frozenset(countries)

    def allow(self, countries: Iterable[str]) -> None:
        """Sets the countries, as ISO 3166 codes. None of their neighbours comes along, also with the same code."""
        self._countries = frozenset(countries)

    @property
    def only(self) -> str | None:
        """The country, where there is but one: what a person types without a country code is of it."""
        (country,) = self._countries if len(self._countries) == 1 else (None,)
        return country

    def country(self, number: E164) -> str:
        """The country of a number that may get a code. Raises NoCodesThere."""
        country = number.region
        if country is None or country not in self._countries:
            raise NoCodesThere("Codes are not sent to this country.", kind="country")
        parsed = phonenumbers.parse(number.value)
        if _FICTION.match(number.value) is None and (
            phonenumbers.number_type(parsed) not in _MOBILE or not phonenumbers.is_valid_number(parsed)
        ):
            raise NoCodesThere("Give the number of a mobile phone.", kind="type")
        return country


def block(country: str, number: E164) -> str:
    """The block of 100,000 numbers that a number is in. Fraud comes in blocks; a person cannot be told from one."""
    return f"{country} {number.value[:-_BLOCK]}"


def idle(asked: int, used: int, still_open: int, share: float) -> bool:
    """
    Whether a block's codes of a day go unused, so that nobody there seems to want them.

    asked, used: proofs begun, and codes that came back. still_open: those whose code may yet come back, which say
    nothing.
    """
    over = asked - still_open
    return over >= FEW and used < share * over
