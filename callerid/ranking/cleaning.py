"""Makes a raw name harmless: what comes out has letters, their marks and single spaces, and nothing else.

Markup, addresses, spreadsheet formulas, control, bidi and zero-width characters, emoji, digits and piled-up accents are
dropped; Cyrillic and Greek letters set among Latin ones for their looks become Latin. Unicode: NFKC (UAX 15),
categories.
"""

import re
import unicodedata
from functools import lru_cache

from callerid.ranking.scripts import LOOKALIKES
from callerid.ranking.values import LONGEST_RAW

LONGEST_NAME = 64
"""Characters of a name that is shown."""
MOST_WORDS = 8
"""Words of a tag that are read; the rest of a longer one tells no name."""
MOST_MARKS = 12
"""Combining marks in a name that is shown: five syllables of Tamil have fewer."""

_MARKUP = re.compile(r"<[^>]{0,200}>?")
_REST = r"""[^\s"'<>]"""
_ADDRESS = re.compile(
    rf"\b(?:https?:|www\.){_REST}*|{_REST}+@{_REST}+|\b\w+\.(?:com|net|org|in|ly|io|ru)\b{_REST}*", re.IGNORECASE
)
_FORMULA = re.compile(r"^\s*[=+@-]+\s*[A-Za-z.]{2,20}\(")
_INJECTED = re.compile(r"""['"]?\s*;.*|--.*""", re.DOTALL)
_PILED = re.compile(r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f])+")
_INVISIBLE = re.compile(
    "[\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that show nothing (Unicode: Default_Ignorable_Code_Point), and Arabic's stretching line."""
_LOOKS_LATIN = re.compile(r"[\u0370-\u04ff]")
_LATIN = re.compile(r"[A-Za-z]")
_PLAIN = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*\Z")


@lru_cache(maxsize=1 << 15)
def words(raw: str) -> tuple[str, ...]:
    """
    The words of a raw name, safe to show; () where nothing is left.

    raw: any text at all; its first LONGEST_RAW characters are read. At most MOST_WORDS words, each of letters.
    """
    text = raw[:LONGEST_RAW]
    if _PLAIN.match(text):
        return tuple(text.split(" ")[:MOST_WORDS])
    text = _MARKUP.sub(" ", unicodedata.normalize("NFKC", text))
    text = _ADDRESS.sub(" ", _FORMULA.sub(" ", text))
    text = unicodedata.normalize("NFC", _INJECTED.sub(" ", text))
    text = _INVISIBLE.sub("", _PILED.sub("", text))
    kept = "".join(_kept(letter) for letter in text)
    return tuple(_latinised(word) for word in kept.split() if _is_word(word))[:MOST_WORDS]


def _kept(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] == "L" or category in ("Mn", "Mc"):
        return letter
    return "" if (category in ("Cf", "Cc", "Cs", "Cn", "Co") and letter not in "\t\n\r") or letter in "'’`" else " "


def _is_word(word: str) -> bool:
    return any(letter.isalpha() for letter in word) and unicodedata.category(word[0])[0] == "L" and len(word) <= 40


def _latinised(word: str) -> str:
    """A word of Latin letters with Cyrillic or Greek doubles among them, all Latin."""
    return word.translate(LOOKALIKES) if _LOOKS_LATIN.search(word) and _LATIN.search(word) else word


def titled(word: str) -> str:
    """A word with a capital where its script has any; what is written McRae or DeSouza stays so."""
    if word.islower() or word.isupper():
        return word[:1].upper() + word[1:].lower()
    return word


def fits(name: str) -> bool:
    """Whether a composed name may be shown as it is: short, and with no more marks than a language needs."""
    marks = sum(unicodedata.combining(letter) > 0 for letter in name)
    return 0 < len(name) <= LONGEST_NAME and marks <= MOST_MARKS
