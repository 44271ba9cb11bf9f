"""
Tells customers what happens in their services, in order, until they have taken it or it is given up.

The worker hands us the jobs of a service one after the other, and the first try of a job gives its event the next
number, so that nobody on the phone waits for a counter. A receiver that is away holds up its own service alone. What it
misses is kept for 30 days and can be sent again; a "gap" event says which numbers that are.
"""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from core.clock import Clock
from core.problem import Problem
from masking.sessions import event_store, events, render
from masking.sessions.callbacks import Callbacks
from masking.sessions.errors import InteractionUnknown, ParticipantUnknown, ServiceUnknown, SessionUnknown
from masking.sessions.events import Event, Facts, News
from masking.sessions.given import Page
from masking.sessions.interactions import Interactions
from masking.sessions.parties import Participants
from masking.sessions.pool import Pool
from masking.sessions.posting import Poster
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from masking.sessions.signing import EVENTS, sign_event
from masking.sessions.values import Service
from sql import outbox
from sql.database import Connection, Database
from sql.outbox import Handlers, Job
from voice.errors import CourierAway

SECONDS = 5.0
"""How long a customer's address may take for one event."""
_MOST_PEOPLE = 1000  # of a session: twenty at once, and those who were taken out


@dataclass(frozen=True, slots=True)
class EventJobs:
    """Handlers by kind of job."""

    database: Database
    clock: Clock
    services: Services
    pool: Pool
    sessions: Sessions
    parties: Participants
    interactions: Interactions
    poster: Poster
    callbacks: Callbacks

    def handlers(self) -> Handlers:
        """What this room does."""
        return {"event": self.tell, "event-again": self.tell_again, "callback": self.callbacks.post}

    async def tell(self, job: Job) -> None:
        """One piece of news: to the callback address in a job of its own, and to the events address here."""
        try:
            service = await self.services.get(job.tenant, UUID(job.payload["service"]))
        except ServiceUnknown:
            return
        if service.events_url is None:
            async with self.database.transaction() as conn:
                await self.callbacks.queue(conn, service, job)
            return
        event = await self._numbered(service, job)
        if event is None:
            return
        async with self.database.work() as conn:
            due = await event_store.undelivered(conn, event)
        for each in due:  # a gap before it, as a rule it alone
            try:
                await self._send(service, service.events_url, each)
            except Problem:
                if job.attempts >= outbox.ATTEMPTS:
                    async with self.database.work() as conn:
                        await event_store.give_up(conn, self.clock.now(), event)
                raise

    async def tell_again(self, job: Job) -> None:
        """An event that somebody asked to have sent again, to wherever the service has its events now."""
        async with self.database.work() as conn:
            event = await event_store.find(conn, job.tenant, UUID(job.payload["event"]))
        if event is None:
            return
        service = await self.services.get(job.tenant, event.service_id)
        if service.events_url is not None:
            await self._send(service, service.events_url, event)

    async def _numbered(self, service: Service, job: Job) -> Event | None:
        """The event of a job, numbered at the first try; None where it is given up."""
        name, now = events.event_id(job.job_id, job.made_at), self.clock.now()
        async with self.database.work() as conn:
            event = await event_store.find(conn, job.tenant, name)
            waiting = await event_store.waiting(conn, job.tenant, service.service_id, events.MOST_WAITING)
        late = events.too_late(job.made_at, waiting, now)
        facts = {} if event else await self._facts(service, job)
        async with self.database.transaction() as conn:
            if event is None:
                await self.callbacks.queue(conn, service, job)
                event = await self._number(conn, service, job, facts, after_gap=not late)
            if event is not None and late:
                await event_store.give_up(conn, now, event)
        return None if late else event

    async def _number(
        self, conn: Connection, service: Service, job: Job, facts: Facts, *, after_gap: bool
    ) -> Event | None:
        session = job.payload["session"]
        event = Event(
            tenant=job.tenant,
            event_id=events.event_id(job.job_id, job.made_at),
            service_id=service.service_id,
            seq=0,
            kind=job.payload["kind"],
            session_id=UUID(session) if session else None,
            facts=facts,
            at=job.made_at,
        )
        missed = await event_store.given_up(conn, job.tenant, service.service_id) if after_gap else None
        if missed is not None:
            gap = replace(event, event_id=uuid5(event.event_id, News.GAP), kind=News.GAP, session_id=None,
                          facts=events.gap_facts(*missed))  # fmt: skip
            await event_store.number(conn, gap)
        await event_store.number(conn, event)
        return await event_store.find(conn, job.tenant, event.event_id)

    async def _facts(self, service: Service, job: Job) -> Facts:
        """What there is to tell now; of what was deleted meanwhile, that it was."""
        told, tenant = job.payload, job.tenant
        about, session = UUID(told["about"]), UUID(told["session"]) if told["session"] else None
        try:
            if told["kind"] in events.FOR_CALLBACK and session is not None:
                return events.interaction_facts(await self.interactions.get(tenant, session, about))
            if told["kind"] == News.BLOCKED and session is not None:
                return events.block_facts(await self.interactions.get(tenant, session, about))
            if told["kind"] in events.FOR_SESSION and session is not None:
                there = await self.sessions.get(tenant, service.service_id, session)
                people = await self.parties.page(tenant, service.service_id, session, Page(most=_MOST_PEOPLE))
                return events.session_facts(told["kind"], there, people)
            if told["kind"] in events.FOR_PARTICIPANT and session is not None:
                return events.participant_facts(await self.parties.get(tenant, service.service_id, session, about))
            if told["kind"] == News.POOL_LOW:
                usage = render.usage(await self.pool.usage(tenant, service.service_id))
                return {**usage, "code": events.CODES[News.POOL_LOW]}
            if told["kind"] == News.OUTSIDE_PARTLY:
                return {**events.other_facts(told["kind"], about), "left_out": told["left_out"]}
        except (InteractionUnknown, SessionUnknown, ParticipantUnknown, ServiceUnknown):
            return {"deleted": True}
        return events.other_facts(told["kind"], about)

    async def _send(self, service: Service, url: str, event: Event) -> None:
        """Raises CourierAway and CourierRefused, also where the answer is not 2xx."""
        body = events.body(event, await self._numbers(service, event))
        signed = sign_event(await self.poster.token(service), int(self.clock.now().timestamp()), body)
        told = await self.poster.courier.post(url, body, content_type="application/json", headers={EVENTS: signed},
                                              service=service.service_id, seconds=SECONDS)  # fmt: skip
        if not 200 <= told.status < 300:
            raise CourierAway(f"It answered {told.status}.")
        async with self.database.work() as conn:
            await event_store.delivered(conn, self.clock.now(), event)

    async def _numbers(self, service: Service, event: Event) -> dict[str, str] | None:
        """Who took part, by participant, where the service shows numbers. They are opened here and kept nowhere."""
        if not service.shows_numbers or event.session_id is None:
            return None
        numbers = {}
        for participant in (event.facts.get("from"), event.facts.get("to")):
            if participant is None:
                continue
            try:
                found = await self.parties.get(event.tenant, service.service_id, event.session_id, UUID(participant))
            except (ParticipantUnknown, SessionUnknown):
                continue
            number = self.parties.open(found)
            if number is not None:
                numbers[participant] = number.value
        return numbers
