"""The Proxy API's services, and the numbers in them."""

import re
from uuid import UUID

from aiohttp import web

from masking.proxy_api.edge import Asked, Edge
from masking.proxy_api.errors import bad_field
from masking.proxy_api.forms import MOST_SECONDS, Form
from masking.proxy_api.paging import cut, envelope
from masking.proxy_api.rooms import LONGEST_NAME, Rooms, by_either_sid
from masking.sessions.given import Mark, ServiceGiven
from masking.sessions.sids import LENGTH, Prefix
from masking.sessions.values import Geo, Numbering, Selection, Service, ServiceNumber, Url

_CHAT = re.compile(r"IS[0-9a-fA-F]{32}\Z")
_GEO_TOO = {"extended-area-code": Geo.OVERLAY}
"""What Twilio's guide calls an area's overlays; its description has `overlay`."""
_URLS = {
    Url.CALLBACK: "CallbackUrl",
    Url.INTERCEPT: "InterceptCallbackUrl",
    Url.OUTSIDE: "OutOfSessionCallbackUrl",
}


class ServicesHttp:
    """Handlers of /v1/Services and /v1/Services/{S}/PhoneNumbers."""

    def __init__(self, edge: Edge, rooms: Rooms) -> None:
        self._edge, self._rooms = edge, rooms

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        get, post, delete = self._edge.get, self._edge.post, self._edge.delete
        one, numbers = "Services/{service_sid}", "Services/{service_sid}/PhoneNumbers"
        return [
            get("Services", self._list),
            post("Services", self._create),
            get(one, self._fetch),
            post(one, self._update),
            delete(one, self._delete),
            get(numbers, self._list_numbers),
            post(numbers, self._add_number),
            get(f"{numbers}/{{number_sid}}", self._fetch_number),
            post(f"{numbers}/{{number_sid}}", self._update_number),
            delete(f"{numbers}/{{number_sid}}", self._remove_number),
        ]

    async def _list(self, asked: Asked) -> web.Response:
        wanted, write = asked.wanted, self._rooms.writer(asked)
        listed = cut(await self._rooms.services.page(asked.tenant, wanted.page), wanted, _service_mark)
        return web.json_response(envelope("services", write.services_url, wanted, listed, _service_mark, write.service))

    async def _create(self, asked: Asked) -> web.Response:
        form = await asked.form()
        form.text("UniqueName", LONGEST_NAME, needed=True)
        made = await self._rooms.services.create(
            asked.principal, self._given(form), numbering=Numbering.EACH, screens=False
        )
        return web.json_response(self._rooms.writer(asked).service(made), status=201)

    async def _fetch(self, asked: Asked) -> web.Response:
        return web.json_response(self._rooms.writer(asked).service(await self._rooms.service(asked)))

    async def _update(self, asked: Asked) -> web.Response:
        service = await self._rooms.service(asked)
        changed = await self._rooms.services.change(asked.tenant, service.service_id, self._given(await asked.form()))
        return web.json_response(self._rooms.writer(asked).service(changed))

    async def _delete(self, asked: Asked) -> web.Response:
        service = await self._rooms.service(asked)
        await self._rooms.services.delete(asked.tenant, service.service_id)
        return web.Response(status=204)

    async def _list_numbers(self, asked: Asked) -> web.Response:
        wanted, write, service = asked.wanted, self._rooms.writer(asked), (await self._rooms.service(asked)).service_id
        listed = cut(await self._rooms.pool.page(asked.tenant, service, wanted.page), wanted, _number_mark)
        url = write.numbers_url(service)
        return web.json_response(envelope("phone_numbers", url, wanted, listed, _number_mark, write.number))

    async def _add_number(self, asked: Asked) -> web.Response:
        service, form = (await self._rooms.service(asked)).service_id, await asked.form()
        reserved = form.truth("IsReserved") or False
        added = await self._add(asked.tenant, service, form, reserved=reserved)
        return web.json_response(self._rooms.writer(asked).number(added), status=201)

    async def _fetch_number(self, asked: Asked) -> web.Response:
        return web.json_response(self._rooms.writer(asked).number(await self._rooms.number(asked)))

    async def _update_number(self, asked: Asked) -> web.Response:
        number, reserved = await self._rooms.number(asked), (await asked.form()).truth("IsReserved")
        if reserved is not None:
            number = await self._rooms.pool.reserve(
                asked.tenant, number.service_id, number.number_id, reserved=reserved
            )
        return web.json_response(self._rooms.writer(asked).number(number))

    async def _remove_number(self, asked: Asked) -> web.Response:
        number = await self._rooms.number(asked)
        await self._rooms.pool.release(asked.tenant, number.service_id, number.number_id)
        return web.Response(status=204)

    async def _add(self, tenant: UUID, service: UUID, form: Form, *, reserved: bool) -> ServiceNumber:
        ours, number = form.sid("Sid", Prefix.NUMBER), form.number("PhoneNumber")
        if (ours is None) is (number is None):
            raise bad_field("Sid", "Give Sid or PhoneNumber, one of them.")
        if number is not None:
            return await self._rooms.pool.add(tenant, service, number, reserved=reserved)
        return await by_either_sid(
            form.text("Sid", LENGTH) or "",
            lambda which: self._rooms.pool.add(tenant, service, which, reserved=reserved),
        )

    def _given(self, form: Form) -> ServiceGiven:
        """What a service shall be; only what is there, so that the rest stays. Raises Refused."""
        chat = form.text("ChatInstanceSid", LENGTH)
        if chat and not _CHAT.match(chat):
            raise bad_field("ChatInstanceSid", "Write a SID: IS and 32 hex digits.")
        urls = {
            url: form.url(name, [self._rooms.host], self._rooms.plain) or None
            for url, name in _URLS.items() if form.holds(name)
        }  # fmt: skip
        return ServiceGiven(
            unique_name=form.text("UniqueName", LONGEST_NAME, needed=form.holds("UniqueName")),
            default_ttl=form.whole("DefaultTtl", 0, MOST_SECONDS),
            selection=form.choice("NumberSelectionBehavior", Selection),
            geo=form.choice("GeoMatchLevel", Geo, _GEO_TOO),
            urls=urls,
            chat_instance_sid=chat,
        )


def _service_mark(service: Service) -> Mark:
    return Mark(service.made_at, service.service_id)


def _number_mark(number: ServiceNumber) -> Mark:
    return Mark(number.made_at, number.number_id)
