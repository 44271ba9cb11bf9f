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

    async def doubted(self, conn: "Connection", number: E164) -> bool:
        """Whether an operator said that a number was given back, and nobody proved it since."""
        ...

    async def taken(self, conn: "Connection", number: E164) -> None:
        """Locks what names hold of a number, before its person is locked: everybody takes them in this order."""
        ...

    async def changed_hands(self, conn: "Connection", number: E164, *, stays_hidden: bool) -> None:
        """
        Somebody else than before has proven a number: what its former holder said of it is void.

        stays_hidden: whether a hidden one stays so, since it may be its holder of before who came back.
        """
        ...

    async def left(self, conn: "Connection", number: E164) -> None:
        """Its holder has proven another number, and nobody is known to have this one."""
        ...

    async def proven(self, conn: "Connection", number: E164, *, same: bool) -> None:
        """Somebody has proven a number, after all that changed with it. same: its person of before."""
        ...


class NobodyKnows:
    """Stands in where there are no names: operators tell nothing, and nothing is void."""

    async def given_back(self, conn: "Connection", number: E164, after: date) -> bool:
        return False

    async def doubted(self, conn: "Connection", number: E164) -> bool:
        return False

    async def taken(self, conn: "Connection", number: E164) -> None:
        return None

    async def changed_hands(self, conn: "Connection", number: E164, *, stays_hidden: bool) -> None:
        return None

    async def left(self, conn: "Connection", number: E164) -> None:
        return None

    async def proven(self, conn: "Connection", number: E164, *, same: bool) -> None:
        return None
