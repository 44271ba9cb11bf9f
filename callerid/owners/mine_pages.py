"""/me/names/mine: what people call a number, for its holder, who signed in on /me/names. Forms act, links only show."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aiohttp import web

from callerid.owners.business import REMINDED, Businesses
from callerid.owners.door import Door
from callerid.owners.errors import BadBusiness, BadName, ConsentLacking, NameProtected, NoOwnName, ProveAgain
from callerid.owners.owners import Owners
from callerid.owners.pages import House
from callerid.owners.values import Category, Mine
from callerid.ports import Member
from core.clock import Clock
from core.problem import Problem
from ivr import consents

SIGN_IN = "/me/names"
"""Where people sign in, and prove a number again: a page of another room, whose cookie ours reads."""
MINE = "/me/names/mine"
_REFUSALS = (BadName, NameProtected, NoOwnName, ConsentLacking, BadBusiness)
"""What the page tells beside the field that it is about."""

_NOTHING: Mapping[str, str] = MappingProxyType({})

Act = Callable[[Member, web.Request], Awaitable[Mine]]


@dataclass(frozen=True, slots=True)
class MinePages:
    """cookie: the name of the one that holds the token of whoever is signed in."""

    owners: Owners
    businesses: Businesses
    door: Door
    house: House
    clock: Clock
    cookie: str

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.get(MINE, self._page),
            *(web.post(f"{MINE}/{name}", self._acting(act)) for name, act in self._acts().items()),
        ]

    def _acts(self) -> dict[str, Act]:
        return {
            "name": self._name, "strike": self._strike, "hide": self._hide, "say": self._say,
            "business": self._business,
        }  # fmt: skip

    async def _page(self, request: web.Request) -> web.Response:
        member = await self._member(request)
        if member is None:
            return self.house.see_other(request, SIGN_IN)
        try:
            mine = await self.owners.mine(member.person_id)
        except ProveAgain:
            return self.house.see_other(request, SIGN_IN)
        return self._shown(request, mine, None)

    def _acting(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        """A handler of a form: who is not signed in any more is asked to, and what cannot be is said on the page."""

        async def handle(request: web.Request) -> web.Response:
            member = await self._member(request)
            if member is None:
                return self.house.see_other(request, SIGN_IN)
            try:
                await act(member, request)
            except ProveAgain:
                return self.house.see_other(request, SIGN_IN)
            except _REFUSALS as refusal:
                typed = await self.house.form(request)
                return self._shown(request, await self.owners.mine(member.person_id), refusal, typed)
            return self.house.see_other(request, f"{MINE}?done")

        return handle

    async def _name(self, member: Member, request: web.Request) -> Mine:
        name = (await self.house.form(request)).get("name", "").strip()
        if not name:
            return await self.owners.uncall_me(member.person_id)
        return await self.owners.call_me(member.person_id, name)

    async def _strike(self, member: Member, request: web.Request) -> Mine:
        given = (await self.house.form(request)).get("cluster", "")
        cluster = int(given) if given.isascii() and given.isdigit() and len(given) <= 5 else -1
        return await self.owners.strike(member.person_id, cluster)

    async def _hide(self, member: Member, request: web.Request) -> Mine:
        hidden = (await self.house.form(request)).get("want") == "hide"
        return await self.owners.change(member.person_id, hidden=hidden)

    async def _say(self, member: Member, request: web.Request) -> Mine:
        says = (await self.house.form(request)).get("want") == "say"
        agreed = self.house.language(request) if says else None
        return await self.owners.change(member.person_id, says_name=says, agreed=agreed)

    async def _business(self, member: Member, request: web.Request) -> Mine:
        form = await self.house.form(request)
        if form.get("want") == "withdraw":
            return await self.businesses.withdraw(member.person_id)
        return await self.businesses.ask(
            member.person_id, form.get("name", ""), form.get("category", ""), form.get("evidence", "")
        )

    def _shown(
        self, request: web.Request, mine: Mine, refusal: Problem | None, typed: Mapping[str, str] = _NOTHING
    ) -> web.Response:
        """typed: the fields of the form that was refused, which stand in it again."""
        business, now, language = mine.business, self.clock.now(), self.house.language(request)
        return self.house.page(
            request, "owners/mine.html", status=refusal.status if refusal else 200, mine=mine,
            refused=refusal.slug if refusal else None, field=refusal.facts.get("field") if refusal else None,
            typed=typed, age=now - mine.renewed_at if mine.renewed_at else None, done="done" in request.query,
            says=consents.asks(consents.Purpose.SPEAK_NAME, language), categories=[each.value for each in Category],
            ends_in=business.until - now if business and business.until else None,
            ends_soon=bool(business and business.until and business.until - now < REMINDED),
        )  # fmt: skip

    async def _member(self, request: web.Request) -> Member | None:
        token = request.cookies.get(self.cookie, "")
        return await self.door.holder(request, token) if token else None
