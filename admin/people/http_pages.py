"""/me/names: a person signs in and looks after their account on a web page. Links only show; forms act."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import phonenumbers
from aiohttp import web

from admin.people.doors import Doors
from admin.people.errors import DeviceUnknown, NewLately
from admin.people.http import read_way
from admin.people.people import People
from admin.people.rights import Rights
from admin.people.values import Arrival, Here
from core.e164 import E164, BadNumber
from core.problem import Problem
from ivr import consents
from privacy.proof import ProofOver, TooManyTries, WrongCode
from privacy.proof_rules import Destinations, NoCodesThere

PAGE = "/me/names"
LONGEST_NUMBER = 32
COOKIE_LIVES = timedelta(days=180)
"""As long as a device that nobody uses stays signed in."""


class House(Protocol):
    """What all pages of the house have in common (`maskline.web.Web`)."""

    def language(self, request: web.Request) -> str:
        """The reader's language."""
        ...

    def page(self, request: web.Request, template: str, /, *, status: int = 200, **values: Any) -> web.Response:
        """A page in that language. template: `room/name.html`."""
        ...

    def see_other(self, request: web.Request, path: str) -> web.Response:
        """After a POST: leads to another page of ours."""
        ...

    async def form(self, request: web.Request) -> Mapping[str, str]:
        """The fields of a posted form. Raises a Problem."""
        ...


Handler = Callable[[web.Request, Here], Awaitable[web.Response]]


