"""Services, sessions, participants and interactions in Postgres. Rows in, values out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from core.e164 import E164
from core.route import SealedRef
from masking.sessions.errors import Raced, SessionUnknown
from masking.sessions.given import FIRST, Made, Page
from masking.sessions.seats import Seat
from masking.sessions.values import (
    Direction,
    Geo,
    Interaction,
    Kind,
    Mode,
    Numbering,
    Participant,
    Quiet,
    Selection,
    Service,
    ServiceNumber,
    Session,
    SessionState,
)
from sql.database import RETRY, Connection, Database
from sql.statements import statements

Q = statements("sessions")
"""The room's statements, for its use cases: each is documented in sql/statements/sessions.sql."""
POOL = statements("services")
"""The same for services and their numbers: sql/statements/services.sql."""

_NEVER = datetime.max.replace(tzinfo=UTC)
"""How asyncpg gives Postgres's infinity, but for the zone, which it leaves out there."""

_OF_SERVICE = ("numbering", "selection", "geo", "fallback_countries", "countries", "quiet", "stop_words", "blocks",
               "holds_texts", "needs_full_attestation")  # fmt: skip

T = TypeVar("T")


async def wholly(database: Database, work: Callable[[Connection], Awaitable[T]], *, alone: bool = False) -> T:
    """
    Does everything in one transaction, and once more where another request came between. Raises Raced, DatabaseAway.

    What `work` raises takes everything back. alone: it is one statement that changes anything, a transaction by itself.
    """
    for _ in range(2):
        try:
            async with database.work() if alone else database.transaction() as conn:
                return await work(conn)
        except RETRY:
            continue
    raise Raced("Send the request again.")


async def rows(name: str, query: Any, conn: Connection, page: Page, **given: Any) -> list[Any]:
    """A page of a list, oldest first. name: a statement that has a twin named `_back`."""
    if page.before is not None:
        back = getattr(query, f"{name}_back")(conn, at=page.before.at, id=page.before.id, most=page.most, **given)
        return [row async for row in back][::-1]
    mark = page.after or FIRST
    return [row async for row in getattr(query, name)(conn, at=mark.at, id=mark.id, most=page.most, **given)]


async def service(conn: Connection, tenant: UUID, ref: UUID | str) -> Service | None:
    """A service by its id or its name."""
    if isinstance(ref, UUID):
        row = await POOL.service(conn, tenant=tenant, service=ref)
    else:
        row = await POOL.service_by_name(conn, tenant=tenant, name=ref)
    return as_service(row) if row else None


async def session(conn: Connection, tenant: UUID, service_id: UUID, ref: UUID | str) -> Session | None:
    """A session of a service by its id or its name."""
    if isinstance(ref, UUID):
        row = await Q.session(conn, tenant=tenant, service=service_id, session=ref)
    else:
        row = await Q.session_by_name(conn, tenant=tenant, service=service_id, name=ref)
    return as_session(row) if row else None


async def locked(conn: Connection, tenant: UUID, service_id: UUID, session_id: UUID) -> Session:
    """A session that nobody else changes until the transaction ends. Raises SessionUnknown."""
    row = await Q.lock_session(conn, tenant=tenant, service=service_id, session=session_id)
    if row is None:
        raise SessionUnknown
    return as_session(row)


async def tell(conn: Connection, now: datetime, there: Session, kind: str, participant: UUID | None = None) -> None:
    """Queues news of a session, or of somebody in it, for its customer."""
    await Q.tell(conn, t=now, tenant=there.tenant, service=there.service_id, kind=kind, session=there.session_id,
                 about=participant or there.session_id)  # fmt: skip


async def participants(conn: Connection, tenant: UUID, session_id: UUID) -> tuple[Participant, ...]:
    """Everybody who is or was in a session, by side and place."""
    return tuple([as_participant(row) async for row in Q.participants(conn, tenant=tenant, session=session_id)])


async def ours(conn: Connection, keys: Sequence[bytes]) -> frozenset[bytes]:
    """Which of some number keys are our own numbers'."""
    if not keys:
        return frozenset()
    return frozenset([row["number_key"] async for row in POOL.our_keys(conn, keys=list(keys))])


def as_service(row: Any) -> Service:
    """A row of `service`."""
    quiet = Quiet(row["quiet_from"], row["quiet_to"], row["timezone"]) if row["quiet_from"] is not None else None
    return Service(
        **_plain(Service, row, _OF_SERVICE),
        numbering=Numbering(row["numbering"]),
        selection=Selection(row["selection"]),
        geo=Geo(row["geo_match"]),
        fallback_countries=tuple(row["fallback_countries"]),
        countries=tuple(row["countries"]),
        quiet=quiet,
        stop_words=tuple(row["stop_words"]),
        blocks=bool(row["blocks"]),
        holds_texts=bool(row["holds_texts"]),
        needs_full_attestation=bool(row["needs_full_attestation"]),
    )  # fmt: skip


def as_number(row: Any) -> ServiceNumber:
    """A row of `service_number` with its number's."""
    return ServiceNumber(**_plain(ServiceNumber, row, ("number",)), number=E164(row["e164"]))


def as_session(row: Any) -> Session:
    """A row of `session`, with how many people are in it."""
    return Session(
        **_plain(Session, row, ("state", "mode", "direction", "until")),
        state=SessionState(row["state"]),
        mode=Mode(row["mode"]),
        direction=Direction(row["direction"]),
        until=None if row["until"].replace(tzinfo=UTC) == _NEVER else row["until"],
    )


def as_made(row: Mapping[str, Any], made: Any, seats: Sequence[Seat], pins: Mapping[UUID, str]) -> Made:
    """A session as session_make has made it. row: its columns, but for its end. pins: the generated ones."""
    session = as_session({**row, "until": made["until"], "people": len(seats)})
    theirs = (made[column] or () for column in ("phones", "boxes", "numbers", "proxies"))
    there = [_seated(row, *each) for each in zip(seats, *theirs, strict=True)]
    return Made(session, tuple(sorted(there, key=lambda each: (each.side, each.place))), pins)


def _seated(
    row: Mapping[str, Any], seat: Seat, phone: UUID | None, box: bytes | None, number: UUID, proxy: str
) -> Participant:
    party = seat.party
    return Participant(
        tenant=row["tenant"], participant_id=seat.participant_id, session_id=row["session_id"], side=seat.side,
        place=seat.place, number=SealedRef("phone", phone, box) if phone and box else None, number_id=number,
        proxy=E164(proxy), friendly_name=party.friendly_name, called_as=party.called_as,
        announcement=party.announcement, has_pin=party.pin is not None or party.generate_pin, made_at=row["made_at"],
        changed_at=row["made_at"], deleted_at=None,
    )  # fmt: skip


def as_participant(row: Any) -> Participant:
    """A row of `participant`, with both numbers as they stand."""
    sealed = row["sealed"]
    return Participant(
        **_plain(Participant, row, ("number", "proxy", "has_pin")),
        number=SealedRef("phone", row["phone_id"], sealed) if sealed is not None else None,
        proxy=E164(row["e164"]) if row["e164"] else None,
        has_pin=row["pin_hash"] is not None,
    )


def as_interaction(row: Any, body: str | None) -> Interaction:
    """A row of `interaction`, with the call or text that it was. body: its words, opened."""
    return Interaction(**_plain(Interaction, row, ("kind", "body")), kind=Kind(row["kind"]), body=body)


def _plain(kind: type, row: Any, but: Sequence[str]) -> dict[str, Any]:
    """The columns that are fields as they are."""
    return {each.name: row[each.name] for each in fields(kind) if each.name not in but}
