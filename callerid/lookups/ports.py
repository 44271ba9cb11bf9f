"""What contact discovery asks of the room that knows people. `maskline/wiring.py` introduces who answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from core.e164 import E164

if TYPE_CHECKING:  # so that the pure parts of the room may import their port
    from sql.database import Connection


@dataclass(frozen=True, slots=True)
class Here:
    """A person who has proven a number and allows to be found by it. since: from when on both was so."""

    person_id: UUID
    since: datetime


class Findable(Protocol):
    """
    Knows who is here.

    It is asked with numbers and not with number keys: people key numbers in their own way (privacy.numbers), and the
    key stays with them, so that no other room can join its tables with theirs.
    """

    async def findable(self, conn: "Connection", numbers: Sequence[E164]) -> Mapping[E164, Here]:
        """Of these numbers, those whose proven holder has a live consent "be-found"; nothing is kept of the others."""
        ...
