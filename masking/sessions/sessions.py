"""The life of sessions: made for two sides, extended, closed, opened again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.ids import new_id
from core.problem import Problem
from masking.claims.guard import Guard
from masking.sessions import rules, store, terms
from masking.sessions.errors import BadField, NameTaken, Raced, ReopenConflict, SessionClosed, SessionUnknown
from masking.sessions.given import AS_IT_IS, Ends, Made, Page, Party, SessionGiven, Terms
from masking.sessions.parties import Allocation
from masking.sessions.pins import Pins
from masking.sessions.remembered import Known, Remembered
from masking.sessions.seats import Seat, Seating
from masking.sessions.services import checked_name, found
from masking.sessions.store import Q
from masking.sessions.values import Numbering, Service, Session, SessionState
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer
from sql.database import Connection, Database

_AT_A_TIME = 100
_LONGEST = timedelta(days=36_525)
_LISTS = {
    None: "sessions_page", SessionState.CLOSED: "sessions_over_page", SessionState.OPEN: "sessions_running_page",
    SessionState.IN_PROGRESS: "sessions_running_page",
}  # fmt: skip
"""The statement of each list, so that none reads more than it tells."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Use cases of sessions."""

    database: Database
    clock: Clock
    numbers: NumberKeys
    sealer: Sealer
    guard: Guard
    pins: Pins
    remembered: Remembered = field(default_factory=Remembered)

    async def create(
        self, tenant: UUID, service: UUID, given: SessionGiven, parties: Sequence[Party] = (), as_id: UUID | None = None
    ) -> Made:
        """
        A session with its people, each with a number that none of their other live sessions has. All of it or nothing.

        as_id: its id to be.

        Raises ServiceUnknown, NameTaken, NoNumber, NumberTaken, NumberNotOurs, AlreadyIn, SessionFull, PinTaken,
        DestinationRefused, BadField, Raced.
        """
        now, session_id = self.clock.now(), as_id or new_id()
        seating = Seating(self.numbers, self.sealer, self.guard)
        _check(given, now)

        async def make(conn: Connection) -> Made:
            for anew in (False, True):
                known = await self.remembered.get(conn, tenant, service, anew=anew)
                try:
                    seats = seating.seats(known.service, parties, ())
                except Problem:
                    if anew:
                        raise
                    continue  # what is remembered may refuse what is allowed by now
                made = await self._make(conn, now, known, given, seats, session_id)
                if made is not None:
                    return made
            raise Raced("Send the request again.")

        return await store.wholly(self.database, make, alone=not any(_needs_more(party) for party in parties))

    async def get(self, tenant: UUID, service: UUID, ref: UUID | str) -> Session:
        """By id or name. Raises SessionUnknown."""
        async with self.database.work() as conn:
            session = await store.session(conn, tenant, service, ref)
        if session is None:
            raise SessionUnknown
        return session

    async def page(
        self, tenant: UUID, service: UUID, page: Page, state: SessionState | None = None
    ) -> Sequence[Session]:
        """Sessions of a service, oldest first. state: as they are now; None for all."""
        given: dict[str, Any] = {"tenant": tenant, "service": service}
        if state is not None:
            given["t"] = self.clock.now()
        if state not in (None, SessionState.CLOSED):
            given["state"] = state
        async with self.database.work() as conn:
            return [store.as_session(row) for row in await store.rows(_LISTS[state], Q, conn, page, **given)]

    async def extend(self, tenant: UUID, service: UUID, session: UUID, ends: Ends, given: Terms = AS_IT_IS) -> Session:
        """
        Sets when a live session ends, and what it lets its people do. What is not said stays.

        Raises SessionUnknown, SessionClosed, BadField.
        """
        now = self.clock.now()
        _check_ends(ends, now)
        terms.check(given)

        async def extend(conn: Connection) -> None:
            there = await store.locked(conn, tenant, service, session)
            if rules.state_at(there, now) is SessionState.CLOSED:
                raise SessionClosed("Open it again instead.")
            await terms.change(conn, now, there, given)
            known = await found(conn, tenant, service) if "ttl" in ends.unsaid else None
            await _set_ends(conn, there, rules.extended(there, ends, known.default_ttl if known else None))
            await Q.extend(conn, t=now, tenant=tenant, session=session)

        await store.wholly(self.database, extend)
        return await self.get(tenant, service, session)

    async def close(self, tenant: UUID, service: UUID, session: UUID, reason: str = "api") -> Session:
        """Ends a session now; its numbers cool. One that is over stays as it is. Raises SessionUnknown."""
        now = self.clock.now()
        async with self.database.transaction() as conn:
            there = await store.locked(conn, tenant, service, session)
            await _close(conn, now, there, reason)
        return await self.get(tenant, service, session)

    async def reopen(self, tenant: UUID, service: UUID, session: UUID, ends: Ends | None = None) -> Session:
        """
        Opens a session that is over again, on the numbers that its people had. One in progress stays as it is.

        ends: a new end; an absolute end that is past is dropped. Raises SessionUnknown, BadMove, ReopenConflict,
        BadField.
        """
        now = self.clock.now()
        _check_ends(ends or Ends(), now)

        async def reopen(conn: Connection) -> None:
            there = await store.locked(conn, tenant, service, session)
            if not rules.move(rules.state_at(there, now), SessionState.IN_PROGRESS):
                return
            await _set_ends(conn, there, rules.reopened(there, ends or Ends(), now))
            if await Q.reopen(conn, t=now, tenant=tenant, session=session) != "ok":
                raise ReopenConflict("Make a new session instead.")
            await store.tell(conn, now, there, "reopened")

        await store.wholly(self.database, reopen)
        return await self.get(tenant, service, session)

    async def delete(self, tenant: UUID, service: UUID, session: UUID) -> None:
        """Closes it, and forgets it with its people and interactions; its numbers cool. Raises SessionUnknown."""
        now = self.clock.now()
        async with self.database.transaction() as conn:
            there = await store.locked(conn, tenant, service, session)
            await _close(conn, now, there, "api")
            await Q.drop_session(conn, tenant=tenant, session=session)

    async def close_expired(self) -> int:
        """
        Notes which sessions have run out, and tells their customers. Returns how many.

        Nothing waits for it: whoever reads a session compares the time.
        """
        closed, now = 0, self.clock.now()
        while True:
            async with self.database.transaction() as conn:
                due = [row async for row in Q.expired(conn, t=now, most=_AT_A_TIME)]
                for row in due:
                    await Q.close(conn, t=now, tenant=row["tenant"], session=row["session_id"], reason="expired")
                    await Q.tell(conn, t=now, tenant=row["tenant"], service=row["service_id"], kind="closed",
                                 session=row["session_id"], about=row["session_id"])  # fmt: skip
            closed += len(due)
            if len(due) < _AT_A_TIME:
                return closed

    async def _make(
        self, conn: Connection, now: datetime, known: Known, given: SessionGiven, seats: Sequence[Seat],
        session_id: UUID,
    ) -> Made | None:  # fmt: skip
        """None where what it went by changed meanwhile. One statement, unless somebody needs more than a number."""
        service = known.service
        allocation = Allocation(conn, now, service, self.pins)
        await allocation.check_asked(seats)
        row = _row(now, service, given, session_id)
        made = await Q.make_session(conn, t=now, session=_written(row), terms=known.terms,
                                    **_columns(seats, service))  # fmt: skip
        if made["why"] == "name":
            raise NameTaken(what="session")
        if made["why"] == "ours":
            self._refuse_ours(seats)
        if made["why"] == "terms":
            return None
        await allocation.had(made["why"], seats)
        pins = await allocation.set_pins(session_id, seats)
        return store.as_made(row, made, seats, pins)

    def _refuse_ours(self, seats: Sequence[Seat]) -> None:
        """Raises DestinationRefused: one of some people's numbers is ours."""
        for seat in seats:
            if seat.party.number is not None:
                self.guard.check(seat.party.number, (seat.party.number,))


