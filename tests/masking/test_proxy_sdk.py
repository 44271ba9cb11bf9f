"""Twilio's SDK, unchanged but for its base_url, through every resource and method of Proxy."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.masking.sdk import OFFICIAL, Sdk, a_session, described
from tests.town import ALICE, BOB, SESSION, Town

FIRST, SECOND, THIRD = SESSION["twilio"]


async def a_service(sdk: Sdk, numbers: int = 2, **given: Any) -> Any:
    """A service with numbers; the SDK's context of it."""

    def work(proxy: Any) -> Any:
        service = proxy.services.create(unique_name=given.pop("unique_name", "rides"), **given)
        for number in SESSION["twilio"][:numbers]:
            service.phone_numbers.create(phone_number=number.value)
        return proxy.services(service.sid)

    return await sdk(work)


async def test_every_path_and_method_of_the_official_description(sdk: Sdk, town: Town):
    """Each answer on the way fits the description: `sdk_at` looks at all of them at the end."""
    service = await a_service(sdk, numbers=1)
    session = await a_session(sdk, service, ALICE.value)
    bob = await sdk(lambda _: session.participants.create(identifier=BOB.value, friendly_name="Bob"))
    await town.twilio.calls(ALICE, FIRST)
    text = await sdk(lambda _: session.participants(bob.sid).message_interactions.create(body="On my way"))

    def rest(proxy: Any) -> None:
        assert [each.sid for each in proxy.services.list()] == [service._solution["sid"]]
        assert service.fetch().unique_name == "rides"
        assert service.update(default_ttl=600).default_ttl == 600
        number = service.phone_numbers.list()[0]
        assert number.fetch().phone_number == FIRST.value
        assert number.update(is_reserved=True).is_reserved
        assert [each.sid for each in service.sessions.list()] == [session._solution["sid"]]
        assert session.fetch().status == "in-progress"
        assert {each.identifier for each in session.participants.list()} == {ALICE.value, BOB.value}
        assert session.participants(bob.sid).fetch().friendly_name == "Bob"
        assert [each.sid for each in session.participants(bob.sid).message_interactions.list()] == [text.sid]
        assert session.participants(bob.sid).message_interactions(text.sid).fetch().data == '{"body": "On my way"}'
        assert {each.type for each in session.interactions.list()} == {"voice", "message"}
        interaction = session.interactions(text.sid).fetch()
        assert (interaction.outbound_resource_type, interaction.inbound_resource_sid) == ("Message", None)
        assert interaction.delete()
        assert session.participants(bob.sid).delete()
        assert session.update(status="closed").status == "closed"
        assert session.delete()
        assert number.delete()
        assert service.delete()

    await sdk(rest)

    asked = {(raw.method.lower(), described(raw.path)) for raw in sdk.wire.seen}
    assert asked == {(method, path) for path, methods in OFFICIAL["paths"].items() for method in methods}


async def test_a_service_is_what_it_was_made_as(sdk: Sdk):
    given = {
        "default_ttl": 0, "callback_url": "https://example.org/c", "geo_match_level": "area-code",
        "number_selection_behavior": "avoid-sticky", "intercept_callback_url": "https://example.org/i?a=1",
        "out_of_session_callback_url": "https://example.org/o", "chat_instance_sid": "IS" + "0" * 32,
    }  # fmt: skip
    service = await sdk(lambda proxy: proxy.services.create(unique_name="rides", **given))
    plain = await sdk(lambda proxy: proxy.services.create(unique_name="plain"))
    cleared = await sdk(lambda proxy: proxy.services(service.sid).update(callback_url="", default_ttl=5))

    assert {name: getattr(service, name) for name in given} == given
    assert service.account_sid == sdk.account_sid
    assert service.date_created == service.date_updated == datetime(2030, 1, 1, 12, tzinfo=UTC)
    assert service.url == f"{sdk.base}/v1/Services/{service.sid}"
    assert service.links == {"sessions": f"{service.url}/Sessions", "phone_numbers": f"{service.url}/PhoneNumbers"}
    assert (plain.default_ttl, plain.geo_match_level) == (0, "country")
    assert plain.number_selection_behavior == "prefer-sticky"
    assert (cleared.callback_url, cleared.default_ttl) == (None, 5)
    assert cleared.intercept_callback_url == given["intercept_callback_url"]


async def test_a_number_is_known_by_itself_by_our_sid_and_by_the_carriers(sdk: Sdk, town: Town):
    theirs = "PN" + "7" * 32
    await town.rows("UPDATE proxy_number SET carrier_sid = $1 WHERE e164 = $2", theirs, SECOND.value)
    service = await a_service(sdk, numbers=1)

    added = await sdk(lambda _: service.phone_numbers.create(sid=theirs, is_reserved=True))
    first = await sdk(lambda _: service.phone_numbers.list()[0])

    assert (added.phone_number, added.is_reserved, added.iso_country) == (SECOND.value, True, "US")
    assert added.sid != theirs
    assert (await sdk(lambda _: service.phone_numbers(theirs).fetch())).sid == added.sid
    assert (await sdk(lambda _: service.phone_numbers(added.sid).fetch())).phone_number == SECOND.value
    assert first.capabilities == {"fax": False, "mms": True, "sms": True, "voice": True}
    assert first.in_use == 0


