"""Somebody without a session: the customer may make one, or answer, and nothing that they cannot be trusted with."""

import asyncio

import pytest
from aiohttp import web

from masking.sessions.values import Mode, Url
from maskline import worker
from tests.masking.hooks.hooked import news, signed, texts
from tests.town import ALICE, BOB, OWNER, SESSION

STRANGER, AGENT = OWNER, BOB
LINE = SESSION["twilio"][0]
DOCUMENTED = (
    '{"uniqueName":"autoCreatedSession23423","ttl":3360,"mode":"voice-and-message",'
    f'"participantIdentifier":"{AGENT.value}"}}'
)
"""Twilio's own example (tests/masking/test_hook_answers.py)."""


@pytest.mark.parametrize("carrier", ["twilio", "plivo"])
async def test_the_documented_answer_puts_both_on_the_number_that_was_dialled(town, customer, hooks, carrier):
    line = SESSION[carrier][1]
    del hooks[Url.INTERCEPT]
    service = await town.service(urls=hooks, fallback_countries=("US", "GB"))
    customer.says(200, DOCUMENTED, "application/json")

    answer = await getattr(town, carrier).calls(STRANGER, line)

    dialled = answer.texts("Dial/Number")
    assert dialled.lstrip("+") == AGENT.digits
    assert answer.get("Dial", "callerId").lstrip("+") == line.digits
    session = await town.house.rooms.sessions.get(town.tenant, service.service_id, "autoCreatedSession23423")
    assert (session.ttl, session.mode, session.people) == (3360, Mode.BOTH, 2)
    numbers = await town.rows("SELECT DISTINCT n.e164 FROM participant p JOIN proxy_number n USING (number_id)")
    assert [row["e164"] for row in numbers] == [line.value]
    (heard,) = customer.at("/outside")
    assert await signed(town, service, heard, hooks[Url.OUTSIDE])
    assert (heard.form["From"], heard.form["To"]) == (STRANGER.value, line.value)
    assert not any("Participant" in name or name.startswith("session") for name in heard.form)


async def test_a_session_made_by_one_hook_passes_through_the_other(town, customer, hooks):
    await town.service(urls=hooks)

    def answer(request):
        if request.path == "/veto":
            return web.Response(status=403)
        return web.Response(text=DOCUMENTED, content_type="application/json")

    customer.answer = answer

    said = await town.twilio.calls(STRANGER, LINE)

    assert "Dial" not in said.verbs
    assert [len(customer.at(path)) for path in ("/outside", "/veto")] == [1, 1]


async def test_two_webhooks_at_once_make_one_session(town, customer, hooks):
    del hooks[Url.INTERCEPT]
    await town.service(urls=hooks)
    call, both = town.twilio.new_call(), asyncio.Event()

    async def answer(request):
        if len(customer.heard) == 2:
            both.set()
        await both.wait()
        return web.Response(text=DOCUMENTED, content_type="application/json")

    customer.answer = answer

    said = await asyncio.gather(*(town.twilio.calls(STRANGER, LINE, call) for _ in range(2)))

    assert [answer.texts("Dial/Number") for answer in said] == [AGENT.value] * 2
    assert len(await town.rows("SELECT FROM session")) == 1


async def test_who_had_a_session_is_told_with_it(town, customer, hooks):
    service = await town.service(urls=hooks)
    made = await town.session(ALICE, BOB, service=service, unique_name="booking-7")
    await town.house.rooms.sessions.close(town.tenant, service.service_id, made.session.session_id)
    customer.says(200, "<Response><Say>It is over.</Say></Response>", "text/xml")

    answer = await town.twilio.calls(BOB, made.participants[1].proxy)

    assert answer.said == "It is over."
    (heard,) = customer.at("/outside")
    assert heard.form["inboundParticipantIdentifier"] == BOB.value
    assert heard.form["outboundParticipantIdentifier"] == ALICE.value
    assert (heard.form["sessionStatus"], heard.form["sessionClosedReason"]) == ("closed", "api")
    assert heard.form["sessionUniqueName"] == "booking-7"


async def test_the_customers_words_are_spoken(town, customer, hooks):
    await town.service(urls=hooks)
    customer.says(200, "<Response><Say>We are closed.</Say></Response>", "application/xml")

    answer = await town.plivo.calls(STRANGER, SESSION["plivo"][0])

    assert answer.said == "We are closed."
    assert answer.verbs[-1] == "Hangup"


async def test_the_customers_dial_shows_the_number_that_was_dialled(town, customer, hooks):
    await town.service(urls=hooks)
    dial = f"<Dial callerId='{STRANGER.value}' record='record-from-answer'>{AGENT.value}</Dial>"
    customer.says(200, f"<Response>{dial}</Response>", "application/xml")
    call = town.twilio.new_call()

    answer = await town.twilio.calls(STRANGER, LINE, call)

    assert answer.texts("Dial/Number") == AGENT.value
    assert answer.get("Dial", "callerId") == LINE.value
    assert "record" not in answer.text
    over = await town.twilio.step(answer.get("Dial", "action"), call, DialCallStatus="completed", DialBridged="true")
    assert over.status == 200
    assert (await town.call())["outcome"] == "talked"


