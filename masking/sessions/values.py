"""Services, sessions, participants and interactions as values."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

from core.e164 import E164
from core.route import SealedRef


class Mode(StrEnum):
    """What a session carries."""

    BOTH = "voice-and-message"
    VOICE = "voice-only"
    MESSAGE = "message-only"


class Direction(StrEnum):
    """Who may begin. one-way: side 1 only."""

    BOTH = "both"
    ONE_WAY = "one-way"


class SessionState(StrEnum):
    """Open until the first interaction, then in progress, then closed; a closed one may be opened again."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    CLOSED = "closed"


class Selection(StrEnum):
    """Which number a person gets again: one that they had before, if it is free; or never one that they had."""

    PREFER_STICKY = "prefer-sticky"
    AVOID_STICKY = "avoid-sticky"


class Geo(StrEnum):
    """How near a number is to the person who sees it. The finer ones are of North America; elsewhere: the country."""

    COUNTRY = "country"
    AREA_CODE = "area-code"
    OVERLAY = "overlay"
    RADIUS = "radius"


class Numbering(StrEnum):
    """One number for everybody in a session, or each side one near it (which may be the same)."""

    ONE = "one"
    EACH = "each"


class Kind(StrEnum):
    """A call or a text."""

    VOICE = "voice"
    MESSAGE = "message"


class Url(StrEnum):
    """What a customer's address is asked: told of interactions, a veto, what to do outside of sessions, told of all."""

    CALLBACK = "callback"
    INTERCEPT = "intercept"
    OUTSIDE = "outside"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nobody is rung (and, if the service says so, texted): local times in an IANA zone; may pass midnight."""

    starts: time
    ends: time
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """
    What the sessions of one application have in common.

    client_id: whose token signs its callbacks. default_ttl: seconds; None: not said, 90 days; 0: no end. cool_off:
    seconds that a number rests from a session. fallback_countries: whose numbers serve where a person's own country has
    none. countries: ISO codes that may be dialled; none: as the installation says. most_live: sessions on one number.
    screens: whoever is rung accepts with a key. blocks: and may block the caller by one. redacts: numbers and links in
    texts are hidden. …_a_day: what may be used in 24 hours, by the whole service, one person or one session; None: no
    limit. holds_texts: texts wait for the end of quiet hours. shows_numbers: its events carry real numbers.
    intercept_open: a hook that does not answer lets the call through.
    """

    tenant: UUID
    service_id: UUID
    client_id: UUID
    unique_name: str
    default_ttl: int | None
    cool_off: int
    numbering: Numbering
    selection: Selection
    geo: Geo
    fallback_countries: tuple[str, ...]
    countries: tuple[str, ...]
    most_live: int
    pin_length: int
    ring: int
    talk: int
    language: str
    quiet: Quiet | None
    calls_a_day: int | None
    texts_a_day: int | None
    minutes_a_day: int | None
    person_calls_a_day: int | None
    person_texts_a_day: int | None
    person_minutes_a_day: int | None
    session_calls_a_day: int | None
    session_texts_a_day: int | None
    session_minutes_a_day: int | None
    needs_attestation: bool
    needs_full_attestation: bool
    screens: bool
    blocks: bool
    redacts: bool
    holds_texts: bool
    stop_words: tuple[str, ...]
    shows_numbers: bool
    intercept_open: bool
    callback_url: str | None
    intercept_url: str | None
    outside_url: str | None
    events_url: str | None
    chat_instance_sid: str | None
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNumber:
    """A number of ours in a service's pool. reserved: given to who asks for it by name. in_use: live sessions on it."""

    tenant: UUID
    number_id: UUID
    service_id: UUID
    number: E164
    country: str
    carrier_sid: str | None
    voice: bool
    texts: bool
    reserved: bool
    in_use: int
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """
    Two sides who talk through masked numbers.

    state: as kept; `rules.state_at` says what it is at a time. ttl: seconds since the last interaction, 0 none; slides:
    whether it counts. expires_at: an absolute end that was asked for. until: when it ends as things stand, None never.
    named: both agreed to be announced by `called_as`. ring, talk: seconds, None as the service says. started_at,
    last_at: first and last interaction. people: live participants.
    """

    tenant: UUID
    session_id: UUID
    service_id: UUID
    unique_name: str | None
    state: SessionState
    closed_reason: str | None
    mode: Mode
    direction: Direction
    ttl: int
    slides: bool
    expires_at: datetime | None
    until: datetime | None
    cool_off: int
    force_pin: bool
    named: bool
    ring: int | None
    talk: int | None
    made_at: datetime
    changed_at: datetime
    started_at: datetime | None
    last_at: datetime | None
    ended_at: datetime | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """
    A person on one side.

    place: in which order a side rings. number: theirs, sealed; None where they are awaited, or erased. proxy: what they
    see and dial, and its row. called_as: how the others are told who calls. announcement: said to them first.
    """

    tenant: UUID
    participant_id: UUID
    session_id: UUID
    side: int
    place: int
    number: SealedRef | None = field(repr=False)
    number_id: UUID | None
    proxy: E164 | None
    friendly_name: str | None = field(repr=False)
    called_as: str | None = field(repr=False)
    announcement: str | None = field(repr=False)
    has_pin: bool
    made_at: datetime
    changed_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """
    One call or one text; its id is the call's or the text's.

    from_participant: None where the API sent it. refused: why it went no further. call_state, outcome, talk_seconds: of
    the call, as voice keeps them. attestation: what the caller's network vouched for, in the carrier's words.
    message_state, error, body: of the text; body only until its fate is known.
    """

    tenant: UUID
    interaction_id: UUID
    session_id: UUID
    kind: Kind
    from_participant: UUID | None
    to_participant: UUID | None
    refused: str | None
    at: datetime
    changed_at: datetime
    call_state: int | None
    outcome: str | None
    talk_seconds: int | None
    message_state: str | None
    error: str | None
    attestation: str | None = None
    body: str | None = field(repr=False)
