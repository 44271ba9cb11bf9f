"""
Plivo XML for calls and for messages: which elements and attributes there are.

Source: plivo.com/docs/voice/xml and /docs/messaging/xml. Elements that Plivo has and the exchange does not run are
named, so that using one is told apart from a mistake.
"""

from exchange.markup import Grammar


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT_RUN = _names("Conference Record MultiPartyCall Stream User")
"""Real Plivo XML that this desk has no part for."""

_SPEECH = _names("break emphasis lang p phoneme prosody s say-as sub w cont")
_SPEECH_ATTRIBUTES = _names("strength time level xml:lang alphabet ph volume rate pitch interpret-as role alias")

_ATTRIBUTES = {
    "Speak": _names("voice language loop"),
    "Play": _names("loop"),
    "Wait": _names("length silence minSilence beep"),
    "Hangup": _names("reason schedule"),
    "Redirect": _names("method"),
    "DTMF": _names("async"),
    "Message": _names("src dst type callbackUrl callbackMethod"),
    "GetDigits": _names(
        "action method timeout digitTimeout finishOnKey numDigits retries redirect playBeep validDigits "
        "invalidDigitsSound log"
    ),
    "GetInput": _names(
        "action method inputType executionTimeout digitEndTimeout speechEndTimeout finishOnKey numDigits speechModel "
        "hints language interimSpeechResultsCallback interimSpeechResultsCallbackMethod redirect log profanityFilter"
    ),
    "Dial": _names(
        "action method hangupOnStar timeLimit timeout callerId callerName confirmSound confirmTimeout confirmKey "
        "dialMusic callbackUrl callbackMethod redirect digitsMatch digitsMatchBLeg sipHeaders"
    ),
    "Number": _names("sendDigits sendOnPreanswer"),
    **dict.fromkeys(_SPEECH, _SPEECH_ATTRIBUTES),
}

_INSIDE = {
    "GetDigits": _names("Speak Play"),
    "GetInput": _names("Speak Play"),
    "PreAnswer": _names("Speak Play Wait GetDigits GetInput DTMF Redirect Message"),
    "Dial": _names("Number User"),
    "Speak": _SPEECH,
    **dict.fromkeys(_SPEECH, _SPEECH),
}

_LARGEST = 100 * 1000

VOICE = Grammar(
    _names("Dial DTMF GetDigits GetInput Hangup Message Play PreAnswer Redirect Speak Wait") | NOT_RUN,
    _INSIDE,
    _ATTRIBUTES,
    _LARGEST,
)

PROMPTS = Grammar(_names("Play Speak Wait"), _INSIDE, _ATTRIBUTES, _LARGEST)
"""What confirmSound and dialMusic may return; everything else in it is ignored."""

MESSAGING = Grammar(_names("Message"), {}, {"Message": _ATTRIBUTES["Message"]}, _LARGEST)
