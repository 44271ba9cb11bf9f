"""Sealed values: AES-256-GCM, bound to the one row they stand in, so that a box moved elsewhere does not open."""

import secrets
import struct
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.problem import Problem
from privacy.keys import KeyRing

UNDER_ROOT, UNDER_DAY = 1, 2
"""A box's first byte: which kind of key sealed it."""

_HEADER = struct.Struct(">Bq")  # version, key id
_NONCE = 12
_SHORTEST = _HEADER.size + _NONCE + 16


class Unsealable(Problem):
    """A box does not open: its key is gone, it was changed, or it stands where it was not sealed for."""

    status, slug, title = 500, "unsealable", "A sealed value cannot be opened"


@dataclass(frozen=True, slots=True)
class Where:
    """The place that a box is bound to: its table, its column, the id of its row."""

    table: str
    column: str
    row: UUID | str

    @classmethod
    def phone(cls, phone_id: UUID) -> Self:
        """A person's number."""
        return cls("phone", "sealed", phone_id)

    @classmethod
    def caller(cls, call_id: UUID) -> Self:
        """Whoever rang, for a call back; under a short key."""
        return cls("call", "caller_sealed", call_id)

    @classmethod
    def tokens(cls, account_id: UUID) -> Self:
        """The tokens of a carrier account."""
        return cls("carrier_account", "tokens", account_id)

    @classmethod
    def client(cls, client_id: UUID) -> Self:
        """The token of a program that uses our APIs."""
        return cls("client", "token", client_id)

    @classmethod
    def words(cls, message_id: UUID) -> Self:
        """What a text says, until it is passed on."""
        return cls("message", "body", message_id)

    @classmethod
    def media(cls, media_id: UUID) -> Self:
        """What came with a text."""
        return cls("media", "sealed", media_id)

    @classmethod
    def proof(cls, proof_id: UUID) -> Self:
        """The number that a code goes to, for minutes."""
        return cls("proof", "sealed", proof_id)

    @classmethod
    def person(cls, person_id: UUID) -> Self:
        """The number that a person has proven."""
        return cls("person", "sealed", person_id)

    @property
    def binding(self) -> bytes:
        """AES-GCM's associated data."""
        return f"{self.table}|{self.column}|{self.row}".encode()


class Cipher:
    """
    One AES key. A box is version ‖ key id ‖ nonce ‖ ciphertext and tag: 37 bytes more than its text.

    Nonces are random, so one key may seal 2^32 boxes (NIST SP 800-38D, 8.3) before it must be rotated.
    """

    def __init__(self, version: int, key_id: int, key: bytes) -> None:
        self.header = _HEADER.pack(version, key_id)
        self._aes = AESGCM(key)

    def seal(self, text: str, where: Where) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return self.header + nonce + self._aes.encrypt(nonce, text.encode(), where.binding)

    def open(self, box: bytes, where: Where) -> str:
        """Raises Unsealable."""
        if len(box) < _SHORTEST or not box.startswith(self.header):
            raise Unsealable("It was sealed with another key.")
        nonce, sealed = box[_HEADER.size : _HEADER.size + _NONCE], box[_HEADER.size + _NONCE :]
        try:
            return self._aes.decrypt(nonce, sealed, where.binding).decode()
        except InvalidTag:
            raise Unsealable("It was changed, or it stands in a row that it was not sealed for.") from None


class Sealer:
    """Seals with the newest seal root and opens with every one. One instance serves a process."""

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = {
            key_id: Cipher(UNDER_ROOT, key_id, ring.derive("seal", "box", key_id)) for key_id in ring.ids("seal")
        }
        self._newest = self._ciphers[ring.newest("seal")]

    @property
    def header(self) -> bytes:
        """How every box begins that is sealed from now on."""
        return self._newest.header

    def seal(self, text: str, where: Where) -> bytes:
        return self._newest.seal(text, where)

    def open(self, box: bytes, where: Where) -> str:
        """Raises Unsealable."""
        cipher = self._ciphers.get(key_id_of(box)) if version_of(box) == UNDER_ROOT else None
        if cipher is None:
            raise Unsealable("It was sealed with a key that the key file lacks.")
        return cipher.open(box, where)


def key_id_of(box: bytes) -> int:
    """The id of the key that sealed a box: of a seal root, or of a short key. Raises Unsealable."""
    return _opened_header(box)[1]


def version_of(box: bytes) -> int:
    """UNDER_ROOT or UNDER_DAY. Raises Unsealable."""
    return _opened_header(box)[0]


def _opened_header(box: bytes) -> tuple[int, int]:
    if len(box) < _HEADER.size:
        raise Unsealable("It is too short to be a sealed value.")
    version, key_id = _HEADER.unpack_from(box)
    if version not in (UNDER_ROOT, UNDER_DAY):
        raise Unsealable("It was sealed by a newer version of Maskline, or it is no sealed value.")
    return version, key_id
