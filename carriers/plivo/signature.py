"""
Who signed a Plivo webhook. HMAC-SHA256 with a token, base64; a header may list several candidates, one per live token.

V3 covers everything and is what a call must have: URL without query, `?` and the sorted query, `.` where a query and a
form are both there, the sorted form, `.` and the nonce. V2 is what texts have: the URL without its query, the nonce. It
leaves the body open to change, so it counts only for a form with a MessageUUID, which `reading` never takes for a call.
Sources: plivo.com/docs/voice/concepts/signature-validation, /docs/messaging/concepts/signature-validation;
plivo-python 4.63 `plivo/utils`, which is the oracle of tests/carriers/test_plivo_signature.py.
"""

import hmac
from base64 import b64encode
from urllib.parse import parse_qsl

from voice.events import Envelope


def signed_with(token: str, envelope: Envelope) -> bool:
    """Whether `token` signed this request. False for a missing signature or nonce."""
    page, _, query = envelope.url.partition("#")[0].partition("?")
    covered = _matches(token, envelope, "v3", _everything(page, query, envelope) + ".")
    if not covered and envelope.field("MessageUUID"):
        covered = _matches(token, envelope, "v2", page)
    return covered


def _everything(page: str, query: str, envelope: Envelope) -> str:
    """What V3 covers but the nonce. On a GET the form is the query, so what is signed is what will be read."""
    if envelope.method == "GET":
        asked, sent = sorted(envelope.form), []
    else:
        asked, sent = sorted(parse_qsl(query, keep_blank_values=True)), sorted(envelope.form)
    mark = "?" if asked or sent else ""
    stop = "." if asked and sent else ""
    return page + mark + "&".join(f"{name}={value}" for name, value in asked) + stop + "".join(map("".join, sent))


def _matches(token: str, envelope: Envelope, version: str, base: str) -> bool:
    """Whether any candidate, of the account itself (`-v3`) or of its main account (`-ma-v3`), is what `token` makes."""
    headers, prefix = envelope.headers, "x-plivo-signature-"
    nonce = headers.get(f"{prefix}{version}-nonce", "")
    given = f"{headers.get(prefix + version, '')},{headers.get(f'{prefix}ma-{version}', '')}"
    made = b64encode(hmac.digest(token.encode(), (base + nonce).encode(errors="surrogatepass"), "sha256"))
    matches = False
    for candidate in given.split(","):
        matches |= hmac.compare_digest(made, candidate.strip().encode(errors="replace"))
    return matches and nonce != ""
