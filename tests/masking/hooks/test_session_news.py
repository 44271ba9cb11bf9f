"""Customers hear who came into a session, who left it, and when it was made or opened again; never by which number."""

from datetime import timedelta

import pytest

from masking.sessions.given import Ends, Party, SessionGiven
from masking.sessions.values import Service, Url
from maskline import worker
from tests.customer import Customer
from tests.masking.hooks.hooked import news
from tests.town import ALICE, BOB, SECOND, SESSION, Carrier, Town


async def told(town: Town, customer: Customer) -> list[tuple[str, dict[str, object]]]:
    """What the customer has got, in order: kind and facts."""
    await worker.drain(town.house)
    return [(heard.json["kind"], heard.json["facts"]) for heard in customer.at("/events")]


async def listening(town: Town, customer: Customer) -> Service:
    return await town.service(urls={Url.EVENTS: f"{customer.base}/events"})


async def test_a_session_that_is_made_and_opened_again_is_told_with_its_people_and_its_end(town, customer):
    service, sessions = await listening(town, customer), town.house.rooms.sessions
    made = await town.session(ALICE, BOB, service=service, ends=Ends(ttl=3600))
    people = [str(each.participant_id) for each in made.participants]
    await sessions.close(town.tenant, service.service_id, made.session.session_id)
    town.clock.advance(timedelta(minutes=1))

    for _ in range(2):  # the second time it is in progress already
        await sessions.reopen(town.tenant, service.service_id, made.session.session_id)

    told_, until = await told(town, customer), town.clock.now() + timedelta(hours=1)
    assert [kind for kind, _ in told_] == ["made", "closed", "reopened"]
    assert told_[0][1]["participants"] == told_[2][1]["participants"] == people
    assert told_[2][1]["until"] == until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert not any(number.digits in heard.body.decode() for heard in customer.heard for number in (ALICE, BOB))


async def test_whoever_comes_into_a_session_and_leaves_it_is_told(town, customer):
    service, rooms = await listening(town, customer), town.house.rooms
    made = await rooms.sessions.create(town.tenant, service.service_id, SessionGiven())
    where = (town.tenant, service.service_id, made.session.session_id)
    joined = await rooms.parties.add(*where, Party(number=ALICE, side=1))
    awaited = await rooms.parties.add(*where, Party(number=None, side=2, generate_pin=True))
    came = await told(town, customer)

    for _ in range(2):  # nobody leaves twice
        await rooms.parties.drop(*where, joined.participant.participant_id)

    (*_, left) = everything = await told(town, customer)
    alice, somebody = (str(each.participant.participant_id) for each in (joined, awaited))
    assert came == [
        ("made", {"participants": [alice, somebody], "until": came[0][1]["until"]}),
        ("added", {"participant": alice, "side": 1, "awaited": False}),
        ("added", {"participant": somebody, "side": 2, "awaited": True}),
    ]
    assert left == ("removed", {"participant": alice, "side": 1, "awaited": False})
    assert len(everything) == 4
    assert not any(ALICE.digits in heard.body.decode() for heard in customer.heard)


async def test_whoever_joins_by_their_pin_is_told(town, customer):
    service = await listening(town, customer)
    parties = (Party(number=ALICE, side=1), Party(number=None, side=2, generate_pin=True))
    made = await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(), parties)
    ((awaited, pin),) = made.pins.items()
    (line,) = {each.proxy for each in made.participants if each.participant_id == awaited}
    call = town.twilio.new_call()
    asks = await town.twilio.calls(SECOND, line, call)

    await town.twilio.step(asks.action, call, SECOND, Digits=pin)

    heard = dict(await told(town, customer))
    assert heard["joined"] == {"participant": str(awaited), "side": 2, "awaited": False}
    assert not any(SECOND.digits in each.body.decode() for each in customer.heard)


async def test_a_service_that_wants_no_events_has_none_queued(town):
    service = await town.service()
    made = await town.session(ALICE, BOB, service=service)
    where = (town.tenant, service.service_id, made.session.session_id)
    await town.house.rooms.parties.drop(*where, made.participants[0].participant_id)

    assert await news(town) == []


@pytest.mark.parametrize("carrier", ["twilio", "plivo"])
async def test_a_block_is_told_once_with_who_blocked_whom(town, customer, carrier):
    wire: Carrier = getattr(town, carrier)
    where = {"numbers": SESSION[carrier], "fallback_countries": ("GB",), "screens": True, "blocks": True}
    service = await town.service(urls={Url.EVENTS: f"{customer.base}/events"}, **where)
    made = await town.session(ALICE, BOB, service=service)
    a, b = sorted(made.participants, key=lambda each: each.side)
    call = wire.new_call()
    dial = await wire.calls(ALICE, a.proxy, call)

    for _ in range(2):
        if carrier == "twilio":
            whisper = await wire.step(dial.get("Dial/Number", "url"), wire.new_call(), ParentCallSid=call)
            await wire.step(whisper.action, wire.new_call(), ParentCallSid=call, Digits="9")
        else:
            await wire.step(
                dial.get("Dial", "callbackUrl"), call, ALICE, DialAction="digits", DialDigitsPressedBy="BLeg",
                DialALegUUID=call, DialBLegUUID="b",
            )  # fmt: skip

    blocked = [facts for kind, facts in await told(town, customer) if kind == "blocked"]
    assert [(facts["participant"], facts["blocked"]) for facts in blocked] == [
        (str(b.participant_id), str(a.participant_id))
    ]
    assert [str(row["call_id"]) for row in await town.rows("SELECT call_id FROM call")] == [blocked[0]["interaction"]]
