"""
What a customer is told of a service: numbered, signed, and without real numbers unless the service shows them. Pure.

docs/events.md is the page for customers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from masking.sessions import rules
from masking.sessions.values import Interaction, Kind, Participant, Session
from voice.states import State

GIVEN_UP_AFTER = timedelta(days=3)
"""An event that nobody took for so long is not tried any more; its service hears of the gap, and may ask for it."""
MOST_WAITING = 10_000
"""Of one service. Beyond that the oldest are given up."""

Facts = Mapping[str, Any]
"""JSON values: references and words, never a number."""


class News(StrEnum):
    """What happened. docs/events.md explains each to customers."""

    INTERACTION = "interaction"  # a call or a text
    MOVED = "moved"  # news of one
    MADE = "made"  # a session, with the people that it began with
    REOPENED = "reopened"  # a session that was over
    CLOSED = "closed"  # a session is over
    ADDED = "added"  # somebody came into a session
    JOINED = "joined"  # somebody who was awaited called with their PIN
    REMOVED = "removed"  # somebody was taken out of one
    INTERCEPTED = "intercepted"  # their hook stopped a call or a text
    HOOK_SILENT = "hook-silent"  # their hook did not answer, and that stopped one
    OUTSIDE_FAILED = "outside-failed"  # their hook's answer was of no use to somebody without a session
    BLOCKED = "blocked"  # whoever was called wants nothing more from who called
    OUTSIDE_PARTLY = "outside-partly"  # their hook's answer was followed but for some of it
    STOPPED = "stopped"  # somebody wants no more texts
    STARTED = "started"  # and wants them again
    POOL_LOW = "pool-low"  # a service's numbers run out
    GAP = "gap"  # events that were given up


CODES = {News.INTERCEPTED: 80909, News.HOOK_SILENT: 80909, News.OUTSIDE_FAILED: 80913, News.STOPPED: 80901,
         News.POOL_LOW: 80624}  # fmt: skip
"""Twilio Proxy's codes of the same news."""

FOR_CALLBACK = frozenset({News.INTERACTION, News.MOVED})
"""What a CallbackUrl is told of."""
FOR_SESSION = frozenset({News.MADE, News.REOPENED, News.CLOSED})
"""What is about a session."""
FOR_PARTICIPANT = frozenset({News.ADDED, News.JOINED, News.REMOVED})
"""What is about somebody in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One piece of news. seq: counts from 1 within its service. facts: never a number."""

    tenant: UUID
    event_id: UUID
    service_id: UUID
    seq: int
    kind: str
    session_id: UUID | None
    facts: Facts
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """An event, and what became of it. dead_at: when it was given up. Neither: it waits."""

    event: Event
    delivered_at: datetime | None
    dead_at: datetime | None


def event_id(job: int, made_at: datetime) -> UUID:
    """The id of the event that a job tells of: the same at every try."""
    return uuid5(UUID(int=job), made_at.isoformat())


def interaction_facts(interaction: Interaction) -> Facts:
    """Of a call or a text: who, how far it has come in Twilio's words, and how long it took (seconds)."""
    voice = interaction.kind is Kind.VOICE
    inbound, outbound = (
        rules.voice_statuses(interaction.call_state or State.RECEIVED, interaction.outcome)
        if voice
        else rules.message_statuses(interaction.message_state or "accepted")
    )
    facts: dict[str, Any] = {
        "interaction": str(interaction.interaction_id),
        "type": interaction.kind,
        "from": _text(interaction.from_participant),
        "to": _text(interaction.to_participant),
        "inbound": inbound,
        "outbound": outbound,
    }
    if voice and interaction.call_state == State.ENDED:
        facts["seconds"] = interaction.talk_seconds or 0
    if interaction.error is not None:
        facts["error"] = interaction.error
    return facts


def block_facts(interaction: Interaction) -> Facts:
    """Of a block. interaction: the call in which it was made."""
    return {
        "interaction": str(interaction.interaction_id),
        "participant": _text(interaction.to_participant),
        "blocked": _text(interaction.from_participant),
    }


def session_facts(news: str, session: Session, people: Sequence[Participant]) -> Facts:
    """Of a session. people: who is or was in it."""
    if news == News.CLOSED:
        ended = session.ended_at or session.until
        return {"reason": session.closed_reason or "expired", "ended": when(ended) if ended else None}
    there = sorted((each for each in people if each.deleted_at is None), key=lambda each: (each.side, each.place))
    return {
        "participants": [str(each.participant_id) for each in there],
        "until": when(session.until) if session.until else None,
    }


def participant_facts(participant: Participant) -> Facts:
    """Of somebody in a session. awaited: nobody knows yet who it is."""
    awaited = participant.number is None and participant.deleted_at is None
    return {"participant": str(participant.participant_id), "side": participant.side, "awaited": awaited}


def other_facts(news: str, about: UUID) -> Facts:
    """Of what a hook decided, and of STOP and START. about: a call or a text."""
    code = {"code": CODES[News(news)]} if news in CODES else {}
    return {"interaction": str(about), **code}


def gap_facts(first: int, last: int) -> Facts:
    """Of events that were given up: the numbers of the first and the last."""
    return {"first": first, "last": last}


def told(event: Event) -> dict[str, Any]:
    """An event as JSON values."""
    return {
        "seq": event.seq,
        "id": str(event.event_id),
        "kind": event.kind,
        "at": when(event.at),
        "service": str(event.service_id),
        "session": _text(event.session_id),
        "facts": dict(event.facts),
    }


def body(event: Event, numbers: Mapping[str, str] | None = None) -> bytes:
    """
    The JSON that is sent. numbers: what a service that shows numbers is told besides, by participant.

    Equal events give equal bytes, so that a repeat can be told by `id`, or by `seq`.
    """
    said = told(event)
    if numbers:
        said["facts"]["numbers"] = dict(numbers)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def too_late(made_at: datetime, waiting: int, now: datetime) -> bool:
    """Whether an event is given up. waiting: jobs of its service, itself included."""
    return now - made_at > GIVEN_UP_AFTER or waiting > MOST_WAITING


def _text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None


def when(at: datetime) -> str:
    """A time as events write it: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
