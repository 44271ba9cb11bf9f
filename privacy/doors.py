"""
What the doors of all rooms have in common: how programs sign in (RFC 7617, RFC 6750), how long a body may take, and how
often one network may do something, counted under the day's keys.
"""

import asyncio
import base64
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from core.clock import Clock
from core.problem import Problem
from core.quota import Limiter, Quota, Use
from privacy.short_keys import ShortKeys

BODY_WITHIN = 5.0
"""Seconds that a body may take to arrive."""
WRONG = Quota("wrong-sign-ins", times=30, per=timedelta(minutes=10), when_blind="allow")
"""
Wrong sign-ins of one network, to all doors together. A token has 128 bits or more: this keeps the database quiet, and
guards nothing.
"""


def signed_in(header: str) -> tuple[str, str] | None:
    """User and password of an Authorization header; None where it is no HTTP Basic."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (user, password) if colon else None


def bearer(header: str) -> str | None:
    """The token of an Authorization header; None where it holds none."""
    scheme, _, token = header.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


async def arrived(request: web.Request, bad: type[Problem]) -> bytes:
    """The body of a request. Raises `bad` for one that is too slow or broken, HTTPRequestEntityTooLarge."""
    try:
        if request.content.is_eof():  # it came with the head, as a short one does
            return await request.read()
        async with asyncio.timeout(BODY_WITHIN):
            return await request.read()
    except TimeoutError:
        raise bad("It took too long to arrive. Send it again.", field="body") from None
    except web.RequestPayloadError:
        raise bad("It arrived broken. Send it again.", field="body") from None


@dataclass(frozen=True, slots=True)
class Networks:
    """Counts what comes from one network: /24 of IPv4, /48 of IPv6 (privacy.numbers.address_prefix)."""

    limiter: Limiter
    short_keys: ShortKeys
    clock: Clock

    async def over(self, quota: Quota, address: str) -> bool:
        """Counts one use by the network of an address. Whether it is one too many. Raises DatabaseAway."""
        days = await self.short_keys.recent()
        counted = (day.counts_address(address) for day in days.counting(self.clock.now(), quota.per))
        return await self.limiter.over(*(Use(quota, each) for each in counted)) is not None
