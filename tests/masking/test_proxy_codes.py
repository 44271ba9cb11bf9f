"""What customers' programs look for when something goes wrong: each row of Twilio's table of codes, met over HTTP."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from core.ids import new_id
from masking.sessions.sids import Prefix, sid
from tests.masking.sdk import Sdk, a_session
from tests.masking.texting import text
from tests.town import ALICE, BOB, POOL, SESSION, SHARED, Town

CAROL, BERLIN = "+12025550154", "+33639980012"
FIRST, SECOND, THIRD = (number.value for number in SESSION["twilio"])
BRITISH = SESSION["plivo"][0].value
GONE = {prefix: sid(prefix, new_id()) for prefix in Prefix}


@pytest.fixture
async def rides(sdk: Sdk) -> Any:
    """A service with one number; the SDK's context of it."""
    return await a_service(sdk, "rides", FIRST)


async def a_service(sdk: Sdk, name: str, *numbers: str, reserved: bool = False, **given: Any) -> Any:
    def work(proxy: Any) -> Any:
        service = proxy.services.create(unique_name=name, **given)
        for number in numbers:
            service.phone_numbers.create(phone_number=number, is_reserved=reserved)
        return proxy.services(service.sid)

    return await sdk(work)


@pytest.mark.parametrize(
    "work",
    [
        lambda proxy, rides: proxy.services(GONE[Prefix.SERVICE]).fetch(),
        lambda proxy, rides: proxy.services("KS12").fetch(),
        lambda proxy, rides: proxy.services(GONE[Prefix.SERVICE]).sessions.list(),
        lambda proxy, rides: proxy.services(GONE[Prefix.SERVICE]).sessions.create(),
        lambda proxy, rides: proxy.services(GONE[Prefix.SERVICE]).phone_numbers.list(),
        lambda proxy, rides: proxy.services(GONE[Prefix.SERVICE]).delete(),
        lambda proxy, rides: rides.sessions(GONE[Prefix.SESSION]).fetch(),
        lambda proxy, rides: rides.sessions("no such name").update(ttl=1),
        lambda proxy, rides: rides.sessions(GONE[Prefix.SESSION]).participants.list(),
        lambda proxy, rides: rides.sessions(GONE[Prefix.SESSION]).interactions.list(),
        lambda proxy, rides: rides.sessions.create().participants.get(GONE[Prefix.PARTICIPANT]).fetch(),
        lambda proxy, rides: rides.sessions.create().interactions.get(GONE[Prefix.INTERACTION]).fetch(),
        lambda proxy, rides: rides.sessions.create().interactions.get(GONE[Prefix.INTERACTION]).delete(),
    ],
)
async def test_what_there_is_not_is_20404(sdk: Sdk, rides: Any, work: Any):
    assert await sdk.refused(lambda proxy: work(proxy, rides)) == (20404, 404)


async def test_what_another_service_or_account_has_is_20404_too(sdk: Sdk, rides: Any, town: Town):
    other = await a_service(sdk, "other")
    session = await a_session(sdk, rides)
    elsewhere = other.sessions(session._solution["sid"])

    assert await sdk.refused(lambda _: elsewhere.fetch()) == (20404, 404)
    assert await sdk.refused(lambda _: elsewhere.delete()) == (20404, 404)


