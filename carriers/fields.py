"""Reading a webhook's form: what must be there, what may be, and who calls."""

import re

from core.e164 import E164, Caller
from voice.events import Envelope
from voice.ports import Unreadable

_SPELT_ON_A_KEYPAD = frozenset(
    {
        "266696687",  # ANONYMOUS; as +266 696687 it would pass for a number in Lesotho
        "2562533",  # BLOCKED
        "7378742833",  # RESTRICTED
        "7378742883",  # RESTRICTED, as Twilio's own help page once misspelt it
        "17378742833",  # RESTRICTED, taken for ten digits of North America
        "86282452253",  # UNAVAILABLE
        "8656696",  # UNKNOWN
        "7748283",  # PRIVATE
    }
)
"""How carriers spell a withheld number in digits. The words themselves ("anonymous", "restricted") are no numbers."""


class Form:
    """The fields of one webhook: the first value of each name counts."""

    def __init__(self, envelope: Envelope) -> None:
        self._values = dict(reversed(envelope.form))
        self._headers = envelope.headers

    def get(self, *names: str) -> str:
        """The first of these fields that says something, "" if none does."""
        for name in names:
            if value := self._values.get(name):
                return value
        return ""

    def need(self, *names: str) -> str:
        """As `get`, for a field that the carrier always sends. Raises Unreadable, which names the first."""
        value = self.get(*names)
        if not value:
            raise Unreadable(f"It lacks {names[0]}, which the carrier always sends.", field=names[0])
        return value

    def header(self, name: str) -> str | None:
        """A header by its name in lower case; None where there is none."""
        return self._headers.get(name) or None

    def count(self, *names: str) -> int | None:
        """A whole number, of seconds or pieces; None where it is missing or no number."""
        value = self.get(*names)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None

    def numbered(self, prefix: str) -> tuple[str, ...]:
        """The values of `prefix0`, `prefix1`, … in the order of their numbers."""
        names = (name for name in self._values if re.fullmatch(rf"{prefix}[0-9]{{1,3}}", name))
        return tuple(self._values[name] for name in sorted(names, key=lambda name: (len(name), name)))


def number(text: str) -> E164 | None:
    """The number that a carrier wrote, with or without its plus; None where it is withheld, SIP or a word."""
    told = E164.wire(text)
    return None if told is None or told.digits in _SPELT_ON_A_KEYPAD else told


def caller(text: str) -> Caller:
    """Who calls or texts, from a field that carriers fill in many ways for the withheld."""
    return Caller(number(text))
