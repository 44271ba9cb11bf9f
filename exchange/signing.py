"""
Sign webhook requests as Twilio and Plivo do, with the vendors' own SDK code.

Tests of any verifier use these functions as the oracle, so nothing here is ours: Twilio's signature comes from
`twilio.request_validator`, Plivo's V3 from `plivo.utils.signature_v3`. Plivo's SDK can check a V2 signature but has
no function that makes one; ours is made from its documented base string and then shown to the SDK's own check.

Sources: twilio.com/docs/usage/security, plivo.com/docs/voice/concepts/signature-validation,
plivo.com/docs/messaging/concepts/signature-validation.
"""

import hmac
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit

from plivo.utils import validate_signature
from plivo.utils.signature_v3 import construct_get_url, construct_post_url, get_signature_v3
from twilio.request_validator import RequestValidator


def without_fragment(url: str) -> str:
    """The URL as it goes over the wire and into a signature: connection overrides (`#rc=2`) are never sent."""
    return urlunsplit(urlsplit(url)._replace(fragment=""))


class _Form:
    """A form in the shape the Twilio SDK reads repeated names from (`getlist`, as Django and Flask have it)."""

    def __init__(self, params: Mapping[str, str | Sequence[str]]) -> None:
        self._lists = {name: [value] if isinstance(value, str) else list(value) for name, value in params.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def getlist(self, name: str) -> list[str]:
        return self._lists[name]


def twilio_headers(url: str, params: Mapping[str, str | Sequence[str]], token: str) -> dict[str, str]:
    """
    The signature header of one Twilio webhook.

    url: as configured, with its query; a fragment is taken off. For a GET, pass no params: they stand in the query.
    params: the POST form; a list is a repeated name.
    """
    signature = RequestValidator(token).compute_signature(without_fragment(url), _Form(params))
    return {"X-Twilio-Signature": signature}


def twilio_json_headers(url: str, token: str) -> dict[str, str]:
    """The header for a JSON body; `url` already carries `bodySHA256=<hex>` in its query."""
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(without_fragment(url), {})}


def plivo_nonce() -> str:
    """A nonce in Plivo's shape: twenty digits."""
    return f"{secrets.randbelow(10**20):020d}"


def plivo_headers(
    method: str, url: str, params: Mapping[str, str | Sequence[str]], token: str, nonce: str
) -> dict[str, str]:
    """
    The V3 signature headers of one Plivo voice webhook, signed with the account's token (the main account's too).

    method: "POST" (params are the form) or "GET" (params are merged into the query before signing).
    """
    # The SDK's helpers write into the dict they are given and want lists, not tuples.
    given = {name: value if isinstance(value, str) else list(value) for name, value in params.items()}
    make = construct_get_url if method.upper() == "GET" else construct_post_url
    base = make(without_fragment(url), given).decode("utf-8")
    signature = get_signature_v3(token.encode("utf-8"), base, nonce).decode("ascii")
    return {
        "X-Plivo-Signature-V3": signature,
        "X-Plivo-Signature-Ma-V3": signature,
        "X-Plivo-Signature-V3-Nonce": nonce,
    }


def plivo_message_headers(url: str, token: str, nonce: str) -> dict[str, str]:
    """
    The V2 signature headers of one Plivo messaging webhook: scheme, host and path, then the nonce; no query, no body.

    Raises ValueError if the SDK's own check does not accept what was made.
    """
    base = urlunsplit(urlsplit(url)._replace(query="", fragment=""))
    digest = hmac.new(token.encode("utf-8"), (base + nonce).encode("utf-8"), sha256).digest()
    signature = b64encode(digest).decode("ascii")
    if not validate_signature(base, nonce, signature, token):
        raise ValueError("plivo's SDK does not accept this V2 signature")
    return {
        "X-Plivo-Signature-V2": signature,
        "X-Plivo-Signature-Ma-V2": signature,
        "X-Plivo-Signature-V2-Nonce": nonce,
    }
