"""The Proxy API's sessions, and the participants in them."""

from uuid import UUID

from aiohttp import web

from masking.proxy_api.edge import Asked, Edge
from masking.proxy_api.errors import Refused, bad_field
from masking.proxy_api.forms import MOST_SECONDS, Form
from masking.proxy_api.paging import cut, envelope
from masking.proxy_api.rooms import LONGEST_NAME, Rooms, by_either_sid
from masking.sessions import rules
from masking.sessions.given import Ends, Mark, Party, SessionGiven
from masking.sessions.sids import LENGTH, Prefix
from masking.sessions.values import Mode, Participant, Session, SessionState

MOST_PEOPLE = 2
_LONGEST_FRIENDLY = 255
_NEVER_SET = ("failed", "unknown")
"""Statuses that Twilio's list of them has, and that nobody may ask for."""


class SessionsHttp:
    """Handlers of /v1/Services/{S}/Sessions and of …/Participants."""

    def __init__(self, edge: Edge, rooms: Rooms) -> None:
        self._edge, self._rooms = edge, rooms

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        get, post, delete = self._edge.get, self._edge.post, self._edge.delete
        every = "Services/{service_sid}/Sessions"
        one = f"{every}/{{session_sid}}"
        people = f"{one}/Participants"
        return [
            get(every, self._list),
            post(every, self._create),
            get(one, self._fetch),
            post(one, self._update),
            delete(one, self._delete),
            get(people, self._list_people),
            post(people, self._add_person),
            get(f"{people}/{{participant_sid}}", self._fetch_person),
            delete(f"{people}/{{participant_sid}}", self._remove_person),
        ]

    async def _list(self, asked: Asked) -> web.Response:
        wanted, write, service = asked.wanted, self._rooms.writer(asked), asked.id("service_sid", Prefix.SERVICE)
        now = self._rooms.clock.now()
        await self._rooms.services.get(asked.tenant, service)
        listed = cut(await self._rooms.sessions.page(asked.tenant, service, wanted.page), wanted, _session_mark)
        return web.json_response(
            envelope("sessions", write.sessions_url(service), wanted, listed, _session_mark,
                     lambda session: write.session(session, now))
        )  # fmt: skip

    async def _create(self, asked: Asked) -> web.Response:
        service, form = asked.id("service_sid", Prefix.SERVICE), await asked.form()
        given = _given(form)
        people = form.objects("Participants")
        if len(people) > MOST_PEOPLE:
            raise Refused(80609, 400, f"A session may have at most {MOST_PEOPLE} participants.")
        await self._rooms.services.get(asked.tenant, service)
        parties = [await self._party(asked, person, side) for side, person in enumerate(people, 1)]
        made = await self._rooms.sessions.create(asked.tenant, service, given, parties)
        return self._told(asked, made.session, status=201)

    async def _fetch(self, asked: Asked) -> web.Response:
        return self._told(asked, await self._rooms.session(asked))

    async def _update(self, asked: Asked) -> web.Response:
        session, form = await self._rooms.session(asked), await asked.form()
        status, ends = _status(form), _ends(form)
        where = asked.tenant, session.service_id, session.session_id
        moved = status is not None and rules.move(rules.state_at(session, self._rooms.clock.now()), status)
        if moved and status is SessionState.CLOSED:
            session = await self._rooms.sessions.close(*where)
        elif moved:
            session = await self._rooms.sessions.reopen(*where, ends if ends != Ends() else None)
        elif ends != Ends():
            session = await self._rooms.sessions.extend(*where, ends)
        return self._told(asked, session)

    async def _delete(self, asked: Asked) -> web.Response:
        session = await self._rooms.session(asked)
        await self._rooms.sessions.delete(asked.tenant, session.service_id, session.session_id)
        return web.Response(status=204)

    async def _list_people(self, asked: Asked) -> web.Response:
        session, wanted, write = await self._rooms.session(asked), asked.wanted, self._rooms.writer(asked)
        where = session.service_id, session.session_id
        listed = cut(await self._rooms.people.page(asked.tenant, *where, wanted.page), wanted, _person_mark)
        url = write.participants_url(*where)
        return web.json_response(
            envelope("participants", url, wanted, listed, _person_mark,
                     lambda person: write.participant(session.service_id, person, self._rooms.people.open(person)))
        )  # fmt: skip

    async def _add_person(self, asked: Asked) -> web.Response:
        session = await self._rooms.session(asked)
        party = await self._party(asked, await asked.form())
        joined = await self._rooms.people.add(asked.tenant, session.service_id, session.session_id, party)
        return self._person_told(asked, session, joined.participant, status=201)

    async def _fetch_person(self, asked: Asked) -> web.Response:
        session = await self._rooms.session(asked)
        return self._person_told(asked, session, await self._rooms.person(asked, session))

    async def _remove_person(self, asked: Asked) -> web.Response:
        session = await self._rooms.session(asked)
        person = await self._rooms.person(asked, session)
        await self._rooms.people.drop(asked.tenant, session.service_id, session.session_id, person.participant_id)
        return web.Response(status=204)

    async def _party(self, asked: Asked, form: Form, side: int = 0) -> Party:
        """Who shall take part. Raises Refused, NumberNotOurs (80301)."""
        form.text("Identifier", LONGEST_NAME, needed=True)
        return Party(
            number=form.number("Identifier"),
            side=side,
            friendly_name=form.text("FriendlyName", _LONGEST_FRIENDLY) or None,
            ask_for=await self._asked_for(asked, form),
        )

    async def _asked_for(self, asked: Asked, form: Form) -> UUID | None:
        """The number of the service that somebody is to have, by itself or by a SID of it."""
        number, named = form.number("ProxyIdentifier"), form.text("ProxyIdentifierSid", LENGTH) or None
        if number is None and named is None:
            return None
        if named is not None and form.sid("ProxyIdentifierSid", Prefix.NUMBER) is None:
            raise bad_field("ProxyIdentifierSid", "Write a SID: PN and 32 hex digits.")
        service = asked.id("service_sid", Prefix.SERVICE)
        if number is not None:
            return (await self._rooms.pool.get(asked.tenant, service, number)).number_id
        found = await by_either_sid(named or "", lambda which: self._rooms.pool.get(asked.tenant, service, which))
        return found.number_id

    def _told(self, asked: Asked, session: Session, *, status: int = 200) -> web.Response:
        return web.json_response(self._rooms.writer(asked).session(session, self._rooms.clock.now()), status=status)

    def _person_told(self, asked: Asked, session: Session, person: Participant, *, status: int = 200) -> web.Response:
        told = self._rooms.writer(asked).participant(session.service_id, person, self._rooms.people.open(person))
        return web.json_response(told, status=status)


def _given(form: Form) -> SessionGiven:
    """What a session shall be. Raises Refused."""
    state = _status(form) or SessionState.OPEN
    if state is SessionState.CLOSED:
        raise Refused(80608, 400, "Status: a session begins open or in-progress.")
    return SessionGiven(
        unique_name=form.text("UniqueName", LONGEST_NAME) or None,
        ends=_ends(form),
        mode=form.choice("Mode", Mode) or Mode.BOTH,
        state=state,
    )


def _ends(form: Form) -> Ends:
    return Ends(form.whole("Ttl", 0, MOST_SECONDS), form.moment("DateExpiry"))


def _status(form: Form) -> SessionState | None:
    if (form.text("Status", _LONGEST_FRIENDLY) or "").lower() in _NEVER_SET:
        raise Refused(80608, 400, "Status: this one cannot be set.")
    return form.choice("Status", SessionState)


def _session_mark(session: Session) -> Mark:
    return Mark(session.made_at, session.session_id)


def _person_mark(person: Participant) -> Mark:
    return Mark(person.made_at, person.participant_id)
