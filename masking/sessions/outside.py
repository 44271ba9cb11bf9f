"""
Somebody without a live session calls or texts: the customer's OutOfSessionCallbackUrl says what to do with them.

Its JSON makes a session with both sides on the number that was dialled, in one transaction; its TwiML is their answer,
as far as it is safe: we show our own number, and dial nobody whom a session could not be put through to.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from core.problem import Problem
from masking.claims.guard import Guard
from masking.claims.inventory import is_ours
from masking.sessions import event_store
from masking.sessions.asked import Asked
from masking.sessions.callback_forms import Form, Person, call_form, past_form, text_form
from masking.sessions.errors import SessionUnknown
from masking.sessions.events import News
from masking.sessions.given import Ends, Page, Party, SessionGiven
from masking.sessions.hook_answers import AutoCreate, NotUnderstood, auto_create
from masking.sessions.hook_memory import HookMemory
from masking.sessions.parties import Participants
from masking.sessions.pool import Pool
from masking.sessions.posting import Poster
from masking.sessions.sessions import Sessions
from masking.sessions.twiml import DialTo, call_plan, left_out, text_plan
from masking.sessions.values import Mode, Service
from privacy.numbers import NumberKeys
from sql.database import Database
from voice.errors import CourierAway, CourierRefused
from voice.links import Links
from voice.plan import Dial, Plan
from voice.ports import Delivered, Screened

SECONDS = 1.0
"""How long a hook may take while somebody waits on the phone."""
_JSON, _XML = "application/json", ("application/xml", "text/xml")

logger = logging.getLogger("maskline.hooks")


@dataclass(frozen=True, slots=True)
class Outside:
    """Asks the out-of-session hook, and does what it says."""

    database: Database
    clock: Clock
    numbers: NumberKeys
    guard: Guard
    links: Links
    pool: Pool
    sessions: Sessions
    parties: Participants
    poster: Poster
    memory: HookMemory

    async def answer(self, service: Service, asked: Asked) -> Screened:
        """What becomes of the call or text. Raises Problem where we ourselves are at fault."""
        if service.outside_url is None:
            return Screened(passed=False)
        ours = (await self.pool.get(asked.tenant, asked.service, asked.number)).number
        form = (*self._begins(asked, ours), *await self._past(asked))
        try:
            before = await self.memory.recall(asked)
            if before is not None:
                return Screened(passed=False, plan=await self._plan(service, asked, ours, before))
            told = await self.poster.form(service, service.outside_url, form, once=asked.once, seconds=SECONDS)
            return await self._follow(service, asked, ours, told)
        except NotUnderstood as why:
            logger.info("an out-of-session hook's answer is of no use: %s", why, extra={"service": str(asked.service)})
        except (CourierAway, CourierRefused) as silent:
            logger.info("an out-of-session hook is silent: %s", silent.slug, extra={"service": str(asked.service)})
        async with self.database.work() as conn:
            await event_store.put(conn, self.clock.now(), asked, News.OUTSIDE_FAILED)
        return Screened(passed=False)

    def _begins(self, asked: Asked, ours: E164) -> Form:
        if asked.body is None:
            return call_form(asked.tenant, asked.about, asked.caller, ours)
        return text_form(asked.tenant, asked.about, asked.caller, ours, asked.body)

    async def _past(self, asked: Asked) -> Form:
        """The session that the number still rests from, if the caller had one there."""
        if asked.session is None:
            return ()
        try:
            session = await self.sessions.get(asked.tenant, asked.service, asked.session)
        except SessionUnknown:
            return ()
        found = await self.parties.page(asked.tenant, asked.service, asked.session, Page())
        people = [Person(each, self.parties.open(each)) for each in found]
        return past_form(session, people, asked.caller, self.clock.now())

    async def _follow(self, service: Service, asked: Asked, ours: E164, told: Delivered) -> Screened:
        if not 200 <= told.status < 300:
            raise NotUnderstood(f"its status is {told.status}")
        if told.content_type == _JSON:
            return Screened(passed=await self._create(service, asked, auto_create(told.body)))
        if told.content_type not in _XML:
            raise NotUnderstood("its Content-Type is neither application/json nor application/xml")
        await self._plan(service, asked, ours, told.body)  # before it is kept: what cannot be followed is not
        body = await self.memory.keep(asked, told.body)
        if asked.body is None:
            await self._tell_left_out(service, asked, left_out(body, ours))
        return Screened(passed=False, plan=await self._plan(service, asked, ours, body))

    async def _plan(self, service: Service, asked: Asked, ours: E164, twiml: bytes) -> Plan:
        """The customer's own answer, in our words. Raises NotUnderstood."""
        if asked.body is None:
            plan = call_plan(twiml, service.language, await self._dial_to(service, asked, ours))
        elif asked.caller is not None:
            plan = text_plan(twiml, asked.caller, ours)
        else:
            raise NotUnderstood("the sender is withheld and cannot be answered")
        await self._guard(service, plan)
        return plan

    async def _tell_left_out(self, service: Service, asked: Asked, names: Sequence[str]) -> None:
        """A customer whose TwiML is followed in part should not find out from a caller."""
        if not names:
            return
        logger.warning(
            "an out-of-session hook's answer is followed, but not its %s", ", ".join(names),
            extra={"service": str(asked.service)},
        )  # fmt: skip
        if service.events_url is not None:
            async with self.database.work() as conn:
                await event_store.put_partly(conn, self.clock.now(), asked, names)

    async def _create(self, service: Service, asked: Asked, wanted: AutoCreate) -> bool:
        """Makes the session. True also where another webhook of the same call has just made it."""
        if asked.caller is None:
            raise NotUnderstood("the caller is withheld and cannot be put into a session")
        tenant, mine = asked.tenant, asked.caller
        given = SessionGiven(unique_name=wanted.unique_name, mode=wanted.mode or Mode.BOTH,
                             ends=Ends(wanted.ttl, wanted.expires_at))  # fmt: skip
        try:
            theirs = asked.number
            if wanted.shows is not None:
                theirs = (await self.pool.get(tenant, asked.service, wanted.shows)).number_id
            both = (_party(service, mine, 1, asked.number), _party(service, wanted.other, 2, theirs))
            await self.sessions.create(tenant, asked.service, given, both)
        except Problem as refused:
            async with self.database.work() as conn:
                if await event_store.has_session(conn, self.clock.now(), tenant, asked.number, self.numbers.key(mine)):
                    return True
            raise NotUnderstood(f"its session cannot be made: {refused.slug}") from None
        return True

    async def _dial_to(self, service: Service, asked: Asked, ours: E164) -> DialTo:
        async with self.database.work() as conn:
            carrier = await event_store.carrier_of(conn, asked.number)
        if carrier is None:
            raise NotUnderstood("its number is gone")

        def dial(to: E164, ring: int | None, talk: int | None) -> Dial:
            return Dial(
                to=to,
                show=ours,
                whisper=None,
                accept_key=None,
                done=self.links.step(carrier, asked.about, "dialled-1"),
                leg=self.links.step(carrier, asked.about, "leg-1"),
                ring=ring or service.ring,
                talk=min(talk or service.talk, service.talk),
            )

        return dial

    async def _guard(self, service: Service, plan: Plan) -> None:
        """Raises NotUnderstood where the plan dials a number that no session could be put through to."""
        for to in [verb.to for verb in plan if isinstance(verb, Dial)]:
            allowed = self.guard.allows(to) and self.guard.serves(service.countries, to)
            async with self.database.work() as conn:
                if not allowed or await is_ours(conn, self.numbers.key(to)):
                    raise NotUnderstood("its Dial leads to a number that may not be dialled")


def _party(service: Service, number: E164, side: int, shows: UUID) -> Party:
    return Party(number=number, side=side, language=service.language, ask_for=shows)
