"""
One request to a carrier's REST API, asked once.

Nothing here tries again: plivo's own client posts a failed call three times, and then three phones ring. (aiohttp asks
a GET or DELETE anew where a kept connection turns out dead, but never a POST.) The outbox decides what is asked again,
and it is told whether the request may have been carried out (`maybe_done`).
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError

from carriers.errors import refusal
from voice.events import CarrierAccount
from voice.ports import CarrierAway

_ACTS = "POST"


class Api:
    """
    A carrier's REST API.

    session: made with `trust_env=False`, so that no proxy named in the environment carries numbers. base_url: without a
    path ("https://api.twilio.com"). seconds: for the whole request; a third of it for the connection.
    """

    def __init__(self, session: ClientSession, base_url: str, *, seconds: float) -> None:
        if session.trust_env:
            raise ValueError("The session for carriers must be made with trust_env=False")
        self._session = session
        self._base = base_url.rstrip("/")
        self._timeout = ClientTimeout(total=seconds, connect=seconds / 3)

    async def ask(
        self,
        method: str,
        path: str,
        account: CarrierAccount,
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """
        The JSON object that the carrier answers, {} for an empty answer.

        path: its parts quoted with `part`. query: never a person's number, for it ends in logs. form or body: sent
        URL-encoded, a form's names as often as they stand in it, or as JSON. Raises CarrierRefused and CarrierAway.
        """
        acts = method == _ACTS
        try:
            # Redirects are not followed: they could carry a number to another host.
            async with self._session.request(
                method,
                self._base + path,
                params=query,
                data=form,
                json=body,
                headers=signed_in(account),
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                status, raw = answer.status, await answer.read()
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise CarrierAway(maybe_done=False) from error
        except (ClientError, TimeoutError) as error:
            raise CarrierAway(maybe_done=acts) from error
        told = _object(raw)
        if 200 <= status < 300 and told is not None:
            return told
        if 200 <= status < 300:
            raise CarrierAway("The carrier's answer is not JSON.", maybe_done=acts)
        code = (told or {}).get("code")
        raise refusal(status, str(code) if code else None, asked_to_act=acts)


def signed_in(account: CarrierAccount) -> dict[str, str]:
    """Basic authentication (RFC 7617)."""
    return {"Authorization": f"Basic {b64encode(f'{account.vendor_id}:{account.tokens[0]}'.encode()).decode()}"}


def part(text: str) -> str:
    """One segment of a path, so that an id from outside cannot lead elsewhere."""
    return quote(text, safe="")


def _object(raw: bytes) -> dict[str, Any] | None:
    """The JSON object in an answer, None where it is something else."""
    if not raw.strip():
        return {}
    try:
        told = json.loads(raw)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
