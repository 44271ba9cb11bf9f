"""Calls and texts in Postgres. Each method is one round trip."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.e164 import E164
from core.route import Outcome, Reason, Route, SealedRef, Verdict, Why
from sql.convoy import Seat
from sql.database import Connection, read_uuid
from sql.statements import statements
from voice.states import State
from voice.turns import Effect

_Q = statements("voice")

WRONG_A_DAY = 10
"""Wrong extensions that one caller may enter in 24 hours."""
WRONG_AN_HOUR = 300
"""Wrong extensions that one shared number takes in an hour: a guess hits with 1 in 10,000 at most."""
WRONG_PINS_AN_HOUR = 5
"""Wrong PINs that one caller may enter in an hour, and that all callers together may enter on one number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """
    A call as the router needs it: keys instead of numbers.

    from_key, forwarded_key: 32-byte number keys, None where withheld. scanner_keys: the caller under the newest day
    keys, today's first. short_key: id of today's key. caller_sealed: the caller under it. call, claim: ids for new
    rows. over: a quota is used up. ring, talk: seconds. attestation: the STIR verdict as the carrier words it.
    name_key: the caller as names know them, None where they withhold their number.
    """

    tenant: UUID
    account: UUID
    carrier_call: str
    dialled: E164
    from_key: bytes | None
    forwarded_key: bytes | None
    scanner_keys: tuple[bytes, ...]
    short_key: int
    caller_sealed: bytes | None
    call: UUID
    claim: UUID
    over: bool
    ring: int
    talk: int
    attestation: str | None = None
    name_key: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTry:
    """
    What a caller entered. pins: the PIN's keyed hashes, the newest first; empty where nothing was entered. from_key:
    the caller's number key, None where withheld. phone, sealed: a new row's id and the number in it, should they join.
    """

    pins: tuple[bytes, ...]
    from_key: bytes | None
    phone: UUID
    sealed: bytes | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A call as one attempt sees it. answered: the route that this very step was answered with before, if it was."""

    route: Route
    state: State
    outcome: Outcome | None
    coming: bool
    attempt: int
    answered: Route | None
    answered_outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A call after it moved."""

    call_id: UUID
    state: State
    outcome: Outcome | None


async def inbound(conn: Connection | Seat, t: datetime, arrival: Arrival) -> Route:
    """Routes a call and keeps it (DESIGN 4a)."""
    row = await _Q.inbound_call(
        conn, t=t, tenant=arrival.tenant, account=arrival.account, carrier_call=arrival.carrier_call,
        dialled=arrival.dialled.value, from_key=arrival.from_key, forwarded_key=arrival.forwarded_key,
        scanner_keys=list(arrival.scanner_keys), short_key=arrival.short_key, caller_sealed=arrival.caller_sealed,
        call=arrival.call, claim=arrival.claim, over=arrival.over, ring=arrival.ring, talk=arrival.talk,
        attestation=arrival.attestation, name_key=arrival.name_key,
    )  # fmt: skip
    return read_route(arrival.tenant, row["route"], row["box"], repeat=row["again"])


async def entry(
    conn: Connection, t: datetime, *, tenant: UUID, call: UUID, step: str, digits: str, from_key: bytes | None,
    scanner_keys: Sequence[bytes], short_key: int, claim: UUID, talk: int,
) -> Route | None:  # fmt: skip
    """Routes a call again after a menu; None if the call is not known. short_key: id of today's key."""
    row = await _Q.inbound_entry(
        conn, t=t, tenant=tenant, call=call, step=step, digits=digits, from_key=from_key,
        scanner_keys=list(scanner_keys), short_key=short_key, claim=claim, talk=talk, caller_limit=WRONG_A_DAY,
        number_limit=WRONG_AN_HOUR,
    )  # fmt: skip
    return read_route(tenant, row["route"], row["box"], repeat=row["again"]) if row else None


