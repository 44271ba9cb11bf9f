"""What address books ask of the floors and rooms beside them; `maskline/wiring_names.py` introduces who answers."""

from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:  # so that the pure parts of the room may import their port
    from sql.database import Connection

SHARE_BOOK = "share-book"
"""The purpose that a person agrees to before anything they give is taken."""


class Consents(Protocol):
    """Knows what people agreed to: privacy.consent."""

    async def live(self, conn: "Connection", person: UUID, purpose: str) -> bool:
        """Whether they agreed, and have not withdrawn it."""
        ...

    async def withdraw(self, conn: "Connection", person: UUID, purpose: str) -> bool:
        """They agree no longer. Whether they had."""
        ...
