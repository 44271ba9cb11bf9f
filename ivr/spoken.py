"""What a caller is told: why they are not connected, how their call ended, and what we answer to texts."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from core.route import Outcome, Reason, Why
from ivr import messages
from ivr.messages import Message
from ivr.words import say, tell
from voice.plan import Hangup, Plan, Say

FALLBACK: Plan = (
    Say("Sorry, something went wrong on our side. Please try again in a minute.", "en"),
    Say("माफ़ कीजिए, हमारी तरफ़ से कुछ गड़बड़ हो गई है। कृपया एक मिनट बाद फिर कोशिश कीजिए।", "hi"),
    Hangup(),
)
"""The answer at `/hooks/{carrier}/fallback`: needs no database, no catalogue and no call."""


class Callee(StrEnum):
    """Whom the caller was ringing."""

    OWNER = "owner"
    STRANGER = "stranger"
    PARTY = "party"  # of a session


_REASONS: Mapping[Reason, tuple[Message, Message, Message]] = MappingProxyType(
    {
        Reason.BLOCKING: (messages.REASON_BLOCKING, messages.SAID_BLOCKING, messages.BRIEF_BLOCKING),
        Reason.LIGHTS: (messages.REASON_LIGHTS, messages.SAID_LIGHTS, messages.BRIEF_LIGHTS),
        Reason.ACCIDENT: (messages.REASON_ACCIDENT, messages.SAID_ACCIDENT, messages.BRIEF_ACCIDENT),
        Reason.TOW: (messages.REASON_TOW, messages.SAID_TOW, messages.BRIEF_TOW),
        Reason.OTHER: (messages.REASON_OTHER, messages.SAID_OTHER, messages.BRIEF_OTHER),
    }
)

_REFUSALS: Mapping[Why, Message] = MappingProxyType(
    {
        Why.NOT_OURS: messages.NOT_OURS,
        Why.RESTING: messages.RESTING,
        Why.LOOP: messages.LOOP,
        Why.QUOTA: messages.TOO_MANY_CALLS,
        Why.STRANGER: messages.STRANGER,
        Why.COOLING: messages.COOLING,
        Why.UNAVAILABLE: messages.OWNER_UNAVAILABLE,
        Why.WRONG: messages.NO_MORE_TRIES,
        Why.NO_MORE_TRIES: messages.NO_MORE_TRIES,
        Why.GUARDED: messages.CANNOT_CONNECT,
        Why.STALE: messages.APOLOGY,
        Why.NO_SESSION: messages.NO_SESSION,
        Why.SESSION_OVER: messages.SESSION_OVER,
        Why.MODE: messages.TEXTS_ONLY,
        Why.PIN: messages.PIN_NEEDED,
        Why.VETOED: messages.VETOED,
        Why.UNPROVEN: messages.UNPROVEN,
    }
)
# A session's numbers speak of no sticker, vehicle or owner.
_PARTYS_REFUSALS: Mapping[Why, Message] = MappingProxyType(
    {
        **_REFUSALS,
        Why.RESTING: messages.NUMBER_RESTS,
        Why.STRANGER: messages.NO_SESSION,
        Why.COOLING: messages.SESSION_OVER,
        Why.UNAVAILABLE: messages.PARTY_UNAVAILABLE,
        Why.WRONG: messages.NO_MORE_PINS,
        Why.NO_MORE_TRIES: messages.NO_MORE_PINS,
    }
)

# None: the talk took place or the caller has gone, so there is nobody to tell and nothing to say.
_OF_OWNER: Mapping[Outcome, Message | None] = MappingProxyType(
    {
        Outcome.TALKED: None,
        Outcome.CALLER_LEFT: None,
        Outcome.NO_ANSWER: messages.OWNER_NO_ANSWER,
        Outcome.BUSY: messages.OWNER_BUSY,
        Outcome.FAILED: messages.OWNER_FAILED,
        Outcome.UNKNOWN: messages.OWNER_FAILED,
        # Alike, so that whoever is blocked cannot tell it from an owner who has no time.
        Outcome.DECLINED: messages.OWNER_UNAVAILABLE,
        Outcome.BLOCKED: messages.OWNER_UNAVAILABLE,
        Outcome.REFUSED: messages.OWNER_UNAVAILABLE,
        Outcome.APOLOGY: messages.APOLOGY,
    }
)
_OF_STRANGER: Mapping[Outcome, Message | None] = MappingProxyType(
    {
        **_OF_OWNER,
        Outcome.NO_ANSWER: messages.CALLER_NO_ANSWER,
        Outcome.BUSY: messages.CALLER_BUSY,
        Outcome.FAILED: messages.CALLER_FAILED,
        Outcome.UNKNOWN: messages.CALLER_FAILED,
        Outcome.DECLINED: messages.CALLER_UNAVAILABLE,
        Outcome.BLOCKED: messages.CALLER_UNAVAILABLE,
        Outcome.REFUSED: messages.CALLER_UNAVAILABLE,
    }
)
_OF_PARTY: Mapping[Outcome, Message | None] = MappingProxyType(
    {
        **_OF_OWNER,
        Outcome.NO_ANSWER: messages.PARTY_NO_ANSWER,
        Outcome.BUSY: messages.PARTY_BUSY,
        Outcome.FAILED: messages.PARTY_FAILED,
        Outcome.UNKNOWN: messages.PARTY_FAILED,
        Outcome.DECLINED: messages.PARTY_UNAVAILABLE,
        Outcome.BLOCKED: messages.PARTY_UNAVAILABLE,
        Outcome.REFUSED: messages.PARTY_UNAVAILABLE,
    }
)
_OF = MappingProxyType({Callee.OWNER: _OF_OWNER, Callee.STRANGER: _OF_STRANGER, Callee.PARTY: _OF_PARTY})
_MISSED = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.FAILED})


def reason_shown(reason: Reason, language: str) -> str:
    """A reason as the page's button reads: "Its lights are on"."""
    return tell(language, _REASONS[reason][0])


