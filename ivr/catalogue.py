"""Reads one catalogue file and holds it to what matters on a live call: every translation can be filled in."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

CATALOGUES = Path(__file__).parent / "catalogues"
"""A folder for each language but English: `<language>/LC_MESSAGES/maskline.po`."""
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


class BrokenCatalogue(ValueError):
    """A .po file cannot be read, or translates a sentence in a way that cannot be said. Says which, and where."""


def read(po: Path) -> Catalog:
    """The catalogue in a .po file. Raises BrokenCatalogue."""
    try:
        with po.open("rb") as source:
            catalogue = read_po(source, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise BrokenCatalogue(f"{po}: {error}") from error
    for message in catalogue:
        if message.id and is_translated(message) and not fits(message):
            raise BrokenCatalogue(f"{po}: the placeholders differ in the translation of {sources(message)[0]!r}")
    return catalogue


def sources(message: Message) -> tuple[str, ...]:
    """The English of a message: one form, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translated(message: Message) -> tuple[str, ...]:
    """The translation of a message: one form, or one for each plural of the language; "" where there is none yet."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def is_translated(message: Message) -> bool:
    """Whether the translation is there, in every plural form, and nobody doubts it ("fuzzy")."""
    forms = translated(message)
    return bool(forms) and all(forms) and not message.fuzzy


def fits(message: Message) -> bool:
    """Whether each form of the translation can be filled in, and no placeholder is lost from all of them."""
    wanted = {name for form in sources(message) for name in _PLACEHOLDER.findall(form)}
    try:
        for form in translated(message):
            _ = form % dict.fromkeys(wanted, 1)
    except (KeyError, TypeError, ValueError):
        return False
    return wanted == {name for form in translated(message) for name in _PLACEHOLDER.findall(form)}
