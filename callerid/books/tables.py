"""Address books as CSV, as Google, Outlook and Samsung export them: columns are known by their headings. Pure."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callerid.books import charsets
from callerid.books.lines import Lines
from callerid.books.values import LONGEST_LINE, Contact, Refused

_NUMBER = re.compile(
    r"\b(?:phone|mobil\w*|cell|cel[eu]lar\w*|tel|telephone|number|handy|numero|telefon\w*|tel[eé]fono|téléphone|tél|"
    r"móvil|telemóvel|telemovel|телефон\w*|мобильн\w*)\b|^phone|phone$"
)
_NO_NUMBER = re.compile(r"\b(?:type|label|fax|country|callback|radio|telex|tty|assistant)\b")
_WHOLE = ("name", "display name", "displayname", "full name", "fullname", "contact name", "formatted name")
_PARTS = (
    ("first name", "given name", "firstname", "vorname", "prénom", "prenom", "nombre", "nome", "voornaam", "имя"),
    ("middle name", "additional name", "middlename", "weitere vornamen", "deuxième prénom", "segundo nombre",
     "отчество"),
    ("last name", "family name", "surname", "lastname", "nachname", "nom", "nom de famille", "apellidos", "cognome",
     "sobrenome", "apelido", "achternaam", "фамилия"),
)  # fmt: skip
_FIRM = ("company", "organization name", "organization 1 - name", "organization", "organisation", "firma", "société",
         "empresa", "società", "bedrijf", "организация")  # fmt: skip
_ELSE = ("nickname", "file as")
_OPENS = re.compile(rb'(?:^|[,;\t])"')
"""Where a quoted field begins; elsewhere a quotation mark is one of the text (RFC 4180, 2.5)."""
_SEVERAL = re.compile(r"\s*:::\s*|[;\n]")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand in a row."""

    whole: tuple[int, ...]
    parts: tuple[int, ...]
    otherwise: tuple[int, ...]
    numbers: tuple[int, ...]


class Table:
    """A values.Reading. The first record holds the headings; columns beside names and numbers are dropped unread."""

    def __init__(self) -> None:
        self._lines, self._record, self._length, self._quotes = Lines(), list[bytes](), 0, 0
        self._columns: _Columns | None = None
        self._mark = ","

    def feed(self, piece: bytes) -> list[Contact]:
        return list(self._contacts(self._records(self._lines.feed(piece))))

    def close(self) -> list[Contact]:
        records = list(self._records(self._lines.close()))
        return list(self._contacts(iter([*records, self._whole()])))

    def _records(self, lines: list[bytes | None]) -> Iterator[bytes | None]:
        """Records are lines, but for those that a quoted field goes on in. None: one that is too long."""
        for line in lines:
            if line is None:
                self._whole()
                yield None
                continue
            self._record.append(line)
            self._length += len(line) + 1
            self._quotes += line.count(b'"')
            if self._quotes % 2 == 0 or (len(self._record) == 1 and not _OPENS.search(line)):
                yield self._whole()
            elif self._length > LONGEST_LINE:
                self._whole()
                yield None

    def _whole(self) -> bytes:
        """What was read of a record, and begins the next."""
        record = b"\n".join(self._record)
        self._record, self._length, self._quotes = [], 0, 0
        return record

    def _contacts(self, records: Iterator[bytes | None]) -> Iterator[Contact]:
        for record in records:
            if record is None:
                yield Contact(refused=Refused.LONG_LINE)
            elif not record.strip():
                continue
            elif self._columns is None:
                self._mark = _mark(record)
                self._columns = _columns(self._fields(record) or [])
            else:
                yield self._contact(record, self._columns)

    def _contact(self, record: bytes, columns: _Columns) -> Contact:
        fields = self._fields(record)
        if fields is None or not columns.numbers:
            return Contact(refused=Refused.UNREADABLE)
        name = (
            _first(fields, columns.whole)
            or " ".join(filter(None, (_at(fields, place) for place in columns.parts)))
            or _first(fields, columns.otherwise)
        )
        numbers = [each for place in columns.numbers for each in _SEVERAL.split(_at(fields, place)) if each.strip()]
        return Contact(name, tuple(numbers))

    def _fields(self, record: bytes) -> list[str] | None:
        try:
            return next(csv.reader([charsets.text(record).replace("\x00", "")], delimiter=self._mark), None)
        except csv.Error:
            return None


def _mark(record: bytes) -> str:
    """What stands between fields: Outlook follows the country, Samsung writes tabs."""
    return max((",", ";", "\t"), key=lambda mark: record.count(mark.encode()))


def _columns(headings: Sequence[str]) -> _Columns:
    names = [heading.strip().lower().strip("\ufeff").replace("_", " ") for heading in headings]
    numbers = tuple(
        place for place, name in enumerate(names) if _NUMBER.search(name) and not _NO_NUMBER.search(_subject(name))
    )
    return _Columns(
        _places(names, _WHOLE),
        tuple(place for part in _PARTS for place in _places(names, part)[:1]),
        _places(names, _FIRM + _ELSE),
        numbers,
    )


def _subject(name: str) -> str:
    """Of "phone 1 - value" what tells it from "phone 1 - type"."""
    return name.replace("- value", "")


def _places(names: Sequence[str], wanted: Sequence[str]) -> tuple[int, ...]:
    return tuple(names.index(each) for each in wanted if each in names)


def _first(fields: Sequence[str], places: Sequence[int]) -> str:
    return next((value for place in places if (value := _at(fields, place))), "")


def _at(fields: Sequence[str], place: int) -> str:
    return fields[place].strip() if place < len(fields) else ""
