"""
A person's number is never an argument: it would stay in the shell's history, and show in the list of processes.

Looked at before anything is parsed, because a parser repeats in its complaint what it did not understand.
"""

import re
from collections.abc import Sequence

from maskline.refusal import Refusal

_WITH_CODE = r"(?:\+|00)[ (]*[0-9](?:[ ().\-/]{0,2}[0-9]){5,14}"
_ABROAD = re.compile(_WITH_CODE)
_ANY = re.compile(rf"{_WITH_CODE}|\(?[0-9](?:[ ().\-/]{{0,2}}[0-9]){{6,14}}")
"""E.164 has at most 15 digits, and a sticker's code 16 characters."""
_OF_PEOPLE = frozenset({"stickers", "demo", "seed"})
"""Commands that deal with people's numbers: there even bare digits are taken for one."""
_OUR_OWN = "numbers"
"""The command for our own numbers, which are printed on stickers and may stand anywhere."""


class NumberGiven(Refusal):
    """An argument looks like a person's number. It is not repeated."""

    def __init__(self) -> None:
        super().__init__(
            "A phone number is never given as an argument, because arguments stay in the shell's history and show in "
            "the list of processes. Leave it out: you are asked for it, or write it to standard input."
        )


def refuse_numbers(arguments: Sequence[str]) -> None:
    """Raises NumberGiven where an argument, or the value of an option, looks like a person's number."""
    command = next((word for word in arguments if not word.startswith("-")), "")
    if command == _OUR_OWN:
        return
    shape = _ANY if command in _OF_PEOPLE or _ANY.fullmatch(command) else _ABROAD
    for word in arguments:
        value = word.partition("=")[2] if word.startswith("--") else word
        if shape.fullmatch(value.strip()):
            raise NumberGiven
