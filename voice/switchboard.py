"""What happens on a call: each carrier event in, a plan out. The order of things is DESIGN 4a's."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.clock import Clock
from core.e164 import E164, Caller
from core.ids import new_id
from core.quota import Limiter, Quota, Use
from core.route import Outcome, Route, Verdict, Why
from privacy.day_keys import DayKeys
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer, Unsealable, Where
from privacy.short_keys import ShortKeys
from sql.database import RETRY, Connection, Database
from voice import store, talk_limit
from voice.aftermath import Aftermath
from voice.errors import UnknownCall
from voice.events import CarrierAccount, Dialled, Ended, Incoming, LegMoved, LegState, Pressed
from voice.links import Links, Step
from voice.naming import Naming
from voice.pins import PinEntry
from voice.plan import Hangup, Plan
from voice.ports import Answerer, Dialect, Namer, Performer, PinHashes, Screener
from voice.screening import Asking
from voice.states import State, after_dial
from voice.turns import Effect, Line, Standing, Turn

CALLS = Quota("calls-caller", times=12, per=timedelta(minutes=10), when_blind="allow")
"""Calls that one caller may make to all our numbers."""
NUMBER_CALLS = Quota("calls-number", times=120, per=timedelta(minutes=1), when_blind="allow")
"""Calls that one number takes: a flood on one sticker's number leaves the others alone."""

