"""Address books as JSON lines: `{"name": "Asha Rao", "number": "+12025550101"}`, or `numbers` with several. Pure."""

import json
from typing import Any

from callerid.books.lines import Lines
from callerid.books.values import Contact, Refused

_LONG = Contact(refused=Refused.LONG_LINE)
_UNREADABLE = Contact(refused=Refused.UNREADABLE)
_SPACE = " \t\r\n"
_parse = json.JSONDecoder().raw_decode  # a line's text is known to be UTF-8, so half of what json.loads does is spared


class JsonLines:
    """A values.Reading. Members beside name, number and numbers are dropped unread."""

    def __init__(self) -> None:
        self._lines = Lines()

    def feed(self, piece: bytes) -> list[Contact]:
        return _contacts(self._lines.feed(piece))

    def close(self) -> list[Contact]:
        return _contacts(self._lines.close())


def _contacts(lines: list[bytes | None]) -> list[Contact]:
    return [_LONG if line is None else _contact(line) for line in lines if line is None or line.strip()]


def _contact(line: bytes) -> Contact:
    entry = read_object(line)
    if entry is None:
        return _UNREADABLE
    name, numbers = entry.get("name", ""), entry.get("numbers", entry.get("number"))
    if not isinstance(name, str):
        return _UNREADABLE
    if isinstance(numbers, str):
        return Contact(name, (numbers,))
    if not (isinstance(numbers, list) and all(isinstance(each, str) for each in numbers)):
        return _UNREADABLE
    return Contact(name, tuple(numbers))


def read_object(line: bytes) -> dict[str, Any] | None:
    """A line that is a JSON object; None for anything else, also for what nests deeper than a parser can go."""
    try:
        text = line.decode("utf-8").strip(_SPACE)
        entry, end = _parse(text)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and end == len(text) else None
