"""Our own API's events: what a service was told, and telling it again."""

from typing import Any

from aiohttp import web

from masking.sessions import events
from masking.sessions.errors import BadField
from masking.sessions.event_log import EventLog
from masking.sessions.events import Kept
from masking.sessions.http import MOST, USUAL, Asked, Door
from masking.sessions.http_named import service_of
from masking.sessions.services import Services
from masking.sessions.values import Service

_EVENTS = "/{service}/events"
_HIGHEST = 2**53
"""Of a number, so that every JSON reader keeps it exact."""


class EventsHttp:
    """Handlers of …/events. An event is named by its number, as a gap names those that were given up."""

    def __init__(self, door: Door, services: Services, log: EventLog) -> None:
        self._door, self._services, self._log = door, services, log

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [self._door.read(_EVENTS, self._list), self._door.make(f"{_EVENTS}/resend", self._resend)]

    async def _list(self, asked: Asked) -> web.Response:
        after, most = _asked(asked, "after", 0, 0, _HIGHEST), _asked(asked, "most", USUAL, 1, MOST)
        service = await self._service(asked)
        rows = await self._log.page(asked.tenant, service.service_id, after=after, most=most + 1)
        more = str(rows[most - 1].event.seq) if len(rows) > most else None
        return web.json_response({"items": [_shown(row) for row in rows[:most]], "next": more})

    async def _resend(self, asked: Asked) -> web.Response:
        service, body = await self._service(asked), await asked.body()
        first, last = body.whole("first"), body.whole("last")
        body.nothing_else()
        if first is None or not 1 <= first <= _HIGHEST:
            raise BadField("Write the number of an event.", field="first")
        if last is not None and not first <= last <= _HIGHEST:
            raise BadField("Write a number from `first` on.", field="last")
        queued = await self._log.resend(asked.tenant, service.service_id, first, last or first)
        return web.json_response({"queued": queued}, status=202)

    async def _service(self, asked: Asked) -> Service:
        return await service_of(asked, self._services)


def _asked(asked: Asked, name: str, otherwise: int, least: int, most: int) -> int:
    """A whole number in the address. Raises BadField."""
    text = asked.request.query.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and least <= int(text) <= most):
        raise BadField(f"Between {least} and {most}.", field=name)
    return int(text)


def _shown(of: Kept) -> dict[str, Any]:
    """An event as it was sent, but for numbers, which are kept nowhere; and what became of it: null while it waits."""
    return {
        **events.told(of.event),
        "taken_at": events.when(of.delivered_at) if of.delivered_at else None,
        "given_up_at": events.when(of.dead_at) if of.dead_at else None,
    }