def _needs_more(party: Party) -> bool:
    """Whether seating somebody takes several statements, so that the first can be taken back with the rest."""
    return party.ask_for is not None or party.pin is not None or party.generate_pin


async def _close(conn: Connection, now: datetime, there: Session, reason: str) -> None:
    over = rules.state_at(there, now) is SessionState.CLOSED
    closed = await Q.close(
        conn, t=now, tenant=there.tenant, session=there.session_id, reason="expired" if over else reason
    )
    if closed:
        await store.tell(conn, now, there, "closed")


async def _set_ends(conn: Connection, there: Session, ends: tuple[int, bool, datetime | None]) -> None:
    ttl, slides, expires_at = ends
    await Q.change_session(conn, tenant=there.tenant, session=there.session_id, ttl=ttl, slides=slides,
                           expires_at=expires_at)  # fmt: skip


def _check(given: SessionGiven, now: datetime) -> None:
    """Raises BadField."""
    _check_ends(given.ends, now)
    if given.unique_name:
        checked_name(given.unique_name)
    if given.state is SessionState.CLOSED:
        raise BadField("A session begins open or in progress.", field="state")
    terms.check(given)


def _check_ends(ends: Ends, now: datetime) -> None:
    if ends.ttl is not None and not 0 <= ends.ttl <= rules.MOST_TTL:
        raise BadField(f"Between 0 and {rules.MOST_TTL} seconds.", field="ttl")
    if ends.expires_at is not None and ends.expires_at <= now:
        raise BadField("It must be still to come.", field="expires_at")
    if ends.expires_at is not None and ends.expires_at > now + _LONGEST:
        raise BadField("Within a hundred years.", field="expires_at")


