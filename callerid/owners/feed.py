"""
Reads lists of numbers that carriers say were given back, like TRAI's monthly Mobile Number Revocation List: a number a
line, a date beside it or not, with or without a heading. Pure.
"""

import csv
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.e164 import E164, BadNumber

LONGEST_LINE = 1000
"""Bytes of a line that are read; a longer one is bad."""
_SEPARATORS = ",;\t|"
_DATED = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))(?:[T ].*)?\Z", re.ASCII)
_NUMBER_HEADING = re.compile(r"number|msisdn|mobile|phone", re.IGNORECASE)
_RUNNING_HEADING = re.compile(r"\W*(s|sr|sl|ser|serial|row|line)\b", re.IGNORECASE)
_DATE_HEADING = re.compile(r"date|day|when", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """A number that was given back, and when (midnight, UTC)."""

    number: E164
    at: datetime


class BadLine(ValueError):
    """A line holds no number, or no date where it should. It is not repeated."""


class FeedReader:
    """
    Reads one list, line by line, in order.

    region: ISO 3166 code of the country whose numbers stand without a country code. day: of a line without a date.
    today: a date after it is none. Dates are written 2030-01-31, or day first: 31-01-2030, 31/01/2030.
    """

    def __init__(self, region: str | None, day: date | None, today: date) -> None:
        self._region, self._day, self._today = region, day, today
        self._separator: str | None = None
        self._columns: tuple[int, int | None] | None = None

    def read(self, line: bytes) -> Given | None:
        """What a line says; None for an empty one and for the heading. Raises BadLine."""
        if len(line) > LONGEST_LINE:
            raise BadLine
        try:
            text = line.decode("utf-8-sig").strip()
        except UnicodeDecodeError:
            raise BadLine from None
        if not text:
            return None
        separator = self._separator or max(_SEPARATORS, key=text.count)
        cells, columns = _cells(text, separator), self._columns
        if not any(cells):
            return None
        if columns is None:
            columns = self._headed(cells)
            if columns is not None:
                self._columns, self._separator = columns, separator
                return None
            columns = (0, next((at for at, cell in enumerate(cells) if at and _DATED.match(cell)), None))
        given = self._given(cells, *columns)
        self._columns, self._separator = columns, separator  # only now: a title above the heading tells neither
        return given

    def _given(self, cells: list[str], number: int, dated: int | None) -> Given:
        if number >= len(cells):
            raise BadLine
        when = cells[dated] if dated is not None and dated < len(cells) else ""
        return Given(self._number(cells[number]), self._at(when))

    def _headed(self, cells: list[str]) -> tuple[int, int | None] | None:
        """Which columns a heading names; None where the first line is none."""
        if any(sum(letter.isdigit() for letter in cell) > 4 for cell in cells):
            return None
        named = [
            at for at, cell in enumerate(cells) if _NUMBER_HEADING.search(cell) and not _RUNNING_HEADING.match(cell)
        ]
        number = named[0] if named else None
        if number is None:
            return None
        return number, next((at for at, cell in enumerate(cells) if at != number and _DATE_HEADING.search(cell)), None)

    def _number(self, cell: str) -> E164:
        try:
            return E164.parse(cell, self._region)
        except BadNumber:
            raise BadLine from None

    def _at(self, cell: str) -> datetime:
        day = _date(cell) if cell else self._day
        if day is None or day > self._today + timedelta(days=1):
            raise BadLine
        return datetime.combine(day, time(), UTC)


def _cells(text: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=separator, strict=True))]
    except (csv.Error, StopIteration):
        raise BadLine from None


def _date(cell: str) -> date:
    found = _DATED.match(cell)
    if found is None:
        raise BadLine
    year, month, day, first, second, last = (int(part or 0) for part in found.groups())
    try:
        return date(year, month, day) if year else date(last, second, first)
    except ValueError:
        raise BadLine from None
