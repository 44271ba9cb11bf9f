"""
Signatures of what we send to customers, under the token of the client that made the service.

Hooks and callbacks are signed as Twilio signs its own, so that whoever checks them with Twilio's RequestValidator goes
on doing so (FIELD 5.2). Our events are signed with their time, so that an old one cannot be played again later.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

TWILIO = "X-Twilio-Signature"
EVENTS = "Maskline-Signature"


def sign(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """
    Twilio's signature of a form that is posted to `url`: base64 of HMAC-SHA1 over the URL and the sorted fields.

    url: as the customer gave it, its query included; a fragment is never sent, and not signed, nor is a lone "?". form:
    names and values; a pair that stands there twice counts once.
    """
    address = urlsplit(url)._replace(fragment="").geturl()
    said = "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.digest(token.encode(), (address + said).encode(), hashlib.sha1)).decode()


def sign_event(token: str, at: int, body: bytes) -> str:
    """The header of one of our events: `t=<unix seconds>,v1=<hex of HMAC-SHA256 over "t.body">`."""
    return f"t={at},v1={hmac.digest(token.encode(), str(at).encode() + b'.' + body, hashlib.sha256).hex()}"