async def screened(
    conn: Connection, t: datetime, *, tenant: UUID, call: UUID, passed: bool | None, from_key: bytes | None
) -> Route | None:
    """
    Routes a call on which a customer's hook has spoken; None if the call is not known.

    passed: None where the customer answers the call in our place. from_key: the caller's.
    """
    row = await _Q.session_screened(conn, t=t, tenant=tenant, call=call, passed=passed, from_key=from_key)
    return read_route(tenant, row["route"], row["box"]) if row else None


async def pin(conn: Connection, t: datetime, *, tenant: UUID, call: UUID, step: str, tried: PinTry) -> Route | None:
    """Routes a call again after a try at a PIN; None if the call is not known."""
    row = await _Q.session_pin(
        conn, t=t, tenant=tenant, call=call, step=step, pins=list(tried.pins), from_key=tried.from_key,
        phone=tried.phone, sealed=tried.sealed, language=tried.language, caller_limit=WRONG_PINS_AN_HOUR,
        number_limit=WRONG_PINS_AN_HOUR,
    )  # fmt: skip
    return read_route(tenant, row["route"], row["box"], repeat=row["again"]) if row else None


async def call_at(conn: Connection, *, tenant: UUID, call: UUID, attempt: int, step: str) -> Seen | None:
    """The call as `attempt` sees it, and what `step` answered before; None if the call is not known."""
    row = await _Q.call_at(conn, tenant=tenant, call=call, attempt=attempt, step=step)
    if row is None:
        return None
    told = json.loads(row["step_route"]) if row["step_route"] else {}
    return Seen(
        route=read_route(tenant, row["route"], row["box"]),
        state=State(row["state"]),
        outcome=_outcome(row["outcome"]),
        coming=row["coming"],
        attempt=row["attempt"],
        answered=read_route(tenant, row["step_route"], row["step_box"], repeat=True) if told else None,
        answered_outcome=_outcome(told.get("outcome")),
    )


async def move(
    conn: Connection, t: datetime, *, tenant: UUID, call: UUID, state: State, outcome: Outcome | None = None,
    attempt: int = 1, seconds: int | None = None,
) -> Moved | None:  # fmt: skip
    """Moves a call on, never backwards; None if it is not known."""
    row = await _Q.move_call(conn, t=t, tenant=tenant, call=call, state=int(state), outcome=outcome, attempt=attempt,
                             seconds=seconds)  # fmt: skip
    if row is None:
        return None
    return Moved(call_id=row["call_id"], state=State(row["state"]), outcome=_outcome(row["outcome"]))


async def keep_step(conn: Connection, t: datetime, *, tenant: UUID, call: UUID, step: str, outcome: Outcome) -> None:
    """Keeps what a step was answered with: the call's route as it now stands, and the outcome told."""
    await _Q.keep_step(conn, tenant=tenant, call=call, step=step, t=t, outcome=outcome)


async def first_time(conn: Connection, t: datetime, tenant: UUID, call: UUID, effect: Effect) -> bool:
    """Notes that a call has this effect; False where it had it before, however long ago its jobs were done."""
    return await _Q.take_effect(conn, t=t, tenant=tenant, call=call, effect=effect) is not None


async def second_attempt(conn: Connection, t: datetime, route: Route, from_key: bytes | None) -> Route | None:
    """The way to the second contact, kept with the call; None where there is none. from_key: the caller's."""
    row = await _Q.second_attempt(conn, t=t, tenant=route.tenant, call=route.call_id, from_key=from_key)
    return read_route(route.tenant, row["route"], row["box"]) if row else None


async def named(conn: Connection, tenant: UUID, account: UUID, carrier_call: str) -> tuple[UUID, State, int] | None:
    """Id, state and attempt of the call that a carrier names so."""
    row = await _Q.call_named(conn, tenant=tenant, account=account, carrier_call=carrier_call)
    return (row["call_id"], State(row["state"]), row["attempt"]) if row else None


async def set_coming(conn: Connection, tenant: UUID, call: UUID) -> None:
    """The callee said that they come in five minutes."""
    await _Q.set_coming(conn, tenant=tenant, call=call)


async def caller_box(conn: Connection, tenant: UUID, call: UUID) -> bytes | None:
    """The caller of a call, sealed under a short key; None once forgotten or where withheld."""
    row = await _Q.caller_box(conn, tenant=tenant, call=call)
    return row["caller_sealed"] if row else None


