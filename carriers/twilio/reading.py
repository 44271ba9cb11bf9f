"""What Twilio's webhooks say, in our words. Parameters: twilio.com/docs/voice/twiml, /docs/voice/api/call-resource."""

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
    "answered": DialResult.COMPLETED,
    "busy": DialResult.BUSY,
    "no-answer": DialResult.NO_ANSWER,
    "failed": DialResult.FAILED,
    "canceled": DialResult.CANCELLED,
}
_UNFINISHED = frozenset({"queued", "initiated", "ringing", "in-progress"})
_TEXT_STATES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}


def read(event: str, envelope: Envelope) -> Event:
    """See `voice.ports.Dialect.read`. Raises Unreadable, and KeyError for an event that there is not."""
    return _READERS[event](Form(envelope))


def _incoming(form: Form) -> Incoming:
    return Incoming(
        carrier_call=form.need("CallSid"),
        caller=_caller(form.get("From")),
        dialled=number(form.need("To")),
        forwarded_from=number(form.get("ForwardedFrom")),
        attestation=form.get("StirVerstat") or None,
    )


def _caller(written: str) -> Caller:
    """Twilio writes every real number with its plus; digits without one are a network's placeholder."""
    return caller(written) if written.startswith("+") else Caller(None)


def _first_leg(form: Form) -> str:
    """The call that came in. A whisper and the news of the callee's leg arrive under that leg's own id."""
    return form.get("ParentCallSid") or form.need("CallSid")


def _pressed(form: Form) -> Pressed:
    # On a whisper, and on a call that we placed, From is our own number.
    own_leg = form.get("Direction") == "inbound"
    return Pressed(_first_leg(form), form.get("Digits"), _caller(form.get("From")) if own_leg else Caller(None))


def _leg(form: Form) -> LegMoved:
    status = form.need("CallStatus")
    state = LegState.ANSWERED if status == "in-progress" else LegState.RINGING
    if status in _RESULTS:
        state = LegState.ENDED
    leg = form.need("CallSid") if form.get("ParentCallSid") else None
    return LegMoved(_first_leg(form), state, leg)


def _dialled(form: Form) -> Dialled:
    return Dialled(
        carrier_call=form.need("CallSid"),
        result=_RESULTS.get(form.need("DialCallStatus"), DialResult.FAILED),
        bridged={"true": True, "false": False}.get(form.get("DialBridged").lower()),
        seconds=form.count("DialCallDuration"),
        leg=form.get("DialCallSid") or None,
    )


def _ended(form: Form) -> Ended:
    status = form.need("CallStatus")
    if status in _UNFINISHED:
        raise Unreadable("This says that the call is still going on.", field="CallStatus")
    # `Duration` stands beside it and counts minutes.
    return Ended(form.need("CallSid"), _RESULTS.get(status, DialResult.FAILED), form.count("CallDuration"))


def _text(form: Form) -> TextIn:
    return TextIn(
        carrier_text=form.need("MessageSid", "SmsSid"),
        sender=_caller(form.get("From")),
        recipient=number(form.need("To")),
        body=form.get("Body"),
        media=form.numbered("MediaUrl"),
    )


def _text_status(form: Form) -> TextMoved:
    state = _TEXT_STATES.get(form.need("MessageStatus", "SmsStatus"), "queued")
    return TextMoved(form.need("MessageSid", "SmsSid"), state, form.get("ErrorCode") or None)


_READERS: dict[str, Callable[[Form], Event]] = {
    "incoming": _incoming,
    "pressed": _pressed,
    "leg": _leg,
    "dialled": _dialled,
    "ended": _ended,
    "text": _text,
    "text-status": _text_status,
}
