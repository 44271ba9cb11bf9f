"""Texts from handsets: the webhook, the reply, the opt-out words, and what happens when nobody answers."""

import pytest
from aiohttp import web

from exchange import alphabet
from tests.exchange.site import response


async def test_a_text_reaches_twilios_webhook_and_is_answered(desk, site, twilio_number, alice):
    site.answers["/text"] = response("<Message>Please call instead.</Message>")

    sent = await alice.texts(twilio_number, "Lights on")

    told = site.told("/text")[0]
    assert (told["From"], told["To"], told["Body"]) == (alice.number, twilio_number, "Lights on")
    assert {told["MessageSid"], told["SmsSid"], told["SmsMessageSid"]} == {sent.sid}
    assert (told["NumMedia"], told["NumSegments"], told["SmsStatus"]) == ("0", "1", "received")
    assert (await alice.receives()).body == "Please call instead."


async def test_a_reply_may_go_elsewhere_and_be_reported(desk, site, twilio_number, alice, owner):
    message = f'<Message to="{owner.number}" statusCallback="/sent"><Body>Lights on</Body></Message>'
    site.answers |= {"/text": response(message), "/sent": web.Response()}

    await alice.texts(twilio_number, "Lights on")
    text = await owner.receives("lights")
    await desk.settles()

    assert text.from_ == twilio_number
    assert {told["MessageSid"] for told in site.told("/sent")} == {text.sid}


async def test_a_failing_text_webhook_is_silent_and_its_fallback_asked(desk, site, twilio_number, alice):
    desk.office.registry.numbers[twilio_number].hooks.text_fallback_url = site.url("/fallback")
    site.answers |= {"/text": web.Response(status=500), "/fallback": response()}

    await alice.texts(twilio_number, "Hello")

    assert alice.inbox == []
    assert site.told("/fallback")[0]["Body"] == "Hello"
    assert [complaint.code for complaint in desk.complaints] == ["11200"]


async def test_stop_blocks_replies_until_start(desk, site, twilio_number, alice):
    site.answers["/text"] = response("<Message>Reply.</Message>")

    await alice.texts(twilio_number, "stop")
    assert [text.body[:16] for text in alice.inbox] == ["You have success"]
    assert desk.complaints[0].code == "21610"
    await alice.texts(twilio_number, "START")

    assert (await alice.receives("Reply.")).body == "Reply."


async def test_a_text_reaches_plivos_webhook_and_is_answered(desk, site, plivo_number, alice):
    reply = '<Message src="12025550123" dst="12025550101" type="sms">Please call instead.</Message>'
    site.answers["/text"] = response(reply)

    sent = await alice.texts(plivo_number, "Lights on")

    told = site.told("/text")[0]
    assert (told["From"], told["To"], told["Text"]) == ("12025550101", "12025550123", "Lights on")
    assert (told["MessageUUID"], told["Type"]) == (sent.sid, "sms")
    assert "X-Plivo-Signature-V2" in site.seen[0].headers
    assert (await alice.receives()).body == "Please call instead."


async def test_plivo_sends_a_text_again_after_one_two_and_four_minutes(desk, site, plivo_number, alice):
    site.answers["/text"] = web.Response(status=503)

    await alice.texts(plivo_number, "Lights on")
    counts = [len(site.told("/text"))]
    for wait in (60, 120, 240, 3600):
        await desk.passes(wait)
        counts.append(len(site.told("/text")))

    assert counts == [1, 2, 3, 4, 4]
    assert len({told["MessageUUID"] for told in site.told("/text")}) == 1


async def test_plivo_stops_once_it_is_answered(desk, site, plivo_number, alice):
    site.answers["/text"] = web.Response(status=503)
    await alice.texts(plivo_number, "Lights on")
    site.answers["/text"] = web.Response()

    await desk.passes(3600)

    assert len(site.told("/text")) == 2


async def test_a_text_that_cannot_arrive_is_reported_undelivered(desk, site, owner):
    site.answers |= {"/text": response(), "/sent": web.Response()}
    owner.goes_out_of_reach()

    for carrier in (desk.operator.twilio_texts, desk.operator.plivo_texts):
        carrier.send("+12025550123", owner.number, "Lights on", site.url("/sent"))
        await desk.settles()

    states = [told.get("MessageStatus") or told["Status"] for told in site.told("/sent")]
    assert states == ["queued", "sent", "undelivered"] * 2
    assert [told["ErrorCode"] for told in site.told("/sent") if told.get("ErrorCode") not in (None, "000")] == [
        "30003",
        "80",
    ]
    assert owner.inbox == []


@pytest.mark.parametrize(
    ("body", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("न" * 70, 1), ("न" * 71, 2), ("👍" * 35, 1)],
)
def test_sms_are_counted_in_the_alphabet_that_they_need(body, count):
    assert alphabet.parts(body) == count
