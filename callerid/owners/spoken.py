"""The names that callers agreed to, for whoever they call through a masked number: a voice.ports.Namer."""

from typing import Protocol
from uuid import UUID

from callerid.owners.owners import Owners
from callerid.ranking.scripts import latin, script
from core.e164 import E164
from privacy.numbers import NumberKeys
from sql.database import Connection

_SPELT = frozenset(
    "DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM CYRILLIC".split()  # noqa: SIM905
)
"""Scripts whose words sound right in Latin letters. Arabic leaves its vowels out: what we would make up is no name."""
_READ = {"hi": "DEVANAGARI", "mr": "DEVANAGARI", "ne": "DEVANAGARI", "ru": "CYRILLIC", "uk": "CYRILLIC"}
"""What voices of a language read beside Latin letters."""


class Holders(Protocol):
    """Knows whose number one is."""

    async def holder(self, conn: Connection, number: E164) -> UUID | None:
        """Who has proven a number; None where nobody has."""
        ...


class SpokenNames:
    """Names of callers who said "say my name when I call", and stand by it. numbers: of the room "callerid"."""

    def __init__(self, numbers: NumberKeys, owners: Owners, people: Holders) -> None:
        self._numbers, self._owners, self._people = numbers, owners, people

    def key(self, number: E164) -> bytes:
        """A number's key as names keep it."""
        return self._numbers.key(number)

    async def name(self, conn: Connection, number: E164, language: str) -> str | None:
        """
        What a caller wants to be called; None where they did not agree to it, are hidden, or cannot be said.

        language: of the voice that says it.
        """
        person = await self._people.holder(conn, number)
        name = await self._owners.spoken(conn, person, number) if person else None
        return sayable(name, language) if name else None


def sayable(name: str, language: str) -> str | None:
    """A name as a voice can read it: in its own letters, or in Latin ones; None where that is not to be had."""
    said = [_sayable(word, _READ.get(language.partition("-")[0].lower())) for word in name.split()]
    return " ".join(said) if said and all(said) else None


def _sayable(word: str, read: str | None) -> str:
    written = script(word)
    if written in ("LATIN", "UNKNOWN", read):  # unknown: figures and signs alone
        return word
    return latin(word).title() if written in _SPELT else ""
