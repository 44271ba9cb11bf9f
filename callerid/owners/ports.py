"""What owners' pages ask of the room that knows people. `maskline/wiring_owners.py` introduces who answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.e164 import E164


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way. code_id: under which it is entered. until: when it can no longer be."""

    code_id: UUID
    until: datetime


class SignIns(Protocol):
    """Lets people in by their number, for pages."""

    async def start(self, number: E164, way: str, language: str, *, network: str) -> CodeSent:
        """Sends a code that lets its holder in. Raises Problem where a number gets none, whoever's it is."""
        ...

    async def finish(self, code_id: UUID, code: str, language: str) -> str:
        """The token of a new device of theirs. Raises Problem where the code is wrong, too old, or tried too often."""
        ...

    async def end(self, person: UUID, device: UUID) -> None:
        """A device of theirs is let in no more."""
        ...
