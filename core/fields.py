"""
What a program sent: one JSON object, each field read as what it must be. Pure.

What was written is never repeated in a problem: it may be a number. Each room says with which problem of its own it
refuses.
"""

import json
from codecs import BOM_UTF8
from typing import Any, TypeVar

from core.problem import Problem

T = TypeVar("T")


def one_object(text: bytes, bad: type[Problem]) -> dict[str, Any]:
    """The JSON object that a body holds. Raises `bad`."""
    try:
        fields = json.loads(text.removeprefix(BOM_UTF8).decode())
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise bad("Send one JSON object, in UTF-8.", field="body")
    return fields


def is_text(value: str) -> bool:
    """Whether it can be stored: JSON may smuggle in NUL, and halves of characters."""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


class Fields:
    """The fields of one object. bad: what is raised, with the fact `field`, for each that is not as it must be."""

    def __init__(self, fields: dict[str, Any], bad: type[Problem]) -> None:
        self._fields, self._bad = fields, bad

    @classmethod
    def read(cls, text: bytes, bad: type[Problem], *known: str) -> "Fields":
        """Those of a body. known: what it may have, and nothing else. Raises `bad`, as all of these do."""
        fields = one_object(text, bad)
        if not fields.keys() <= set(known):
            raise bad(f"Send nothing but {', '.join(known)}.", field="body")
        return cls(fields, bad)

    def get(self, name: str, usual: Any = None) -> Any:
        """Whatever was sent."""
        return self._fields.get(name, usual)

    def text(self, name: str, usual: str | None = None) -> str:
        """A text that must be there, unless there is a usual one."""
        text = self._of(name, str, "Write a text.", usual)
        if not is_text(text):
            raise self._bad("Write a text.", field=name)
        return text

    def choice(self, name: str, choices: tuple[T, ...], usual: T) -> T:
        """One of some words."""
        value = self._fields.get(name, usual)
        for each in choices:
            if value == each:
                return each
        raise self._bad(f"Choose one of {', '.join(map(str, choices))}.", field=name)

    def truth(self, name: str) -> bool | None:
        """True or false; None where it is not said."""
        return self._of(name, bool, "Write true or false.", None) if name in self._fields else None

    def whole(self, name: str, most: int) -> int:
        """A whole number that must be there, from 0 to `most`."""
        value = self._of(name, int, "Write a whole number.", None)
        if isinstance(value, bool) or not 0 <= value <= most:
            raise self._bad("Write a whole number, as it was told.", field=name)
        return value

    def _of(self, name: str, kind: type[T], wanted: str, usual: T | None) -> T:
        value = self._fields.get(name, usual)
        if not isinstance(value, kind):
            raise self._bad(wanted, field=name)
        return value
