"""The API of people: signing in, devices, consents, and what a person asks about themselves. No number is in a URL."""

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import phonenumbers
from aiohttp import web

from admin.people import render
from admin.people.doors import Doors
from admin.people.errors import DeviceUnknown
from admin.people.people import People
from admin.people.rights import Rights
from admin.people.values import Arrival, Here
from ivr import words
from masking.sessions.errors import BadField
from masking.sessions.json_body import Body
from privacy.doors import arrived
from privacy.proof import ProofOver
from privacy.proof_rules import Way

PREFIX = "/api/people"
_LONGEST_CODE, _LONGEST_DEVICE, _LONGEST_LANGUAGE = 32, 200, 35

Handler = Callable[[web.Request, Here], Awaitable[web.Response]]


class PeopleHttp:
    """Handlers of /api/people."""

    def __init__(self, doors: Doors, people: People, rights: Rights) -> None:
        self._doors, self._people, self._rights, self._members = doors, people, rights, doors.members

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        one = partial(partial, self._signed_in)
        return [
            web.post(f"{PREFIX}/sign-ups", self._start),
            web.post(f"{PREFIX}/sign-ups/{{sign_up}}", self._finish),
            web.get(f"{PREFIX}/me", one(self._me), allow_head=False),
            web.patch(f"{PREFIX}/me", one(self._describe)),
            web.delete(f"{PREFIX}/me", one(self._delete)),
            web.get(f"{PREFIX}/me/export", one(self._export), allow_head=False),
            web.get(f"{PREFIX}/me/devices", one(self._devices), allow_head=False),
            web.delete(f"{PREFIX}/me/devices", one(self._sign_out_everywhere)),
            web.delete(f"{PREFIX}/me/devices/{{device}}", one(self._sign_out)),
            web.get(f"{PREFIX}/me/consents", one(self._consents), allow_head=False),
            web.get(f"{PREFIX}/me/consents/{{purpose}}", one(self._consent), allow_head=False),
            web.put(f"{PREFIX}/me/consents/{{purpose}}", one(self._agree)),
            web.delete(f"{PREFIX}/me/consents/{{purpose}}", one(self._withdraw)),
        ]

    async def _start(self, request: web.Request) -> web.Response:
        await self._doors.stranger(request.remote or "")
        body = await _body(request)
        number, language = body.number("number"), _language(body)
        way = read_way(body.text("way", 10))
        body.nothing_else()
        if number is None:
            raise BadField("Write the number with its country code.", field="number")
        started = await self._people.start(number, way, language, network=request.remote or "")
        return web.json_response(render.started(started), status=202)

    async def _finish(self, request: web.Request) -> web.Response:
        await self._doors.stranger(request.remote or "")
        keeper = await self._doors.known(request.headers.get("Authorization", ""))
        body = await _body(request)
        arrival = Arrival(
            device=body.text("device", _LONGEST_DEVICE) or "", language=_language(body),
            new=body.truth("new") or False, keeper=keeper.person.person_id if keeper else None,
        )  # fmt: skip
        code = body.text("code", _LONGEST_CODE)
        body.nothing_else()
        if code is None:
            raise BadField("Write the six digits that were sent.", field="code")
        welcome = await self._people.finish(
            _id(request, "sign_up", ProofOver), code, arrival, network=request.remote or ""
        )
        self._members.forget()
        return web.json_response(render.welcome(welcome), status=201)

    async def _me(self, _: web.Request, here: Here) -> web.Response:
        person = here.person
        number = await self._people.own_number(person)
        return web.json_response(render.person(person, number))

    async def _describe(self, request: web.Request, here: Here) -> web.Response:
        body = await _body(request)
        language, region = body.text("language", _LONGEST_LANGUAGE), body.text("region", 2)
        body.nothing_else()
        if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
            raise BadField("Write an ISO 3166 code, like IN.", field="region")
        known = words.OURS.known(language) if language else None
        person = await self._people.describe(here.person.person_id, known, region)
        self._members.forget()
        number = await self._people.own_number(person)
        return web.json_response(render.person(person, number))

    async def _delete(self, _: web.Request, here: Here) -> web.Response:
        receipt = await self._rights.delete(here.person)
        return web.json_response({"receipt": str(receipt.receipt_id), "rows": receipt.counts})

    async def _export(self, _: web.Request, here: Here) -> web.Response:
        return web.json_response({"records": [render.record(each) for each in await self._rights.export(here.person)]})

    async def _devices(self, _: web.Request, here: Here) -> web.Response:
        devices = await self._members.devices(here.person.person_id)
        return web.json_response({"items": [render.device(each, here.device) for each in devices]})

    async def _sign_out(self, request: web.Request, here: Here) -> web.Response:
        await self._members.sign_out(here.person.person_id, _id(request, "device", DeviceUnknown))
        return web.Response(status=204)

    async def _sign_out_everywhere(self, _: web.Request, here: Here) -> web.Response:
        return web.json_response({"devices": await self._members.sign_out_everywhere(here.person.person_id)})

    async def _consents(self, request: web.Request, here: Here) -> web.Response:
        standing, language = await self._rights.standing(here.person.person_id), _shown_in(request, here)
        told = [render.consent(purpose, language, given) for purpose, given in standing.items()]
        return web.json_response({"items": told})

    async def _consent(self, request: web.Request, here: Here) -> web.Response:
        purpose = request.match_info["purpose"]
        self._rights.consents.version(purpose)
        standing, language = await self._rights.standing(here.person.person_id), _shown_in(request, here)
        told = [render.consent(each, language, given) for each, given in standing.items() if each == purpose]
        return web.json_response(told[0])

    async def _agree(self, request: web.Request, here: Here) -> web.Response:
        body = await _body(request)
        version, language = body.whole("version"), _language(body)
        body.nothing_else()
        if version is None:
            raise BadField("Say which version of the text was shown.", field="version")
        await self._rights.give(here.person.person_id, request.match_info["purpose"], version, language)
        return await self._consent(request, here)

    async def _withdraw(self, request: web.Request, here: Here) -> web.Response:
        await self._rights.withdraw(here.person.person_id, request.match_info["purpose"])
        return web.Response(status=204)

    async def _signed_in(self, handler: Handler, request: web.Request) -> web.Response:
        here = await self._doors.here(request.headers.get("Authorization", ""), request.remote or "")
        return await handler(request, here)


def read_way(given: str | None) -> Way:
    """How a code is to come; by text unless somebody says otherwise. Raises BadField."""
    if given not in (None, "text", "voice"):
        raise BadField("Choose text or voice.", field="way")
    return "voice" if given == "voice" else "text"


def _shown_in(request: web.Request, here: Here) -> str:
    """The language that a text is shown in: the one that the address asks for, or the person's."""
    return request.query.get("language", here.person.language)[:_LONGEST_LANGUAGE]


def _language(body: Body) -> str:
    return words.OURS.known(body.text("language", _LONGEST_LANGUAGE) or "")


def _id(request: web.Request, name: str, unknown: type[ProofOver | DeviceUnknown]) -> UUID:
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise unknown from None


async def _body(request: web.Request) -> Body:
    return Body.read(await arrived(request, BadField))
