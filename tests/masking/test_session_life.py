"""When a session ends, how its numbers cool, and when it opens again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from core.ids import new_id
from masking.sessions.errors import (
    AlreadyIn,
    BadField,
    BadMove,
    NoNumber,
    ParticipantUnknown,
    PinTaken,
    ReopenConflict,
    SessionClosed,
    SessionUnknown,
)
from masking.sessions.given import Ends, Made, Page, Party, PartyChange, SessionGiven
from masking.sessions.rules import state_at
from masking.sessions.values import Session, SessionState
from tests.town import ALICE, BOB, OWNER, SECOND, SESSION, Town

DAY, HOUR, SECOND_ = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
ONE: dict[str, Any] = {"numbers": SESSION["twilio"][:1]}


async def again(town: Town, made: Made) -> Session:
    session = made.session
    return await town.house.rooms.sessions.get(town.tenant, session.service_id, session.session_id)


async def spoke(town: Town, made: Made) -> None:
    """An interaction, by the function that calls and texts use."""
    a, b = (each.participant_id for each in made.participants)
    await town.rows("SELECT session_touch($1, $2, $3, $4, 'voice', $5, $6, NULL)", town.clock.now(), town.tenant,
                    made.session.session_id, new_id(), a, b)  # fmt: skip


@pytest.mark.parametrize(
    ("default", "ends", "until"),
    [
        (None, Ends(), 90 * DAY),
        (3600, Ends(), HOUR),
        (0, Ends(), None),
        (3600, Ends(ttl=0), None),
        (3600, Ends(ttl=60), timedelta(minutes=1)),
    ],
)
async def test_a_session_ends_when_it_was_asked_to(
    town: Town, default: int | None, ends: Ends, until: timedelta | None
):
    made = await town.session(service=await town.service(default_ttl=default), ends=ends)

    assert made.session.until == (None if until is None else town.clock.now() + until)


@pytest.mark.parametrize(("both", "until"), [(False, 2 * HOUR), (True, HOUR)])
async def test_of_two_ends_the_absolute_one_or_the_earlier_counts(town: Town, both: bool, until: timedelta):
    start = town.clock.now()
    made = await town.session(ends=Ends(3600, start + 2 * HOUR, both))
    assert made.session.until == start + until

    for _ in range(3):
        town.clock.advance(HOUR / 2)
        await spoke(town, made)

    assert (await again(town, made)).until == start + 2 * HOUR


async def test_the_end_slides_with_each_interaction_and_the_claims_with_it(town: Town):
    made = await town.session(ends=Ends(ttl=3600))
    town.clock.advance(HOUR - SECOND_)
    await spoke(town, made)

    session = await again(town, made)
    assert session.until == town.clock.now() + HOUR
    assert session.state is SessionState.IN_PROGRESS
    assert session.started_at == session.last_at == town.clock.now()
    claims = await town.rows("SELECT until, reuse_after FROM claim")
    assert {claim["until"] for claim in claims} == {session.until}
    assert {claim["reuse_after"] for claim in claims} == {session.until + DAY}


async def test_at_its_end_a_session_is_over_before_anybody_notices(town: Town):
    made = await town.session(ends=Ends(ttl=60))
    town.clock.advance(timedelta(seconds=60))

    session = await again(town, made)
    assert state_at(session, town.clock.now()) is SessionState.CLOSED
    sessions = town.house.rooms.sessions
    assert [
        each.session_id for each in await sessions.page(town.tenant, session.service_id, Page(), SessionState.CLOSED)
    ]

    assert await sessions.close_expired() == 1
    session = await again(town, made)
    assert (session.state, session.closed_reason, session.ended_at) == ("closed", "expired", town.clock.now())
    assert await sessions.close_expired() == 0


async def test_a_number_cools_before_somebody_else_meets_its_people(town: Town):
    """Their own next session has it at once: who calls then reaches the same person."""
    service = await town.service(cool_off=3600, **ONE)
    made = await town.session(service=service)
    await town.house.rooms.sessions.close(town.tenant, service.service_id, made.session.session_id)

    with pytest.raises(NoNumber) as caught:
        await town.session(ALICE, OWNER, service=service)
    assert caught.value.facts == {"why": "free", "retry_after": 3601}
    await town.session(ALICE, BOB, service=service)

    with pytest.raises(NoNumber):
        await town.session(ALICE, BOB, service=service)


async def test_after_cool_off_a_number_is_anybodys(town: Town):
    service = await town.service(cool_off=3600, **ONE)
    made = await town.session(service=service)
    await town.house.rooms.sessions.close(town.tenant, service.service_id, made.session.session_id)
    town.clock.advance(HOUR)

    assert await town.session(ALICE, OWNER, service=service)


async def test_a_closed_session_opens_again_on_its_number(town: Town):
    service = await town.service(default_ttl=3600)
    made, sessions = await town.session(service=service), town.house.rooms.sessions
    where = (town.tenant, service.service_id, made.session.session_id)
    await sessions.close(*where, "done")
    assert (await again(town, made)).closed_reason == "done"
    town.clock.advance(2 * HOUR)

    session = await sessions.reopen(*where)

    assert (session.state, session.until, session.ended_at) == ("in-progress", town.clock.now() + HOUR, None)
    assert await sessions.reopen(*where) == session
    town.clock.advance(timedelta(minutes=59))
    assert (await sessions.extend(*where, Ends(ttl=7200))).until == town.clock.now() + HOUR + timedelta(minutes=1)


async def test_it_does_not_where_the_number_went_to_another_session(town: Town):
    service = await town.service(cool_off=0, **ONE)
    made, sessions = await town.session(service=service), town.house.rooms.sessions
    where = (town.tenant, service.service_id, made.session.session_id)
    await sessions.close(*where)
    await town.session(ALICE, OWNER, service=service)

    with pytest.raises(ReopenConflict):
        await sessions.reopen(*where)
    assert (await again(town, made)).state is SessionState.CLOSED


async def test_it_does_not_where_the_number_left_the_service(town: Town):
    service = await town.service(**ONE)
    made, sessions = await town.session(service=service), town.house.rooms.sessions
    where = (town.tenant, service.service_id, made.session.session_id)
    await sessions.close(*where)
    number = made.participants[0].number_id
    assert number is not None
    await town.house.rooms.pool.release(town.tenant, service.service_id, number)

    with pytest.raises(ReopenConflict):
        await sessions.reopen(*where)


async def test_only_a_live_session_is_extended_and_an_open_one_is_not_opened(town: Town):
    made, sessions = await town.session(ends=Ends(ttl=60)), town.house.rooms.sessions
    where = (town.tenant, made.session.service_id, made.session.session_id)
    with pytest.raises(BadMove):
        await sessions.reopen(*where)
    with pytest.raises(BadField):
        await sessions.extend(*where, Ends(expires_at=town.clock.now()))
    town.clock.advance(timedelta(seconds=60))

    with pytest.raises(SessionClosed):
        await sessions.extend(*where, Ends(ttl=600))


async def test_an_end_that_is_past_by_then_is_now_so_that_numbers_still_cool(town: Town):
    made, sessions = await town.session(), town.house.rooms.sessions
    town.clock.advance(30 * DAY)

    session = await sessions.extend(town.tenant, made.session.service_id, made.session.session_id, Ends(ttl=60))

    assert session.until == town.clock.now()
    (claim, _) = await town.rows("SELECT reuse_after FROM claim")
    assert claim["reuse_after"] == town.clock.now() + DAY


async def test_a_deleted_sessions_numbers_cool_too(town: Town):
    service = await town.service(**ONE)
    made, sessions = await town.session(service=service), town.house.rooms.sessions
    await sessions.delete(town.tenant, service.service_id, made.session.session_id)

    with pytest.raises(SessionUnknown):
        await again(town, made)
    with pytest.raises(NoNumber):
        await town.session(ALICE, OWNER, service=service)


async def test_somebody_joins_on_the_number_of_the_others_and_leaves_it_cooling(town: Town):
    service = await town.service()
    made, parties = await town.session(service=service), town.house.rooms.parties
    where = (town.tenant, service.service_id, made.session.session_id)

    joined = (await parties.add(*where, Party(number=OWNER, side=2))).participant
    assert (joined.proxy, joined.side, joined.place) == (made.participants[0].proxy, 2, 2)
    await parties.drop(*where, joined.participant_id)

    assert (await parties.get(*where, joined.participant_id)).deleted_at == town.clock.now()
    cooling = await town.rows("SELECT until, reuse_after FROM claim WHERE until <= $1", town.clock.now())
    assert cooling == [{"until": town.clock.now(), "reuse_after": town.clock.now() + DAY}]
    with pytest.raises(AlreadyIn):
        await parties.add(*where, Party(number=OWNER))
    with pytest.raises(ParticipantUnknown):
        await parties.drop(*where, UUID(int=1))


async def test_who_is_awaited_is_named_later_and_has_their_number_then(town: Town):
    service = await town.service(pin_length=4)
    sessions, parties = town.house.rooms.sessions, town.house.rooms.parties
    people = (Party(number=ALICE), Party(number=None, generate_pin=True))
    made = await sessions.create(town.tenant, service.service_id, SessionGiven(), people)
    awaited = made.participants[1]
    assert (awaited.number, awaited.has_pin, awaited.proxy) == (None, True, made.participants[0].proxy)
    assert [len(pin) for pin in made.pins.values()] == [4]

    where = (town.tenant, service.service_id, made.session.session_id)
    named = (await parties.change(*where, awaited.participant_id, PartyChange(number=BOB))).participant

    assert parties.open(named) == BOB
    claims = await town.rows("SELECT party_key FROM claim WHERE until > $1", town.clock.now())
    assert sorted(claim["party_key"][0] for claim in claims) == [3, 3, 5]  # type: ignore[index]
    with pytest.raises(BadField):
        await parties.change(*where, awaited.participant_id, PartyChange(number=SECOND))


async def test_a_pin_is_one_sessions_on_a_number(town: Town):
    service = await town.service(pin_length=4, **ONE)
    sessions = town.house.rooms.sessions

    async def with_pin(*numbers: Party) -> Made:
        return await sessions.create(town.tenant, service.service_id, SessionGiven(), numbers)

    await with_pin(Party(number=ALICE, pin="1234"), Party(number=BOB))
    with pytest.raises(PinTaken):
        await with_pin(Party(number=OWNER, pin="1234"), Party(number=SECOND))
    with pytest.raises(BadField):
        await with_pin(Party(number=OWNER, pin="12345"), Party(number=SECOND))
    assert await with_pin(Party(number=OWNER, pin="4321"), Party(number=SECOND))
