"""
Address books as vCards 2.1, 3.0 and 4.0, as phones export them. Pure.

Folded lines are joined (RFC 6350, 3.2), quoted-printable and its soft ends of lines read (vCard 2.1), groups
(`item1.TEL`) and character sets heeded. Names, numbers and CLASS are read; photographs, addresses, notes and all else
pass by unread, however long.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

from callerid.books import charsets
from callerid.books.values import LONGEST_LINE, Contact, Refused

_KEPT = 4 * LONGEST_LINE
"""Bytes of a property that is not over yet; a longer one is a photograph, and is skipped."""
_HEAD = re.compile(rb"[ \t]*(?:[A-Za-z0-9-]+\.)?([A-Za-z-]+)((?:;(?:[^:\";]|\"[^\"]*\")*)*):")
_READ = frozenset({b"BEGIN", b"END", b"FN", b"N", b"TEL", b"ORG", b"NICKNAME", b"CLASS"})
_MOST_HEADS = 500
_QUOTED = re.compile(rb"quoted-printable", re.IGNORECASE)
_BASE64 = re.compile(rb"[;=](?:b|base64)(?:;|\Z)", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=\"?([A-Za-z0-9_-]+)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_APART = re.compile(r"(?<!\\);")
_NAMES = (b"FN", b"N", b"ORG", b"NICKNAME")
_PRIVATE = (b"PRIVATE", b"CONFIDENTIAL")
_LONGEST_HEAD = 200

_Head = tuple[bytes, bytes, bool]
"""A property that is read, in capitals, its parameters, and whether its value is quoted-printable."""
_NOTHING: _Head = (b"", b"", False)


class VCards:
    """A values.Reading."""

    def __init__(self) -> None:
        self._rest, self._skipping = b"", False
        self._card: dict[bytes, str] | None = None
        self._numbers: list[str] = []
        self._private = False
        self._heads: dict[bytes, _Head] = {}

    def feed(self, piece: bytes) -> list[Contact]:
        data = self._rest + piece
        end = _end_of_whole(data, max(0, len(self._rest) - 1))
        whole, self._rest = data[:end], data[end:]
        if whole and self._skipping:
            whole, self._skipping = whole.partition(b"\n")[2] if not whole.startswith(b"\n") else whole, False
        if len(self._rest) > _KEPT:
            self._rest, self._skipping = b"", True
        return self._contacts(whole)

    def close(self) -> list[Contact]:
        whole, self._rest = self._rest, b""
        contacts = [] if self._skipping else self._contacts(whole + b"\n")
        if self._card is not None:
            self._card = None
            contacts.append(Contact(refused=Refused.UNREADABLE))
        return contacts

    def _contacts(self, whole: bytes) -> list[Contact]:
        if b"\r" in whole:
            whole = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\n " in whole or b"\n\t" in whole:
            whole = whole.replace(b"\n ", b"").replace(b"\n\t", b"")
        contacts: list[Contact] = []
        lines = iter(whole.split(b"\n"))
        for line in lines:
            head = line[: line.find(b":") + 1]
            known = self._heads.get(head)
            if known is None:
                known, head = self._learned(line, head)
            name, parameters, quoted = known
            if not name:
                continue
            value = line[len(head) :]
            if quoted and value.endswith(b"="):
                value = _with_soft_ends(value, lines)
            contact = self._take(name, parameters, value)
            if contact is not None:
                contacts.append(contact)
        return contacts

    def _learned(self, line: bytes, head: bytes) -> tuple[_Head, bytes]:
        """What stands before the value of a line, and what it means; the same few come in every card."""
        found = _HEAD.match(line)
        if found is None:
            return _NOTHING, head
        name, parameters = found[1].upper(), found[2]
        read = (name, parameters, bool(_QUOTED.search(parameters))) if name in _READ else _NOTHING
        if len(self._heads) < _MOST_HEADS and found[0] == head and len(head) < _LONGEST_HEAD:
            self._heads[head] = read
        return read, found[0]

    def _take(self, name: bytes, parameters: bytes, value: bytes) -> Contact | None:
        """One property. Returns the card that it ends."""
        if name == b"BEGIN":
            broken = self._card is not None
            self._card, self._numbers, self._private = {}, [], False
            return Contact(refused=Refused.UNREADABLE) if broken else None
        if self._card is None:
            return None
        if name == b"END":
            card, self._card = self._card, None
            called = next((said for each in _NAMES if (said := card.get(each))), "")
            return Contact(called, tuple(self._numbers), self._private)
        if len(value) > LONGEST_LINE:
            return None
        if name == b"TEL":
            self._numbers.append(_number(_decoded(parameters, value)))
        elif name == b"CLASS":
            self._private = value.strip().upper() in _PRIVATE
        elif name not in self._card:
            said = _decoded(parameters, value)
            self._card[name] = _in_order(said) if name == b"N" else _unescaped(said.replace("\n", " ")).strip(" ;")
        return None


def _end_of_whole(data: bytes, seen: int) -> int:
    """Where the last line ends that surely goes on no further. seen: up to where none does, looked at before."""
    end = len(data)
    while True:
        end = data.rfind(b"\n", seen, end)
        if end < 0:
            return 0
        after = data[end + 1 : end + 2]
        before = data[max(0, end - 2) : end].rstrip(b"\r")
        if after and after not in b" \t" and not before.endswith(b"="):
            return end + 1


def _with_soft_ends(value: bytes, lines: Iterator[bytes]) -> bytes:
    """A quoted-printable value with the lines that it goes on in."""
    parts = [value]
    while parts[-1].endswith(b"="):
        parts.append(next(lines, b""))
    return b"\n".join(parts)


def _decoded(parameters: bytes, value: bytes) -> str:
    if not parameters:
        return charsets.text(value)
    if _QUOTED.search(parameters):
        value = quopri.decodestring(value)
    elif _BASE64.search(parameters):
        try:
            value = base64.b64decode(value, validate=False)
        except (ValueError, binascii.Error):
            value = b""
    charset = _CHARSET.search(parameters)
    return charsets.text(value, charset[1].decode() if charset else None)


def _number(said: str) -> str:
    """Of `tel:+1-202-555-0101;ext=5` the number."""
    said = _unescaped(said).strip()
    return said[4:].partition(";")[0] if said[:4].lower() == "tel:" else said


def _in_order(said: str) -> str:
    """Family;Given;Middle;Prefix;Suffix as people say it: given, middle, family."""
    parts = [_unescaped(part).replace(",", " ").strip() for part in _APART.split(said)] + ["", "", ""]
    return " ".join(filter(None, (parts[1], parts[2], parts[0])))


def _unescaped(said: str) -> str:
    if "\\" not in said:
        return said
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], said)
