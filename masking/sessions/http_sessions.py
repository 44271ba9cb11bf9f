"""Our own API's sessions, the people in them, and what passes between them."""

from typing import Any
from uuid import UUID

from aiohttp import web

from core.clock import Clock
from masking.sessions import render
from masking.sessions.errors import BadField, InteractionUnknown, ParticipantUnknown, SessionUnknown
from masking.sessions.given import FIRST, Made, Mark, Page
from masking.sessions.http import Asked, Door, listed
from masking.sessions.http_named import service_of, session_of
from masking.sessions.interactions import Interactions
from masking.sessions.json_body import ends, party, party_change, session_change, session_given
from masking.sessions.parties import Participants
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from masking.sessions.values import Participant, Session, SessionState

_SESSIONS = "/{service}/sessions"
_SESSION = f"{_SESSIONS}/{{session}}"
_PEOPLE = f"{_SESSION}/participants"
_PERSON = f"{_PEOPLE}/{{participant}}"
_INTERACTIONS = f"{_SESSION}/interactions"
_INTERACTION = f"{_INTERACTIONS}/{{interaction}}"
_EVERYBODY = Page(after=FIRST, most=100)


class SessionsHttp:
    """Handlers of /api/services/{service}/sessions. A session is named by its id or its name."""

    def __init__(
        self, door: Door, clock: Clock, services: Services, sessions: Sessions, people: Participants,
        interactions: Interactions,
    ) -> None:  # fmt: skip
        self._door, self._clock, self._services = door, clock, services
        self._sessions, self._people, self._interactions = sessions, people, interactions

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        door = self._door
        return [
            door.read(_SESSIONS, self._list),
            door.make(_SESSIONS, self._create),
            door.read(_SESSION, self._fetch),
            door.change(_SESSION, self._change),
            door.remove(_SESSION, self._remove),
            door.make(f"{_SESSION}/close", self._close),
            door.make(f"{_SESSION}/reopen", self._reopen),
            door.read(_PEOPLE, self._list_people),
            door.make(_PEOPLE, self._add_person),
            door.read(_PERSON, self._fetch_person),
            door.change(_PERSON, self._change_person),
            door.remove(_PERSON, self._drop_person),
            door.read(_INTERACTIONS, self._list_interactions),
            door.read(_INTERACTION, self._fetch_interaction),
            door.remove(_INTERACTION, self._forget_interaction),
        ]

    async def _list(self, asked: Asked) -> web.Response:
        page, service, state = asked.page, await self._service(asked), asked.request.query.get("state")
        if state is not None and state not in set(SessionState):
            raise BadField(f"Choose one of {', '.join(SessionState)}.", field="state")
        rows = await self._sessions.page(asked.tenant, service, page, SessionState(state) if state else None)
        return listed(rows, page, lambda row: Mark(row.made_at, row.session_id), self._written)

    async def _create(self, asked: Asked) -> web.Response:
        service = await self._service(asked)
        given, people = session_given(await asked.body())

        async def make(session: UUID) -> dict[str, Any]:
            return self._made(await self._sessions.create(asked.tenant, service, given, people, as_id=session))

        async def find(session: UUID) -> dict[str, Any] | None:
            try:
                there = await self._sessions.get(asked.tenant, service, session)
            except SessionUnknown:
                return None
            everybody = await self._people.page(asked.tenant, service, session, _EVERYBODY)
            seated = sorted(everybody, key=lambda each: (each.side, each.place))
            return self._made(Made(there, tuple(seated), {}))

        return await self._door.made(asked, make, find)

    async def _fetch(self, asked: Asked) -> web.Response:
        return web.json_response(self._written(await self._session(asked)))

    async def _change(self, asked: Asked) -> web.Response:
        there, body = await self._session(asked), await asked.body()
        changed = await self._sessions.extend(asked.tenant, there.service_id, there.session_id, *session_change(body))
        return web.json_response(self._written(changed))

    async def _remove(self, asked: Asked) -> web.Response:
        there = await self._session(asked)
        await self._sessions.delete(asked.tenant, there.service_id, there.session_id)
        return web.Response(status=204)

    async def _close(self, asked: Asked) -> web.Response:
        there, body = await self._session(asked), await asked.body()
        reason = body.text("reason", 40) or "api"
        body.nothing_else()
        closed = await self._sessions.close(asked.tenant, there.service_id, there.session_id, reason)
        return web.json_response(self._written(closed))

    async def _reopen(self, asked: Asked) -> web.Response:
        there, body = await self._session(asked), await asked.body()
        until = ends(body)
        body.nothing_else()
        opened = await self._sessions.reopen(asked.tenant, there.service_id, there.session_id, until)
        return web.json_response(self._written(opened))

    async def _list_people(self, asked: Asked) -> web.Response:
        page, there = asked.page, await self._session(asked)
        rows = await self._people.page(asked.tenant, there.service_id, there.session_id, page)
        return listed(rows, page, lambda row: Mark(row.made_at, row.participant_id), self._person)

    async def _add_person(self, asked: Asked) -> web.Response:
        there, given = await self._session(asked), party(await asked.body())
        where = (asked.tenant, there.service_id, there.session_id)

        async def make(participant: UUID) -> dict[str, Any]:
            joined = await self._people.add(*where, given, as_id=participant)
            return self._person(joined.participant, joined.pin)

        async def find(participant: UUID) -> dict[str, Any] | None:
            try:
                return self._person(await self._people.get(*where, participant))
            except ParticipantUnknown:
                return None

        return await self._door.made(asked, make, find)

    async def _fetch_person(self, asked: Asked) -> web.Response:
        there, wanted = await self._session(asked), asked.id("participant", ParticipantUnknown)
        return web.json_response(
            self._person(await self._people.get(asked.tenant, there.service_id, there.session_id, wanted))
        )

    async def _change_person(self, asked: Asked) -> web.Response:
        there, wanted = await self._session(asked), asked.id("participant", ParticipantUnknown)
        given = party_change(await asked.body())
        changed = await self._people.change(asked.tenant, there.service_id, there.session_id, wanted, given)
        return web.json_response(self._person(changed.participant, changed.pin))

    async def _drop_person(self, asked: Asked) -> web.Response:
        there, wanted = await self._session(asked), asked.id("participant", ParticipantUnknown)
        await self._people.drop(asked.tenant, there.service_id, there.session_id, wanted)
        return web.Response(status=204)

    async def _list_interactions(self, asked: Asked) -> web.Response:
        page, there = asked.page, await self._session(asked)
        rows = await self._interactions.page(asked.tenant, there.session_id, page)
        return listed(rows, page, lambda row: Mark(row.at, row.interaction_id), render.interaction)

    async def _fetch_interaction(self, asked: Asked) -> web.Response:
        there, wanted = await self._session(asked), asked.id("interaction", InteractionUnknown)
        found = await self._interactions.get(asked.tenant, there.session_id, wanted)
        return web.json_response(render.interaction(found))

    async def _forget_interaction(self, asked: Asked) -> web.Response:
        there, wanted = await self._session(asked), asked.id("interaction", InteractionUnknown)
        await self._interactions.delete(asked.tenant, there.session_id, wanted)
        return web.Response(status=204)

    async def _service(self, asked: Asked) -> UUID:
        return (await service_of(asked, self._services)).service_id

    async def _session(self, asked: Asked) -> Session:
        return await session_of(asked, self._services, self._sessions)

    def _written(self, session: Session) -> dict[str, Any]:
        return render.session(session, self._clock.now())

    def _made(self, made: Made) -> dict[str, Any]:
        people = [self._person(each, made.pins.get(each.participant_id)) for each in made.participants]
        return {**self._written(made.session), "participants": people}

    def _person(self, of: Participant, pin: str | None = None) -> dict[str, Any]:
        return render.participant(of, self._people.open(of), pin)