def reason_said(reason: Reason, language: str) -> Say:
    """A reason as the owner hears it: "They say that its lights are on."."""
    return say(language, _REASONS[reason][1])


def reason_brief(reason: Reason, language: str) -> str:
    """A reason as it stands in a text, at most 30 characters (the least that India's DLT allows a variable)."""
    return tell(language, _REASONS[reason][2])


def refusal(why: Why, language: str, *, callee: Callee = Callee.OWNER, reason: Reason | None = None) -> tuple[Say, ...]:
    """
    Why nobody is connected.

    callee: who was wanted. reason: an accident adds whom to call instead, if it was an owner.
    """
    said = (_PARTYS_REFUSALS if callee is Callee.PARTY else _REFUSALS)[why]
    danger = _in_danger(language, reason) if why is Why.UNAVAILABLE else ()
    return (say(language, said), *danger, say(language, messages.GOODBYE))


def outcome(
    ended: Outcome,
    language: str,
    *,
    callee: Callee = Callee.OWNER,
    soon: bool = False,
    told: bool = False,
    reason: Reason | None = None,
) -> tuple[Say, ...]:
    """
    How the call ended, for whoever made it; empty after a talk, or when the caller has left.

    callee: whom they were ringing. soon: the owner pressed "coming in five minutes", so the outcome is DECLINED. told:
    the owner is sent a notice of this call. reason: why they called; an accident adds whom to call instead.
    """
    message = _OF[callee][ended]
    if message is None:
        return ()
    if soon and ended is Outcome.DECLINED:
        return (say(language, messages.OWNER_COMING), say(language, messages.GOODBYE))
    notice = (say(language, messages.OWNER_TOLD),) if told and callee is Callee.OWNER and ended in _MISSED else ()
    return (say(language, message), *notice, *_in_danger(language, reason), say(language, messages.GOODBYE))


def trying_second(language: str) -> tuple[Say, ...]:
    """Said to the caller between the owner, who did not pick up, and the second contact."""
    return (say(language, messages.TRYING_SECOND),)


def trying_next(language: str) -> tuple[Say, ...]:
    """Said to the caller between two people of a session's other side."""
    return (say(language, messages.TRYING_NEXT),)


def talk_limit(seconds: int, language: str) -> tuple[Say, ...]:
    """How long the two may talk, said before they are joined. seconds: at least 60."""
    minutes = seconds // 60
    if minutes == 1:
        return (say(language, messages.TALK_ONE_MINUTE),)
    return (say(language, messages.TALK_LIMIT, minutes=minutes),)


def talk_ends_soon(language: str) -> Say:
    """Spoken into the talk a minute before it is cut off."""
    return say(language, messages.TALK_ENDS_SOON)


def _in_danger(language: str, reason: Reason | None) -> tuple[Say, ...]:
    return (say(language, messages.IN_DANGER),) if reason is Reason.ACCIDENT else ()