async def test_both_sides_get_a_number_and_it_is_in_use(sdk: Sdk):
    service = await a_service(sdk, numbers=1)
    session = await a_session(sdk, service, ALICE.value, BOB.value, unique_name="trip 7", mode="voice-only")

    people = await sdk(lambda _: session.participants.list())
    number = await sdk(lambda _: service.phone_numbers.list()[0])

    assert {each.identifier: each.proxy_identifier for each in people} == {
        ALICE.value: FIRST.value, BOB.value: FIRST.value,
    }  # fmt: skip
    assert {each.proxy_identifier_sid for each in people} == {number.sid}
    assert number.in_use == 1
    assert (await sdk(lambda _: service.sessions("trip 7").fetch())).sid == session._solution["sid"]


async def test_a_participant_gets_the_number_that_was_asked_for(sdk: Sdk):
    service = await a_service(sdk)
    numbers = {each.phone_number: each.sid for each in await sdk(lambda _: service.phone_numbers.list())}
    session = await a_session(sdk, service)

    by_number = await sdk(lambda _: session.participants.create(identifier=ALICE.value, proxy_identifier=SECOND.value))
    by_sid = await sdk(
        lambda _: session.participants.create(identifier=BOB.value, proxy_identifier_sid=numbers[FIRST.value])
    )

    assert by_number.proxy_identifier == SECOND.value
    assert by_sid.proxy_identifier == FIRST.value


async def test_a_session_is_prolonged_closed_and_opened_again(sdk: Sdk, town: Town):
    service = await a_service(sdk)
    session = await a_session(sdk, service, ALICE.value, BOB.value, ttl=60)
    until = datetime(2030, 2, 1, tzinfo=UTC)

    assert (await sdk(lambda _: session.update(ttl=120))).ttl == 120
    assert (await sdk(lambda _: session.update(status="open"))).status == "open"
    closed = await sdk(lambda _: session.update(status="closed"))
    again = await sdk(lambda _: session.update(status="in-progress", date_expiry=until))

    assert (closed.status, closed.closed_reason, closed.date_ended) == ("closed", "api", town.clock.now())
    assert (again.status, again.closed_reason, again.date_ended) == ("in-progress", "", None)
    assert again.date_expiry == until


async def test_a_session_that_ran_out_is_closed_before_anybody_noticed(sdk: Sdk, town: Town):
    service = await a_service(sdk)
    session = await a_session(sdk, service, ALICE.value, BOB.value, ttl=60)
    town.clock.advance(timedelta(seconds=60))

    seen = await sdk(lambda _: session.fetch())

    assert (seen.status, seen.closed_reason) == ("closed", "expired")
    assert seen.date_ended == town.clock.now()


async def test_without_any_end_a_session_lives_ninety_days_and_with_zero_for_ever(sdk: Sdk, town: Town):
    service = await a_service(sdk)
    usual = await sdk(lambda _: service.sessions.create())
    endless = await a_session(sdk, service, ttl=0)
    town.clock.advance(timedelta(days=90))

    assert usual.ttl == 90 * 86_400
    assert (await sdk(lambda _: usual.fetch())).status == "closed"
    assert (await sdk(lambda _: endless.fetch())).status == "open"


async def test_a_removed_participant_stays_in_the_list_with_its_date(sdk: Sdk, town: Town):
    service = await a_service(sdk)
    session = await a_session(sdk, service, ALICE.value, BOB.value)
    first = await sdk(lambda _: session.participants.list()[0])

    assert await sdk(lambda _: first.delete())

    dates = {each.sid: each.date_deleted for each in await sdk(lambda _: session.participants.list())}
    assert dates[first.sid] == town.clock.now()
    assert list(dates.values()).count(None) == 1


async def test_a_call_between_two_people_is_one_interaction(sdk: Sdk, town: Town):
    service = await a_service(sdk, numbers=1)
    session = await a_session(sdk, service, ALICE.value, BOB.value)
    people = {each.identifier: each.sid for each in await sdk(lambda _: session.participants.list())}
    call = town.twilio.new_call()
    answer = await town.twilio.calls(ALICE, FIRST, call)
    ringing = await sdk(lambda _: session.interactions.list()[0])
    await town.twilio.step(answer.action, call, ALICE, DialCallStatus="completed", DialBridged="true")
    await town.twilio.ends(call)
    over = await sdk(lambda _: session.interactions.list()[0])

    assert answer.verbs == ["Dial"]
    assert (ringing.inbound_participant_sid, ringing.outbound_participant_sid) == (
        people[ALICE.value], people[BOB.value],
    )  # fmt: skip
    assert (ringing.inbound_resource_status, ringing.outbound_resource_status) == ("ringing", "ringing")
    assert (over.inbound_resource_status, over.outbound_resource_status) == ("completed", "completed")
    assert json.loads(over.data).keys() == {"duration"}
    assert over.inbound_resource_sid[:2] == over.outbound_resource_sid[:2] == "CA"
    assert over.inbound_resource_sid != over.outbound_resource_sid
    assert (await sdk(lambda _: session.fetch())).date_last_interaction == town.clock.now()
