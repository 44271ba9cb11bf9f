"""What is asked of sessions, and what is told back. None is "not said": it keeps what is there, or is the default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from core.e164 import E164
from masking.sessions.values import (
    Direction,
    Geo,
    Mode,
    Numbering,
    Participant,
    Quiet,
    Selection,
    Session,
    SessionState,
    Url,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceGiven:
    """
    Of a service. urls: by what they are for; None clears one. Seconds for default_ttl, cool_off, ring and talk.

    unsaid: names of other fields that go back to what a new service has.
    """

    unique_name: str | None = None
    default_ttl: int | None = None
    cool_off: int | None = None
    numbering: Numbering | None = None
    selection: Selection | None = None
    geo: Geo | None = None
    fallback_countries: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    most_live: int | None = None
    pin_length: int | None = None
    ring: int | None = None
    talk: int | None = None
    language: str | None = None
    quiet: Quiet | None = None
    calls_a_day: int | None = None
    texts_a_day: int | None = None
    minutes_a_day: int | None = None
    person_calls_a_day: int | None = None
    person_texts_a_day: int | None = None
    person_minutes_a_day: int | None = None
    session_calls_a_day: int | None = None
    session_texts_a_day: int | None = None
    session_minutes_a_day: int | None = None
    needs_attestation: bool | None = None
    needs_full_attestation: bool | None = None
    screens: bool | None = None
    blocks: bool | None = None
    redacts: bool | None = None
    holds_texts: bool | None = None
    stop_words: tuple[str, ...] | None = None
    shows_numbers: bool | None = None
    intercept_open: bool | None = None
    urls: Mapping[Url, str | None] = field(default_factory=dict)
    chat_instance_sid: str | None = None
    unsaid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ends:
    """
    When a session ends. ttl: seconds after the last interaction, 0 never. both: the earlier of the two counts.

    unsaid: which of `ttl` and `expires_at` a session shall have no more, as if nobody had said it.
    """

    ttl: int | None = None
    expires_at: datetime | None = None
    both: bool = False
    unsaid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionGiven:
    """Of a session. cool_off, ring, talk: seconds; the service's where not said. See `values.Session`."""

    unique_name: str | None = None
    ends: Ends = Ends()
    mode: Mode = Mode.BOTH
    direction: Direction = Direction.BOTH
    state: SessionState = SessionState.OPEN
    force_pin: bool = False
    named: bool = False
    cool_off: int | None = None
    ring: int | None = None
    talk: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    What changes of a live session beside its ends; see `values.Session`. None: it stays.

    unsaid: names of fields that go back to what a new session has.
    """

    mode: Mode | None = None
    direction: Direction | None = None
    force_pin: bool | None = None
    named: bool | None = None
    cool_off: int | None = None
    ring: int | None = None
    talk: int | None = None
    unsaid: frozenset[str] = frozenset()


AS_IT_IS = Terms()
"""Nothing changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """
    Somebody to be put into a session.

    number: None for one who is awaited: they join by PIN, or are named later. side: 1 or 2; 0 for the one that nobody
    is on. pin: theirs; generate_pin: make one. ask_for: the proxy number they are to see.
    """

    number: E164 | None
    side: int = 0
    friendly_name: str | None = field(default=None, repr=False)
    called_as: str | None = field(default=None, repr=False)
    announcement: str | None = field(default=None, repr=False)
    language: str = "en"
    pin: str | None = field(default=None, repr=False)
    generate_pin: bool = False
    ask_for: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChange:
    """
    What changes of somebody in a session; see `Party`. None: it stays. number: of one who is awaited.

    unsaid: names of fields that shall be as if nobody had said them.
    """

    number: E164 | None = None
    friendly_name: str | None = field(default=None, repr=False)
    called_as: str | None = field(default=None, repr=False)
    announcement: str | None = field(default=None, repr=False)
    language: str | None = None
    pin: str | None = field(default=None, repr=False)
    generate_pin: bool = False
    unsaid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Made:
    """A session with its participants. pins: the generated ones by participant, told this once."""

    session: Session
    participants: tuple[Participant, ...]
    pins: Mapping[UUID, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """A new participant. pin: a generated one, told this once."""

    participant: Participant
    pin: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a list: when a row was made, and its id."""

    at: datetime
    id: UUID


FIRST = Mark(datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))
"""Before everything."""


@dataclass(frozen=True, slots=True)
class Page:
    """
    A piece of a list, oldest first: `most` rows after a mark, or the last ones before it.

    Without a mark the first ones of all.
    """

    after: Mark | None = None
    before: Mark | None = None
    most: int = 50
