"""
What we send and answer by text: notices to owners, answers to texts, and the ready-made messages of both sides.

A notice is queued as `{kind, language, args}` and put into words by the worker, so kinds and ids are stored: never
rename one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.route import Reason, Why
from ivr import messages
from ivr.messages import Message
from ivr.spoken import reason_brief
from ivr.words import tell

# --- Answers to texts ----------------------------------------------------------------------------------------------


class Keyword(StrEnum):
    """A text that asks for something by convention (CTIA; carriers expect the English words everywhere)."""

    STOP = "stop"
    START = "start"
    HELP = "help"


_STOPS = (
    *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"),
    *("arret", "arrete", "arrett", "arrêt", "arrête"),
    *("रोको", "बंद"),
)
_KEYWORDS: Mapping[str, Keyword] = MappingProxyType(
    {
        **dict.fromkeys(_STOPS, Keyword.STOP),
        **dict.fromkeys(("start", "unstop", "yes", "debut", "début", "शुरू"), Keyword.START),
        **dict.fromkeys(("help", "info", "aide", "मदद"), Keyword.HELP),
    }
)
_ANSWERS: Mapping[Keyword, Message] = MappingProxyType(
    {Keyword.STOP: messages.STOPPED, Keyword.START: messages.STARTED, Keyword.HELP: messages.HELP}
)
_OF_SERVICES: Mapping[Keyword, Message] = MappingProxyType(
    {
        Keyword.STOP: messages.SERVICE_STOPPED,
        Keyword.START: messages.SERVICE_STARTED,
        Keyword.HELP: messages.SERVICE_HELP,
    }
)
_NOT_PASSED_ON: Mapping[Why, Message] = MappingProxyType(
    {
        Why.NO_SESSION: messages.TEXT_NO_SESSION,
        Why.SESSION_OVER: messages.TEXT_SESSION_OVER,
        Why.MODE: messages.TEXT_CALLS_ONLY,
    }
)


def keyword(body: str) -> Keyword | None:
    """The keyword that a text is, if it is nothing else: "Stop." counts, "stop calling me" does not."""
    return _KEYWORDS.get(body.strip().strip(".!").casefold())


def answer(word: Keyword, language: str) -> str:
    """The answer to a keyword."""
    return tell(language, _ANSWERS[word])


def nobody_reads(language: str) -> str:
    """The answer to any other text to a number that relays none."""
    return tell(language, messages.NOBODY_READS)


def answer_of_service(word: Keyword, language: str) -> str:
    """The answer to a keyword on a number that people of a session share: it holds for their whole service."""
    return tell(language, _OF_SERVICES[word])


def not_passed_on(why: Why | None, language: str) -> str:
    """Why a text reached nobody, as far as its sender may know."""
    return tell(language, _NOT_PASSED_ON.get(why, messages.TEXT_NOT_PASSED_ON) if why else messages.TEXT_NOT_PASSED_ON)


def words_only(language: str) -> str:
    """The answer to a text that came with pictures or the like."""
    return tell(language, messages.TEXT_WORDS_ONLY)


# --- Ready-made messages -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preset:
    """A sentence that one side may send the other. id: stored. reason: which reason offers it; None: every one."""

    id: str
    message: Message
    reason: Reason | None = None

    def told(self, language: str) -> str:
        """The sentence."""
        return tell(language, self.message)


PRESETS: tuple[Preset, ...] = (
    Preset("blocking-mine", messages.PRESET_BLOCKING_MINE, Reason.BLOCKING),
    Preset("blocking-gate", messages.PRESET_BLOCKING_GATE, Reason.BLOCKING),
    Preset("blocking-road", messages.PRESET_BLOCKING_ROAD, Reason.BLOCKING),
    Preset("lights-on", messages.PRESET_LIGHTS, Reason.LIGHTS),
    Preset("open", messages.PRESET_OPEN, Reason.LIGHTS),
    Preset("accident-hit", messages.PRESET_ACCIDENT_HIT, Reason.ACCIDENT),
    Preset("accident-mine", messages.PRESET_ACCIDENT_MINE, Reason.ACCIDENT),
    Preset("accident-hurt", messages.PRESET_ACCIDENT_HURT, Reason.ACCIDENT),
    Preset("tow-soon", messages.PRESET_TOW_SOON, Reason.TOW),
    Preset("tow-now", messages.PRESET_TOW_NOW, Reason.TOW),
    Preset("inside", messages.PRESET_INSIDE, Reason.OTHER),
    Preset("tyre", messages.PRESET_TYRE, Reason.OTHER),
    Preset("alarm", messages.PRESET_ALARM, Reason.OTHER),
    Preset("come", messages.PRESET_COME),
)
"""What a stranger may send to the owner, in the order shown."""

REPLIES: tuple[Preset, ...] = (
    Preset("five", messages.REPLY_FIVE),
    Preset("fifteen", messages.REPLY_FIFTEEN),
    Preset("again", messages.REPLY_AGAIN),
    Preset("known", messages.REPLY_KNOWN),
    Preset("cannot", messages.REPLY_CANNOT),
    Preset("sorry", messages.REPLY_SORRY),
)
"""What an owner may send back, in the order shown."""

_PRESETS = {preset.id: preset for preset in PRESETS}
_REPLIES = {preset.id: preset for preset in REPLIES}


def presets(reason: Reason) -> tuple[Preset, ...]:
    """What a stranger may send who chose this reason; never empty."""
    return tuple(preset for preset in PRESETS if preset.reason in (reason, None))


def preset(name: str) -> Preset | None:
    """The stranger's message with this id, or None."""
    return _PRESETS.get(name)


