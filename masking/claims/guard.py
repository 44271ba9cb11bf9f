"""
Which numbers a call may be put through to. Asked when a destination is given, and again before each Dial.

The rules come from toll fraud as carriers describe it (FIELD 7.19): emergency and short codes, premium and shared-cost
numbers, satellite networks, countries nobody chose, and our own numbers, which would make a loop.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType as Kind

from core.e164 import E164, region_of
from masking.claims.errors import DestinationRefused

_SATELLITE = ("+870", "+881", "+882", "+883", "+878", "+888", "+979", "+991", "+808", "+800")
"""Codes of no country: Inmarsat, global mobile satellite, international networks, premium and shared cost."""

_PERSONAL = frozenset({Kind.MOBILE, Kind.FIXED_LINE, Kind.FIXED_LINE_OR_MOBILE, Kind.VOIP, Kind.PERSONAL_NUMBER})

# Ranges that regulators set aside for fiction: no person has them, so no charge and no harm. The demo and the tests
# ring them. +1 NPA 555 01xx (NANPA), +44 7700 900xxx (Ofcom), +33 6 39 98 xx xx (ARCEP).
_FICTION = re.compile(r"\+(1[2-9]\d{2}55501\d{2}|447700900\d{3}|3363998\d{4})\Z")


_LONGEST_EMERGENCY, _SHORTEST = 8, 6
"""Digits after the country code. No emergency number is longer; asking is slow where many countries share a code."""
_REMEMBERED = 20_000
"""Numbers at most, of which it is remembered what their plan says: about 3 MB."""

# Places that share their numbers with a neighbour: whoever may be dialled in one may be dialled in all.
_TOGETHER = {"GB": ("GG", "IM", "JE"), "FI": ("AX",), "NO": ("SJ",), "IT": ("VA",), "AU": ("CC", "CX")}


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What the world's numbering plans say of a number.

    region: its country, as `E164.region`. never: why nobody is put through to it, whatever the country. kind: why not
    to a number of its kind, where the country may be dialled.
    """

    region: str | None
    never: str | None
    kind: str | None

    def refusal(self, countries: frozenset[str]) -> str | None:
        """Why it may not be dialled where these countries may; None where it may."""
        return self.never or (self.kind if self.region in countries else "country")


class Guard:
    """
    Decides about destinations.

    countries: ISO codes that may be dialled; everything else is refused. They are read anew while the service runs,
    where they are the countries of our own numbers.
    """

    def __init__(self, countries: Iterable[str] = ()) -> None:
        self._countries: frozenset[str] = frozenset()
        self._key, self._known = secrets.token_bytes(32), dict[bytes, Plan]()
        self.allow(countries)

    def allow(self, countries: Iterable[str]) -> None:
        """Sets the countries that may be dialled from now on."""
        self._countries = _widened(countries)

    def check(self, number: E164, ours: Container[E164] = ()) -> None:
        """Raises DestinationRefused where nobody may be put through to `number`. ours: our own numbers."""
        why = "ours" if number in ours else self._plan(number).refusal(self._countries)
        if why:
            raise DestinationRefused(_SENTENCES[why], kind=why)

    def allows(self, number: E164) -> bool:
        """Whether a Dial may go to `number`."""
        return self._plan(number).refusal(self._countries) is None

    def serves(self, countries: Collection[str], number: E164) -> bool:
        """Whether a service that names countries (ISO codes; none: all) serves a number that is allowed."""
        return not countries or self.region(number) in _widened(countries)

    def region(self, number: E164) -> str | None:
        """As `E164.region`, and found at once where this number was asked about before."""
        return self._plan(number).region

    def _plan(self, number: E164) -> Plan:
        """Remembered by a keyed hash: no number stays in memory for it."""
        mark = hashlib.blake2b(number.value.encode(), key=self._key, digest_size=16).digest()
        known = self._known.get(mark)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[mark] = _read(number)
        return known


def _widened(countries: Iterable[str]) -> frozenset[str]:
    chosen = set(countries)
    return frozenset(chosen.union(*(_TOGETHER.get(code, ()) for code in chosen)))


_SENTENCES = {
    "emergency": "Emergency services are dialled directly: 112, or 911.",
    "short": "It is too short to be a person's number.",
    "premium": "Premium, shared-cost and toll-free numbers are not put through.",
    "satellite": "Satellite and international network numbers are not put through.",
    "country": "This country is not among MASKLINE_DESTINATION_COUNTRIES.",
    "ours": "It is one of our own numbers, which would make a loop.",
    "type": "It is not a number that a person's phone can have.",
}


def _read(number: E164) -> Plan:
    """One parse for all that is asked of a number: it takes longer than the rest of making a session."""
    parsed = phonenumbers.parse(number.value)
    return Plan(region_of(parsed), _never(number, parsed), _kind(number, parsed))


def _never(number: E164, parsed: phonenumbers.PhoneNumber) -> str | None:
    if number.value.startswith(_SATELLITE):
        return "satellite"
    national = phonenumbers.national_significant_number(parsed)
    if len(national) <= _LONGEST_EMERGENCY:
        regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
        if any(phonenumbers.is_emergency_number(national, region) for region in regions):
            return "emergency"
        if len(national) < _SHORTEST:
            return "short"
    return None


def _kind(number: E164, parsed: phonenumbers.PhoneNumber) -> str | None:
    kind = phonenumbers.number_type(parsed)
    if kind in (Kind.PREMIUM_RATE, Kind.SHARED_COST, Kind.TOLL_FREE, Kind.UAN, Kind.PAGER, Kind.VOICEMAIL):
        return "premium"
    return None if kind in _PERSONAL or _FICTION.match(number.value) else "type"
