"""A veto comes in time or not at all, and what its silence means is the customer's choice."""

import asyncio

import pytest
from aiohttp import web

from masking.sessions import screening
from masking.sessions.values import Url
from maskline.courier import AT_A_TIME
from tests.masking.hooks.hooked import news, signed, texts
from tests.town import ALICE, BOB, SECOND, SESSION, SHARED


async def test_a_veto_stops_a_call_before_anybody_is_rung(town, customer, hooks):
    service = await town.service(urls=hooks)
    made = await town.session(ALICE, BOB, service=service)
    customer.says(403)

    answer = await town.twilio.calls(ALICE, made.participants[0].proxy)

    assert "Dial" not in answer.verbs
    assert answer.said
    (heard,) = customer.at("/veto")
    assert await signed(town, service, heard, hooks[Url.INTERCEPT])
    assert heard.headers["I-Twilio-Idempotency-Token"] == heard.form["interactionSid"]
    assert heard.form["inboundParticipantSid"] == f"KP{made.participants[0].participant_id.hex}"
    assert not any(name.startswith("outbound") for name in heard.form)
    assert (await town.call())["outcome"] == "refused"
    (kept,) = await town.rows("SELECT refused FROM interaction")
    assert kept["refused"] == "vetoed"
    assert await news(town) == ["made", "intercepted"]


@pytest.mark.parametrize("status", [200, 204, 404, 500])
async def test_every_other_status_lets_the_call_pass(town, customer, hooks, status):
    made = await town.session(ALICE, BOB, service=await town.service(urls=hooks))
    customer.says(status)

    answer = await town.twilio.calls(ALICE, made.participants[0].proxy)

    assert answer.texts("Dial/Number") == BOB.value
    assert answer.get("Dial", "callerId") == made.participants[1].proxy.value


@pytest.mark.parametrize("carrier", ["twilio", "plivo"])
async def test_a_veto_is_asked_on_either_carrier(town, customer, hooks, carrier):
    service = await town.service(urls=hooks, numbers=SESSION[carrier], fallback_countries=("US", "GB"))
    made = await town.session(ALICE, BOB, service=service)
    customer.says(403)

    answer = await getattr(town, carrier).calls(ALICE, made.participants[0].proxy)

    assert "Dial" not in answer.verbs
    assert len(customer.at("/veto")) == 1


@pytest.mark.parametrize("lets_through", [True, False])
async def test_what_a_silent_veto_means_is_the_services_choice(town, customer, hooks, lets_through, monkeypatch):
    monkeypatch.setattr(screening, "SECONDS", 0.2)
    service = await town.service(urls=hooks, intercept_open=lets_through)
    made = await town.session(ALICE, BOB, service=service)
    customer.hangs()

    answer = await town.twilio.calls(ALICE, made.participants[0].proxy)

    assert ("Dial" in answer.verbs) is lets_through
    assert ("hook-silent" in await news(town)) is not lets_through


async def test_a_hook_that_redirects_or_leads_home_is_silent_too(town, customer, hooks):
    hooks[Url.INTERCEPT] = "https://127.0.0.1:1/veto"
    service = await town.service(urls=hooks, intercept_open=False)
    made = await town.session(ALICE, BOB, service=service)

    assert "Dial" not in (await town.twilio.calls(ALICE, made.participants[0].proxy)).verbs


async def test_a_repeated_webhook_asks_no_second_time(town, customer, hooks):
    made = await town.session(ALICE, BOB, service=await town.service(urls=hooks))
    call = town.twilio.new_call()

    answers = [await town.twilio.calls(ALICE, made.participants[0].proxy, call) for _ in range(3)]

    assert len({answer.text for answer in answers}) == 1
    assert len(customer.at("/veto")) == 1


async def test_a_text_is_vetoed_with_its_words_at_hand(town, customer, hooks):
    made = await town.session(ALICE, BOB, service=await town.service(urls=hooks))
    customer.says(403)

    answer = await texts(town, ALICE, made.participants[0].proxy, "See you at 7")

    assert answer.status == 200
    (heard,) = customer.at("/veto")
    assert heard.form["interactionData"] == '{"body": "See you at 7"}'
    assert await town.rows("SELECT FROM message") == []
    assert "intercepted" in await news(town)


async def test_nobody_waits_for_a_hook_with_a_connection_in_hand(town, customer, hooks):
    """More calls wait for a hook than there are connections, and another call is answered meanwhile."""
    made = await town.session(ALICE, BOB, service=await town.service(urls=hooks))
    full = asyncio.Event()

    async def hang(request):
        if len(customer.heard) == AT_A_TIME:
            full.set()
        await customer.gate.wait()
        return web.Response()

    customer.answer = hang
    waiting = [asyncio.create_task(town.twilio.calls(ALICE, made.participants[0].proxy)) for _ in range(10)]
    await full.wait()

    answer = await town.twilio.calls(SECOND, SHARED["twilio"])

    assert answer.find("Gather") is not None
    assert not all(call.done() for call in waiting)
    customer.gate.set()
    assert {answer.status for answer in await asyncio.gather(*waiting)} == {200}
