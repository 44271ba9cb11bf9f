"""The question people ask of the rooms of names. `maskline/wiring.py` introduces who answers it."""

from datetime import date
from typing import TYPE_CHECKING, Protocol

from core.e164 import E164

if TYPE_CHECKING:  # so that the pure parts of a room may import their port
    from sql.database import Connection


class Holders(Protocol):
    """Knows when numbers change hands, and wants to know."""

    async def given_back(self, conn: "Connection", number: E164, after: date) -> bool:
        """Whether an operator said that a number was given back after a day."""
        ...

    async def changed_hands(self, conn: "Connection", number: E164) -> None:
        """Somebody else than before has proven a number: what its former holder said of it is void."""
        ...


class NobodyKnows:
    """Stands in where there are no names: operators tell nothing, and nothing is void."""

    async def given_back(self, conn: "Connection", number: E164, after: date) -> bool:
        return False

    async def changed_hands(self, conn: "Connection", number: E164) -> None:
        return None