class PeoplePages:
    """secure: whether PUBLIC_URL is https, so that the cookie may be bound to it."""

    def __init__(
        self, doors: Doors, people: People, rights: Rights, destinations: Destinations, house: House, *, secure: bool
    ) -> None:
        self._doors, self._people, self._rights, self._members = doors, people, rights, doors.members
        self._destinations, self._house, self._secure = destinations, house, secure
        self._cookie = f"{'__Host-' if secure else ''}names"

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        one = partial(partial, self._signed_in)
        return [
            web.get(PAGE, self._page),
            web.post(PAGE, self._start),
            web.get(f"{PAGE}/code/{{sign_up}}", self._ask_code),
            web.post(f"{PAGE}/code/{{sign_up}}", self._finish),
            web.post(f"{PAGE}/code/{{sign_up}}/again", self._again),
            web.post(f"{PAGE}/consents/{{purpose}}", one(self._consent)),
            web.post(f"{PAGE}/devices/{{device}}", one(self._sign_out)),
            web.post(f"{PAGE}/leave", one(self._leave)),
            web.post(f"{PAGE}/delete", one(self._delete)),
            web.get(f"{PAGE}/gone", self._gone),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        here = await self._here(request)
        if here is None:
            return self._asks_number(request)
        return await self._mine(request, here)

    async def _mine(self, request: web.Request, here: Here) -> web.Response:
        person, language = here.person, self._house.language(request)
        number = await self._people.own_number(person)
        doubted = number is not None and await self._people.doubted(number)
        standing = await self._rights.standing(person.person_id)
        asked = [
            (purpose.value, consents.title(purpose, language), consents.asks(purpose, language),
             consents.VERSIONS[purpose], given is not None and given.version == consents.VERSIONS[purpose])
            for purpose, given in standing.items()
        ]  # fmt: skip
        devices = await self._members.devices(person.person_id)
        return self._house.page(
            request, "people/mine.html", number=_grouped(number) if number else None, asked=asked, devices=devices,
            this=here.device.device_id, done=request.query.get("done"), doubted=doubted,
        )  # fmt: skip

    async def _start(self, request: web.Request) -> web.Response:
        await self._doors.stranger(request.remote or "")
        form = await self._house.form(request)
        try:
            number = E164.parse(form.get("number", ""), self._destinations.only)
            started = await self._people.start(
                number, read_way(form.get("way")), self._house.language(request), network=request.remote or ""
            )
        except (BadNumber, NoCodesThere) as problem:
            return self._asks_number(request, problem, form.get("number", "")[:LONGEST_NUMBER])
        return self._house.see_other(request, f"{PAGE}/code/{started.proof_id}")

    def _asks_number(self, request: web.Request, wrong: Problem | None = None, typed: str = "") -> web.Response:
        """The form that signing in begins with. typed: what they wrote, told to them alone."""
        return self._house.page(request, "people/number.html", status=wrong.status if wrong else 200,
                                wrong=wrong.slug if wrong else None, typed=typed)  # fmt: skip

    async def _ask_code(self, request: web.Request) -> web.Response:
        return self._asks_code(request, _id(request, "sign_up", ProofOver), again=request.query.get("again"))

    def _asks_code(
        self, request: web.Request, sign_up: UUID, wrong: Problem | None = None, *, again: str | None = None,
        new: bool = False,
    ) -> web.Response:  # fmt: skip
        """The form for the code. again: how it was sent once more, or `wait`. new: whether they ticked so."""
        return self._house.page(
            request, "people/code.html", status=wrong.status if wrong else 200, sign_up=sign_up, again=again, new=new,
            wrong=wrong.slug if wrong else None, left=wrong.facts.get("left", 0) if wrong else None,
        )  # fmt: skip

    async def _again(self, request: web.Request) -> web.Response:
        await self._doors.stranger(request.remote or "")
        form, sign_up = await self._house.form(request), _id(request, "sign_up", ProofOver)
        way = read_way(form.get("way"))
        try:
            started = await self._people.again(sign_up, way, network=request.remote or "")
        except ProofOver as over:
            return self._asks_number(request, over)
        page, again = f"{PAGE}/code/{started.proof_id}", way if started.sent else "wait"
        fresh = started.proof_id != sign_up  # another code, which says nothing of being sent again
        return self._house.see_other(request, page if fresh else f"{page}?again={again}")

    async def _finish(self, request: web.Request) -> web.Response:
        await self._doors.stranger(request.remote or "")
        form, sign_up = await self._house.form(request), _id(request, "sign_up", ProofOver)
        here = await self._here(request)
        arrival = Arrival(device="Browser", language=self._house.language(request), new=form.get("new") == "yes",
                          keeper=here.person.person_id if here else None,
                          instead_of=here.device.device_id if here else None)  # fmt: skip
        try:
            welcome = await self._people.finish(sign_up, form.get("code", ""), arrival, network=request.remote or "")
        except (WrongCode, TooManyTries, NewLately) as wrong:
            return self._asks_code(request, sign_up, wrong, new=arrival.new and not isinstance(wrong, NewLately))
        except ProofOver as over:
            return self._asks_number(request, over)
        self._members.forget()
        response = self._house.see_other(request, PAGE)
        response.set_cookie(
            self._cookie, welcome.token, max_age=int(COOKIE_LIVES.total_seconds()), path="/", httponly=True,
            samesite="Lax", secure=self._secure,
        )  # fmt: skip
        return response

    async def _consent(self, request: web.Request, here: Here) -> web.Response:
        form, purpose = await self._house.form(request), request.match_info["purpose"]
        if form.get("agree") == "yes":
            version = form.get("version", "")
            seen = int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 0
            await self._rights.give(here.person.person_id, purpose, seen, self._house.language(request))
            return self._house.see_other(request, f"{PAGE}?done=agreed")
        await self._rights.withdraw(here.person.person_id, purpose)
        return self._house.see_other(request, f"{PAGE}?done=withdrawn")

    async def _sign_out(self, request: web.Request, here: Here) -> web.Response:
        if request.match_info["device"] == "all":
            await self._members.sign_out_everywhere(here.person.person_id)
            return self._without(self._house.see_other(request, PAGE))
        await self._members.sign_out(here.person.person_id, _id(request, "device", DeviceUnknown))
        return self._house.see_other(request, f"{PAGE}?done=signed-out")

    async def _leave(self, request: web.Request, here: Here) -> web.Response:
        await self._members.sign_out(here.person.person_id, here.device.device_id)
        return self._without(self._house.see_other(request, PAGE))

    async def _delete(self, request: web.Request, here: Here) -> web.Response:
        await self._rights.delete(here.person)
        return self._without(self._house.see_other(request, f"{PAGE}/gone"))

    async def _gone(self, request: web.Request) -> web.Response:
        return self._house.page(request, "people/gone.html")

    async def _signed_in(self, handler: Handler, request: web.Request) -> web.Response:
        """Whoever is not signed in any more is led to where they can."""
        here = await self._here(request)
        return await handler(request, here) if here is not None else self._house.see_other(request, PAGE)

    async def _here(self, request: web.Request) -> Here | None:
        return await self._members.here(request.cookies.get(self._cookie, ""))

    def _without(self, response: web.Response) -> web.Response:
        response.del_cookie(self._cookie, path="/", secure=self._secure, httponly=True, samesite="Lax")
        return response


def _id(request: web.Request, name: str, unknown: type[ProofOver | DeviceUnknown]) -> UUID:
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise unknown from None


def _grouped(number: E164) -> str:
    """A person's own number, shown to them alone."""
    return phonenumbers.format_number(phonenumbers.parse(number.value), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
