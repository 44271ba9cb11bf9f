"""Owners over HTTP: /api/callerid/mine and /opt-outs. A number stands in bodies, never in an address."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from aiohttp import web

from callerid.owners.business import REMINDED, Businesses
from callerid.owners.door import Door
from callerid.owners.errors import BadRequest, CodeUnknown
from callerid.owners.opt_outs import OptOuts
from callerid.owners.owners import Owners
from callerid.owners.values import Business, Mine
from core.clock import Clock
from core.e164 import E164
from core.fields import Fields
from ivr import words
from privacy.doors import arrived
from privacy.proof_rules import WAYS

Stranger = Callable[[str], Awaitable[None]]
PREFIX = "/api/callerid"
_MINE = f"{PREFIX}/mine"
_MOST_CLUSTERS = 2**15 - 1


class OwnersHttp:
    """
    Handlers. What changes something answers how the number stands afterwards. stranger: counts whoever asks without an
    account, by their address, and raises a Problem.
    """

    def __init__(
        self, door: Door, owners: Owners, businesses: Businesses, opt_outs: OptOuts, clock: Clock, stranger: Stranger
    ) -> None:
        self._door, self._owners, self._businesses = door, owners, businesses
        self._opt_outs, self._clock, self._stranger = opt_outs, clock, stranger

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.get(_MINE, self._mine, allow_head=False),
            web.patch(_MINE, self._change),
            web.put(f"{_MINE}/name", self._name),
            web.delete(f"{_MINE}/name", self._unname),
            web.post(f"{_MINE}/strikes", self._strike),
            web.post(f"{_MINE}/business", self._ask),
            web.delete(f"{_MINE}/business", self._withdraw),
            web.post(f"{PREFIX}/opt-outs", self._start),
            web.post(f"{PREFIX}/opt-outs/{{code_id}}", self._confirm),
        ]

    async def _mine(self, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        return self._told(await self._owners.mine(member.person_id))

    async def _change(self, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        fields = await _fields(request, "hidden", "says_name")
        return self._told(
            await self._owners.change(
                member.person_id, hidden=fields.truth("hidden"), says_name=fields.truth("says_name")
            )
        )

    async def _name(self, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        name = (await _fields(request, "name")).text("name")
        return self._told(await self._owners.call_me(member.person_id, name))

    async def _unname(self, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        return self._told(await self._owners.uncall_me(member.person_id))

    async def _strike(self, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        cluster = (await _fields(request, "cluster")).whole("cluster", _MOST_CLUSTERS)
        return self._told(await self._owners.strike(member.person_id, cluster))

    async def _ask(self, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        fields = await _fields(request, "name", "category", "evidence")
        asked = await self._businesses.ask(
            member.person_id, fields.text("name"), fields.text("category"), fields.text("evidence")
        )
        return self._told(asked, status=201)

    async def _withdraw(self, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        return self._told(await self._businesses.withdraw(member.person_id))

    async def _start(self, request: web.Request) -> web.Response:
        await self._stranger(request.remote or "")
        fields = await _fields(request, "number", "way", "language", "hidden")
        number = E164.parse(fields.text("number"))
        language = words.choose(fields.text("language", request.headers.get("Accept-Language", "")))
        hidden = fields.truth("hidden")
        started = await self._opt_outs.start(
            number, fields.choice("way", WAYS, "text"), language, hidden=hidden is not False,
            network=request.remote or "",
        )  # fmt: skip
        return web.json_response({"opt_out": str(started.proof_id), "until": started.until.isoformat()}, status=202)

    async def _confirm(self, request: web.Request) -> web.Response:
        await self._stranger(request.remote or "")
        code_id = code_of(request)
        fields = await _fields(request, "code", "hidden")
        hidden = fields.truth("hidden") is not False
        await self._opt_outs.confirm(code_id, fields.text("code"), hidden=hidden, network=request.remote or "")
        return web.json_response({"hidden": hidden})

    def _told(self, mine: Mine, status: int = 200) -> web.Response:
        return web.json_response(document(mine, self._ends_soon(mine.business)), status=status)

    def _ends_soon(self, business: Business | None) -> bool:
        return bool(business and business.until and business.until - self._clock.now() < REMINDED)


async def _fields(request: web.Request, *known: str) -> Fields:
    return Fields.read(await arrived(request, BadRequest), BadRequest, *known)


def code_of(request: web.Request) -> UUID:
    """The code in the address. Raises CodeUnknown."""
    try:
        return UUID(request.match_info["code_id"])
    except ValueError:
        raise CodeUnknown("Ask for a new one.") from None


def document(mine: Mine, ends_soon: bool) -> dict[str, Any]:
    """A number as its owner is told of it. ends_soon: whether its business ends within a month."""
    business = mine.business
    return {
        "shown": {"name": mine.shown, "status": mine.status},
        "hidden": mine.hidden,
        "name": mine.own_name,
        "says_name": mine.says_name,
        "savers": {"at_least": mine.savers[0], "below": mine.savers[1]},
        "spam": {"suspected": mine.spam, "kind": mine.spam_kind},
        "names": [
            {"cluster": each.cluster, "name": each.name, "people": each.people, "struck": each.struck}
            for each in mine.names
        ],
        "renewed_at": mine.renewed_at.isoformat() if mine.renewed_at else None,
        "business": None if business is None else {
            "name": business.name, "category": business.category, "evidence": business.evidence,
            "state": business.state, "until": business.until.isoformat() if business.until else None,
            "ends_soon": ends_soon,
        },
    }  # fmt: skip
