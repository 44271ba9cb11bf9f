"""
What Plivo sends with each webhook about a call, and its words for how a leg ended.

Source: plivo.com/docs/voice/concepts/callbacks, /docs/voice/xml/dial, /docs/voice/troubleshooting/hangup-causes.
"""

from dataclasses import dataclass
from datetime import datetime

from exchange.legs import Leg, LegState
from exchange.office import Office

WITHHELD = ("anonymous", "Anonymous", "private", "unavailable", "restricted")
"""How a caller who hides their number is spelled."""


@dataclass(frozen=True, slots=True)
class HangupCause:
    """cause: the switch's word. name, code: Plivo's. source: Caller, Callee, Plivo, API Request, Answer XML, Error."""

    cause: str
    name: str
    code: int
    source: str


_BY_REASON = {
    "end of XML": ("NORMAL_CLEARING", "End Of XML Instructions", 4010, "Plivo"),
    "Hangup": ("NORMAL_CLEARING", "Normal Hangup", 4000, "Answer XML"),
    "scheduled": ("ALLOTTED_TIMEOUT", "Scheduled Hangup", 6000, "Plivo"),
    "Lost Race": ("LOSE_RACE", "Cancelled (Simultaneous Ring)", 1020, "Plivo"),
    "caller": ("ORIGINATOR_CANCEL", "Cancelled", 1000, "Caller"),
    "Max Duration Reached": ("ALLOTTED_TIMEOUT", "Scheduled Hangup", 6000, "Plivo"),
    "refused": ("CALL_REJECTED", "Rejected", 3020, "Answer XML"),
    "refused busy": ("USER_BUSY", "Busy Line", 3010, "Answer XML"),
    "rejected": ("CALL_REJECTED", "Rejected", 3020, "Callee"),
    "Error Reaching Answer URL": ("NORMAL_CLEARING", "Error Reaching Answer URL", 7011, "Error"),
    "Error Reaching Action URL": ("NORMAL_CLEARING", "Error Reaching Action URL", 7012, "Error"),
    "Error Reaching Redirect URL": ("NORMAL_CLEARING", "Error Reaching Redirect URL", 7014, "Error"),
    "Invalid Answer XML": ("NORMAL_CLEARING", "Invalid Answer XML", 8011, "Error"),
    "Invalid Action XML": ("NORMAL_CLEARING", "Invalid Action XML", 8012, "Error"),
    "Invalid Redirect XML": ("NORMAL_CLEARING", "Invalid Redirect XML", 8014, "Error"),
}
_BY_CAUSE = {
    "busy": ("USER_BUSY", "Busy Line", 3010, "Callee"),
    "no-answer": ("NO_ANSWER", "Ring Timeout Reached", 6010, "Plivo"),
    "canceled": ("ORIGINATOR_CANCEL", "Cancelled", 1000, "Caller"),
    "failed": ("NORMAL_TEMPORARY_FAILURE", "Internal Error", 5010, "Plivo"),
}


def hangup_cause(leg: Leg) -> HangupCause:
    """Why a leg that is over ended."""
    if leg.why in _BY_REASON:
        return HangupCause(*_BY_REASON[leg.why])
    if leg.ended_by == "api":
        return HangupCause("NORMAL_CLEARING", "Normal Hangup", 4000, "API Request")
    if leg.answered_at is None and leg.cause in _BY_CAUSE:
        return HangupCause(*_BY_CAUSE[leg.cause])
    person = "Caller" if leg.direction == "inbound" else "Callee"
    return HangupCause("NORMAL_CLEARING", "Normal Hangup", 4000, person if leg.ended_by == "person" else "Plivo")


def spelled(office: Office, number: str) -> str:
    """A number as Plivo writes it in webhooks: commonly without the plus sign."""
    return number if office.faults["plivo"].choice("numbers") == "plus" else number.removeprefix("+")


def _status(leg: Leg) -> str:
    if leg.over:
        return {"canceled": "cancel"}.get(leg.cause, leg.cause)
    return "in-progress" if leg.state is LegState.ANSWERED else "ringing"


def call_params(office: Office, leg: Leg, event: str) -> dict[str, str]:
    """The parameters of every voice webhook. event: StartApp, Redirect, Hangup and so on."""
    params = {
        "CallUUID": leg.call_id,
        "ALegUUID": leg.root.call_id,
        "From": spelled(office, leg.from_),
        "To": spelled(office, leg.to),
        "CallStatus": _status(leg),
        "Direction": "inbound" if leg.direction == "inbound" else "outbound",
        "Event": event,
        "CallerName": spelled(office, leg.from_),
        "ParentAuthID": office.plivo.auth_id,
        "SessionStart": _when(leg.began),
        "BillRate": "0.0085",
        "RouteType": "PSTN",
    }
    if leg.direction == "inbound" and leg.from_.startswith("+1"):
        params["STIRVerification"] = "Verified"
    if leg.forwarded_from:
        params["ForwardedFrom"] = spelled(office, leg.forwarded_from)
    if leg.direction == "outbound-api":
        params |= {"RequestUUID": leg.call_id, "ALegRequestUUID": leg.call_id}
    return params


def hangup_params(office: Office, leg: Leg) -> dict[str, str]:
    """What hangup_url is told."""
    why, seconds = hangup_cause(leg), leg.seconds()
    billed = -(-seconds // 60) * 60
    times = {"StartTime": leg.began, "AnswerTime": leg.answered_at, "EndTime": leg.ended_at}
    return call_params(office, leg, "Hangup") | {
        "HangupCause": why.cause,
        "HangupCauseName": why.name,
        "HangupCauseCode": str(why.code),
        "HangupSource": why.source,
        "Duration": str(seconds),
        "BillDuration": str(billed),
        "TotalCost": f"{billed / 60 * 0.0085:.5f}",
        **{name: _when(moment) for name, moment in times.items() if moment is not None},
    }


def _when(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
