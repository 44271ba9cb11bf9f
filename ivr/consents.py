"""
What people are asked to agree to, word for word.

Whoever changes what a text says, in any language, raises its version: then everybody is asked anew. Purposes are
stored: never rename one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ivr import messages
from ivr.messages import Message
from ivr.words import tell


class Purpose(StrEnum):
    """What a consent is for."""

    SHARE_BOOK = "share-book"
    SPEAK_NAME = "speak-name"
    BE_FOUND = "be-found"


@dataclass(frozen=True, slots=True)
class _Text:
    version: int
    title: Message
    asks: Message


_TEXTS: Mapping[Purpose, _Text] = MappingProxyType(
    {
        Purpose.SHARE_BOOK: _Text(1, messages.TITLE_SHARE_BOOK, messages.SHARE_BOOK_ASKS),
        Purpose.SPEAK_NAME: _Text(1, messages.TITLE_SPEAK_NAME, messages.SPEAK_NAME_ASKS),
        Purpose.BE_FOUND: _Text(1, messages.TITLE_BE_FOUND, messages.BE_FOUND_ASKS),
    }
)

VERSIONS: Mapping[str, int] = MappingProxyType({purpose.value: text.version for purpose, text in _TEXTS.items()})
"""Purpose -> the version of its text that is shown now."""


def title(purpose: Purpose, language: str) -> str:
    """What a consent is about, in a few words."""
    return tell(language, _TEXTS[purpose].title)


def asks(purpose: Purpose, language: str) -> str:
    """The text that somebody agrees to."""
    return tell(language, _TEXTS[purpose].asks)
