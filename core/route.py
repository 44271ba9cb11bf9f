"""Where an inbound call goes: what `sql.inbound_call()` decides and the rooms put into words.

A route holds references, never a number: it is stored with the call, and a repeated webhook is answered from it again.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.e164 import E164


class Verdict(StrEnum):
    """What to do with the caller."""

    RING = "ring"  # dial the target
    ENTER = "enter"  # ask for an extension
    WHICH = "which"  # two targets fit: ask which
    PROVE = "prove"  # our own call to a person: ask whether they agree
    ASK = "ask"  # a customer's hook decides first
    REFUSE = "refuse"  # say why, connect nobody


class Why(StrEnum):
    """Why a caller is refused, or why an extension is asked for again."""

    NOT_OURS = "not-ours"
    RESTING = "resting"
    LOOP = "loop"
    QUOTA = "quota"
    STRANGER = "stranger"
    COOLING = "cooling"
    UNAVAILABLE = "unavailable"  # paused, quiet, revoked, blocked: alike on purpose
    WRONG = "wrong-extension"  # unknown, expired, mistyped: alike on purpose
    NO_MORE_TRIES = "no-more-tries"
    GUARDED = "guarded"  # the destination may not be dialled
    STALE = "stale"  # short keys were lost: ask again after reading them anew
    NO_SESSION = "no-session"  # nobody's session on this number is the caller's
    SESSION_OVER = "session-over"  # it was, and the number rests from it
    MODE = "mode"  # the session is for texts only
    PIN = "pin"  # who calls must show that they know it
    VETOED = "vetoed"  # by the customer's hook
    UNPROVEN = "unproven"  # the caller's network could not vouch for the number


class Reason(StrEnum):
    """Why a stranger scanned."""

    BLOCKING = "blocking"
    LIGHTS = "lights"
    ACCIDENT = "accident"
    TOW = "tow"
    OTHER = "other"


class Outcome(StrEnum):
    """How a call ended. DESIGN 4a."""

    TALKED = "talked"
    DECLINED = "declined"
    BLOCKED = "blocked"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    FAILED = "failed"
    CALLER_LEFT = "caller-left"
    REFUSED = "refused"
    APOLOGY = "apology"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SealedRef:
    """A sealed number and where it stands, which is what it is bound to. table: `phone` or `call`."""

    table: str
    row: UUID
    box: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """
    Where one call goes.

    claim_kind: open, extension, bound, callback, session, or None where no claim decided. target and target_id: what
    rings (`sticker`, `call`, `phone`, `session`). show: the caller ID, always ours; None unless verdict is RING. to:
    the number to dial, sealed; None unless RING. attempt: 1, or 2 for the second one. ring and talk: seconds. stay: an
    own claim exists, so whoever enters no extension is still connected. tries: extensions entered wrongly so far.
    language and callee_language: BCP 47 ("en", "hi"). repeat: this webhook was answered before.

    Of a session's call only: service_id and number_id, whose number was dialled. from_id, to_id: participants; side:
    the caller's, 1 or 2. announced: said to the caller first, announce: to the callee. screens: whoever is rung accepts
    with a key. blocks: and may block the caller by one. digits: how many a PIN has. countries: ISO codes that may be
    dialled; none: as the installation says.

    named: the caller agreed that whoever they call hears their name. nuisance: many marked them as one, and whoever is
    called wants to hear it.
    """

    tenant: UUID
    call_id: UUID | None
    verdict: Verdict
    why: Why | None = None
    repeat: bool = False
    claim_kind: str | None = None
    target: str | None = None
    target_id: UUID | None = None
    show: E164 | None = None
    to: SealedRef | None = None
    reason: Reason | None = None
    label: str | None = None
    language: str = "en"
    callee_language: str = "en"
    attempt: int = 1
    ring: int = 22
    talk: int = 3600
    stay: bool = False
    tries: int = 0
    service_id: UUID | None = None
    number_id: UUID | None = None
    from_id: UUID | None = None
    to_id: UUID | None = None
    side: int = 0
    announced: str | None = None
    announce: str | None = None
    screens: bool = True
    blocks: bool = False
    digits: int = 6
    countries: tuple[str, ...] = ()
    named: bool = False
    nuisance: bool = False
