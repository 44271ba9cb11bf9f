"""Who asks for a name: a person by a device's token (bearer), or a company's client (HTTP Basic); and how often."""

import hmac
from dataclasses import dataclass

from aiohttp import web

from callerid.lookups.errors import ForPeopleOnly, LookupsTooFast, NobodyAsks
from callerid.lookups.holders import Holders
from callerid.lookups.marks import Marks
from callerid.lookups.paces import Paces
from callerid.lookups.rules import BY_COMPANY, BY_PERSON
from callerid.lookups.values import Asker
from callerid.ports import Companies, Member, Members
from core.quota import Quota
from privacy.doors import WRONG, Networks, bearer, signed_in
from privacy.numbers import address_prefix
from privacy.short_keys import ShortKeys


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who may ask. secret: 32 bytes of this room's own, under which networks are counted for a day."""

    members: Members
    companies: Companies
    holders: Holders
    networks: Networks
    paces: Paces
    short_keys: ShortKeys
    marks: Marks
    secret: bytes

    async def asker(self, request: web.Request) -> tuple[Asker, Member | None]:
        """
        On whose budgets a look-up is made; with the person, where it is one.

        Raises NobodyAsks, LookupsTooFast, DatabaseAway.
        """
        authorization = request.headers.get("Authorization", "")
        if _is_basic(authorization):
            asker, member = await self._company(request, authorization), None
            await self._paced(asker.counted, BY_COMPANY)
        else:
            member = await self._member(request, authorization)
            await self.pace(member, BY_PERSON)
            asker = self.marks.member(member, await self.holders.key(member), await self.network(request))
        return asker, member

    async def person(self, request: web.Request) -> Member:
        """Who is signed in. Raises ForPeopleOnly, NobodyAsks, LookupsTooFast, DatabaseAway."""
        authorization = request.headers.get("Authorization", "")
        if _is_basic(authorization):
            await self._company(request, authorization)
            raise ForPeopleOnly
        return await self._member(request, authorization)

    async def network(self, request: web.Request) -> bytes:
        """From which network it comes, as this day knows it. Raises DatabaseAway."""
        days = await self.short_keys.recent()
        return hmac.digest(self.secret, days.today.address(request.remote or ""), "sha256")

    async def pace(self, member: Member, quota: Quota) -> None:
        """Counts one use by a person. Raises LookupsTooFast."""
        await self._paced(self.marks.burst(member), quota)

    async def _paced(self, counted: str, quota: Quota) -> None:
        if await self.paces.over(quota, counted):
            raise LookupsTooFast(retry_after=int(quota.per.total_seconds()))

    async def _member(self, request: web.Request, authorization: str) -> Member:
        if not authorization:
            raise NobodyAsks
        token, network = bearer(authorization), address_prefix(request.remote or "")
        member = await self.members.member(token, network) if token else None
        if member is None:
            raise await self._wrong(request)
        return member

    async def _company(self, request: web.Request, authorization: str) -> Asker:
        given = signed_in(authorization)
        company = await self.companies.company(*given) if given else None
        if company is None:
            raise await self._wrong(request)
        return self.marks.company(company)

    async def _wrong(self, request: web.Request) -> NobodyAsks | LookupsTooFast:
        """What a wrong sign-in is told; after thirty of one network, less."""
        if await self.networks.over(WRONG, request.remote or ""):
            return LookupsTooFast("Look at the token.", retry_after=int(WRONG.per.total_seconds()))
        return NobodyAsks()


def _is_basic(authorization: str) -> bool:
    return authorization[:6].lower() == "basic "
