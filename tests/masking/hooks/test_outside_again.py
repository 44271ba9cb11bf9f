"""A carrier repeats its webhook: what a customer's out-of-session hook answered the first time is the answer again."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from masking.sessions.values import Url
from tests.masking.hooks.hooked import news, texts
from tests.town import BOB, OWNER, SESSION

STRANGER, AGENT = OWNER, BOB
DIAL = f"<Response><Say>One moment.</Say><Dial timeout='20'>{AGENT.value}</Dial></Response>"


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_repeat_gets_the_customers_answer_and_asks_nobody(town, customer, hooks, carrier):
    await town.service(urls=hooks)
    customer.says(200, DIAL, "application/xml")
    wire, line = getattr(town, carrier), SESSION[carrier][0]
    call = wire.new_call()
    first = await wire.calls(STRANGER, line, call)
    customer.says(200, "<Response><Say>Something else.</Say></Response>", "application/xml")

    again = [await wire.calls(STRANGER, line, call) for _ in range(2)]

    assert first.find("Dial") is not None
    assert [answer.text for answer in again] == [first.text] * 2
    assert len(customer.at("/outside")) == 1


async def test_two_at_once_get_the_same_whatever_the_hook_says_to_each(town, customer, hooks):
    await town.service(urls=hooks)
    call, both, turns = town.twilio.new_call(), asyncio.Event(), iter(("One.", "Two."))

    async def answer(request):
        if len(customer.heard) == 2:
            both.set()
        await both.wait()
        return web.Response(text=f"<Response><Say>{next(turns)}</Say></Response>", content_type="text/xml")

    customer.answer = answer

    said = await asyncio.gather(*(town.twilio.calls(STRANGER, SESSION["twilio"][0], call) for _ in range(2)))

    assert said[0].text == said[1].text


async def test_a_text_that_comes_again_is_answered_alike(town, customer, hooks):
    await town.service(urls=hooks)
    customer.says(200, "<Response><Message>We are closed.</Message></Response>", "application/xml")
    line = SESSION["twilio"][0]

    first, again = [await texts(town, STRANGER, line, "Hello?") for _ in range(2)]

    assert first.texts("Message") == "We are closed."
    assert (again.text, len(customer.at("/outside"))) == (first.text, 1)


async def test_what_was_left_out_is_told_once(town, customer, hooks):
    await town.service(urls=hooks)
    customer.says(200, f"<Response><Dial action='/after'>{AGENT.value}</Dial></Response>", "application/xml")
    call = town.twilio.new_call()

    for _ in range(2):
        await town.twilio.calls(STRANGER, SESSION["twilio"][0], call)

    assert await news(town) == ["outside-partly"]


async def test_the_kept_answer_shows_no_number_and_goes_with_the_keys_of_its_day(town, customer, hooks):
    await town.service(urls=hooks)
    customer.says(200, DIAL, "application/xml")
    call, line = town.twilio.new_call(), SESSION["twilio"][0]
    first = await town.twilio.calls(STRANGER, line, call)

    steps = str(await town.rows("SELECT step, route::text FROM call_step"))
    assert "hook-answer" in steps
    assert AGENT.digits not in steps
    await town.rows("DELETE FROM short_key RETURNING 1")
    town.house.short_keys.forget_cache()
    again = await town.twilio.calls(STRANGER, line, call)

    assert again.text == first.text  # asked anew: a crash of the database took the key
    assert len(customer.at("/outside")) == 2


async def test_half_a_day_later_the_answer_is_still_the_same(town, customer, hooks):
    del hooks[Url.INTERCEPT]
    await town.service(urls=hooks)
    customer.says(200, DIAL, "application/xml")
    call, line = town.twilio.new_call(), SESSION["twilio"][0]
    await town.twilio.calls(STRANGER, line, call)

    town.clock.advance(timedelta(hours=12))

    assert (await town.twilio.calls(STRANGER, line, call)).texts("Dial/Number") == AGENT.value
    assert len(customer.at("/outside")) == 1
