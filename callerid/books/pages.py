"""
What waits of an address book, sealed: thousands of contacts as one page, and back. Pure but for the randomness of a
seal.

A page is opened at the merge, together with those of everybody else, and only then are its rows made. Its numbers are
keyed before they are written down, so that no key opens it to a number; its length is rounded up, and tells of no name.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from os import urandom
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from callerid.books.boxes import NONCE, Kind, opened
from privacy.keys import KeyRing

_HEAD = struct.Struct(">Bq16s16sBBbBI")
_FORMAT = 1
_FIRST, _BLOCK = 32, 1024
_END = "\x00"
"""After each name; no name holds it (`values.storable`)."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gave a page, as much as tags are made of. network: the prefix of their address."""

    person: UUID
    device: UUID
    network: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Page:
    """
    What one person gave at a time. at: microseconds since 1970; each contact is one later, so that the newest counts.

    named: numbers as `NameKeys.first` has them, and names without NUL.
    """

    giver: Giver
    at: int
    named: Sequence[tuple[bytes, str]]

    def without(self, firsts: set[bytes] | None) -> "tuple[Page | None, int]":
        """What stays of it without some numbers, or without any, and how many contacts go; None for nothing."""
        named = [] if firsts is None else [each for each in self.named if each[0] not in firsts]
        return (replace(self, named=named) if named else None), len(self.named) - len(named)


class Pages:
    """Seals pages and opens them. One instance serves a process; it may be used from several threads."""

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = [AESGCM(key) for key in ring.derive_each("token", "name pages")]

    def seal(self, page: Page) -> bytes:
        """The box of a page."""
        giver, kind, network = page.giver, page.giver.kind, page.giver.network.encode()
        head = _HEAD.pack(_FORMAT, page.at, giver.person.bytes, giver.device.bytes, kind.age, kind.book, kind.attested,
                          len(network), len(page.named))  # fmt: skip
        names = "".join([name + _END for _, name in page.named]).encode()
        text = b"".join([head, network, *[first for first, _ in page.named], names])
        nonce = urandom(NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, text + bytes(-len(text) % _BLOCK), None)

    def open(self, box: bytes) -> Page | None:
        """The page of a box; None for one that no root of ours sealed."""
        text = opened(self._ciphers, box)
        if text is None:
            return None
        _, at, person, device, age, book, attested, network, count = _HEAD.unpack_from(text)
        start = _HEAD.size + network
        giver = Giver(UUID(bytes=person), UUID(bytes=device), text[_HEAD.size : start].decode(),
                      Kind(age, book, bool(attested)))  # fmt: skip
        names = text[start + count * _FIRST :].decode().split(_END, count)
        return Page(giver, at, list(zip(_firsts(text, start, count), names, strict=False)))


def _firsts(text: bytes, start: int, count: int) -> Iterator[bytes]:
    for place in range(start, start + count * _FIRST, _FIRST):
        yield text[place : place + _FIRST]
