"""
What waits in the inbox, sealed: a row as bytes and back. Pure.

Rows of one upload lie side by side until the merge, so what they say must not be readable there: the token of a tag
would tell, for as long as the tag lives, with which others it came. The boxes are padded, so that no name's length
tells either. Their key comes of the token root, and is nowhere in the database.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from os import urandom
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from callerid.tokens import Keyed
from privacy.keys import KeyRing

_HEAD = struct.Struct(">BqB16s16s32sBbbbii")
NONCE = 12
_BLOCK = 64
_PACK = _HEAD.pack
_PADDING = [bytes(-length % _BLOCK) for length in range(_BLOCK)]
UNKNOWN = -1
"""A group that is not known."""


class What(IntEnum):
    """What a row does. The figures stand in tables and never change; those of names are a tag's `kind`."""

    BOOK = 0
    SUGGEST = 1
    SELF = 2
    CALL = 3
    REMOVE = 8
    SPAM = 16
    NOT_SPAM = 17
    UNMARK = 18


class Queue(IntEnum):
    """Rows that cover each other: who gives a book is not hidden by people who mark a number."""

    BOOKS = 0
    NAMES = 1
    MARKS = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """What is told of a contributor beside each row, where at least five in a merge share it. See ranking's Coarse."""

    age: int
    book: int
    attested: bool


@dataclass(frozen=True, slots=True)
class Row:
    """
    One thing that somebody gave. at: milliseconds since 1970, so that the newer of two replaces the other; it is not
    kept. version: of the number key. name: cleaned of what Postgres cannot hold; "" where there is none.
    device, network: groups, None where unknown. category: of a mark, else 0.
    """

    what: What
    at: int
    number: Keyed
    version: int
    token: bytes
    kind: Kind
    device: int | None
    network: int | None
    name: str = ""
    category: int = 0

    @property
    def marks(self) -> bool:
        """Whether it is about a mark, not a name."""
        return self.what >= What.SPAM


class Boxes:
    """Seals rows and opens them. One instance serves a process; it may be used from several threads."""

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = [AESGCM(key) for key in ring.derive_each("token", "name inbox")]
        self._newest = self._ciphers[0]
        self.version = ring.newest("number")

    def seal(
        self, what: What, at: int, ref: bytes, token: bytes, key: bytes, kind: Kind, groups: tuple[int, int],
        name: bytes = b"", category: int = 0,
    ) -> bytes:  # fmt: skip
        """The box of a row; its parts as bytes, because thousands are sealed at a time. groups: UNKNOWN for none."""
        text = _PACK(what, at, self.version, ref, token, key, category, kind.age, kind.book, kind.attested, *groups)
        text += name + b"\x00"
        nonce = urandom(NONCE)
        return nonce + self._newest.encrypt(nonce, text + _PADDING[len(text) % _BLOCK], None)

    def open(self, box: bytes, moved: Callable[[bytes, int], bytes]) -> Row | None:
        """
        The row of a box; None for one that no root of ours sealed.

        moved: makes a number key of an older version what it is now, for rows that waited while keys were moved.
        """
        text = opened(self._ciphers, box)
        if text is None:
            return None
        what, at, version, ref, token, key, category, age, book, attested, device, network = _HEAD.unpack_from(text)
        if version < self.version:
            key = moved(key, version)
        return Row(
            What(what), at, Keyed(UUID(bytes=ref), key), self.version, token, Kind(age, book, bool(attested)),
            None if device == UNKNOWN else device, None if network == UNKNOWN else network,
            text[_HEAD.size :].rstrip(b"\x00").decode(), category,
        )  # fmt: skip


def opened(ciphers: Iterable[AESGCM], box: bytes) -> bytes | None:
    """What a box of ours holds, a nonce before it; None for one that none of these sealed."""
    for cipher in ciphers:
        try:
            return cipher.decrypt(box[:NONCE], box[NONCE:], None)
        except InvalidTag:
            continue
    return None
