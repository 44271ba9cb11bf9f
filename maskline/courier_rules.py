"""
What the courier holds to, pure: which addresses customers' servers may have, and when one is left alone for a while.

An address counts where a connection would really go to, after DNS: a name that points into our own network reaches
nothing there. Source: the IANA special-purpose registries, as Python's `ipaddress` has them.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from yarl import URL

IN_A_ROW = 5
"""Failures after which an address is left alone."""
PAUSE = timedelta(seconds=30)
"""For how long. After that one request tries; if it fails too, as long again."""

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NOT_THEIRS = (
    ipaddress.ip_network("2002::/16"),  # 6to4: carries an IPv4 address that nobody checked
    ipaddress.ip_network("3fff::/20"),  # documentation (RFC 9637), newer than this Python's table
)
_RELAY = ipaddress.ip_network("192.88.99.0/24")  # of 6to4, given up by RFC 7526

Place = tuple[str, int]
"""An IP address as text and a port."""


def is_public(address: str) -> bool:
    """
    Whether an IP address is one of the internet's, which anybody may reach.

    No for loopback, private, shared (100.64/10), link-local (so clouds' metadata), multicast, reserved and test
    ranges; IPv4 inside IPv6 counts as what it is. address: as text, with or without a zone. Raises ValueError.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in _GLOBAL_UNICAST and not any(ip in network for network in _NOT_THEIRS)
    return ip not in _RELAY


def host_of(url: str) -> str:
    """The host that an address names, as DNS and TLS know it: lower case, IDNA, without the root's dot; "" for none."""
    try:
        host = (URL(url).host or "").rstrip(".").lower()
        return host if ":" in host else host.encode("idna").decode()
    except ValueError:
        return ""


def places(exceptions: Iterable[str]) -> frozenset[Place]:
    """The places that MASKLINE_COURIER_EXCEPTIONS names: "127.0.0.1:9000", "[::1]:9000"."""
    parts = [urlsplit(f"//{text}") for text in exceptions]
    return frozenset((part.hostname or "", part.port or 0) for part in parts)


class Breaker:
    """Leaves an address alone that failed several times in a row. Not for several threads."""

    def __init__(self) -> None:
        self._failures = 0
        self._again_at: datetime | None = None

    def lets_through(self, now: datetime) -> bool:
        """Whether to try. After a pause only the first who asks may, until it is known how that went."""
        if self._failures < IN_A_ROW or self._again_at is None:
            return True
        if now < self._again_at:
            return False
        self._again_at = now + PAUSE
        return True

    def failed(self, now: datetime) -> None:
        """One more failure."""
        self._failures += 1
        self._again_at = now + PAUSE
