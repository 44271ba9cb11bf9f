"""Who sent a request: from which page, and from which address."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web

from core.problem import Problem
from maskline.settings_kinds import Network

APIS = ("/api/", "/v1/")
"""Asked by programs, which prove themselves in each request; no cookie counts there."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_MOST_HOPS = 16
_USUAL_PORT = {"http": 80, "https": 443}  # browsers leave these out


class CrossSite(Problem):
    """A form that another site's page sent, or that does not say which page sent it."""

    status, slug, title = 403, "cross-site", "This was not sent from one of our pages"


def own_origins(public_url: str) -> frozenset[str]:
    """What browsers write in `Origin` on our own pages. On a desk, every name of this machine is ours."""
    parts = urlsplit(public_url)
    port = f":{parts.port}" if parts.port not in (None, _USUAL_PORT.get(parts.scheme)) else ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    hosts = _LOOPBACK if host in _LOOPBACK else (host,)
    return frozenset(f"{parts.scheme}://{each}{port}" for each in hosts)


def check_origin(request: web.Request, ours: frozenset[str]) -> None:
    """
    Refuses what changes something and was not sent by a page of ours. Raises CrossSite.

    Browsers write `Sec-Fetch-Site` and `Origin`, and no page can forge either. One of them must say that it was us,
    and neither may say otherwise. A program that asks an API sends neither, and needs neither.
    """
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    foreign = site not in (None, "same-origin") or (origin != "null" and origin not in ours)
    silent = site is None and origin == "null"
    if foreign or (silent and not (request.path.startswith(APIS) and "Origin" not in request.headers)):
        raise CrossSite("Open the page again and send it from there.")


def from_client(request: web.Request, trusted: Sequence[Network]) -> web.Request:
    """
    The request with `remote` as the visitor's own address, where a proxy of ours passed it on.

    Of `X-Forwarded-For` the rightmost address that is no proxy of ours counts: anyone can write what stands left of it.
    """
    peer = request.remote
    if not trusted or peer is None or not _among(peer, tuple(trusted)):
        return request
    hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    for hop in reversed(hops[-_MOST_HOPS:]):
        address = _address(hop)
        if address is None:
            break  # not written by a proxy of ours: whoever stands to the right of it is the last we know of
        peer = address
        if not _among(address, tuple(trusted)):
            break
    return request.clone(remote=peer)


def _address(text: str) -> str | None:
    """An address as proxies write them (`192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`), or None."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _among(address: str, networks: tuple[Network, ...]) -> bool:
    """Remembered, above all for our own proxies: every request asks it about them."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in networks)
