"""Who asks about their own number: a person by the token of a device; and how often."""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from callerid.owners.errors import TokenNeeded, TooOften
from callerid.ports import Member, Members
from core.quota import Limiter, Quota, Use
from privacy.doors import WRONG, Networks, bearer
from privacy.numbers import address_prefix

OF_PERSON = Quota("owners-person", 60, timedelta(minutes=1), "allow")


@dataclass(frozen=True, slots=True)
class Door:
    """Lets people in to what is theirs. secret: 32 bytes of this room's own, under which bursts are counted."""

    members: Members
    limiter: Limiter
    networks: Networks
    secret: bytes

    async def person(self, request: web.Request) -> Member:
        """Whose bearer token a request carries. Raises TokenNeeded, TooOften, DatabaseAway."""
        token = bearer(request.headers.get("Authorization", ""))
        member = await self.holder(request, token) if token else None
        if member is None:
            raise TokenNeeded
        return member

    async def holder(self, request: web.Request, token: str) -> Member | None:
        """Who holds a token; None for one that does not live. Raises TooOften, DatabaseAway."""
        member = await self.members.member(token, address_prefix(request.remote or ""))
        if member is not None:
            subject = hmac.digest(self.secret, member.person_id.bytes, "sha256").hex()
            if await self.limiter.over(Use(OF_PERSON, subject)):
                raise _too_often(OF_PERSON)
        elif token and await self.networks.over(WRONG, request.remote or ""):
            raise _too_often(WRONG)
        return member


def _too_often(quota: Quota) -> TooOften:
    return TooOften("Wait a little.", retry_after=int(quota.per.total_seconds()))
