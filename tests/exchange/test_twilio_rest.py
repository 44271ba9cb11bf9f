"""Twilio's own SDK, unchanged but for its base URL, against the desk."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from exchange import Exchange
from tests.exchange.site import response


@pytest.fixture
def client(desk: Exchange) -> Client:
    client = Client(desk.twilio.account_sid, desk.twilio.auth_token)
    client.api.base_url = desk.twilio_api_url
    return client


async def asked(call: Callable[..., Any], **arguments: Any) -> Any:
    """The SDK blocks, so it runs beside the desk."""
    return await asyncio.to_thread(call, **arguments)


async def refused(call: Callable[..., Any], **arguments: Any) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as caught:
        await asked(call, **arguments)
    return caught.value


async def test_a_number_is_found_bought_set_up_listed_and_released(desk, site, client, alice):
    free = await asked(client.available_phone_numbers("US").local.list, area_code="202", limit=3)
    assert alice.number not in [number.phone_number for number in free]

    bought = await asked(
        client.incoming_phone_numbers.create, phone_number="+12025550150", voice_url=site.url("/old"),
        status_callback=site.url("/status"), sms_url=site.url("/text"),
    )  # fmt: skip
    await asked(client.incoming_phone_numbers(bought.sid).update, voice_url=site.url("/voice"), friendly_name="Pool")
    listed = await asked(client.incoming_phone_numbers.list, phone_number="+12025550150")
    site.answers |= {"/voice": response("<Say>Hello.</Say>"), "/status": web.Response()}
    await alice.dials("+12025550150")
    await alice.hears("hello")

    assert [(number.sid, number.voice_url, number.friendly_name) for number in listed] == [
        (bought.sid, site.url("/voice"), "Pool")
    ]
    assert listed[0].date_created is not None
    assert await asked(client.incoming_phone_numbers(bought.sid).delete)
    assert await asked(client.incoming_phone_numbers.list) == []


async def test_a_number_in_use_is_not_sold(client, twilio_number, alice):
    for taken in (twilio_number, alice.number):
        assert (await refused(client.incoming_phone_numbers.create, phone_number=taken)).code == 21422


async def test_a_call_is_placed_answered_and_runs_its_twiml(desk, site, client, twilio_number, owner):
    site.answers |= {"/answered": response("<Say>Press 1 to receive calls.</Say>"), "/progress": web.Response()}

    call = await asked(
        client.calls.create, to=owner.number, from_=twilio_number, url=site.url("/answered"),
        status_callback=site.url("/progress"), status_callback_event=["initiated", "ringing", "answered", "completed"],
    )  # fmt: skip
    assert call.status == "queued"
    await owner.answers()
    await owner.hears("press 1")
    await owner.falls_silent()
    await desk.settles()

    assert owner.shown == twilio_number
    told = site.told("/answered")[0]
    assert (told["CallSid"], told["Direction"], told["CallStatus"]) == (call.sid, "outbound-api", "in-progress")
    statuses = [(told["CallStatus"], told["SequenceNumber"]) for told in site.told("/progress")]
    assert statuses == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    fetched = await asked(client.calls(call.sid).fetch)
    assert (fetched.status, fetched.to, fetched._from) == ("completed", owner.number, twilio_number)


async def test_an_unanswered_call_ends_at_its_timeout(desk, site, client, twilio_number, owner):
    call = await asked(client.calls.create, to=owner.number, from_=twilio_number, url=site.url("/a"), timeout=20)
    await owner.rings()

    await desk.passes(20)

    assert (await asked(client.calls(call.sid).fetch)).status == "no-answer"


async def test_a_call_is_hung_up_over_rest(desk, site, client, twilio_number, alice):
    site.answers["/voice"] = response('<Pause length="1"/><Say>Wait.</Say><Pause length="600"/>')
    dialling = asyncio.create_task(alice.dials(twilio_number))
    await desk.passes(1)
    call = await dialling

    await asked(client.calls(call.call_id).update, status="completed")
    await alice.falls_silent()

    assert (await refused(client.calls(call.call_id).update, url=site.url("/x"))).code == 21220
    assert await asked(client.calls(call.call_id).delete)
    assert (await refused(client.calls(call.call_id).fetch)).code == 20404


async def test_a_call_is_sent_to_other_twiml(desk, site, client, twilio_number, alice):
    site.answers |= {"/voice": response("<Gather timeout='60'/>"), "/other": response("<Say>Elsewhere.</Say>")}
    call = await alice.dials(twilio_number)

    await asked(client.calls(call.call_id).update, url=site.url("/other"))

    await alice.hears("elsewhere")


async def test_calls_are_refused_with_twilios_codes(site, client, twilio_number):
    def create(**changed: str) -> Any:
        return client.calls.create(**{"to": "+12025550177", "from_": twilio_number, "url": site.url("/a")} | changed)

    assert (await refused(create, to="12")).code == 21211
    assert (await refused(create, from_="+12025550199")).code == 21210
    assert (await refused(create, url="not-a-url")).code == 21205
    assert (await refused(create, url="")).code == 21205


async def test_a_text_arrives_and_is_reported(desk, site, client, twilio_number, alice):
    site.answers["/sent"] = web.Response()

    message = await asked(
        client.messages.create, to=alice.number, from_=twilio_number, body="Your owner has been told.",
        status_callback=site.url("/sent"),
    )  # fmt: skip
    text = await alice.receives("been told")
    await desk.settles()

    assert (text.from_, text.sid) == (twilio_number, message.sid)
    assert [told["MessageStatus"] for told in site.told("/sent")] == ["queued", "sent", "delivered"]
    assert (await asked(client.messages(message.sid).fetch)).status == "delivered"
    assert await asked(client.messages(message.sid).delete)
    assert (await refused(client.messages(message.sid).fetch)).status == 404


async def test_texts_are_refused_with_twilios_codes(client, twilio_number, alice):
    def create(**changed: str) -> Any:
        return client.messages.create(**{"to": alice.number, "from_": twilio_number, "body": "Hello"} | changed)

    assert (await refused(create, to="12")).code == 21211
    assert (await refused(create, from_="+12025550199")).code == 21606
    assert (await refused(create, body="")).code == 21602


async def test_wrong_credentials_are_refused(desk, client):
    wrong = Client(desk.twilio.account_sid, "wrong")
    wrong.api.base_url = desk.twilio_api_url

    assert (await refused(wrong.calls("CA" + "0" * 32).fetch)).code == 20003


async def test_the_authorization_header_is_never_kept(desk, client):
    await asked(client.calls.list)

    assert "authorization" not in {name.lower() for entry in desk.wire for name in entry.headers}


async def test_long_lists_come_in_pages(desk, client):
    for last in range(7):
        desk.number(f"+121255501{last:02d}", carrier="twilio")

    numbers = await asked(client.incoming_phone_numbers.list, page_size=3)

    assert len(numbers) == 7


async def test_what_this_desk_has_nothing_for_is_not_found(client):
    assert (await refused(client.queues.create, friendly_name="waiting")).code == 20404


async def test_texts_are_listed_by_person_and_redacted(desk, client, twilio_number, alice, owner):
    for person in (alice, owner):
        await asked(client.messages.create, to=person.number, from_=twilio_number, body="Hello")
    await desk.settles()

    listed = await asked(client.messages.list, to=alice.number)
    assert [message.to for message in listed] == [alice.number]
    await asked(client.messages(listed[0].sid).update, body="")

    assert (await asked(client.messages(listed[0].sid).fetch)).body == ""


async def test_calls_are_listed_with_their_legs(site, client, twilio_number, alice, owner):
    site.answers["/voice"] = response(f'<Dial callerId="{twilio_number}">{owner.number}</Dial>')
    call = await alice.dials(twilio_number)

    legs = await asked(client.calls.list, parent_call_sid=call.call_id)

    assert [(leg.to, leg._from, leg.status) for leg in legs] == [(owner.number, twilio_number, "ringing")]


async def test_twiml_may_be_given_in_the_request(client, twilio_number, owner):
    await asked(client.calls.create, to=owner.number, from_=twilio_number, twiml="<Response><Say>Hi.</Say></Response>")

    await owner.answers()

    await owner.hears("hi")
