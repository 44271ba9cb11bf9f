"""A world of tags as files: tags.jsonl, marks.jsonl, contributors.jsonl, numbers.jsonl, disconnects.json."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from callerid.ranking import Kind

Row = TypeVar("Row")
KINDS = tuple(kind.value for kind in Kind)
FURTHEST_DAY = 100_000
"""Days before or after the beginning: 270 years."""
_FLAGS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}


class BadWorld(ValueError):
    """A folder that cannot be read as a world; the text says which file and line, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Who tags. created: day the account was made. book_size: entries. ip24, device: whatever tells them apart."""

    id: int
    created: int
    book_size: int
    ip24: int
    device: int
    attested: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """One name for one number, in a book from day `first_seen` to `last_seen`. contributor -1: the number's owner."""

    number: int
    contributor: int
    raw: str
    first_seen: int
    last_seen: int
    kind: str


@dataclass(frozen=True, slots=True)
class Marked:
    """One spam or not-spam mark of a day."""

    number: int
    contributor: int
    day: int
    spam: bool


@dataclass(frozen=True, slots=True)
class Records:
    """A whole world. disconnects: number -> day it was given back."""

    numbers: list[int]
    tags: list[Tag]
    marks: list[Marked]
    contributors: dict[int, Contributor]
    disconnects: dict[int, int]


def read(folder: Path) -> Records:
    """The world in a folder. Raises BadWorld; fields it does not know are passed over."""
    if not folder.is_dir():
        raise BadWorld(f"{folder} is no folder. Give the folder that holds tags.jsonl and its companions.")
    contributors = list(_lines(folder / "contributors.jsonl", _contributor))
    return Records(
        numbers=list(_lines(folder / "numbers.jsonl", lambda row: _whole(row, "id"))),
        tags=list(_lines(folder / "tags.jsonl", _tag)),
        marks=list(_lines(folder / "marks.jsonl", _mark)),
        contributors={each.id: each for each in contributors},
        disconnects=_disconnects(folder / "disconnects.json"),
    )


def _contributor(row: dict[str, Any]) -> Contributor:
    return Contributor(
        _whole(row, "id"),
        _day(row, "created"),
        _whole(row, "book_size"),
        _whole(row, "ip24"),
        _whole(row, "device"),
        _flag(row, "attested"),
    )


def _tag(row: dict[str, Any]) -> Tag:
    raw, kind = row["raw"], row["kind"]
    if not isinstance(raw, str):
        raise TypeError("raw is no text")
    if kind not in KINDS:
        raise ValueError(f"kind is none of {', '.join(KINDS)}")
    number, contributor = _whole(row, "number"), _whole(row, "contributor")
    return Tag(number, contributor, raw, _day(row, "first_seen"), _day(row, "last_seen"), kind)


def _mark(row: dict[str, Any]) -> Marked:
    return Marked(_whole(row, "number"), _whole(row, "contributor"), _day(row, "day"), _flag(row, "spam"))


def _whole(row: dict[str, Any], name: str) -> int:
    """A whole number of a row, also where it stands in quotation marks or with a point behind it."""
    value = row[name]
    try:
        whole = int(value)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{name} is no whole number") from None
    if isinstance(value, bool) or (isinstance(value, float) and whole != value):
        raise ValueError(f"{name} is no whole number")
    return whole


def _day(row: dict[str, Any], name: str) -> int:
    day = _whole(row, name)
    if abs(day) > FURTHEST_DAY:
        raise ValueError(f"{name} is no day: days are counted from a beginning of your own")
    return day


def _flag(row: dict[str, Any], name: str) -> bool:
    value = row[name]
    said = str(value).strip().lower()
    if said not in _FLAGS:
        raise ValueError(f"{name} is neither true nor false")
    return _FLAGS[said]


def _lines(path: Path, read_row: Callable[[dict[str, Any]], Row]) -> Iterator[Row]:
    for number, line in enumerate(_text(path).split("\n"), 1):
        if line.strip():
            try:
                yield read_row(json.loads(line))
            except KeyError as error:
                raise BadWorld(f"{path}, line {number}: {error} is missing.") from error
            except RecursionError as error:
                raise BadWorld(f"{path}, line {number}: nested too deeply.") from error
            except (ValueError, TypeError, AttributeError) as error:
                raise BadWorld(f"{path}, line {number}: {error}.") from error


def _disconnects(path: Path) -> dict[int, int]:
    try:
        days = json.loads(_text(path) or "{}")
        return {_whole({"number": number}, "number"): _day(days, number) for number, _ in days.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadWorld(f"{path}: {error}. It should be one object, number id to day.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadWorld(f"{path} cannot be read: {error}.") from error