@pytest.mark.parametrize(
    ("field", "work"),
    [
        ("UniqueName", lambda proxy, _: proxy.services.create(unique_name="")),
        ("UniqueName", lambda proxy, _: proxy.services.create(unique_name="x" * 192)),
        ("DefaultTtl", lambda proxy, _: proxy.services.create(unique_name="x", default_ttl=-1)),
        ("DefaultTtl", lambda proxy, _: proxy.services.create(unique_name="x", default_ttl=2**31)),
        ("DefaultTtl", lambda proxy, _: proxy.services.create(unique_name="x", default_ttl="soon")),
        ("GeoMatchLevel", lambda proxy, _: proxy.services.create(unique_name="x", geo_match_level="street")),
        ("NumberSelectionBehavior", lambda p, _: p.services.create(unique_name="x", number_selection_behavior="any")),
        ("CallbackUrl", lambda proxy, _: proxy.services.create(unique_name="x", callback_url="http://example.org")),
        ("InterceptCallbackUrl", lambda p, _: p.services.create(unique_name="x", intercept_callback_url="//x")),
        ("ChatInstanceSid", lambda proxy, _: proxy.services.create(unique_name="x", chat_instance_sid="IS1")),
        ("UniqueName", lambda _, rides: rides.update(unique_name="")),
        ("UniqueName", lambda _, rides: rides.sessions.create(unique_name="x" * 192)),
        ("Ttl", lambda _, rides: rides.sessions.create(ttl="1.5")),
        ("DateExpiry", lambda _, rides: rides.sessions.create(date_expiry="tomorrow")),
        ("DateExpiry", lambda _, rides: rides.sessions.create(date_expiry=datetime(2029, 1, 1, tzinfo=UTC))),
        ("Mode", lambda _, rides: rides.sessions.create(mode="video")),
        ("Status", lambda _, rides: rides.sessions.create(status="shut")),
        ("Participants", lambda _, rides: rides.sessions.create(participants=["Alice"])),
        ("Identifier", lambda _, rides: rides.sessions.create(participants=[{"FriendlyName": "Alice"}])),
        ("Identifier", lambda _, rides: rides.sessions.create().participants.create(identifier="")),
        ("FriendlyName", lambda _, rides: rides.sessions.create().participants.create(ALICE.value, "x" * 256)),
        ("ProxyIdentifierSid", lambda _, rides: rides.sessions.create().participants.create(
            ALICE.value, proxy_identifier_sid="PN1")),
        ("Sid", lambda _, rides: rides.phone_numbers.create()),
        ("Sid", lambda _, rides: rides.phone_numbers.create(sid="PN1")),
        ("IsReserved", lambda _, rides: rides.phone_numbers.create(phone_number=SECOND, is_reserved="maybe")),
        ("PageSize", lambda _, rides: rides.sessions.page(page_size=0)),
    ],
)  # fmt: skip
async def test_a_field_that_cannot_be_used_is_20001_and_named(sdk: Sdk, rides: Any, field: str, work: Any):
    assert await sdk.refused(lambda proxy: work(proxy, rides)) == (20001, 400)
    assert f'"{field}: ' in sdk.wire.seen[-1].text


@pytest.mark.parametrize("number", [SHARED["twilio"].value, POOL["twilio"][0].value, "+12025550199"])
async def test_a_number_that_the_inventory_has_not_for_sessions_is_80301(sdk: Sdk, rides: Any, number: str):
    assert await sdk.refused(lambda _: rides.phone_numbers.create(phone_number=number)) == (80301, 404)
    assert await sdk.refused(lambda _: rides.phone_numbers.create(sid=GONE[Prefix.NUMBER])) == (80301, 404)
    assert await sdk.refused(lambda _: rides.phone_numbers(GONE[Prefix.NUMBER]).fetch()) == (80301, 404)


async def test_numbers_between_services(sdk: Sdk, rides: Any):
    other = await a_service(sdk, "other")

    assert await sdk.refused(lambda _: other.phone_numbers.create(phone_number=FIRST)) == (80101, 400)
    assert await sdk.refused(lambda _: rides.phone_numbers.create(phone_number=FIRST)) == (80612, 400)


async def test_names_are_taken_once(sdk: Sdk, rides: Any):
    await sdk(lambda _: rides.sessions.create(unique_name="trip"))
    other = await a_service(sdk, "other")

    assert await sdk.refused(lambda proxy: proxy.services.create(unique_name="rides")) == (80602, 400)
    assert await sdk.refused(lambda _: other.update(unique_name="rides")) == (80602, 400)
    assert await sdk.refused(lambda _: rides.sessions.create(unique_name="trip")) == (80603, 400)
    await sdk(lambda _: other.sessions.create(unique_name="trip"))


