"""Proxy numbers as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.e164 import E164


class Role(StrEnum):
    """What a number is for. pool: open claims. shared: extensions, and what owners see. session: two parties."""

    POOL = "pool"
    SHARED = "shared"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Traits:
    """What a carrier says of a number. sid: its own id of it, None where it has none. voice, texts: what it can do."""

    sid: str | None = None
    voice: bool = True
    texts: bool = True


UNTOLD = Traits()
"""Nobody asked the carrier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyNumber:
    """
    A number of ours.

    role: as set; plays: as it works now, None while it rests. live: claims that would connect. claimed_until: when the
    last claim on it that ends is over and cool, None if there is none.
    """

    number: E164
    number_id: UUID
    carrier: str
    country: str
    role: Role
    plays: Role | None
    next_role: Role | None
    resting_until: datetime | None
    live: int
    claimed_until: datetime | None
