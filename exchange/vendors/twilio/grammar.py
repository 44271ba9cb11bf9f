"""
TwiML for voice and for messages: which elements and attributes there are.

Source: twilio.com/docs/voice/twiml and /docs/messaging/twiml. Verbs that TwiML has and the exchange does not run
(Conference, Record, Stream and so on) are named, so that using one is told apart from a mistake.
"""

from exchange.markup import Grammar


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT_RUN = _names(
    "Connect Start Stop Enqueue Leave Pay Prompt Record Refer Siprec Sms Queue Conference Client Sip Sim Application "
    "WhatsApp"
)
"""Real TwiML that this desk has no part for."""

_SPEECH = _names("break emphasis lang p phoneme prosody s say-as sub w")
_SPEECH_ATTRIBUTES = _names("strength time level lang alphabet ph volume rate pitch interpret-as role alias")

_ATTRIBUTES = {
    "Say": _names("voice language loop"),
    "Play": _names("loop digits"),
    "Pause": _names("length"),
    "Hangup": frozenset[str](),
    "Reject": _names("reason"),
    "Redirect": _names("method"),
    "Gather": _names(
        "input action method timeout speechTimeout maxSpeechTime finishOnKey numDigits partialResultCallback "
        "partialResultCallbackMethod language hints bargeIn debug actionOnEmptyResult profanityFilter speechModel "
        "enhanced"
    ),
    "Dial": _names(
        "action method timeout hangupOnStar timeLimit callerId record trim recordingStatusCallback "
        "recordingStatusCallbackMethod recordingStatusCallbackEvent answerOnBridge ringTone recordingTrack sequential "
        "referUrl referMethod callReason events"
    ),
    "Number": _names(
        "url method sendDigits statusCallback statusCallbackEvent statusCallbackMethod byoc machineDetection "
        "amdStatusCallback amdStatusCallbackMethod machineDetectionTimeout machineDetectionSpeechThreshold "
        "machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout"
    ),
    **dict.fromkeys(_SPEECH, _SPEECH_ATTRIBUTES),
}

_INSIDE = {
    "Gather": _names("Say Play Pause"),
    "Dial": _names("Number") | NOT_RUN,
    "Say": _SPEECH,
    **dict.fromkeys(_SPEECH, _SPEECH),
}

_LARGEST = 64 * 1024

VOICE = Grammar(_names("Dial Gather Hangup Pause Play Redirect Reject Say") | NOT_RUN, _INSIDE, _ATTRIBUTES, _LARGEST)

WHISPER = Grammar(_names("Gather Hangup Pause Play Redirect Say"), _INSIDE, _ATTRIBUTES, _LARGEST)
"""What a callee may be given before the parties are joined: no Dial (twilio.com/docs/voice/twiml/number#url)."""

MESSAGING = Grammar(
    _names("Message Redirect"),
    {"Message": _names("Body Media")},
    {"Message": _names("to from action method statusCallback"), "Redirect": _names("method")},
    _LARGEST,
)
