"""A Twilio webhook of an inbound call as bytes, with parameters and headers as Twilio sends them, signed by its SDK."""

from urllib.parse import urlencode

from core.e164 import E164
from exchange.signing import twilio_headers

PUBLIC_URL = "https://calls.example.org"
"""What the service believes to be its address, and what is signed."""
TOKEN = "5" * 32
PATH = "/hooks/twilio/voice"


def vendor_id(place: int) -> str:
    """The AccountSid of the bench's `place`-th account."""
    return f"AC{place:032x}"


def webhook(account: str, call: int, caller: E164, dialled: E164) -> bytes:
    """The request that Twilio makes when somebody calls. call: counts, so that each has a CallSid of its own."""
    form = _form(account, f"CA{call:032x}", caller.value, dialled.value)
    body = urlencode(form).encode()
    headers = {
        "Host": "calls.example.org",
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "Content-Length": str(len(body)),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "X-Home-Region": "us1",
        "I-Twilio-Idempotency-Token": f"{call:08x}-0000-4000-8000-000000000000",
        **twilio_headers(PUBLIC_URL + PATH, form, TOKEN),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + body


def _form(account: str, call: str, caller: str, dialled: str) -> dict[str, str]:
    """Source: twilio.com/docs/voice/twiml#twilios-request-to-your-application; places are empty where not known."""
    form = {
        "CallSid": call, "AccountSid": account, "From": caller, "To": dialled, "Caller": caller, "Called": dialled,
        "CallStatus": "ringing", "ApiVersion": "2010-04-01", "Direction": "inbound",
        "StirVerstat": "TN-Validation-Passed-A",
    }  # fmt: skip
    for who in ("From", "To", "Caller", "Called"):
        form |= {f"{who}City": "", f"{who}State": "DC", f"{who}Zip": "", f"{who}Country": "US"}
    return form
