"""The Proxy API's interactions: the calls and texts of a session, and the texts that a customer sends by it."""

from uuid import UUID

from aiohttp import web

from masking.proxy_api.edge import Asked, Edge
from masking.proxy_api.errors import bad_field
from masking.proxy_api.forms import LONGEST_URL
from masking.proxy_api.paging import cut, envelope
from masking.proxy_api.rooms import Rooms
from masking.sessions.errors import InteractionUnknown
from masking.sessions.given import Mark
from masking.sessions.values import Interaction, Kind, Session

LONGEST_TEXT = 1600


class InteractionsHttp:
    """Handlers of …/Interactions and …/MessageInteractions."""

    def __init__(self, edge: Edge, rooms: Rooms) -> None:
        self._edge, self._rooms = edge, rooms

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        session = "Services/{service_sid}/Sessions/{session_sid}"
        every = f"{session}/Interactions"
        sent = f"{session}/Participants/{{participant_sid}}/MessageInteractions"
        one = "{interaction_sid}"
        return [
            self._edge.get(every, self._list),
            self._edge.get(f"{every}/{one}", self._fetch),
            self._edge.delete(f"{every}/{one}", self._delete),
            self._edge.get(sent, self._list_sent),
            self._edge.post(sent, self._send),
            self._edge.get(f"{sent}/{one}", self._fetch_sent),
        ]

    async def _list(self, asked: Asked) -> web.Response:
        session, wanted, write = await self._rooms.session(asked), asked.wanted, self._rooms.writer(asked)
        found = await self._rooms.interactions.page(asked.tenant, session.session_id, wanted.page)
        url = write.interactions_url(session.service_id, session.session_id)
        return web.json_response(
            envelope("interactions", url, wanted, cut(found, wanted, _mark), _mark,
                     lambda each: write.interaction(session.service_id, each))
        )  # fmt: skip

    async def _fetch(self, asked: Asked) -> web.Response:
        session = await self._rooms.session(asked)
        found = await self._rooms.interaction(asked, session)
        return web.json_response(self._rooms.writer(asked).interaction(session.service_id, found))

    async def _delete(self, asked: Asked) -> web.Response:
        session = await self._rooms.session(asked)
        found = await self._rooms.interaction(asked, session)
        await self._rooms.interactions.delete(asked.tenant, session.session_id, found.interaction_id)
        return web.Response(status=204)

    async def _list_sent(self, asked: Asked) -> web.Response:
        session, wanted, write = await self._rooms.session(asked), asked.wanted, self._rooms.writer(asked)
        to = (await self._rooms.person(asked, session)).participant_id
        found = await self._rooms.interactions.page(asked.tenant, session.session_id, wanted.page, to)
        url = write.messages_url(session.service_id, session.session_id, to)
        return web.json_response(
            envelope("interactions", url, wanted, cut(found, wanted, _mark), _mark,
                     lambda each: write.message(session.service_id, to, each))
        )  # fmt: skip

    async def _send(self, asked: Asked) -> web.Response:
        session, form = await self._rooms.session(asked), await asked.form()
        to = (await self._rooms.person(asked, session)).participant_id
        if form.text("MediaUrl", LONGEST_URL):
            raise bad_field("MediaUrl", "It is reserved and not supported, as at Twilio. Send Body.")
        body = form.text("Body", LONGEST_TEXT, needed=True) or ""
        sent = await self._rooms.interactions.send(asked.tenant, session.service_id, session.session_id, to, body)
        return self._sent_told(asked, session, to, sent)

    async def _fetch_sent(self, asked: Asked) -> web.Response:
        session = await self._rooms.session(asked)
        to = (await self._rooms.person(asked, session)).participant_id
        found = await self._rooms.interaction(asked, session)
        if found.kind is not Kind.MESSAGE or found.from_participant is not None or found.to_participant != to:
            raise InteractionUnknown
        return self._sent_told(asked, session, to, found)

    def _sent_told(self, asked: Asked, session: Session, to: UUID, sent: Interaction) -> web.Response:
        return web.json_response(self._rooms.writer(asked).message(session.service_id, to, sent))


def _mark(interaction: Interaction) -> Mark:
    return Mark(interaction.at, interaction.interaction_id)
