"""Twilio's webhooks of inbound calls and texts as bytes, with parameters and headers as Twilio sends them, signed."""

from urllib.parse import urlencode

from core.e164 import E164
from exchange.signing import twilio_headers

PUBLIC_URL = "https://calls.example.org"
"""What the service believes to be its address, and what is signed."""
TOKEN = "5" * 32
PATH = "/hooks/twilio/voice"
TEXT_PATH = "/hooks/twilio/text"


def vendor_id(place: int) -> str:
    """The AccountSid of the bench's `place`-th account."""
    return f"AC{place:032x}"


def webhook(account: str, call: int, caller: E164, dialled: E164) -> bytes:
    """The request that Twilio makes when somebody calls. call: counts, so that each has a CallSid of its own."""
    return _request(PATH, call, _form(account, f"CA{call:032x}", caller.value, dialled.value))


def text(account: str, count: int, sender: E164, recipient: E164) -> bytes:
    """The request that Twilio makes when somebody texts. count: so that each has a MessageSid and words of its own."""
    form = {
        "MessageSid": f"SM{count:032x}", "SmsMessageSid": f"SM{count:032x}", "SmsSid": f"SM{count:032x}",
        "AccountSid": account, "From": sender.value, "To": recipient.value, "Body": f"I am at the corner no. {count}",
        "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    for who in ("From", "To"):
        form |= {f"{who}City": "", f"{who}State": "DC", f"{who}Zip": "", f"{who}Country": "US"}
    return _request(TEXT_PATH, count, form)


def _request(path: str, count: int, form: dict[str, str]) -> bytes:
    body = urlencode(form).encode()
    headers = {
        "Host": "calls.example.org",
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "Content-Length": str(len(body)),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "X-Home-Region": "us1",
        "I-Twilio-Idempotency-Token": f"{count:08x}-0000-4000-8000-000000000000",
        **twilio_headers(PUBLIC_URL + path, form, TOKEN),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


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
