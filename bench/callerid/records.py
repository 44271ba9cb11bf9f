"""A world of tags as files: tags.jsonl, marks.jsonl, contributors.jsonl, numbers.jsonl, disconnects.json."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from callerid.ranking import Kind

Row = TypeVar("Row")
KINDS = tuple(kind.value for kind in Kind)


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
        numbers=list(_lines(folder / "numbers.jsonl", lambda row: int(row["id"]))),
        tags=list(_lines(folder / "tags.jsonl", _tag)),
        marks=list(_lines(folder / "marks.jsonl", _mark)),
        contributors={each.id: each for each in contributors},
        disconnects=_disconnects(folder / "disconnects.json"),
    )


def _contributor(row: dict[str, Any]) -> Contributor:
    return Contributor(
        int(row["id"]),
        int(row["created"]),
        int(row["book_size"]),
        int(row["ip24"]),
        int(row["device"]),
        bool(row["attested"]),
    )


def _tag(row: dict[str, Any]) -> Tag:
    if not isinstance(row["raw"], str):
        raise TypeError("raw is no text")
    if row["kind"] not in KINDS:
        raise ValueError(f"kind is none of {', '.join(KINDS)}")
    number, contributor = int(row["number"]), int(row["contributor"])
    return Tag(number, contributor, row["raw"], int(row["first_seen"]), int(row["last_seen"]), str(row["kind"]))


def _mark(row: dict[str, Any]) -> Marked:
    return Marked(int(row["number"]), int(row["contributor"]), int(row["day"]), bool(row["spam"]))


def _lines(path: Path, read_row: Callable[[dict[str, Any]], Row]) -> Iterator[Row]:
    for number, line in enumerate(_text(path).split("\n"), 1):
        if line.strip():
            try:
                yield read_row(json.loads(line))
            except KeyError as error:
                raise BadWorld(f"{path}, line {number}: {error} is missing.") from error
            except (ValueError, TypeError, AttributeError) as error:
                raise BadWorld(f"{path}, line {number}: {error}.") from error


def _disconnects(path: Path) -> dict[int, int]:
    try:
        return {int(number): int(day) for number, day in json.loads(_text(path) or "{}").items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise BadWorld(f"{path}: {error}. It should be one object, number id to day.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadWorld(f"{path} cannot be read: {error}.") from error
