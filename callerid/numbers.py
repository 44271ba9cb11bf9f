"""
Numbers as people write them in address books, made E.164 quickly: most by a short way, the rest by `phonenumbers`.

The short way takes what it can prove to come out as `phonenumbers` would have it, from the same metadata, and leaves
everything else to it; tests compare the two on 50,000 numbers. Pure.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata, ValidationResult

from core.e164 import E164

LONGEST = 40
"""Characters of a number as somebody wrote it; what is longer is none."""
_FEWEST_DIGITS = 7
_CARD = range(13, 20)
_DROPPED = dict.fromkeys([*map(ord, " ().-/\t\u00a0\u2060\ufeff"), *range(0x2000, 0x2016), *range(0x202A, 0x2030)])
_SERVICE = re.compile(r"[*#]")
_DOUBLED = str.maketrans("0123456789", "0246813579")
_REGIONS = {str(code): (each[0], str(code)) for code, each in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()}
"""Country code -> its main region and itself: no code begins with another."""


class NotANumber(StrEnum):
    """Why something is no number that names are kept for. The words stand in receipts and never change."""

    EMPTY = "no-number"
    SHORT = "short-code"  # also a PIN
    SERVICE = "service-code"  # with * or #
    CARD = "card-number"
    LOCAL = "local-number"  # lacks its area code
    NONE = "not-a-number"


@dataclass(frozen=True, slots=True)
class _Country:
    """
    What the short way knows of a region, or of the main region of a country code.

    general: what a national number looks like. lengths: of one. prefixed: begins as if it had a national prefix.
    zero: the national prefix is 0 and nothing else. abroad: begins as if dialled to another country.
    """

    code: str
    general: re.Pattern[str]
    lengths: frozenset[int]
    prefixed: re.Pattern[str] | None
    zero: bool
    abroad: re.Pattern[str] | None


class NumberReader:
    """Reads numbers as somebody in one country writes them. region: ISO 3166, as "GB"; an unknown one reads +… only."""

    def __init__(self, region: str) -> None:
        self._region = region if region in phonenumbers.SUPPORTED_REGIONS else None
        self._home = _country(self._region) if self._region else None

    def read(self, text: str) -> E164 | NotANumber:
        """The number, or why it is none. Never raises, whatever the text."""
        found = self.value(text)
        return found if isinstance(found, NotANumber) else E164(found)

    def value(self, text: str) -> str | NotANumber:
        """The same as an E164's value, for whoever keys thousands at once and keeps none."""
        if len(text) > LONGEST:
            return NotANumber.NONE
        compact = text if text.lstrip("+").isalnum() else text.translate(_DROPPED)
        return self._quick(compact) or self._slowly(compact)

    def by_library(self, text: str) -> E164 | NotANumber:
        """The same without the short way: what `read` must agree with."""
        found = NotANumber.NONE if len(text) > LONGEST else self._slowly(text.translate(_DROPPED))
        return found if isinstance(found, NotANumber) else E164(found)

    def _quick(self, compact: str) -> str | None:
        """E.164, where there can be no doubt; else None."""
        if not compact.isascii():
            return None
        if compact[:1] == "+":
            return _international(compact)
        if self._home is None or not compact.isdigit() or not _FEWEST_DIGITS <= len(compact) < _CARD.start:
            return None
        return _national(compact, self._home)

    def _slowly(self, compact: str) -> str | NotANumber:
        refused = _refused(compact)
        if refused is not None:
            return refused
        try:
            number = phonenumbers.parse(compact, self._region)
        except phonenumbers.NumberParseException:
            return NotANumber.NONE
        possible = phonenumbers.is_possible_number_with_reason(number)
        if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return NotANumber.LOCAL
        if possible != ValidationResult.IS_POSSIBLE:
            return NotANumber.NONE
        wire = E164.wire(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        return NotANumber.SHORT if wire is None else wire.value


def _international(written: str) -> str | None:
    """written: with its +, in ASCII."""
    if not written[1:].isdigit() or not _FEWEST_DIGITS < len(written) <= 16:
        return None
    regions = _REGIONS.get(written[1:2]) or _REGIONS.get(written[1:3]) or _REGIONS.get(written[1:4])
    if regions is None:
        return None
    there = _country(*regions)
    rest = written[1 + len(regions[1]) :]
    if rest[:1] == "0" or len(rest) not in there.lengths:
        return None
    if there.prefixed is not None and there.prefixed.match(rest):
        return None
    return written


def _national(digits: str, home: _Country) -> str | None:
    if home.abroad is not None and home.abroad.match(digits):
        return None
    if digits.startswith("0"):
        rest = digits[1:]
        if not home.zero or rest.startswith("0") or home.general.fullmatch(digits):
            return None
    elif home.prefixed is not None and home.prefixed.match(digits):
        return None
    else:
        rest = digits
    fits = len(rest) in home.lengths and home.general.fullmatch(rest) and len(home.code) + len(rest) <= 15
    return f"+{home.code}{rest}" if fits else None


def _refused(compact: str) -> NotANumber | None:
    """What is no number whatever the country."""
    digits = [letter for letter in compact if letter.isdigit()]
    if not digits:
        return NotANumber.EMPTY
    if _SERVICE.search(compact):
        return NotANumber.SERVICE
    if len(digits) < _FEWEST_DIGITS:
        return NotANumber.SHORT
    if len(digits) in _CARD and "+" not in compact and compact.isascii() and compact.isdigit() and _luhn(compact):
        return NotANumber.CARD
    return None


def _luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of a payment card (ISO/IEC 7812), which begin with 2 to 6."""
    ours, doubled = digits[::-1][::2], digits[::-1][1::2].translate(_DOUBLED)
    return digits[0] in "23456" and sum(map(int, ours + doubled)) % 10 == 0


@cache
def _country(region: str, code: str = "") -> _Country:
    """code: its country code, where the region is one of the world's (001)."""
    if region == "001":
        metadata: Any = PhoneMetadata.metadata_for_nongeo_region(int(code), None)
    else:
        metadata = PhoneMetadata.metadata_for_region(region, None)
    said = metadata.national_prefix_for_parsing
    # Where the prefix may stand before what is dropped or rewritten, the library sees to it.
    zero = said == metadata.national_prefix == "0" and not metadata.national_prefix_transform_rule
    abroad = metadata.international_prefix
    return _Country(
        code=str(metadata.country_code),
        general=re.compile(metadata.general_desc.national_number_pattern or r"\Z"),
        lengths=frozenset(metadata.general_desc.possible_length),
        prefixed=re.compile(said) if said else None,
        zero=zero,
        abroad=re.compile(abroad) if abroad else None,
    )
