"""
The life of a call, as data.

    received < menu < ringing < screening < bridged < ended        ordered by (attempt, state), never backwards

A call may skip states (a dial that nobody screens goes from ringing to ended) but never returns to one, so repeated and
reordered webhooks leave the same state. Outcomes have a precedence for the same reason: news that arrives late is kept
only where it says more. Postgres applies both rules (`move_call`, `outcome_rank`); a test compares the two.
"""

from enum import IntEnum

from core.route import Outcome
from voice.events import DialResult


class State(IntEnum):
    """How far a call has come."""

    RECEIVED = 0
    MENU = 1
    RINGING = 2
    SCREENING = 3
    BRIDGED = 4
    ENDED = 5


PRECEDENCE = (
    Outcome.UNKNOWN,
    Outcome.CALLER_LEFT,
    Outcome.FAILED,
    Outcome.NO_ANSWER,
    Outcome.BUSY,
    Outcome.DECLINED,
    Outcome.REFUSED,
    Outcome.APOLOGY,
    Outcome.TALKED,
    Outcome.BLOCKED,
)
"""Outcomes, the least telling first."""

MISSED = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.FAILED, Outcome.CALLER_LEFT})
"""Outcomes after which whoever was called is told that somebody tried."""


_DECIDED = frozenset(PRECEDENCE[PRECEDENCE.index(Outcome.DECLINED) :])
"""Outcomes that the callee's keys or we ourselves have decided: how the Dial went adds nothing to them."""

_BY_RESULT = {
    DialResult.COMPLETED: Outcome.NO_ANSWER,  # somebody or something picked up, and nobody accepted
    DialResult.NO_ANSWER: Outcome.NO_ANSWER,
    DialResult.BUSY: Outcome.BUSY,
    DialResult.FAILED: Outcome.FAILED,
    DialResult.CANCELLED: Outcome.CALLER_LEFT,
}


def after_dial(known: Outcome | None, state: State, result: DialResult, bridged: bool | None) -> Outcome:
    """
    How a Dial ended. known: the outcome so far. bridged: what the carrier says, None if nothing.

    Two legs count as joined only by our accept step or by the carrier's own word for it, never by "completed". That the
    whole call is over may be told before: what was guessed from it (the caller left) decides nothing here.
    """
    if known in _DECIDED:
        return known
    return Outcome.TALKED if state is State.BRIDGED or bridged else _BY_RESULT[result]


def after_call(state: State, result: DialResult, *, placed: bool) -> Outcome:
    """The outcome of a call that is over and told no more. placed: by us, so there is no caller who could leave."""
    if state is State.BRIDGED:
        return Outcome.TALKED
    return _BY_RESULT[result] if placed else Outcome.CALLER_LEFT
