"""Keyed hashes: a number or an address as 32 bytes that can be compared and cannot be turned back without the key."""

import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

from core.e164 import E164
from privacy.keys import KeyRing
from privacy.mac import Mac

Room = Literal["masking", "callerid", "people"]
"""Each keys numbers in its own way, so that two rooms' tables cannot be joined."""


_OLD_MOBILE = re.compile(r"\+(?:(52)1(\d{10})|(54)9(\d{10}))\Z")
"""Mexico's and Argentina's mobiles are written with one digit more or less; both are the same phone (FIELD 1.4)."""


class NumberKeys:
    """
    One room's number keys: HMAC-SHA256 under a key derived from the number root.

    After a rekeying there are several roots, and the key is HMAC(k2, HMAC(k1, number)): every stored key could be moved
    on without its number being known.
    """

    def __init__(self, ring: KeyRing, room: Room) -> None:
        self._chain = [Mac(ring.derive("number", f"number key: {room}", key_id)) for key_id in ring.ids("number")]

    def key(self, number: E164) -> bytes:
        """32 bytes; equal for equal numbers, and for two ways of writing one."""
        return self._wrapped(_one_way(number.value).encode(), 0)

    def first(self, value: str) -> bytes:
        """The key as the first number root makes it, which stays whatever is moved since. value: of an E164."""
        return self._chain[0](_one_way(value).encode())

    def moved(self, key: bytes, version: int) -> bytes:
        """A key of an older version as this ring would make it. version: wraps applied to it so far, from 1."""
        return self._wrapped(key, version)

    def _wrapped(self, value: bytes, since: int) -> bytes:
        for mac in self._chain[since:]:
            value = mac(value)
        return value


def _one_way(number: str) -> str:
    found = _OLD_MOBILE.match(number) if number.startswith(("+52", "+54")) else None
    return "+" + "".join(part for part in found.groups() if part) if found else number


def address_prefix(address: str) -> str:
    """
    The network that one visitor shares with neighbours: /24 of IPv4, /48 of IPv6.

    An IPv4 address written as IPv6 counts as IPv4, and a zone is dropped. What is no address gives "unknown", so that
    all such visitors share one limit.
    """
    try:
        ip = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ip_network((ip, 48), strict=False))
        ip = ip.ipv4_mapped
    return str(ip_network((ip, 24), strict=False))


def one_way(number: E164) -> str:
    """A number, with its +, in the one of two ways of writing it under which it is keyed."""
    return _one_way(number.value)
