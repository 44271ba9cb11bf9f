"""A day's key: what it keys and seals can be read for two days at most, and then by nobody."""

import hmac
from dataclasses import dataclass
from datetime import date

from core.e164 import E164
from privacy.keys import derived
from privacy.numbers import address_prefix
from privacy.sealing import UNDER_DAY, Cipher, Where


class DayKey:
    """
    The keys of one UTC day, derived from one random secret.

    key_id: random, so that it never names another key after the table was emptied.
    """

    def __init__(self, key_id: int, day: date, secret: bytes) -> None:
        self.key_id, self.day = key_id, day
        self._scanner = derived(secret, "scanner")
        self._address = derived(secret, "address")
        self._callback = Cipher(UNDER_DAY, key_id, derived(secret, "callback"))

    def scanner(self, number: E164) -> bytes:
        """A caller as this day knows them: 32 bytes that no other day's key matches."""
        return hmac.digest(self._scanner, number.value.encode(), "sha256")

    def address(self, address: str) -> bytes:
        """A visitor's network prefix as this day knows it: 32 bytes."""
        return hmac.digest(self._address, address_prefix(address).encode(), "sha256")

    def seal(self, text: str, where: Where) -> bytes:
        return self._callback.seal(text, where)

    def open(self, box: bytes, where: Where) -> str:
        """Raises Unsealable."""
        return self._callback.open(box, where)

    def __repr__(self) -> str:
        return f"DayKey({self.day})"


@dataclass(frozen=True, slots=True)
class DayKeys:
    """The two days whose keys still serve."""

    today: DayKey
    yesterday: DayKey

    def scanners(self, number: E164) -> list[bytes]:
        """A caller under both days' keys, today's first."""
        return [self.today.scanner(number), self.yesterday.scanner(number)]

    def by_id(self, key_id: int) -> DayKey | None:
        return next((key for key in (self.today, self.yesterday) if key.key_id == key_id), None)
