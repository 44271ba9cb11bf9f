"""Stickers, scans and owners as values."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

from core.e164 import E164
from core.route import Outcome, Reason
from ivr.texts import Preset


class StickerState(StrEnum):
    """Printed, then activated by its owner; paused and resumed at will; revoked for good."""

    PRINTED = "printed"
    ACTIVATED = "activated"
    PAUSED = "paused"
    REVOKED = "revoked"


class PlateShown(StrEnum):
    """How much of the plate the page shows."""

    HIDDEN = "hidden"
    PARTLY = "partly"
    FULL = "full"


class Nuisance(StrEnum):
    """What an owner wants with callers whom many marked as a nuisance."""

    RING = "ring"
    ANNOUNCE = "announce"
    REFUSE = "refuse"


class ContactState(StrEnum):
    """Whether a person agreed to be rung."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticker:
    """
    One printed code and the vehicle it stands for.

    country: ISO, whose proxy numbers serve it. label: what the owner calls the vehicle, said to the owner only.
    callback_minutes: how long the owner can call the last stranger back after a call; 0 never. quiet_from, quiet_to:
    local times in `timezone` (IANA), may pass midnight, both or neither. contacts: state by place (1 owner, 2 second).
    nuisance: what its owner wants with callers whom many marked as one.
    """

    tenant: UUID
    sticker_id: UUID
    code: str
    state: StickerState
    country: str
    language: str
    label: str | None
    plate: str | None
    plate_shown: PlateShown
    callback_minutes: int
    quiet_from: time | None
    quiet_to: time | None
    timezone: str
    nuisance: Nuisance
    made_at: datetime
    contacts: dict[int, ContactState]
    reachable: bool


@dataclass(frozen=True, slots=True)
class ScanPage:
    """
    What a stranger may see of a sticker.

    plate: as the owner chose, None where hidden. available: False where paused, quiet or revoked, alike.
    """

    code: str
    plate: str | None
    available: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who scans, coarsely. address: IP as text, kept only as a keyed prefix. agent: the User-Agent header."""

    address: str
    agent: str
    language: str


@dataclass(frozen=True, slots=True)
class Way:
    """
    How a visitor reaches the owner.

    token: names the scan in the page's URL. number: ours. extension: six digits to send, None on a number of one's own.
    until: the way ends then; None once it is used up or over. missed: the owner could not be reached and has been told.
    message: what the visitor sent to the owner. reply: the owner's answer, for 15 minutes. taken: there never was a
    number, since every line was taken when the visitor asked; a message still reaches the owner.
    """

    token: str
    reason: Reason
    number: E164 | None = None
    extension: str | None = None
    until: datetime | None = None
    missed: bool = False
    message: Preset | None = None
    reply: Preset | None = None
    taken: bool = False


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """
    What an owner may see and do from a notice.

    at: when the call or message came, None on the page of the sticker itself. can_block: the caller is still known
    (under a key that ends after two days). second: this is the second contact's page, who may only leave.
    """

    label: str | None
    state: StickerState
    at: datetime | None
    reason: Reason | None
    outcome: Outcome | None
    message: Preset | None
    replied: Preset | None
    can_reply: bool
    can_block: bool
    blocked: bool
    second: bool
