"""Webhooks as the carriers send them, for the tests beside this file. Signatures are made by the vendors' own SDKs."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from exchange.signing import plivo_headers, plivo_message_headers, twilio_headers
from voice.events import CarrierAccount, Envelope

SITE = "https://maskline.example"
ALICE = "+12025550110"
OWNER = "+12025550120"
PROXY = "+12025550101"
NONCE = "05429567804466091622"

Form = Mapping[str, str]


def account(carrier: str, *tokens: str, vendor_id: str = "AC1", number: int = 1) -> CarrierAccount:
    """One account. number tells it from others."""
    return CarrierAccount(UUID(int=number), UUID(int=0), carrier, vendor_id, tokens or ("a token",))


def envelope(form: Form, path: str = "/hooks", headers: Form | None = None, method: str = "POST") -> Envelope:
    """A request with a form: in its body, or in its query where the method is GET."""
    url = f"{SITE}{path}"
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    if method == "GET":
        url = f"{url}?{urlencode(form)}" if form else url
        return Envelope("GET", url, lower, tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True)), b"")
    return Envelope(method, url, lower, tuple(form.items()), urlencode(form).encode())


def from_twilio(form: Form, path: str = "/hooks/twilio/voice", token: str = "a token") -> Envelope:
    """Signed as Twilio signs a form."""
    return envelope(form, path, twilio_headers(SITE + path, form, token))


def from_plivo(form: Form, path: str = "/hooks/plivo/voice", token: str = "a token", method: str = "POST") -> Envelope:
    """Signed as Plivo signs what has to do with a call (V3)."""
    return envelope(form, path, plivo_headers(method, SITE + path, dict(form), token, NONCE), method)


def text_from_plivo(form: Form, path: str = "/hooks/plivo/text", token: str = "a token") -> Envelope:
    """Signed as Plivo signs what has to do with a text (V2)."""
    return envelope(form, path, plivo_message_headers(SITE + path, token, NONCE))


def changed(was: Envelope, **to: object) -> Envelope:
    """The same request with some of its parts replaced."""
    parts = {name: getattr(was, name) for name in ("method", "url", "headers", "form", "body")} | to
    return Envelope(**parts)