logger = logging.getLogger("maskline.voice")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things take. ring, talk: seconds."""

    ring: int = 22
    talk: int = 3600


class Switchboard:
    """Answers calls: routes them in Postgres, asks the rooms for words, keeps what became of them."""

    def __init__(
        self, database: Database, clock: Clock, numbers: NumberKeys, short_keys: ShortKeys, sealer: Sealer,
        limiter: Limiter, links: Links, answerers: Sequence[Answerer], performers: Sequence[Performer],
        limits: Limits, screener: Screener | None = None, pins: PinHashes | None = None, namer: Namer | None = None,
    ) -> None:  # fmt: skip
        """
        screener: asks customers' hooks. pins: of sessions; without them nobody is asked for one. namer: knows callers
        by name.
        """
        self._database, self._clock, self._limits = database, clock, limits
        self._numbers, self._short_keys, self._sealer = numbers, short_keys, sealer
        self._limiter, self._links = limiter, links
        self._answerers, self._aftermath = answerers, Aftermath(clock, performers)
        self._naming = Naming(database, short_keys, namer)
        self._asking = Asking(database, clock, numbers, screener)
        self._pins = PinEntry(database, clock, numbers, sealer, pins) if pins else None

    async def arrive(self, dialect: Dialect, account: CarrierAccount, call: Incoming) -> Plan:
        """Somebody calls one of our numbers."""
        if call.dialled is None:
            route = Route(tenant=account.tenant, call_id=None, verdict=Verdict.REFUSE, why=Why.NOT_OURS)
        else:
            over = await self._limiter.over(*self._uses(call.caller, call.dialled, await self._short_keys.recent()))
            route = await self._route(account, call, call.dialled, over=over is not None)
        return await self._met(dialect, route, call.caller, call.carrier_call)

    async def entered(self, dialect: Dialect, account: CarrierAccount, call: UUID, step: str, keys: Pressed) -> Plan:
        """The caller answered a menu, or let it pass."""
        for last in (False, True):
            days = await self._short_keys.recent()
            async with self._database.voice_transaction() as conn:
                route = await self._entry(conn, account, call, step, keys, days)
                if route.why is not Why.STALE or last:
                    turn = await self._ask(dialect, route, lambda room, line: room.arrive(line))
                    if not route.repeat:
                        await self._aftermath.keep(conn, route, turn, 1)
                        await self._aftermath.rung_late(conn, route)
                    return turn.plan
            self._short_keys.forget_cache()  # a database crash emptied the table of short keys
        raise AssertionError("unreachable: the last try returns or raises")

    async def pin(self, dialect: Dialect, account: CarrierAccount, call: UUID, step: str, keys: Pressed) -> Plan:
        """The caller entered the PIN of a session, or let the question pass."""
        if self._pins is None:
            raise UnknownCall
        route = await self._pins.entered(account, call, step, keys)
        return await self._met(dialect, route, keys.caller, keys.carrier_call)

    async def whisper(self, dialect: Dialect, account: CarrierAccount, call: UUID, step: Step) -> Plan:
        """The callee, or their voicemail, picked up; or a person picked up a call that we placed."""
        async with self._database.voice_transaction() as conn:
            seen = await self._seen(conn, account, call, step.attempt, "")
            await store.move(conn, self._clock.now(), tenant=account.tenant, call=call, state=State.SCREENING,
                             attempt=step.attempt)  # fmt: skip
        name = await self._naming.name(seen.route)
        return (await self._ask(dialect, seen.route, lambda room, line: room.whisper(line), name)).plan

    async def pressed(self, dialect: Dialect, account: CarrierAccount, call: UUID, step: str, keys: Pressed) -> Plan:
        """The callee pressed keys, or none in time."""
        place = Step.read(step) or Step("key")
        async with self._database.voice_transaction() as conn:
            seen = await self._seen(conn, account, call, place.attempt, "")
            turn = await self._ask(dialect, seen.route, lambda room, line: room.press(line, step, keys.digits))
            await self._aftermath.keep(conn, seen.route, turn, place.attempt)
        return turn.plan

    async def leg_moved(self, account: CarrierAccount, call: UUID, step: Step, news: LegMoved) -> None:
        """News of the callee's leg."""
        states = {LegState.RINGING: State.RINGING, LegState.BRIDGED: State.BRIDGED, LegState.BLOCK_KEY: State.BRIDGED}
        if news.leg is not None and news.state is LegState.ENDED:
            async with self._database.transaction() as conn:
                await self._aftermath.forget_leg(conn, account.tenant, account.account_id, news.leg)
        if news.state not in states:
            return
        async with self._database.transaction() as conn:
            seen = await self._seen(conn, account, call, step.attempt, "")
            blocked = news.state is LegState.BLOCK_KEY
            outcome = Outcome.BLOCKED if blocked else Outcome.TALKED if news.state is LegState.BRIDGED else None
            turn = Turn(state=states[news.state], outcome=outcome, effect=Effect.BLOCK if blocked else None)
            await self._aftermath.keep(conn, seen.route, turn, step.attempt)
            if news.state is LegState.BRIDGED:
                await talk_limit.warn_later(
                    conn, self._clock.now(), seen.route, account.account_id, news.carrier_call
                )  # fmt: skip

    async def dialled(self, dialect: Dialect, account: CarrierAccount, call: UUID, step: str, news: Dialled) -> Plan:
        """The dial is over: tell the caller, or ring the second contact."""
        attempt = (Step.read(step) or Step("dialled")).attempt
        now = self._clock.now()
        async with self._database.voice_transaction() as conn:
            seen = await self._seen(conn, account, call, attempt, step)
            if news.leg is not None:
                await self._aftermath.forget_leg(conn, account.tenant, account.account_id, news.leg)
            if seen.answered is not None and seen.answered.attempt > attempt:
                return (await self._ask(dialect, seen.answered, lambda room, line: room.arrive(line))).plan
            outcome = seen.answered_outcome or after_dial(seen.outcome, seen.state, news.result, news.bridged)
            standing = Standing(outcome, seen.coming, attempt)
            turn = await self._ask(dialect, seen.route, lambda room, line: room.over(line, standing))
            if turn.effect is Effect.SECOND:
                second = await self._second(conn, seen.route) if seen.answered is None else None
                if second is not None:
                    await store.keep_step(conn, now, tenant=account.tenant, call=call, step=step, outcome=outcome)
                    return (await self._ask(dialect, second, lambda room, line: room.arrive(line))).plan
                alone = Standing(outcome, seen.coming, attempt=2)
                turn = await self._ask(dialect, seen.route, lambda room, line: room.over(line, alone))
            if seen.answered is None:
                joined = State.BRIDGED if news.bridged else State.RECEIVED
                await store.move(conn, now, tenant=account.tenant, call=call, state=joined, outcome=outcome,
                                 attempt=attempt, seconds=news.seconds)  # fmt: skip
                await self._aftermath.keep(conn, seen.route, turn, attempt)
                await store.keep_step(conn, now, tenant=account.tenant, call=call, step=step, outcome=outcome)
        return turn.plan

    async def ended(self, account: CarrierAccount, news: Ended, call: UUID | None = None) -> None:
        """The whole call is over. call: where the URL says which; else the carrier's id does."""
        async with self._database.transaction() as conn:
            found = await store.named(conn, account.tenant, account.account_id, news.carrier_call)
            call = call or (found[0] if found else None)
            if call is not None:
                await self._aftermath.end(conn, account.tenant, call, news.result)

    async def close_overdue(self) -> int:
        """Ends calls whose end nobody told us of, as unknown. Returns how many."""
        async with self._database.transaction() as conn:
            return await self._aftermath.close_overdue(conn)

    async def _met(self, dialect: Dialect, route: Route, caller: Caller, carrier_call: str) -> Plan:
        """What the caller meets on a route, once the hooks that it must be asked about have spoken."""
        if route.verdict is Verdict.ASK:
            route, own = await self._asking.decide(route, caller, carrier_call)
            if own is not None:
                return own
        turn = await self._ask(dialect, route, lambda room, line: room.arrive(line))
        if turn.outcome is not None and route.call_id is not None and not route.repeat:
            async with self._database.voice() as conn:
                await store.move(conn, self._clock.now(), tenant=route.tenant, call=route.call_id,
                                 state=State.RECEIVED, outcome=turn.outcome)  # fmt: skip
        return turn.plan

    async def _route(self, account: CarrierAccount, call: Incoming, dialled: E164, *, over: bool) -> Route:
        for last in (False, True):
            try:
                arrival = await self._arrival(account, call, dialled, over=over)
                seat = self._database.voice_seat(dialled.value)
                route = await store.inbound(seat, self._clock.now(), arrival)
            except RETRY:
                if last:
                    raise
                continue
            if route.why is not Why.STALE or last:
                return route
            self._short_keys.forget_cache()  # a database crash emptied the table of short keys
        raise AssertionError("unreachable: the last try returns or raises")

    async def _entry(
        self, conn: Connection, account: CarrierAccount, call: UUID, step: str, keys: Pressed, days: DayKeys
    ) -> Route:
        number = keys.caller.number
        route = await store.entry(
            conn, self._clock.now(), tenant=account.tenant, call=call, step=step, digits=keys.digits,
            from_key=self._numbers.key(number) if number else None,
            scanner_keys=days.scanners(number) if number else (), short_key=days.today.key_id,
            claim=new_id(), talk=self._limits.talk,
        )  # fmt: skip
        if route is None:
            raise UnknownCall
        return route

    async def _arrival(self, account: CarrierAccount, call: Incoming, dialled: E164, *, over: bool) -> store.Arrival:
        days = await self._short_keys.recent()
        number, call_id = call.caller.number, new_id()
        where = Where.caller(call_id)
        return store.Arrival(
            tenant=account.tenant,
            account=account.account_id,
            carrier_call=call.carrier_call,
            dialled=dialled,
            from_key=self._numbers.key(number) if number else None,
            forwarded_key=self._numbers.key(call.forwarded_from) if call.forwarded_from else None,
            scanner_keys=tuple(days.scanners(number)) if number else (),
            short_key=days.today.key_id,
            caller_sealed=days.today.seal(number.value, where) if number else None,
            call=call_id,
            claim=new_id(),
            over=over,
            ring=self._limits.ring,
            talk=self._limits.talk,
            attestation=call.attestation,
            name_key=self._naming.key(call.caller),
        )

    def _uses(self, caller: Caller, dialled: E164, days: DayKeys) -> tuple[Use, ...]:
        """A number of ours is counted under its own key, since it is nobody's; a person's under a day's."""
        ours, person = Use(NUMBER_CALLS, self._numbers.key(dialled).hex()[:32]), caller.number
        if person is None:
            return (ours,)
        keys = days.counting(self._clock.now(), CALLS.per)
        return (*(Use(CALLS, day.counts_caller(person)) for day in keys), ours)

    async def _seen(self, conn: Connection, account: CarrierAccount, call: UUID, attempt: int, step: str) -> store.Seen:
        seen = await store.call_at(conn, tenant=account.tenant, call=call, attempt=attempt, step=step)
        if seen is None:
            raise UnknownCall
        return seen

    async def _second(self, conn: Connection, route: Route) -> Route | None:
        """The way to the second contact, unless they blocked the caller; none where nobody can tell any more."""
        if route.call_id is None:
            return None
        box = await store.caller_box(conn, route.tenant, route.call_id)
        caller = await self._short_keys.open_caller(route.call_id, box)
        if box is not None and caller is None:
            return None
        return await store.second_attempt(conn, self._clock.now(), route, self._numbers.key(caller) if caller else None)

    async def _ask(
        self, dialect: Dialect, route: Route, question: Callable[[Answerer, Line], Turn | None], name: str | None = None
    ) -> Turn:
        line = Line(route, await self._open(route), dialect.asks_in_whisper, self._url(dialect, route), name)
        for room in self._answerers:
            turn = question(room, line)
            if turn is not None:
                return turn
        return Turn((Hangup(),), outcome=Outcome.REFUSED)

    async def _open(self, route: Route) -> E164 | None:
        if route.to is None:
            return None
        try:
            if route.to.table == "call":
                return E164(await self._short_keys.open_box(route.to.box, Where.caller(route.to.row)))
            return E164(self._sealer.open(route.to.box, Where.phone(route.to.row)))
        except Unsealable:
            logger.warning("a sealed number cannot be opened", extra={"call": str(route.call_id)})
            return None

    def _url(self, dialect: Dialect, route: Route) -> Callable[[str], str]:
        def url(step: str) -> str:
            if route.call_id is None:
                raise ValueError("a call that is not kept has no steps")
            return self._links.step(dialect.name, route.call_id, step)

        return url
