"""Our own API's blocks: whom somebody of a session refuses, and how that ends."""

from typing import Any

from aiohttp import web

from masking.sessions import render
from masking.sessions.blocks import Blocks
from masking.sessions.errors import ParticipantUnknown, ServiceUnknown, SessionUnknown
from masking.sessions.http import Asked, Door
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions

_BLOCKS = "/{service}/sessions/{session}/participants/{participant}/blocks"


class BlocksHttp:
    """Handlers of …/participants/{participant}/blocks. A person blocks few others, so there are no pages."""

    def __init__(self, door: Door, services: Services, sessions: Sessions, blocks: Blocks) -> None:
        self._door, self._services, self._sessions, self._blocks = door, services, sessions, blocks

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [self._door.read(_BLOCKS, self._list), self._door.remove(f"{_BLOCKS}/{{blocked}}", self._undo)]

    async def _list(self, asked: Asked) -> web.Response:
        found = await self._blocks.of(**await self._whose(asked))
        return web.json_response({"items": [render.block(each) for each in found]})

    async def _undo(self, asked: Asked) -> web.Response:
        await self._blocks.undo(**await self._whose(asked), whom=asked.id("blocked", ParticipantUnknown))
        return web.Response(status=204)

    async def _whose(self, asked: Asked) -> dict[str, Any]:
        service = await self._services.get(asked.tenant, asked.id_or_name("service", ServiceUnknown))
        session = await self._sessions.get(
            asked.tenant, service.service_id, asked.id_or_name("session", SessionUnknown)
        )  # fmt: skip
        return {"tenant": asked.tenant, "service": service.service_id, "session": session.session_id,
                "participant": asked.id("participant", ParticipantUnknown)}  # fmt: skip
