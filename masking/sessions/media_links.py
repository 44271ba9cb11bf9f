"""The short-lived addresses under which carriers fetch what goes on with a text: `/media/{token}`. No I/O."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

GOOD_FOR = timedelta(minutes=10)
"""A carrier fetches while it takes the text, or moments later."""
_MAC, _ID, _TIME = 16, 16, 5
"""Bytes: 128 bits of HMAC, of one id, of seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a token names: a row of `media`."""

    tenant: UUID
    media: UUID


class MediaLinks:
    """Makes and reads addresses. secrets: 32 bytes each; the first signs, the others are still read."""

    def __init__(self, public_url: str, secrets: Sequence[bytes]) -> None:
        self._base, self._secrets = public_url, tuple(secrets)

    def make(self, item: Item, now: datetime) -> str:
        """The address of an item, good for ten minutes. It holds opaque ids only."""
        until = int((now + GOOD_FOR).timestamp())
        body = item.tenant.bytes + item.media.bytes + until.to_bytes(_TIME)
        token = base64.urlsafe_b64encode(body + _mac(self._secrets[0], body)).decode().rstrip("=")
        return f"{self._base}/media/{token}"

    def read(self, token: str, now: datetime) -> Item | None:
        """What a token names; None for one that was not made here, or is too old."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        body, mac = raw[:-_MAC], raw[-_MAC:]
        fits = [hmac.compare_digest(mac, _mac(secret, body)) for secret in self._secrets]  # all of them, always
        if len(body) != 2 * _ID + _TIME or not any(fits):
            return None
        if datetime.fromtimestamp(int.from_bytes(body[2 * _ID :]), UTC) <= now:
            return None
        return Item(UUID(bytes=body[:_ID]), UUID(bytes=body[_ID : 2 * _ID]))


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, body, hashlib.sha256)[:_MAC]
