"""
Who signed a Twilio webhook.

X-Twilio-Signature is base64(HMAC(token, URL + every name and value of the form, sorted, each pair once)), with SHA-1
and the account's token, or as X-Twilio-Webhooks-Signature-Settings says with SHA-256 and a shared key. Whether Twilio
wrote the port into the URL differs from product to product, so both spellings count. A body that is no form is signed
through its hash, `bodySHA256` in the query. Source: twilio.com/docs/usage/security; twilio-python 9.13
`request_validator.py`, which is the oracle of tests/carriers/test_twilio_signature.py.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from urllib.parse import parse_qs

from voice.events import Envelope

_HASHES = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_URL = re.compile(r"(https?)://([^/?]+?)(:[0-9]+)?([/?].*)?", re.DOTALL)


def signed_with(token: str, envelope: Envelope) -> bool:
    """Whether `token` signed this request. No if the signature is missing, the hash unknown or the body not covered."""
    given = envelope.headers.get("x-twilio-signature", "").encode(errors="replace")
    hashed = _HASHES.get(_algorithm(envelope.headers.get("x-twilio-webhooks-signature-settings", "")))
    if not given or hashed is None or not _body_is_covered(envelope):
        return False
    pairs = () if envelope.method == "GET" else sorted(set(envelope.form))
    said, key = "".join(map("".join, pairs)), token.encode()
    made = (  # the second spelling only where the first does not match
        b64encode(hmac.digest(key, (url + said).encode(errors="surrogatepass"), hashed))
        for url in _spellings(envelope.url.partition("#")[0])
    )
    return any(hmac.compare_digest(each, given) for each in made)


def _spellings(url: str) -> tuple[str, ...]:
    """The URL without its port and with it."""
    parts = _URL.fullmatch(url)
    if parts is None:
        return (url,)
    scheme, host, port, rest = parts.groups(default="")
    return (f"{scheme}://{host}{rest}", f"{scheme}://{host}{port or (':443' if scheme == 'https' else ':80')}{rest}")


def _body_is_covered(envelope: Envelope) -> bool:
    if envelope.method == "GET" or not envelope.body:
        return not envelope.body  # what a GET carries beside its URL is signed by nobody
    if envelope.form:
        return True
    told = parse_qs(envelope.url.partition("?")[2]).get("bodySHA256", [""])[0]
    return hmac.compare_digest(hashlib.sha256(envelope.body).hexdigest().encode(), told.encode(errors="replace"))


def _algorithm(settings: str) -> str:
    """What `key=…,algorithm=…` names; without that, Twilio signs as it always has."""
    if not settings:
        return "HMAC_SHA1"
    parts = (part.partition("=") for part in settings.split(","))
    return next(
        (value.strip().upper() for name, _, value in parts if name.strip() == "algorithm" and value.strip()),
        "HMAC_SHA1",
    )
