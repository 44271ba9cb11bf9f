"""Who asks, and how often: the same for the API, where a token says it, and for the pages, where a cookie does."""

from dataclasses import dataclass
from datetime import timedelta

from admin.people.errors import SignInNeeded
from admin.people.members import Members
from admin.people.values import Here
from core.quota import Limiter, Quota, Use
from masking.sessions.errors import TooFast, WrongTooOften
from privacy.doors import WRONG, Networks, bearer

STRANGERS = Quota("people-strangers", times=60, per=timedelta(minutes=10), when_blind="allow")
"""Codes asked for and codes entered from one network. What they cost, and tries, are counted in Postgres besides."""
RATE = Quota("people-api", times=60, per=timedelta(seconds=10), when_blind="allow")
"""Requests of one device."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Asked before anything else."""

    members: Members
    limiter: Limiter
    networks: Networks

    async def stranger(self, address: str) -> None:
        """Somebody who is not signed in asks for something that costs. Raises TooFast."""
        if await self.networks.over(STRANGERS, address):
            raise TooFast("Too many people of your network sign in just now.",
                          retry_after=int(STRANGERS.per.total_seconds()))  # fmt: skip

    async def here(self, authorization: str, address: str) -> Here:
        """
        Whose token stands in an Authorization header. Raises SignInNeeded, WrongTooOften, TooFast, DatabaseAway.

        Without a header nothing is counted.
        """
        here = await self.known(authorization)
        if here is None:
            if authorization and await self.networks.over(WRONG, address):
                raise WrongTooOften("Sign in again.", retry_after=int(WRONG.per.total_seconds()))
            raise SignInNeeded("Send `Authorization: Bearer` and the token that signing in gave.")
        if await self.limiter.over(Use(RATE, here.device.device_id.hex)):
            raise TooFast(retry_after=int(RATE.per.total_seconds()))
        return here

    async def known(self, authorization: str) -> Here | None:
        """The same for whoever need not be signed in: None where they are not, or not any more."""
        token = bearer(authorization)
        return await self.members.here(token) if token else None
