"""A plan as Plivo XML. Elements, attributes, defaults (POST): plivo.com/docs/voice/xml."""

from typing import assert_never

from carriers.markup import Attributes, element, response, text
from voice.plan import Dial, Gather, Hangup, Pause, Plan, Redirect, Reject, Reply, Say, Verb

_LANGUAGES = {
    "en": "en-GB",
    "en-IN": "en-IN",
    "en-US": "en-US",
    "hi": "hi-IN",
    "de": "de-DE",
    "es": "es-ES",
    "fr": "fr-FR",
    "it": "it-IT",
    "nl": "nl-NL",
    "pl": "pl-PL",
    "pt": "pt-BR",
    "ru": "ru-RU",
}
"""Ours -> Plivo's, all with the default voice, WOMAN. Source: plivo.com/docs/voice/api/call/speak-text-on-calls."""
_CONFIRM_SECONDS = 20
"""How long the callee may think, counted from the answer; without it the caller would wait for 120 s."""


def render(plan: Plan) -> bytes:
    """The XML. Byte-equal for equal plans."""
    return response(map(_verb, plan))


def _verb(verb: Verb) -> str:
    match verb:
        case Say():
            return _speak(verb)
        case Pause():
            return element("Wait", {"length": verb.seconds})
        case Gather():
            return _get_digits(verb)
        case Dial():
            return _dial(verb)
        case Redirect():
            return element("Redirect", {}, text(verb.step))
        case Hangup():
            return element("Hangup", {})
        case Reject():
            return element("Hangup", {"reason": "busy" if verb.busy else "rejected"})
        case Reply():
            return element("Message", {"src": verb.show.digits, "dst": verb.to.digits}, text(verb.body))
        case _:
            assert_never(verb)


def _speak(say: Say) -> str:
    return element("Speak", {"language": spoken_in(say)}, text(say.text))


def spoken_in(say: Say) -> str | None:
    """Plivo's name of a language; None where it speaks none like it, and so its own default."""
    return _LANGUAGES.get(say.language) or _LANGUAGES.get(say.language.partition("-")[0])


def _get_digits(gather: Gather) -> str:
    """Silence makes Plivo go on to the next element, so the step stands there again, to be asked without digits."""
    attributes: Attributes = {
        "action": gather.step,
        "numDigits": gather.digits,
        "timeout": gather.timeout,
        "digitTimeout": gather.timeout,
        "finishOnKey": "none",
        "retries": 1,
        "redirect": "true",
        "log": "false" if gather.secret else None,
    }
    return element("GetDigits", attributes, *map(_speak, gather.prompt)) + element("Redirect", {}, text(gather.step))


def _dial(dial: Dial) -> str:
    """Without `callerId` Plivo shows the caller's own number, so it is always written."""
    asks = dial.whisper is not None and dial.accept_key is not None
    attributes: Attributes = {
        "callerId": dial.show.digits,
        "action": dial.done,
        "timeout": dial.ring,
        "timeLimit": dial.talk,
        "callbackUrl": dial.leg,
        "confirmSound": dial.whisper,
        "confirmKey": dial.accept_key if asks else None,
        "confirmTimeout": _CONFIRM_SECONDS if asks else None,
        "digitsMatchBLeg": dial.block_key,
        "dialMusic": "real",
    }
    return element("Dial", attributes, element("Number", {}, dial.to.digits))
