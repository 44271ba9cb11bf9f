"""Signed names for pages: a visitor's scan, an owner's notice. What is signed is an opaque id, never a number."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_MAC = 12
"""Bytes of HMAC: 96 bits."""


class Kind(StrEnum):
    """What a token names; one letter, so that texts stay short."""

    SCAN = "s"  # a visitor's page; id: scan
    CALL = "c"  # a notice of a missed call; id: call
    MESSAGE = "m"  # a notice of a visitor's message; id: scan
    OWNER = "o"  # the owner's page of a sticker; id: sticker
    SECOND = "e"  # the second contact's page of a sticker; id: sticker


@dataclass(frozen=True, slots=True)
class Named:
    """What a token says."""

    kind: Kind
    tenant: UUID
    id: UUID


class Tokens:
    """Makes and reads tokens. secret: 32 bytes of this room's own."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make(self, kind: Kind, tenant: UUID, id_: UUID) -> str:
        """57 characters that are safe in a URL."""
        body = tenant.bytes + id_.bytes
        return kind.value + base64.urlsafe_b64encode(body + self._mac(kind, body)).decode().rstrip("=")

    def read(self, token: str) -> Named | None:
        """What was signed here; None for anything else."""
        if token[:1] not in set(Kind):
            return None
        try:
            raw = base64.urlsafe_b64decode(token[1:] + "=" * (-len(token[1:]) % 4))
        except ValueError:
            return None
        kind, body = Kind(token[0]), raw[:32]
        if len(raw) != 32 + _MAC or not hmac.compare_digest(raw[32:], self._mac(kind, body)):
            return None
        return Named(kind, UUID(bytes=body[:16]), UUID(bytes=body[16:]))

    def _mac(self, kind: Kind, body: bytes) -> bytes:
        return hmac.digest(self._secret, kind.value.encode() + body, hashlib.sha256)[:_MAC]
