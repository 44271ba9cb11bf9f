"""What sessions may do, and what they are at a time. Pure."""

import json
import unicodedata
from datetime import datetime

from masking.sessions.errors import BadMove
from masking.sessions.given import Ends
from masking.sessions.values import Interaction, Kind, Session, SessionState
from voice.states import State

NINETY_DAYS = 7_776_000
"""Seconds that a session lives after its last interaction where nobody said anything else, as with Twilio Proxy."""
MOST_ON_A_SIDE = 10
MOST_TTL = 2_147_483_647

LONGEST_NAME = 191
"""Characters of a name, as at Twilio."""
_PART_OF_SPELLING = frozenset("\u200c\u200d")

MOST_RANK = {"accepted": 0, "queued": 1, "sent": 2, "unknown": 3, "undelivered": 4, "failed": 4, "delivered": 5}
"""How far a text has come, as message_rank() in sql/functions/54 has it. A state only moves to a higher rank."""

_MOVES = {
    (SessionState.OPEN, SessionState.OPEN),
    (SessionState.OPEN, SessionState.CLOSED),
    (SessionState.IN_PROGRESS, SessionState.IN_PROGRESS),
    (SessionState.IN_PROGRESS, SessionState.CLOSED),
    (SessionState.CLOSED, SessionState.CLOSED),
    (SessionState.CLOSED, SessionState.IN_PROGRESS),
}

_INBOUND = {
    State.RECEIVED: "ringing",
    State.MENU: "ringing",
    State.RINGING: "ringing",
    State.SCREENING: "ringing",
    State.BRIDGED: "in-progress",
}
_OUTBOUND = {
    State.RECEIVED: "queued",
    State.MENU: "queued",
    State.RINGING: "ringing",
    State.SCREENING: "answered",
    State.BRIDGED: "in-progress",
}
_ENDED_OUTBOUND = {
    "talked": "completed",
    "no-answer": "no-answer",
    "busy": "busy",
    "failed": "failed",
    "caller-left": "canceled",
    "declined": "busy",
    "blocked": "busy",
    "refused": "failed",
    "apology": "failed",
    "unknown": "unknown",
}


def state_at(session: Session, t: datetime) -> SessionState:
    """What a session is at a time. It ends by itself; nobody has to notice."""
    over = session.until is not None and session.until <= t
    return SessionState.CLOSED if over else session.state


def is_name(text: str) -> bool:
    """
    Whether a service or session may be called so: 1 to 191 characters that can be printed.

    Also spaces of every width, and the zero-width joiner and non-joiner, without which some languages (and emoji)
    cannot be spelled; not what breaks a line or turns its direction.
    """
    fits = 1 <= len(text) <= LONGEST_NAME
    return fits and all(
        each.isprintable() or each in _PART_OF_SPELLING or unicodedata.category(each) == "Zs" for each in text
    )


def ends(given: Ends, default_ttl: int | None) -> tuple[int, bool, datetime | None]:
    """
    When a new session ends: seconds after its last interaction, whether they count, and an absolute end.

    An absolute end stands alone, unless both were asked for and both are to count.
    """
    ttl = given.ttl if given.ttl is not None else default_ttl if default_ttl is not None else NINETY_DAYS
    counts = given.expires_at is None or (given.both and given.ttl is not None)
    return ttl, counts, given.expires_at


def extended(session: Session, given: Ends, default_ttl: int | None = None) -> tuple[int, bool, datetime | None]:
    """
    The same for a session that goes on: what is not said stays as it was, and what is taken back is as in a new one.

    default_ttl: of its service; asked for only where the ttl is taken back.
    """
    taken_back = "ttl" in given.unsaid
    ttl = ends(given, default_ttl)[0] if given.ttl is not None or taken_back else session.ttl
    expires_at = None if "expires_at" in given.unsaid else given.expires_at or session.expires_at
    slides = given.ttl is not None or (session.slides and not taken_back)
    return ttl, expires_at is None or (given.both and slides), expires_at


def reopened(session: Session, given: Ends, t: datetime) -> tuple[int, bool, datetime | None]:
    """The same for a session that is opened again: an absolute end that is past counts no more."""
    if given.expires_at is None and session.expires_at is not None and session.expires_at <= t:
        return given.ttl if given.ttl is not None else session.ttl, True, None
    return extended(session, given)


def move(now: SessionState, wanted: SessionState) -> bool:
    """Whether going there changes anything. Raises BadMove (80608)."""
    if (now, wanted) not in _MOVES:
        raise BadMove(f"It is {now}.", now=now, wanted=wanted)
    return now is not wanted


def voice_statuses(state: int, outcome: str | None) -> tuple[str, str]:
    """What a call is to whoever reads interactions, in Twilio's words: the caller's leg and the other one."""
    if state < State.ENDED:
        return _INBOUND[State(state)], _OUTBOUND[State(state)]
    return "completed", _ENDED_OUTBOUND.get(outcome or "unknown", "unknown")


def message_statuses(state: str) -> tuple[str, str]:
    """The same of a text."""
    return "received", "delivery-unknown" if state == "unknown" else state


def data(interaction: Interaction) -> dict[str, str]:
    """What a call or text held: seconds talked, or words while they are there."""
    if interaction.kind is Kind.VOICE:
        return {"duration": str(interaction.talk_seconds or 0)} if interaction.call_state == State.ENDED else {}
    return {"body": interaction.body} if interaction.body is not None else {}


def data_text(interaction: Interaction) -> str:
    """The same as the JSON text that Twilio's API gives."""
    return json.dumps(data(interaction), ensure_ascii=False)
