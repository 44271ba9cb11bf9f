"""A plan as TwiML. Verbs, attributes, defaults (POST): twilio.com/docs/voice/twiml."""

from typing import assert_never

from carriers.markup import Attributes, element, response, text
from voice.plan import Dial, Gather, Hangup, Pause, Plan, Redirect, Reject, Reply, Say, Verb

_VOICES = {
    "en": ("en-GB", "Polly.Amy"),
    "en-IN": ("en-IN", "Polly.Aditi"),
    "en-US": ("en-US", "Polly.Joanna"),
    "hi": ("hi-IN", "Polly.Aditi"),
    "de": ("de-DE", "Polly.Vicki"),
    "es": ("es-ES", "Polly.Lucia"),
    "fr": ("fr-FR", "Polly.Lea"),
    "it": ("it-IT", "Polly.Bianca"),
    "nl": ("nl-NL", "Polly.Lotte"),
    "pl": ("pl-PL", "Polly.Ewa"),
    "pt": ("pt-PT", "Polly.Ines"),
    "ru": ("ru-RU", "Polly.Tatyana"),
}
"""
Ours -> Twilio's `language` and `voice`. Both are written, because a language alone is spoken by whatever the account's
console says, and Hindi has no voice among the basic ones. Source: twilio.com/docs/voice/twiml/say/text-speech.
"""
_LEG_EVENTS = "ringing answered completed"


def render(plan: Plan) -> bytes:
    """The TwiML. Byte-equal for equal plans."""
    return response(_verb(verb, first=place == 0) for place, verb in enumerate(plan))


def _verb(verb: Verb, *, first: bool) -> str:
    match verb:
        case Say():
            return _say(verb)
        case Pause():
            return element("Pause", {"length": verb.seconds})
        case Gather():
            return _gather(verb)
        case Dial():
            return _dial(verb, first=first)
        case Redirect():
            return element("Redirect", {}, text(verb.step))
        case Hangup():
            return element("Hangup", {})
        case Reject():
            return element("Reject", {"reason": "busy" if verb.busy else "rejected"})
        case Reply():
            return element("Message", {}, text(verb.body))
        case _:
            assert_never(verb)


def _say(say: Say) -> str:
    language, voice = _VOICES.get(say.language) or _VOICES.get(say.language.partition("-")[0]) or (None, None)
    return element("Say", {"language": language, "voice": voice}, text(say.text))


def _gather(gather: Gather) -> str:
    """`actionOnEmptyResult` posts silence to the step too; `finishOnKey=""` lets # and * be keys like any other."""
    attributes: Attributes = {
        "action": gather.step,
        "actionOnEmptyResult": "true",
        "finishOnKey": "",
        "numDigits": gather.digits,
        "timeout": gather.timeout,
    }
    return element("Gather", attributes, *map(_say, gather.prompt))


def _dial(dial: Dial, *, first: bool) -> str:
    """
    Without `callerId` Twilio shows the caller's own number, so it is always written.

    `answerOnBridge` keeps the caller ringing, unbilled, until the callee accepts; it means nothing once an earlier verb
    has answered the call. Twilio cannot listen for keys during the talk: `block_key` stays unused.
    """
    number: Attributes = {
        "url": dial.whisper,
        "statusCallback": dial.leg,
        "statusCallbackEvent": _LEG_EVENTS,
    }
    attributes: Attributes = {
        "callerId": dial.show.value,
        "action": dial.done,
        "answerOnBridge": "true" if first else None,
        "timeout": dial.ring,
        "timeLimit": dial.talk,
    }
    return element("Dial", attributes, element("Number", number, dial.to.value))
