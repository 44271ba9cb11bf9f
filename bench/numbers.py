"""Phone numbers that are set aside for fiction, enough of them that no quota is met: +1 NPA 555 01xx (NANPA)."""

from collections.abc import Iterator
from itertools import cycle, islice

from core.e164 import E164

# Area codes as NANPA may assign them: no N11, which are services, and no N9X, kept for a longer plan.
_AREAS = [f"{code}" for code in range(200, 1000) if f"{code}"[1] != "9" and f"{code}"[1:] != "11"]


def _number(place: int) -> E164:
    return E164(f"+1{_AREAS[place // 100]}55501{place % 100:02d}")


class Directory:
    """Hands the numbers out: some to us and to owners, all others to callers, each of whom calls in turn."""

    SIZE = len(_AREAS) * 100

    def __init__(self) -> None:
        self._taken = 0
        self._callers: Iterator[int] | None = None

    def take(self, count: int) -> list[E164]:
        """Numbers for us or for owners, which nobody else gets. Before the first caller."""
        if self._callers is not None or self._taken + count > self.SIZE // 2:
            raise ValueError("take our own numbers first, and leave half of them to callers")
        first, self._taken = self._taken, self._taken + count
        return [_number(place) for place in range(first, first + count)]

    def callers(self, count: int) -> list[E164]:
        """The next callers. One comes again only when all others have called."""
        if self._callers is None:
            self._callers = cycle(range(self._taken, self.SIZE))
        return [_number(place) for place in islice(self._callers, count)]
