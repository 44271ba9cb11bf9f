"""Our own API's services, and the numbers in them."""

from typing import Any
from uuid import UUID

from aiohttp import web

from masking.sessions import render
from masking.sessions.errors import BadField, NumberInService, NumberNotOurs, ServiceUnknown
from masking.sessions.given import Mark
from masking.sessions.http import Asked, Door, listed
from masking.sessions.http_named import service_of
from masking.sessions.json_body import Body, service_given
from masking.sessions.pool import Pool
from masking.sessions.services import Services
from masking.sessions.values import Numbering, Service

_ONE = "/{service}"
_NUMBERS = f"{_ONE}/numbers"
_NUMBER = f"{_NUMBERS}/{{number}}"


class PoolHttp:
    """Handlers of /api/services and …/numbers. A service is named by its id or its name."""

    def __init__(self, door: Door, services: Services, pool: Pool) -> None:
        self._door, self._services, self._pool = door, services, pool

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        door = self._door
        return [
            door.read("", self._list),
            door.make("", self._create),
            door.read(_ONE, self._fetch),
            door.change(_ONE, self._change),
            door.remove(_ONE, self._remove),
            door.read(f"{_ONE}/usage", self._usage),
            door.read(_NUMBERS, self._list_numbers),
            door.make(_NUMBERS, self._add_number),
            door.read(_NUMBER, self._fetch_number),
            door.change(_NUMBER, self._change_number),
            door.remove(_NUMBER, self._remove_number),
        ]

    async def _list(self, asked: Asked) -> web.Response:
        page = asked.page
        rows = await self._services.page(asked.tenant, page)
        return listed(rows, page, lambda row: Mark(row.made_at, row.service_id), render.service)

    async def _create(self, asked: Asked) -> web.Response:
        given = service_given(await asked.body())

        async def make(service: UUID) -> dict[str, Any]:
            made = await self._services.create(
                asked.principal, given, numbering=Numbering.ONE, screens=True, as_id=service
            )
            return render.service(made)

        async def find(service: UUID) -> dict[str, Any] | None:
            try:
                return render.service(await self._services.get(asked.tenant, service))
            except ServiceUnknown:
                return None

        return await self._door.made(asked, make, find)

    async def _fetch(self, asked: Asked) -> web.Response:
        return web.json_response(render.service(await self._service(asked)))

    async def _change(self, asked: Asked) -> web.Response:
        service = await self._service(asked)
        changed = await self._services.change(
            asked.tenant, service.service_id, service_given(await asked.body(), service)
        )
        return web.json_response(render.service(changed))

    async def _remove(self, asked: Asked) -> web.Response:
        await self._services.delete(asked.tenant, (await self._service(asked)).service_id)
        return web.Response(status=204)

    async def _usage(self, asked: Asked) -> web.Response:
        service = await self._service(asked)
        return web.json_response(render.usage(await self._pool.usage(asked.tenant, service.service_id)))

    async def _list_numbers(self, asked: Asked) -> web.Response:
        page, service = asked.page, (await self._service(asked)).service_id
        rows = await self._pool.page(asked.tenant, service, page)
        return listed(rows, page, lambda row: Mark(row.made_at, row.number_id), render.number)

    async def _add_number(self, asked: Asked) -> web.Response:
        service, body = (await self._service(asked)).service_id, await asked.body()
        number, reserved = body.number("number"), body.truth("reserved") or False
        body.nothing_else()
        if number is None:
            raise BadField("Write one of our numbers.", field="number")

        async def make(_: UUID) -> dict[str, Any]:
            try:
                return render.number(await self._pool.add(asked.tenant, service, number, reserved=reserved))
            except NumberInService as known:
                there = await find(_)
                if there is None:
                    raise NumberInService("Change whether it is reserved, with PATCH.") from known
                return there

        async def find(_: UUID) -> dict[str, Any] | None:
            """A number has the id that it came with, so it is known by itself: there as it was asked for."""
            try:
                there = await self._pool.get(asked.tenant, service, number)
            except NumberNotOurs:
                return None
            return render.number(there) if there.reserved is reserved else None

        return await self._door.made(asked, make, find)

    async def _fetch_number(self, asked: Asked) -> web.Response:
        service, number = await self._named(asked)
        return web.json_response(render.number(await self._pool.get(asked.tenant, service, number)))

    async def _change_number(self, asked: Asked) -> web.Response:
        (service, number), body = await self._named(asked), await asked.body()
        reserved = _reserved(body)
        return web.json_response(
            render.number(await self._pool.reserve(asked.tenant, service, number, reserved=reserved))
        )

    async def _remove_number(self, asked: Asked) -> web.Response:
        service, number = await self._named(asked)
        await self._pool.release(asked.tenant, service, number)
        return web.Response(status=204)

    async def _service(self, asked: Asked) -> Service:
        return await service_of(asked, self._services)

    async def _named(self, asked: Asked) -> tuple[UUID, UUID]:
        return (await self._service(asked)).service_id, asked.id("number", NumberNotOurs)


def _reserved(body: Body) -> bool:
    reserved = body.truth("reserved")
    body.nothing_else()
    if reserved is None:
        raise BadField("Write true or false.", field="reserved")
    return reserved