def _row(now: datetime, service: Service, given: SessionGiven, session_id: UUID) -> dict[str, Any]:
    """The columns of a new session, but for its end."""
    ttl, slides, expires_at = rules.ends(given.ends, service.default_ttl)
    return {
        "tenant": service.tenant, "session_id": session_id, "service_id": service.service_id,
        "unique_name": given.unique_name or None, "state": given.state, "closed_reason": None, "mode": given.mode,
        "direction": given.direction, "ttl": ttl, "slides": slides, "expires_at": expires_at,
        "cool_off": service.cool_off if given.cool_off is None else given.cool_off, "force_pin": given.force_pin,
        "named": given.named, "ring": given.ring, "talk": given.talk, "made_at": now, "changed_at": now,
        "started_at": None, "last_at": None, "ended_at": None,
    }  # fmt: skip


def _written(row: Mapping[str, Any]) -> str:
    """As JSON. What is null is left out: Postgres fills it in."""
    return json.dumps({column: value for column, value in row.items() if value is not None}, default=str)


def _columns(seats: Sequence[Seat], service: Service) -> dict[str, Any]:
    """The people of a new session, as session_make takes them."""
    parties = [seat.party for seat in seats]
    asked = {party.ask_for for party in parties} - {None}
    one = service.numbering is Numbering.ONE and bool(seats) and len(asked) <= 1
    return {
        "who": [seat.participant_id for seat in seats],
        "sides": [seat.side for seat in seats],
        "places": [seat.place for seat in seats],
        "phones": [seat.phone_id for seat in seats],
        "keys": [seat.number_key for seat in seats],
        "peers": [_peer(seat, seats) for seat in seats],
        "boxes": [seat.box for seat in seats],
        "languages": [party.language for party in parties],
        "names": [party.friendly_name for party in parties],
        "called": [party.called_as for party in parties],
        "announced": [party.announcement for party in parties],
        "asked": [next(iter(asked), None)] * len(seats) if one else [party.ask_for for party in parties],
        "wanted": [",".join(seats[0 if one else index].places) for index in range(len(seats))],
        "one": one,
    }


def _peer(seat: Seat, seats: Sequence[Seat]) -> bytes | None:
    """The number key of whom somebody meets, if that is one: a pair may meet again before a number has rested."""
    others = [each.number_key for each in seats if each.side != seat.side and each.number_key is not None]
    return others[0] if len(others) == 1 else None
