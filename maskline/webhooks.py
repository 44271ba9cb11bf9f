"""The four addresses of ours that a number's carrier is told; whether a number leads to them, and they to us."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from carriers import DIALECTS
from maskline.refusal import Refusal

KINDS = ("voice", "text", "ended", "fallback")
_REACH_WITHIN = 5.0


def addresses(public_url: str, carrier: str) -> dict[str, str]:
    """
    Kind -> address. What nobody listens to (texts, ends) asks the carrier, in the address itself, to send it again when
    we could not keep it.
    """
    base, again = f"{public_url}/hooks/{carrier}", DIALECTS[carrier].event_suffix
    return {kind: f"{base}/{kind}{again if kind in ('text', 'ended') else ''}" for kind in KINDS}


def astray(told: Mapping[str, Any], public_url: str, carrier: str) -> list[str]:
    """
    Kinds of webhook that lead elsewhere. told: one number as `Placer.numbers` gives it.

    Fragments are not compared: they only ask for further tries, and Plivo does not keep them for texts.
    """
    wanted = addresses(public_url, carrier)
    return [kind for kind in KINDS if str(told[f"{kind}_url"]).partition("#")[0] != wanted[kind].partition("#")[0]]


def is_local(url: str) -> bool:
    """Whether an address leads to this machine only. The settings allow plain http for no other."""
    return urlsplit(url).scheme == "http"


async def looked_at(public_url: str) -> str | None:
    """What is wrong with the way to us, seen from this machine: the end of a sentence; None where a service answers."""
    try:
        async with (
            ClientSession(trust_env=False, timeout=ClientTimeout(_REACH_WITHIN)) as session,
            session.get(f"{public_url}/healthz", allow_redirects=False) as answer,
        ):
            return None if answer.status == 200 else f"answers {answer.status}"
    except (ClientError, TimeoutError, OSError):
        return "does not answer from here"


def require_reachable(public_url: str, api_url: str) -> None:
    """Raises Refusal where a carrier elsewhere is to call an address that only this machine can reach."""
    if is_local(public_url) and not is_local(api_url):
        raise Refusal(
            f"No carrier can reach {public_url}. Set MASKLINE_PUBLIC_URL to the https address that leads here "
            "(docs/going-live.md)."
        )