async def overdue(conn: Connection, t: datetime, most: int = 100) -> list[tuple[UUID, UUID, int]]:
    """Tenant, call and attempt of calls whose end nobody told us of."""
    rows = _Q.overdue_calls(conn, t=t, most=most)
    return [(row["tenant"], row["call_id"], row["attempt"]) async for row in rows]


async def recent(conn: Connection, tenant: UUID, most: int = 20) -> list[dict[str, Any]]:
    """Anonymous call records, newest first."""
    return [
        {**row, "state": State(row["state"]).name.lower()}
        async for row in _Q.recent_calls(conn, tenant=tenant, most=most)
    ]


async def take_text(
    conn: Connection, t: datetime, tenant: UUID, text_key: bytes, reply_key: bytes, nonce_key: bytes | None
) -> bool | None:
    """Takes a text once. Returns whether its answer carries the reply of the day; None if its nonce is used up."""
    reply: bool | None = await _Q.take_text(
        conn, t=t, tenant=tenant, text_key=text_key, reply_key=reply_key, nonce_key=nonce_key
    )
    return reply


async def known_mark(conn: Connection, tenant: UUID, marks: Sequence[bytes]) -> bytes | None:
    """Which of these marks, all of one thing, is kept already."""
    known: bytes | None = await _Q.known_mark(conn, tenant=tenant, marks=list(marks))
    return known


async def wish(conn: Connection, t: datetime, tenant: UUID, wish_key: bytes, number_key: bytes, *, texts: bool) -> None:
    """Keeps whether somebody wants texts, once for each text that says so. wish_key: of that text."""
    if await _Q.take_wish(conn, t=t, tenant=tenant, text_key=wish_key) is None:
        return  # a repeat, and they may have said something else since
    if texts:
        await _Q.opt_in(conn, tenant=tenant, number_key=number_key)
    else:
        await _Q.opt_out(conn, t=t, tenant=tenant, number_key=number_key)


def read_route(tenant: UUID, text: str, box: bytes | None, *, repeat: bool = False) -> Route:
    """A route from what Postgres keeps of it (jsonb as text) and the sealed number it dials."""
    kept = json.loads(text)
    phone, caller_of = kept.get("phone"), kept.get("caller_of")
    to = None
    if box is not None:
        to = SealedRef("phone", read_uuid(phone), box) if phone else SealedRef("call", read_uuid(caller_of), box)
    show, why, reason = kept.get("show"), kept.get("why"), kept.get("reason")
    return Route(
        tenant=tenant,
        call_id=_uuid(kept.get("call")),
        verdict=Verdict(kept["verdict"]),
        why=Why(why) if why else None,
        repeat=repeat,
        claim_kind=kept.get("kind"),
        target=kept.get("target"),
        target_id=_uuid(kept.get("target_id")),
        show=E164(show) if show else None,
        to=to,
        reason=Reason(reason) if reason else None,
        label=kept.get("label"),
        language=kept.get("language") or "en",
        callee_language=kept.get("callee_language") or "en",
        attempt=kept.get("attempt") or 1,
        ring=kept.get("ring") or 22,
        talk=kept.get("talk") or 3600,
        stay=bool(kept.get("stay")),
        tries=kept.get("tries") or 0,
        service_id=_uuid(kept.get("service")),
        number_id=_uuid(kept.get("number")),
        from_id=_uuid(kept.get("from")),
        to_id=_uuid(kept.get("to")),
        side=kept.get("side") or 0,
        announced=kept.get("announced"),
        announce=kept.get("announce"),
        screens=kept.get("screens", True),
        blocks=bool(kept.get("blocks")),
        digits=kept.get("digits") or 6,
        countries=tuple(kept.get("countries") or ()),
        named=bool(kept.get("named")),
        nuisance=bool(kept.get("nuisance")) and kept.get("wants") == "announce",
    )


def _uuid(text: str | None) -> UUID | None:
    return read_uuid(text) if text else None


def _outcome(text: str | None) -> Outcome | None:
    return Outcome(text) if text else None
