"""What Plivo's webhooks say, in our words. Parameters: plivo.com/docs/voice/xml/overview, /docs/voice/xml/dial."""

from collections.abc import Callable

from carriers.fields import Form, caller, number
from core.e164 import Caller
from voice.events import (
    Dialled,
    DialResult,
    Ended,
    Envelope,
    Incoming,
    LegMoved,
    LegState,
    Pressed,
    TextIn,
    TextMoved,
)
from voice.ports import Event, Unreadable

_RESULTS = {
    "completed": DialResult.COMPLETED,
    "busy": DialResult.BUSY,
    "no-answer": DialResult.NO_ANSWER,
    "timeout": DialResult.NO_ANSWER,
    "failed": DialResult.FAILED,
    "cancel": DialResult.CANCELLED,
}
_UNFINISHED = frozenset({"ringing", "in-progress"})
_LEG_STATES = {"answer": LegState.ANSWERED, "connected": LegState.BRIDGED, "hangup": LegState.ENDED}
_TEXT_STATES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "rejected": "failed",
}
_NO_ERROR = "000"


def read(event: str, envelope: Envelope) -> Event:
    """See `voice.ports.Dialect.read`. Raises Unreadable, and KeyError for an event that there is not."""
    form = Form(envelope)
    if event in _CALLS and form.get("MessageUUID"):
        # The signature of a text does not cover its body: nothing in it may pass for a call.
        raise Unreadable("This is a text, and a call is expected here.", field="CallUUID")
    return (_CALLS.get(event) or _TEXTS[event])(form)


def _incoming(form: Form) -> Incoming:
    return Incoming(
        carrier_call=form.need("CallUUID"),
        caller=caller(form.get("From")),
        dialled=number(form.need("To")),
        forwarded_from=number(form.get("ForwardedFrom")),
        attestation=form.get("STIRVerification", "stir_verification", "STIRAttestation") or None,
    )


def _first_leg(form: Form) -> str:
    """The call that came in, also where the news is of the callee's leg."""
    return form.get("DialALegUUID", "ALegUUID", "ParentCallUUID") or form.need("CallUUID")


def _pressed(form: Form) -> Pressed:
    # On a call that we placed, From is our own number.
    own_leg = form.get("Direction") == "inbound"
    return Pressed(_first_leg(form), form.get("Digits"), caller(form.get("From")) if own_leg else Caller(None))


def _leg(form: Form) -> LegMoved:
    action = form.need("DialAction")
    if action == "digits":
        # We ask for the callee's keys only. The caller's would be news of nothing but that the two are talking.
        by_callee = form.get("DialDigitsPressedBy").lower() != "aleg"
        state = LegState.BLOCK_KEY if by_callee else LegState.BRIDGED
    else:
        state = _LEG_STATES.get(action, LegState.RINGING)
    return LegMoved(_first_leg(form), state)


def _dialled(form: Form) -> Dialled:
    """Plivo does not say here whether the two were bridged: a DialAction `connected` on the leg's URL does."""
    result = _RESULTS.get(form.need("DialStatus"), DialResult.FAILED)
    return Dialled(_first_leg(form), result, bridged=None, seconds=form.count("DialBLegDuration"))


def _ended(form: Form) -> Ended:
    status = form.need("CallStatus")
    if status in _UNFINISHED:
        raise Unreadable("This says that the call is still going on.", field="CallStatus")
    return Ended(form.need("CallUUID"), _RESULTS.get(status, DialResult.FAILED), form.count("Duration"))


def _text(form: Form) -> TextIn:
    """V2 signs the address and a nonce, and not the body: the nonce is handed on, to count for one text only."""
    return TextIn(
        carrier_text=form.need("MessageUUID"),
        sender=caller(form.get("From")),
        recipient=number(form.need("To")),
        body=form.get("Text", "Body"),
        media=form.numbered("Media"),
        nonce=form.header("x-plivo-signature-v2-nonce"),
    )


def _text_status(form: Form) -> TextMoved:
    error = form.get("ErrorCode")
    state = _TEXT_STATES.get(form.need("Status"), "queued")
    return TextMoved(form.need("MessageUUID"), state, error if error not in ("", _NO_ERROR) else None)


_CALLS: dict[str, Callable[[Form], Event]] = {
    "incoming": _incoming,
    "pressed": _pressed,
    "leg": _leg,
    "dialled": _dialled,
    "ended": _ended,
}
_TEXTS: dict[str, Callable[[Form], Event]] = {"text": _text, "text-status": _text_status}
