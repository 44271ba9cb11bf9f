"""Who asks for a name: a person by a device's token (bearer), or a company's client (HTTP Basic); and how often."""

import asyncio
import hmac
import json
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from callerid.lookups.errors import BadLookup, ForPeopleOnly, LookupsTooFast, NobodyAsks
from callerid.lookups.marks import Marks
from callerid.lookups.paces import Paces
from callerid.lookups.rules import BY_COMPANY, BY_PERSON, WRONG
from callerid.lookups.values import Asker
from callerid.ports import Companies, Member, Members
from core.clock import Clock
from core.quota import Limiter, Quota, Use
from privacy.numbers import address_prefix
from privacy.short_keys import ShortKeys

_BODY_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who may ask. secret: 32 bytes of this room's own, under which networks are counted for a day."""

    members: Members
    companies: Companies
    limiter: Limiter
    paces: Paces
    short_keys: ShortKeys
    clock: Clock
    marks: Marks
    secret: bytes

    async def asker(self, request: web.Request) -> tuple[Asker, Member | None]:
        """
        On whose budgets a look-up is made; with the person, where it is one.

        Raises NobodyAsks, LookupsTooFast, DatabaseAway.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            asker, member = await self._company(request), None
            await self.pace(asker, BY_COMPANY)
        else:
            member = await self._member(request, scheme, token)
            days = await self.short_keys.recent()
            network = hmac.digest(self.secret, days.today.address(request.remote or ""), "sha256")
            asker = self.marks.member(member, network)
            await self.pace(asker, BY_PERSON)
        return asker, member

    async def person(self, request: web.Request) -> Member:
        """Who is signed in. Raises ForPeopleOnly, NobodyAsks, LookupsTooFast, DatabaseAway."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            await self._company(request)
            raise ForPeopleOnly
        return await self._member(request, scheme, token)

    async def pace(self, asker: Asker, quota: Quota) -> None:
        """Counts one use. Raises LookupsTooFast."""
        if await self.paces.over(quota, asker.counted):
            raise LookupsTooFast(retry_after=int(quota.per.total_seconds()))

    async def _member(self, request: web.Request, scheme: str, token: str) -> Member:
        if not scheme:
            raise NobodyAsks
        network = address_prefix(request.remote or "")
        member = await self.members.member(token.strip(), network) if scheme.lower() == "bearer" else None
        if member is None:
            raise await self._wrong(request)
        return member

    async def _company(self, request: web.Request) -> Asker:
        try:
            given = aiohttp.BasicAuth.decode(request.headers["Authorization"], encoding="utf-8")
        except ValueError:
            raise await self._wrong(request) from None
        company = await self.companies.company(given.login, given.password)
        if company is None:
            raise await self._wrong(request)
        return self.marks.company(company)

    async def _wrong(self, request: web.Request) -> NobodyAsks | LookupsTooFast:
        """What a wrong sign-in is told; after thirty of one network, less."""
        days = await self.short_keys.recent()
        counted = (day.counts_address(request.remote or "") for day in days.counting(self.clock.now(), WRONG.per))
        if await self.limiter.over(*(Use(WRONG, each) for each in counted)):
            return LookupsTooFast("Look at the token.", retry_after=int(WRONG.per.total_seconds()))
        return NobodyAsks()


async def body(request: web.Request, *known: str) -> dict[str, Any]:
    """The JSON object that was sent. known: the fields that it may have. Raises BadLookup."""
    try:
        if request.content.is_eof():  # it came with the head, as a body this short does
            text = await request.read()
        else:
            async with asyncio.timeout(_BODY_WITHIN):
                text = await request.read()
    except TimeoutError:
        raise BadLookup("It took too long to arrive. Send it again.", field="body") from None
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise BadLookup("Send one JSON object, in UTF-8.", field="body")
    if not fields.keys() <= set(known):
        raise BadLookup(f"Send nothing but {', '.join(known)}.", field="body")
    return fields