def preset_reply(name: str) -> Preset | None:
    """The owner's reply with this id, or None."""
    return _REPLIES.get(name)


# --- Notices -------------------------------------------------------------------------------------------------------


class Notice(StrEnum):
    """A text that we send to an owner, or to somebody who may become one."""

    MISSED = "missed"
    MESSAGE = "message"
    REGISTERING = "registering"
    AGREED = "agreed"


_NOTICES: Mapping[Notice, tuple[Message, Message]] = MappingProxyType(
    {
        Notice.MISSED: (messages.TEXT_MISSED_LABEL, messages.TEXT_MISSED_VEHICLE),
        Notice.MESSAGE: (messages.TEXT_MESSAGE_LABEL, messages.TEXT_MESSAGE_VEHICLE),
        Notice.REGISTERING: (messages.TEXT_REGISTERING_LABEL, messages.TEXT_REGISTERING_VEHICLE),
        Notice.AGREED: (messages.TEXT_AGREED_LABEL, messages.TEXT_AGREED_VEHICLE),
    }
)


def notice(
    kind: Notice,
    language: str,
    *,
    label: str | None = None,
    reason: Reason = Reason.OTHER,
    message: Preset | None = None,
    link: str = "",
) -> str:
    """
    The text of a notice.

    label: what the owner calls the vehicle, or None. reason: of a missed call. message: the stranger's, for MESSAGE.
    link: the owner's signed page; every kind but REGISTERING ends with it. Raises ValueError where its kind lacks one.
    """
    if (kind is Notice.MESSAGE and message is None) or (kind is not Notice.REGISTERING and not link):
        raise ValueError(f"a notice of kind {kind} needs more than it was given")
    named, unnamed = _NOTICES[kind]
    return tell(
        language,
        named if label else unnamed,
        label=label or "",
        reason=reason_brief(reason, language),
        message=message.told(language) if message else "",
        link=link,
    )


def template_name(kind: Notice, language: str, *, named: bool) -> str:
    """What we call a notice's template: "missed-hi", or "missed-hi-label" for the one with the label."""
    return f"{kind}-{language}" + ("-label" if named else "")


def template(kind: Notice, language: str, *, named: bool) -> str:
    """A notice as India's DLT platforms register it: `{#var#}` for each variable. named: the one with the label."""
    slot = "{#var#}"
    wanted = _NOTICES[kind][0 if named else 1]
    return tell(language, wanted, label=slot, reason=slot, message=slot, link=slot)