async def test_what_live_sessions_need_stays(sdk: Sdk, rides: Any):
    session = await a_session(sdk, rides, ALICE.value, BOB.value)
    number = await sdk(lambda _: rides.phone_numbers.list()[0])

    assert await sdk.refused(lambda _: number.delete()) == (80611, 400)
    assert await sdk.refused(lambda _: rides.delete()) == (80611, 400)
    await sdk(lambda _: session.update(status="closed"))
    assert await sdk(lambda _: rides.delete())


async def test_a_session_has_two_participants_each_once(sdk: Sdk, rides: Any):
    session = await a_session(sdk, rides, ALICE.value)
    twice = [{"Identifier": ALICE.value}] * 2
    three = [{"Identifier": number} for number in (ALICE.value, BOB.value, CAROL)]

    assert await sdk.refused(lambda _: session.participants.create(ALICE.value)) == (80103, 400)
    bob = await sdk(lambda _: session.participants.create(BOB.value))
    assert await sdk.refused(lambda _: session.participants.create(CAROL)) == (80609, 400)
    await sdk(lambda _: bob.delete())
    assert await sdk.refused(lambda _: session.participants.create(BOB.value)) == (80103, 400)
    assert await sdk.refused(lambda _: rides.sessions.create(participants=twice)) == (80103, 400)
    assert await sdk.refused(lambda _: rides.sessions.create(participants=three)) == (80609, 400)


@pytest.mark.parametrize("identifier", ["alice", "+1911", "+19005550123", FIRST, SHARED["twilio"].value, BERLIN])
async def test_whoever_may_not_be_rung_is_80404(sdk: Sdk, rides: Any, identifier: str):
    session = await a_session(sdk, rides)

    assert await sdk.refused(lambda _: session.participants.create(identifier)) == (80404, 400)
    assert identifier not in sdk.wire.seen[-1].text


async def test_why_there_is_no_number(sdk: Sdk, rides: Any):
    none, british = await a_service(sdk, "none"), await a_service(sdk, "british", BRITISH)
    reserved = await a_service(sdk, "reserved", SECOND, reserved=True)
    await a_session(sdk, rides, ALICE.value)

    assert await sdk.refused(lambda _: none.sessions.create().participants.create(ALICE.value)) == (80203, 400)
    assert await sdk.refused(lambda _: british.sessions.create().participants.create(ALICE.value)) == (80203, 400)
    assert await sdk.refused(lambda _: reserved.sessions.create().participants.create(ALICE.value)) == (80207, 400)
    assert await sdk.refused(lambda _: rides.sessions.create().participants.create(ALICE.value)) == (80206, 400)
    assert await sdk.refused(lambda _: rides.sessions.create(participants=[{"Identifier": ALICE.value}])) == (
        80206,
        400,
    )


async def test_a_number_that_was_used_before_is_none_where_none_may_be_used_again(sdk: Sdk, town: Town):
    service = await a_service(sdk, "rides", FIRST, number_selection_behavior="avoid-sticky")
    session = await a_session(sdk, service, ALICE.value)
    await sdk(lambda _: session.update(status="closed"))
    town.clock.advance(timedelta(days=2))

    assert await sdk.refused(lambda _: service.sessions.create().participants.create(ALICE.value)) == (80208, 400)


async def test_a_number_that_is_asked_for_must_be_there_and_free(sdk: Sdk, rides: Any):
    await a_session(sdk, rides, ALICE.value)
    session = await a_session(sdk, rides)

    assert await sdk.refused(lambda _: session.participants.create(ALICE.value, proxy_identifier=FIRST)) == (80604, 400)
    assert await sdk.refused(lambda _: session.participants.create(BOB.value, proxy_identifier=SECOND)) == (80301, 404)
    assert await sdk.refused(
        lambda _: session.participants.create(BOB.value, proxy_identifier_sid=GONE[Prefix.NUMBER])
    ) == (80301, 404)


