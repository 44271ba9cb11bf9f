"""A day's key: what it keys and seals can be read for two days at most, and then by nobody."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.e164 import E164
from privacy.keys import derived
from privacy.mac import Mac
from privacy.numbers import address_prefix
from privacy.sealing import UNDER_DAY, Cipher, Where


class DayKey:
    """
    The keys of one UTC day, derived from one random secret.

    key_id: random, so that it never names another key after the table was emptied.
    """

    def __init__(self, key_id: int, day: date, secret: bytes) -> None:
        self.key_id, self.day = key_id, day
        self._scanner = Mac(derived(secret, "scanner"))
        self._address = Mac(derived(secret, "address"))
        self._counter = Mac(derived(secret, "counter"))
        self._callback = Cipher(UNDER_DAY, key_id, derived(secret, "callback"))

    def scanner(self, number: E164) -> bytes:
        """A caller as this day knows them: 32 bytes that no other day's key matches."""
        return self._scanner(number.value.encode())

    def address(self, address: str) -> bytes:
        """A visitor's network prefix as this day knows it: 32 bytes."""
        return self._address(address_prefix(address).encode())

    def counts_caller(self, number: E164) -> str:
        """
        A caller as this day's burst counters know them: 32 hex digits.

        Another key than the scanner's: a dump of Valkey joins neither one of another day nor one of Postgres.
        """
        return self._counted(f"caller {number.value}")

    def counts_address(self, address: str) -> str:
        """A visitor's network prefix in the same way."""
        return self._counted(f"address {address_prefix(address)}")

    def _counted(self, subject: str) -> str:
        return self._counter(subject.encode()).hex()[:32]

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

    def counting(self, t: datetime, per: timedelta) -> tuple[DayKey, ...]:
        """
        The keys under which a burst limit of `per` counts a use at `t`: today's, and for so long after midnight first
        yesterday's. What began before goes on then, so that the change of day gives nobody a fresh start.
        """
        midnight = datetime.combine(self.today.day, time(), UTC)
        return (self.today,) if t - midnight >= per else (self.yesterday, self.today)

    def by_id(self, key_id: int) -> DayKey | None:
        return next((key for key in (self.today, self.yesterday) if key.key_id == key_id), None)
