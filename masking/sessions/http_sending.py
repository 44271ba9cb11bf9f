"""What a customer begins over our own API: a text to one person of a session, a call between its two sides."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from aiohttp import web

from masking.sessions import render
from masking.sessions.errors import BadField, InteractionUnknown
from masking.sessions.http import Asked, Door
from masking.sessions.http_named import session_of
from masking.sessions.interactions import LONGEST_TEXT, Interactions
from masking.sessions.json_body import Body
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from masking.sessions.values import Interaction, Session

_SESSION = "/{service}/sessions/{session}"


class SendingHttp:
    """Handlers of /api/services/{service}/sessions/{session}/messages and /calls."""

    def __init__(self, door: Door, services: Services, sessions: Sessions, interactions: Interactions) -> None:
        self._door, self._services, self._sessions = door, services, sessions
        self._interactions = interactions

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            self._door.make(f"{_SESSION}/messages", self._text),
            self._door.make(f"{_SESSION}/calls", self._call),
        ]

    async def _text(self, asked: Asked) -> web.Response:
        there, body = await self._session(asked), await asked.body()
        to, words = _needed(body, "to"), body.text("body", LONGEST_TEXT) or ""
        body.nothing_else()
        where = (asked.tenant, there.service_id, there.session_id)
        return await self._made(asked, there, lambda made: self._interactions.send(*where, to, words, as_id=made))

    async def _call(self, asked: Asked) -> web.Response:
        there, body = await self._session(asked), await asked.body()
        first = _needed(body, "first")
        body.nothing_else()
        where = (asked.tenant, there.service_id, there.session_id)
        return await self._made(asked, there, lambda made: self._interactions.call(*where, first, as_id=made))

    async def _made(
        self, asked: Asked, there: Session, begin: Callable[[UUID], Awaitable[Interaction]]
    ) -> web.Response:
        async def make(made: UUID) -> dict[str, Any]:
            return render.interaction(await begin(made))

        async def find(made: UUID) -> dict[str, Any] | None:
            try:
                return render.interaction(await self._interactions.get(asked.tenant, there.session_id, made))
            except InteractionUnknown:
                return None

        return await self._door.made(asked, make, find)

    async def _session(self, asked: Asked) -> Session:
        return await session_of(asked, self._services, self._sessions)


def _needed(body: Body, name: str) -> UUID:
    wanted = body.id(name)
    if wanted is None:
        raise BadField("The id of a participant is needed.", field=name)
    return wanted
