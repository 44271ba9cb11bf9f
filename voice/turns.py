"""What an answerer knows of a call, and what it decides."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.e164 import E164
from core.route import Outcome, Route
from voice.plan import Plan
from voice.states import State

WARNED_FROM = 180
"""Seconds of the shortest talk that is warned before it is cut off, by a carrier that can (voice/talk_limit.py)."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One call as an answerer sees it.

    to: the number to dial, open only here; None where the route dials nobody or its key is gone. asks_in_whisper: the
    carrier lets the callee answer a menu (Twilio), else a Dial waits for one key (Plivo). url: the address of a step.
    caller_name: what the caller wants to be called, in a whisper; None where they did not agree to be named.
    """

    route: Route
    to: E164 | None
    asks_in_whisper: bool
    url: Callable[[str], str]
    caller_name: str | None = None


class Effect(StrEnum):
    """What must happen beside the answer, in its transaction. Rooms above do it (voice.ports.Performer)."""

    BLOCK = "block"  # the callee blocks the caller
    COMING = "coming"  # the callee says they come in five minutes
    AGREE = "agree"  # a person agrees to be rung
    DECLINE = "decline"  # a person does not agree
    MISSED = "missed"  # somebody tried in vain
    SECOND = "second"  # ring the second contact
    OVER = "over"  # the whole call has ended, however it did; every call has this effect


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer: what to tell the carrier, how the call moves, and what else must happen."""

    plan: Plan = ()
    state: State | None = None
    outcome: Outcome | None = None
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call stands when its Dial is over. outcome: as known so far. coming: the callee promised to come."""

    outcome: Outcome
    coming: bool = False
    attempt: int = 1
