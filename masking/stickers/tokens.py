"""Signed names for pages: a visitor's scan, an owner's notice. What is signed is an opaque id, never a number."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_MAC = 12
"""Bytes of HMAC: 96 bits."""
_ID = 16
"""Bytes of one id."""


class Kind(StrEnum):
    """What a token names; one letter, so that texts stay short."""

    SCAN = "s"  # a visitor's page; id: scan
    WAITING = "w"  # a visitor's page from when every line was taken; id: scan
    CALL = "c"  # a notice of a missed call; id: call
    MESSAGE = "m"  # a notice of a visitor's message; id: scan
    OWNER = "o"  # the owner's page of a sticker; id: sticker
    SECOND = "e"  # the second contact's page of a sticker; id: sticker


VISITORS = frozenset({Kind.SCAN, Kind.WAITING})
"""Pages of strangers: whoever holds such a token is no owner."""
_HELD = frozenset({Kind.OWNER, Kind.SECOND})
"""Pages that stay for as long as one phone stands with a sticker: their tokens name that phone too."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a token says. holder: the phone (its row's id) that an OWNER's or SECOND's page is for, else None."""

    kind: Kind
    tenant: UUID
    id: UUID
    holder: UUID | None = None


class Tokens:
    """Makes and reads tokens. secret: 32 bytes of this room's own, which sign. former: older ones, for reading."""

    def __init__(self, secret: bytes, former: Sequence[bytes] = ()) -> None:
        self._secrets = (secret, *former)

    def make(self, kind: Kind, tenant: UUID, id_: UUID, holder: UUID | None = None) -> str:
        """60 characters that are safe in a URL, 81 with a holder. Raises ValueError where a holder is amiss."""
        if (holder is not None) is not (kind in _HELD):
            raise ValueError("an owner's page has a holder, and no other page has")
        body = tenant.bytes + id_.bytes + (holder.bytes if holder else b"")
        return kind.value + base64.urlsafe_b64encode(body + _mac(self._secrets[0], kind, body)).decode().rstrip("=")

    def read(self, token: str) -> Named | None:
        """What was signed here; None for anything else."""
        if token[:1] not in set(Kind):
            return None
        try:
            raw = base64.urlsafe_b64decode(token[1:] + "=" * (-len(token[1:]) % 4))
        except ValueError:
            return None
        kind, body, mac = Kind(token[0]), raw[:-_MAC], raw[-_MAC:]
        length = (3 if kind in _HELD else 2) * _ID
        fits = [hmac.compare_digest(mac, _mac(secret, kind, body)) for secret in self._secrets]  # all of them, always
        if len(body) != length or not any(fits):
            return None
        return Named(kind, *(UUID(bytes=body[at : at + _ID]) for at in range(0, length, _ID)))


def _mac(secret: bytes, kind: Kind, body: bytes) -> bytes:
    return hmac.digest(secret, kind.value.encode() + body, hashlib.sha256)[:_MAC]
