"""PINs of participants: a few digits that say who calls, kept as a keyed hash."""

import hmac
import re
import secrets
from collections.abc import Sequence
from uuid import UUID

_DIGITS = re.compile(r"[0-9]+\Z")


class Pins:
    """
    Makes PINs and their hashes, which stand for one service and one number.

    secrets: `ring.derive_each("token", "session pins")`, newest first. A PIN has few digits, so a hash hides it only
    from whoever lacks the key; tries are counted where it is asked for.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)

    def hashes(self, service: UUID, number_id: UUID, pin: str) -> list[bytes]:
        """32 bytes each, the newest key's first. It is kept under the first and looked for under all of them."""
        text = f"{service}|{number_id}|{pin}".encode()
        return [hmac.digest(key, text, "sha256") for key in self._keys]

    def new(self, length: int) -> str:
        """`length` (4-15) random digits."""
        return "".join(secrets.choice("0123456789") for _ in range(length))


def is_pin(text: str, length: int) -> bool:
    """Whether it is as many digits as a service's PINs have."""
    return len(text) == length and _DIGITS.match(text) is not None
