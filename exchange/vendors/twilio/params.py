"""
What Twilio sends with each webhook about a call.

Source: twilio.com/docs/voice/twiml#twilios-request-to-your-application, /docs/voice/api/call-resource#statuscallback,
and payloads seen in public code (Gather's `msg` and `FinishedOnKey`).
"""

from datetime import datetime

from exchange.legs import Leg, LegState
from exchange.office import Office

WITHHELD = ("anonymous", "+266696687", "unknown", "+8656696", "restricted", "+7378742833", "+2562533")
"""How Twilio spells a caller who hides their number; the figures spell ANONYMOUS, UNKNOWN, RESTRICTED, BLOCKED."""

_COUNTRIES = {"1": "US", "44": "GB", "33": "FR", "49": "DE", "91": "IN", "61": "AU", "353": "IE"}


def country(number: str) -> str:
    """The ISO country of an E.164 number, as far as this desk knows; else ""."""
    return next((iso for code, iso in _COUNTRIES.items() if number.startswith("+" + code)), "")


def geography(who: str, number: str) -> dict[str, str]:
    """`FromCity` and so on; Twilio sends them empty when it does not know."""
    return {f"{who}City": "", f"{who}State": "", f"{who}Zip": "", f"{who}Country": country(number)}


def rfc2822(moment: datetime) -> str:
    """As in status callbacks and REST answers: `Tue, 31 Aug 2010 20:36:28 +0000`."""
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")


def minutes(seconds: int) -> int:
    """Billed minutes: begun ones count."""
    return -(-seconds // 60)


def call_status(leg: Leg) -> str:
    """CallStatus as the vendor calls it."""
    if leg.state is LegState.ENDED:
        return leg.cause
    return "in-progress" if leg.state is LegState.ANSWERED else "ringing"


def call_params(office: Office, leg: Leg) -> dict[str, str]:
    """The parameters of every voice webhook."""
    params = {
        "CallSid": leg.call_id,
        "AccountSid": office.twilio.account_sid,
        "From": leg.from_,
        "To": leg.to,
        "Caller": leg.from_,
        "Called": leg.to,
        "CallStatus": call_status(leg),
        "ApiVersion": "2010-04-01",
        "Direction": leg.direction,
    }
    for who, number in (("From", leg.from_), ("To", leg.to), ("Caller", leg.from_), ("Called", leg.to)):
        params |= geography(who, number)
    if leg.parent is not None:
        params["ParentCallSid"] = leg.parent.call_id
    if leg.forwarded_from:
        params |= {"ForwardedFrom": leg.forwarded_from, "CalledVia": leg.forwarded_from}
    if leg.direction == "inbound":
        if leg.from_.startswith("+1") and leg.from_ not in WITHHELD:
            params["StirVerstat"] = "TN-Validation-Passed-A"
        if leg.state is LegState.RINGING and "call_token" in leg.extras:
            params["CallToken"] = leg.extras["call_token"]
    return params


def progress_params(office: Office, leg: Leg, status: str, sequence: int) -> dict[str, str]:
    """A status callback. sequence: counts this leg's callbacks from 0."""
    params = call_params(office, leg) | {
        "CallStatus": status,
        "Timestamp": rfc2822(office.timers.now()),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
    }
    if leg.over:
        seconds = leg.seconds()
        params |= {"CallDuration": str(seconds), "Duration": str(minutes(seconds))}
    return params
