"""The people of a session: joining, being named later, leaving; and the numbers that they are given."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from masking.claims.errors import DestinationRefused
from masking.claims.guard import Guard
from masking.sessions import areas, rules, store
from masking.sessions.errors import (
    BadField,
    NoNumber,
    NumberNotOurs,
    NumberTaken,
    ParticipantUnknown,
    PinTaken,
    SessionClosed,
    SessionUnknown,
)
from masking.sessions.given import Joined, Page, Party, PartyChange
from masking.sessions.pins import Pins
from masking.sessions.seats import Seat, Seating, check_said
from masking.sessions.services import found
from masking.sessions.store import POOL, Q
from masking.sessions.terms import Q as TERMS
from masking.sessions.values import Numbering, Participant, Service, Session, SessionState
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer, Where
from sql.database import Connection, Database

_PIN_TRIES = 10
_SAID = ("friendly_name", "called_as", "announcement")


@dataclass(frozen=True, slots=True)
class Allocation:
    """What has to be asked and told while people are given numbers, in one transaction. Every problem takes it back."""

    conn: Connection
    now: datetime
    service: Service
    pins: Pins

    async def check_asked(self, seats: Sequence[Seat]) -> None:
        """Raises NumberNotOurs for a number that is not in the pool, DestinationRefused for one that joins India."""
        for seat in seats:
            if seat.party.ask_for is None:
                continue
            row = await POOL.number(self.conn, tenant=self.service.tenant, service=self.service.service_id, t=self.now,
                                    number=seat.party.ask_for, e164=None, sid=None)  # fmt: skip
            if row is None:
                raise NumberNotOurs("The service has no such number.")
            if (row["country"] == areas.INDIA) != (seat.places[:1] == (areas.INDIA,)):
                raise DestinationRefused("A call in India cannot be joined with one elsewhere.", kind="country")

    async def had(self, why: str, seats: Sequence[Seat]) -> None:
        """Raises NoNumber or NumberTaken unless every seat has a number. why: what session_allocate said."""
        if why == "ok":
            return
        asked = next((seat.party.ask_for for seat in seats if seat.party.ask_for is not None), None)
        facts = {"retry_after": await self._wait(seats, asked)} if why in ("asked", "free") else {}
        known = {name: value for name, value in facts.items() if value is not None}
        if why == "asked":
            raise NumberTaken("Wait, or ask for another number.", **known)
        raise NoNumber("Add numbers to the service, or close sessions.", why=why, **known)

    async def set_pins(self, session: UUID, seats: Sequence[Seat]) -> dict[UUID, str]:
        """Gives their PINs to whoever gets one. Returns the generated ones. Raises PinTaken."""
        wanting = [seat for seat in seats if seat.party.pin is not None or seat.party.generate_pin]
        there = await store.participants(self.conn, self.service.tenant, session) if wanting else ()
        number = {each.participant_id: each.number_id for each in there}
        made = {}
        for seat in wanting:
            mine, number_id = seat.party.pin, number[seat.participant_id]
            if number_id is None:
                continue
            for _ in range(1 if mine else _PIN_TRIES):
                pin = mine or self.pins.new(self.service.pin_length)
                kept = self.pins.hashes(self.service.service_id, number_id, pin)[0]
                if await Q.pin_set(self.conn, t=self.now, tenant=self.service.tenant, participant=seat.participant_id,
                                   pin=kept):  # fmt: skip
                    break
            else:
                raise PinTaken("Choose another.")
            if mine is None:
                made[seat.participant_id] = pin
        return made

    async def _wait(self, seats: Sequence[Seat], number: UUID | None) -> int | None:
        """Seconds until the first number is free, if that can be said."""
        keys = [key for seat in seats for key in seat.claimed]
        at = await Q.free_after(self.conn, t=self.now, tenant=self.service.tenant, service=self.service.service_id,
                                keys=keys, number=number)  # fmt: skip
        return None if at is None else max(1, int((at - self.now).total_seconds()) + 1)


@dataclass(frozen=True, slots=True)
class Participants:
    """Use cases of the people in sessions."""

    database: Database
    clock: Clock
    numbers: NumberKeys
    sealer: Sealer
    guard: Guard
    pins: Pins

    async def add(self, tenant: UUID, service: UUID, session: UUID, party: Party, as_id: UUID | None = None) -> Joined:
        """
        Puts somebody into a live session. party.side 0: the side that nobody is on. as_id: the participant's id to be.

        Raises SessionUnknown, SessionClosed, and what `Sessions.create` raises of people.
        """

        async def add(conn: Connection) -> Joined:
            now = self.clock.now()
            served, live = await self._live(conn, now, tenant, service, session)
            rows = [row async for row in Q.participants(conn, tenant=tenant, session=session)]
            there = [store.as_participant(row) for row in rows]
            seating = Seating(self.numbers, self.sealer, self.guard)
            keys = [row["number_key"] for row in rows if row["number_key"] is not None]
            ours = await store.ours(conn, seating.keys([party]))
            (seated,) = seating.seats(served, [party], ours, there, keys)
            seats = [seat := replace(seated, participant_id=as_id or seated.participant_id)]
            allocation = Allocation(conn, now, served, self.pins)
            await allocation.check_asked(seats)
            await self._sit(conn, now, served, session, seat)
            await allocation.had(await self._allocate(conn, now, served, session, seat, there), seats)
            pins = await allocation.set_pins(session, seats)
            await store.tell(conn, now, live, "added", seat.participant_id)
            return Joined(await found_in(conn, tenant, session, seat.participant_id), pins.get(seat.participant_id))

        return await store.wholly(self.database, add)

    async def get(self, tenant: UUID, service: UUID, session: UUID, participant: UUID) -> Participant:
        """Also one who was taken out. Raises SessionUnknown, ParticipantUnknown."""
        async with self.database.work() as conn:
            await _known(conn, tenant, service, session)
            return await found_in(conn, tenant, session, participant)

    async def page(self, tenant: UUID, service: UUID, session: UUID, page: Page) -> Sequence[Participant]:
        """Who is or was in a session, oldest first. Raises SessionUnknown."""
        async with self.database.work() as conn:
            await _known(conn, tenant, service, session)
            rows = await store.rows("participants_page", Q, conn, page, tenant=tenant, session=session)
            return [store.as_participant(row) for row in rows]

    async def change(self, tenant: UUID, service: UUID, session: UUID, participant: UUID, given: PartyChange) -> Joined:
        """
        Changes what is said of somebody in a live session, and says who an awaited one is. All of it or nothing.

        Raises SessionUnknown, SessionClosed, ParticipantUnknown, AlreadyIn, NumberTaken, DestinationRefused, PinTaken,
        BadField.
        """

        async def change(conn: Connection) -> Joined:
            now = self.clock.now()
            served, _ = await self._live(conn, now, tenant, service, session)
            there = await found_in(conn, tenant, session, participant)
            if given.number is not None:
                await self._name(conn, now, served, there, given.number)
            elif there.deleted_at is not None:
                raise ParticipantUnknown("They were taken out.")
            await self._say(conn, now, served, await found_in(conn, tenant, session, participant), given)
            pin = await self._new_pin(conn, now, served, there, given)
            return Joined(await found_in(conn, tenant, session, participant), pin)

        return await store.wholly(self.database, change)

    async def _name(self, conn: Connection, now: datetime, served: Service, awaited: Participant, number: E164) -> None:
        """Says who an awaited participant is. Raises what `change` does."""
        tenant, session, participant = served.tenant, awaited.session_id, awaited.participant_id
        if awaited.number is not None or awaited.deleted_at is not None:
            raise BadField("Only one who is awaited can be named.", field="number")
        rows = [row async for row in Q.participants(conn, tenant=tenant, session=session)]
        others = [store.as_participant(row) for row in rows if row["participant_id"] != participant]
        party = Party(number=number, side=awaited.side)
        seating = Seating(self.numbers, self.sealer, self.guard)
        keys = [row["number_key"] for row in rows if row["number_key"] is not None]
        (seat,) = seating.seats(served, [party], await store.ours(conn, seating.keys([party])), others, keys)
        phone = await self._keep(conn, now, served, seat)
        await Q.name_participant(conn, t=now, tenant=tenant, participant=participant, phone=phone)
        if not await Q.take(conn, t=now, tenant=tenant, session=session, participant=participant):
            raise NumberTaken("Another session of this person holds the number.")

    async def _say(
        self, conn: Connection, now: datetime, served: Service, there: Participant, given: PartyChange
    ) -> None:
        who = {"tenant": there.tenant, "participant": there.participant_id}
        said = {name: getattr(given, name) for name in _SAID}
        check_said(Party(number=None, side=there.side, **said, language=given.language or "en", pin=given.pin), served)
        row = {name: value for name, value in said.items() if value is not None or name in given.unsaid}
        if row:
            await TERMS.change_participant(conn, t=now, changes=json.dumps(row), **who)
        language = "en" if "language" in given.unsaid else given.language
        if language is not None and there.number is None:
            raise BadField("Nobody is there yet who would hear it.", field="language")
        if language is not None:
            await TERMS.speak(conn, language=language, **who)

    async def _new_pin(
        self, conn: Connection, now: datetime, served: Service, there: Participant, given: PartyChange
    ) -> str | None:
        """A generated one, where that was asked for; none any more, where it was taken back. Raises PinTaken."""
        if "pin" in given.unsaid and not given.generate_pin:
            await TERMS.drop_pin(conn, t=now, tenant=there.tenant, participant=there.participant_id)
        party = Party(number=None, pin=given.pin, generate_pin=given.generate_pin)
        seat = Seat(party=party, participant_id=there.participant_id, side=there.side, place=there.place, phone_id=None,
                    number_key=None, box=None, places=())  # fmt: skip
        pins = await Allocation(conn, now, served, self.pins).set_pins(there.session_id, [seat])
        return pins.get(there.participant_id)

    async def drop(self, tenant: UUID, service: UUID, session: UUID, participant: UUID) -> None:
        """Takes somebody out; their number cools. Raises SessionUnknown, ParticipantUnknown."""
        now = self.clock.now()
        async with self.database.transaction() as conn:
            there = await store.locked(conn, tenant, service, session)
            leaving = await found_in(conn, tenant, session, participant)
            await Q.cool(conn, t=now, tenant=tenant, session=session, participant=participant)
            await Q.drop_participant(conn, t=now, tenant=tenant, participant=participant)
            if leaving.deleted_at is None:
                await store.tell(conn, now, there, "removed", participant)

    def open(self, participant: Participant) -> E164 | None:
        """A participant's number, for the client that supplied it; None where they are awaited or erased."""
        if participant.number is None:
            return None
        return E164(self.sealer.open(participant.number.box, Where.phone(participant.number.row)))

    async def _live(
        self, conn: Connection, now: datetime, tenant: UUID, service: UUID, session: UUID
    ) -> tuple[Service, Session]:
        """A live session, locked, and its service. Raises SessionUnknown, SessionClosed."""
        there = await store.locked(conn, tenant, service, session)
        if rules.state_at(there, now) is SessionState.CLOSED:
            raise SessionClosed("Open it again first.")
        return await found(conn, tenant, service), there

    async def _keep(self, conn: Connection, now: datetime, service: Service, seat: Seat) -> UUID | None:
        """The row of a person's number; None for one who is awaited."""
        if seat.number_key is None:
            return None
        phone: UUID = await Q.keep_number(conn, tenant=service.tenant, phone=seat.phone_id, number_key=seat.number_key,
                                          box=seat.box, language=seat.party.language, t=now)  # fmt: skip
        return phone

    async def _sit(self, conn: Connection, now: datetime, service: Service, session: UUID, seat: Seat) -> None:
        party = seat.party
        await Q.add_participant(
            conn, tenant=service.tenant, participant=seat.participant_id, session=session, side=seat.side,
            place=seat.place, phone=await self._keep(conn, now, service, seat), name=party.friendly_name,
            called=party.called_as, announced=party.announcement, t=now,
        )  # fmt: skip

    async def _allocate(
        self, conn: Connection, now: datetime, service: Service, session: UUID, seat: Seat, there: Sequence[Participant]
    ) -> str:
        """With one number for all, the others' number; else one of its own, if need be theirs."""
        shared = None
        if service.numbering is Numbering.ONE:
            shared = next((each.number_id for each in there if each.deleted_at is None), None)
        why: str = await Q.allocate(
            conn, t=now, tenant=service.tenant, session=session, who=[seat.participant_id], number=seat.party.ask_for,
            places=list(seat.places), only=shared,
        )  # fmt: skip
        return why


async def found_in(conn: Connection, tenant: UUID, session: UUID, participant: UUID) -> Participant:
    """Somebody of a session. Raises ParticipantUnknown."""
    row = await Q.participant(conn, tenant=tenant, session=session, participant=participant)
    if row is None:
        raise ParticipantUnknown
    return store.as_participant(row)


async def _known(conn: Connection, tenant: UUID, service: UUID, session: UUID) -> None:
    if await store.session(conn, tenant, service, session) is None:
        raise SessionUnknown
