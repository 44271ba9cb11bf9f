"""
Cuts a long text into pieces that any carrier takes at once.

Twilio takes 1,600 characters (error 21617). Plivo takes 1,600 of GSM 03.38, and 737 (11 SMS of 67) where one character
is outside of it, because then the whole text goes as UTF-16. Each carrier joins the SMS of one piece on the handset.
"""

import unicodedata
from collections.abc import Callable

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")
"""Take two places each: 3GPP TS 23.038, section 6.2.1."""

MOST_GSM, MOST_UTF16 = 1600, 737
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")


def pieces(body: str) -> list[str]:
    """
    The text in order; together they are the text, with nothing added or lost.

    A piece ends after a space where there is one in its last quarter, and never inside of what is one sign to a reader.
    """
    cut: list[str] = []
    while body:
        end = _end(body)
        cut.append(body[:end])
        body = body[end:]
    return cut


def _end(body: str) -> int:
    """How many characters of `body` make the next piece."""
    most = _reach(body)
    if most == len(body):
        return most
    for end in range(most, most * 3 // 4, -1):
        if body[end - 1].isspace():
            return end
    end = most
    while end > 1 and _one_sign(body[end - 1], body[end]):
        end -= 1
    return end if end > 1 else most


def _reach(body: str) -> int:
    """How many characters one piece may have at most: all of them plain, or as many as go as UTF-16."""
    return max(_prefix(body, _septets, MOST_GSM), _prefix(body, _units, MOST_UTF16))


def _septets(char: str) -> int:
    return 1 if char in _GSM else 2 if char in _GSM_TWICE else MOST_GSM + 1


def _units(char: str) -> int:
    return 2 if ord(char) > 0xFFFF else 1


def _prefix(body: str, costs: Callable[[str], int], most: int) -> int:
    """How many characters from the start cost `most` together, or less."""
    spent = 0
    for index, char in enumerate(body):
        spent += costs(char)
        if spent > most:
            return index
    return len(body)


def _one_sign(before: str, after: str) -> bool:
    """Whether two characters make one sign: an accent, a vowel sign, a joined emoji, a flag's two letters."""
    return (
        unicodedata.category(after) in ("Mn", "Mc", "Me", "Sk")
        or after in _JOINERS
        or before == "\u200d"
        or (0x1F1E6 <= ord(before) <= 0x1F1FF and 0x1F1E6 <= ord(after) <= 0x1F1FF)
    )
