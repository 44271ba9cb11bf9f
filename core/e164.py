"""Phone numbers as values: E.164 in, never in the clear by accident.

An `E164` prints masked (`+44*******001`); the digits are reached through `.value`, so that every place where a real
number leaves can be found by searching for that word.
"""

import re
from dataclasses import dataclass
from typing import Self

import phonenumbers

from core.problem import Problem

_SHAPE = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_PUNCTUATION = re.compile(r"[\s().\-/\u00a0\u2010-\u2015\u200e\u200f\u202a-\u202e]+")

# phonenumbers compiles several patterns a country; Python's own cache of 512 thrashes on a mix of countries.
re._MAXCACHE = 8192  # type: ignore[attr-defined]  # noqa: SLF001  (there is no public name for it)


class BadNumber(Problem):
    """What was given is not a phone number. Facts: `reason`, a sentence that says what to write instead."""

    status, slug, title = 422, "bad-number", "That is not a phone number we can use"


@dataclass(frozen=True, slots=True, repr=False)
class E164:
    """A number as ITU-T E.164 writes it: `+`, then 7 to 15 digits, the first not 0. Compares and hashes by value."""

    value: str

    def __post_init__(self) -> None:
        if not _SHAPE.match(self.value):
            raise BadNumber(reason="Write the number with its country code: + and 7 to 15 digits.")

    @classmethod
    def wire(cls, text: str) -> Self | None:
        """The number a carrier wrote, with or without its `+`; None where it is no number (withheld, SIP, empty)."""
        text = text.strip()
        if not text.startswith("+"):
            text = f"+{text}"
        return cls(text) if _SHAPE.match(text) else None

    @classmethod
    def parse(cls, text: str, region: str | None = None) -> Self:
        """
        The number a person typed.

        text: with a country code, or national where `region` (ISO 3166, "GB") says whose; punctuation is ignored.
        Raises BadNumber with a reason that never repeats what was typed.
        """
        compact = _PUNCTUATION.sub("", text)
        if len(compact) > 32:
            raise BadNumber(reason="That is too long: a number has at most 15 digits.")
        try:
            number = phonenumbers.parse(compact, region)
        except phonenumbers.NumberParseException as error:
            raise BadNumber(reason="Write the number with its country code, like +44 7700 900123.") from error
        formatted = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if not phonenumbers.is_possible_number(number) or not _SHAPE.match(formatted):
            raise BadNumber(reason="It has too few or too many digits for its country.")
        return cls(formatted)

    @property
    def digits(self) -> str:
        """Without the `+`, as Plivo writes numbers."""
        return self.value[1:]

    @property
    def region(self) -> str | None:
        """
        ISO 3166 country; None where the number belongs to none (satellite, universal services).

        A number outside every assigned range, as fictional ones are, counts for its code's main country.
        """
        return region_of(phonenumbers.parse(self.value))

    def __str__(self) -> str:
        return f"{self.value[:3]}{'*' * max(len(self.value) - 6, 1)}{self.value[-3:]}"

    def __repr__(self) -> str:
        return f"E164({self})"


def region_of(parsed: phonenumbers.PhoneNumber) -> str | None:
    """As `E164.region`, for whoever asks more of a parsed number."""
    region = phonenumbers.region_code_for_number(parsed)
    region = region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return None if region in ("001", "ZZ") else region


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as the carrier says: a number, or None for withheld, anonymous, SIP and garbage alike."""

    number: E164 | None

    @property
    def withheld(self) -> bool:
        return self.number is None