async def test_the_customers_dial_is_one_of_plivos_too(town, customer, hooks):
    line = SESSION["plivo"][0]
    await town.service(urls=hooks, countries=("US",), ring=30, talk=600)
    customer.says(200, f"<Response><Dial timeLimit='9000'>{AGENT.value}</Dial></Response>", "application/xml")

    answer = await town.plivo.calls(STRANGER, line)

    assert answer.texts("Dial/Number") == AGENT.digits
    assert answer.get("Dial", "callerId") == line.digits
    assert (answer.get("Dial", "timeout"), answer.get("Dial", "timeLimit")) == ("30", "600")
    assert answer.find("Dial").get("confirmKey") is None


@pytest.mark.parametrize(
    "to", [LINE.value, "+1 900 555 0123", "+447700900555", "911"],
    ids=["ours", "premium", "country", "emergency"],
)  # fmt: skip
async def test_the_customers_dial_reaches_nobody_whom_a_session_would_not(town, customer, hooks, to):
    await town.service(urls=hooks, countries=("US",))
    customer.says(200, f"<Response><Dial>{to}</Dial></Response>", "application/xml")

    answer = await town.twilio.calls(STRANGER, LINE)

    assert "Dial" not in answer.verbs
    assert answer.said
    assert await news(town) == ["outside-failed"]


async def test_what_is_not_followed_of_a_dial_is_told_to_the_customer_and_logged(town, customer, hooks, caplog):
    await town.service(urls=hooks)
    number = f"<Number url='https://a.example.org/{ALICE.digits}'>{AGENT.value}</Number>"
    dial = f"<Dial callerId='{LINE.value}' action='/after' timeout='20'>{number}</Dial><Say>Then this.</Say>"
    customer.says(200, f"<Response>{dial}</Response>", "application/xml")

    answer = await town.twilio.calls(STRANGER, LINE)
    customer.says(200)
    await worker.drain(town.house)

    left_out = ["Dial action", "Number url", "verbs behind the Dial"]
    assert answer.texts("Dial/Number") == AGENT.value
    (told,) = [heard.json for heard in customer.at("/events") if heard.json["kind"] == "outside-partly"]
    assert told["facts"]["left_out"] == left_out
    assert ", ".join(left_out) in caplog.text
    assert ALICE.digits not in caplog.text


async def test_a_dial_that_is_followed_wholly_is_not_told_of(town, customer, hooks):
    await town.service(urls=hooks)
    dial = f"<Dial callerId='{LINE.value}' timeout='20' timeLimit='600'><Number>{AGENT.value}</Number></Dial>"
    customer.says(200, f"<Response>{dial}</Response>", "application/xml")

    await town.twilio.calls(STRANGER, LINE)

    assert await news(town) == []


@pytest.mark.parametrize(
    ("status", "text", "content_type"),
    [
        (500, DOCUMENTED, "application/json"),
        (200, "{}", "application/json"),
        (200, DOCUMENTED, "text/html"),
        (200, "", "text/plain"),
        (200, "<Response><Play>https://a.example.org/a.mp3</Play></Response>", "application/xml"),
        (200, f'{{"participantIdentifier":"{LINE.value}"}}', "application/json"),
        (200, f'{{"participantIdentifier":"{STRANGER.value}"}}', "application/json"),
    ],
)
async def test_an_answer_of_no_use_is_told_and_the_caller_hears_why(town, customer, hooks, status, text, content_type):
    await town.service(urls=hooks)
    customer.says(status, text, content_type)

    answer = await town.twilio.calls(STRANGER, LINE)

    assert answer.verbs[:1] == ["Say"]
    assert await news(town) == ["outside-failed"]
    assert await town.rows("SELECT FROM session") == []


async def test_a_withheld_caller_can_be_answered_and_not_be_put_into_a_session(town, customer, hooks):
    await town.service(urls=hooks)
    customer.says(200, DOCUMENTED, "application/json")

    answer = await town.twilio.calls(None, LINE)

    assert "Dial" not in answer.verbs
    assert customer.heard[0].form["From"] == "anonymous"


async def test_a_strangers_text_is_answered_in_the_customers_words(town, customer, hooks):
    await town.service(urls=hooks)
    customer.says(200, "<Response><Message>We are closed.</Message></Response>", "application/xml")

    answer = await texts(town, STRANGER, LINE, "Hello?")

    assert answer.texts("Message") == "We are closed."
    assert customer.heard[0].form["Body"] == "Hello?"


async def test_a_strangers_text_goes_to_whom_the_hook_names(town, customer, hooks):
    del hooks[Url.INTERCEPT]
    await town.service(urls=hooks)
    customer.says(200, DOCUMENTED, "application/json")

    answer = await texts(town, STRANGER, LINE, "Hello?")

    assert answer.verbs == []
    assert len(await town.rows("SELECT FROM message")) == 1


async def test_no_hook_means_a_spoken_reason(town, customer):
    await town.service()

    assert (await town.twilio.calls(STRANGER, LINE)).said
    assert customer.heard == []


async def test_no_number_stands_in_a_log(town, customer, hooks, caplog):
    caplog.set_level("INFO", "maskline.hooks")
    await town.service(urls=hooks)
    for text in ("{}", DOCUMENTED.replace(AGENT.value, LINE.value)):
        customer.says(200, text, "application/json")
        await town.twilio.calls(STRANGER, LINE)

    assert "of no use" in caplog.text
    assert not any(number.digits in caplog.text for number in (STRANGER, AGENT, LINE))