async def test_a_closed_session_takes_nothing(sdk: Sdk, rides: Any):
    session = await a_session(sdk, rides, ALICE.value)
    await sdk(lambda _: session.update(status="closed"))

    assert await sdk.refused(lambda _: session.participants.create(BOB.value)) == (80607, 400)
    assert await sdk.refused(lambda _: session.update(ttl=60)) == (80607, 400)


async def test_a_session_moves_only_as_it_may(sdk: Sdk, rides: Any):
    session = await a_session(sdk, rides)

    for status in ("in-progress", "failed", "unknown"):
        assert await sdk.refused(partial(_set_status, session, status)) == (80608, 400)
    for status in ("closed", "failed"):
        assert await sdk.refused(partial(_make_with, rides, status)) == (80608, 400)
    await sdk(lambda _: session.update(status="closed"))
    assert await sdk.refused(lambda _: session.update(status="open")) == (80608, 400)


async def test_a_session_whose_number_was_taken_meanwhile_does_not_open_again(sdk: Sdk, rides: Any, town: Town):
    session = await a_session(sdk, rides, ALICE.value, BOB.value)
    await sdk(lambda _: session.update(status="closed"))
    town.clock.advance(timedelta(days=2))
    await a_session(sdk, rides, ALICE.value, CAROL)

    assert await sdk.refused(lambda _: session.update(status="in-progress")) == (80604, 400)
    assert (await sdk(lambda _: session.fetch())).status == "closed"


async def test_why_a_text_is_not_sent(sdk: Sdk, rides: Any, town: Town):
    session = await a_session(sdk, rides, ALICE.value)
    alice = await sdk(lambda _: session.participants.list()[0])
    assert await sdk.refused(lambda _: alice.message_interactions.create(body="Hello")) == (80614, 400)
    bob = await sdk(lambda _: session.participants.create(BOB.value))

    for given in ({}, {"body": ""}, {"body": "x" * 1601}, {"body": "x", "media_url": ["https://example.org/x.png"]}):
        assert await sdk.refused(partial(_text_with, bob, given)) == (20001, 400)
    await text(town.twilio, BOB, SESSION["twilio"][0], "STOP", "SM" + "1" * 32)
    assert await sdk.refused(lambda _: bob.message_interactions.create(body="Hello")) == (80901, 400)
    assert await sdk(lambda _: alice.message_interactions.create(body="Hello"))
    await sdk(lambda _: session.update(status="closed"))
    assert await sdk.refused(lambda _: alice.message_interactions.create(body="Hello")) == (80607, 400)
    assert len(await sdk(lambda _: session.interactions.list())) == 1


async def test_a_session_for_calls_takes_no_texts(sdk: Sdk, rides: Any):
    session = await a_session(sdk, rides, ALICE.value, BOB.value, mode="voice-only")
    first = await sdk(lambda _: session.participants.list()[0])

    assert await sdk.refused(lambda _: first.message_interactions.create(body="Hello")) == (80910, 400)


async def test_what_was_refused_left_nothing_behind(sdk: Sdk, rides: Any):
    await a_session(sdk, rides, ALICE.value)
    people = [{"Identifier": BOB.value}, {"Identifier": ALICE.value}]

    assert await sdk.refused(lambda _: rides.sessions.create(unique_name="trip", participants=people)) == (80206, 400)

    assert len(await sdk(lambda _: rides.sessions.list())) == 1
    assert (await sdk(lambda _: rides.phone_numbers.list()[0])).in_use == 1
    await a_session(sdk, rides, BOB.value, unique_name="trip")


def _set_status(session: Any, status: str, _: Any) -> None:
    session.update(status=status)


def _make_with(service: Any, status: str, _: Any) -> None:
    service.sessions.create(status=status)


def _text_with(person: Any, given: Any, _: Any) -> None:
    person.message_interactions.create(**given)
