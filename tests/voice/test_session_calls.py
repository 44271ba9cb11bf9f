"""A session's call, webhook by webhook: counted once in whatever order and however often its news comes."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from masking.sessions.rules import voice_statuses
from masking.sessions.values import Service, Url
from tests.town import ALICE, BOB, POOL, SESSION, SHARED, Answer, Carrier, Town

EVENTS = "SELECT payload ->> 'kind' AS kind FROM outbox WHERE kind = 'event' ORDER BY job_id"


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest, town: Town) -> Carrier:
    return town.twilio if request.param == "twilio" else town.plivo


async def service(town: Town, carrier: Carrier, **given: Any) -> Service:
    return await town.service(numbers=SESSION[carrier.name][:1], fallback_countries=("GB",), screens=True, **given)


def number(carrier: Carrier):
    return SESSION[carrier.name][0]


async def statuses(town: Town) -> tuple[str, str]:
    """What a customer is told of the only call: the states of both sides."""
    call: dict[str, Any] = await town.call()
    return voice_statuses(call["state"], call["outcome"])


async def test_the_other_side_is_shown_the_sessions_number_and_no_carrier_is_told_more(town: Town, carrier: Carrier):
    await town.session(service=await service(town, carrier))

    answer = await carrier.calls(ALICE, number(carrier))

    assert answer.verbs == ["Dial"]
    assert answer.get("Dial", "callerId").lstrip("+") == number(carrier).digits
    assert answer.texts("Dial/Number").lstrip("+") == BOB.digits
    assert ALICE.digits not in answer.text


async def news(carrier: Carrier, call: str, answer: Answer) -> list[Callable[[], Awaitable[Answer]]]:
    """Everything that a carrier tells of a talk, each as something that can be done again."""
    leg = carrier.new_call()
    if carrier.name == "twilio":
        over = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "9"}
        child = {"ParentCallSid": call, "CallStatus": "in-progress", "SequenceNumber": "1"}
        url = answer.get("Dial/Number", "url")
        whisper = await carrier.step(url, leg, ParentCallSid=call)
        sends = [
            lambda: carrier.step(answer.get("Dial/Number", "statusCallback"), leg, ALICE, **child),
            lambda: carrier.step(url, leg, ParentCallSid=call),
            lambda: carrier.step(whisper.action, leg, ParentCallSid=call, Digits="1"),
        ]
    else:
        over = {"DialStatus": "completed", "DialBLegDuration": "9"}
        joined = {"DialAction": "connected", "DialBLegUUID": leg, "Event": "DialAnswer"}
        sends = [lambda: carrier.step(answer.get("Dial", "callbackUrl"), call, ALICE, **joined)]
    return [
        *sends,
        lambda: carrier.calls(ALICE, number(carrier), call),
        lambda: carrier.step(answer.action, call, ALICE, **over),
        lambda: carrier.ends(call),
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_webhooks_sent_three_times_and_shuffled_are_one_interaction(town: Town, carrier: Carrier, seed: int):
    urls = {Url.CALLBACK: "https://app.example/told"}
    await town.session(service=await service(town, carrier, urls=urls))
    call = carrier.new_call()
    answer = await carrier.calls(ALICE, number(carrier), call)
    everything = await news(carrier, call, answer) * 3
    random.Random(seed).shuffle(everything)

    for send in everything:
        assert (await send()).status == 200

    assert len(await town.rows("SELECT * FROM interaction")) == 1
    assert await statuses(town) == ("completed", "completed")
    assert [job["kind"] for job in await town.rows(EVENTS)] == ["interaction", "moved"]
    assert (await carrier.calls(ALICE, number(carrier), call)).text == answer.text


@pytest.mark.parametrize(("result", "told"), [("no-answer", "no-answer"), ("busy", "busy"), ("failed", "failed")])
async def test_the_customer_is_told_how_an_unanswered_call_ended(town: Town, carrier: Carrier, result: str, told: str):
    await town.session(service=await service(town, carrier))
    call = carrier.new_call()
    answer = await carrier.calls(ALICE, number(carrier), call)
    assert await statuses(town) == ("ringing", "ringing")

    over = await carrier.step(answer.action, call, ALICE,
                              **{"DialCallStatus" if carrier.name == "twilio" else "DialStatus": result})  # fmt: skip
    await carrier.ends(call)

    assert "Dial" not in over.verbs
    assert "owner" not in over.said
    assert await statuses(town) == ("completed", told)


async def test_a_call_whose_end_nobody_tells_is_over_for_its_customer_too(town: Town, carrier: Carrier):
    urls = {Url.CALLBACK: "https://app.example/told"}
    await town.session(service=await service(town, carrier, urls=urls))
    await carrier.calls(ALICE, number(carrier))
    town.clock.advance(timedelta(hours=5))

    assert await town.house.switchboard.close_overdue() == 1

    assert await statuses(town) == ("completed", "unknown")
    assert [job["kind"] for job in await town.rows(EVENTS)] == ["interaction", "moved"]


async def test_a_long_talk_is_not_taken_for_one_whose_end_was_lost(town: Town, carrier: Carrier):
    await town.session(service=await service(town, carrier, talk=14400))
    await carrier.calls(ALICE, number(carrier))
    town.clock.advance(timedelta(hours=4))

    assert await town.house.switchboard.close_overdue() == 0


async def test_a_refused_call_tells_the_customer_nothing_more_at_its_end(town: Town, carrier: Carrier):
    urls = {Url.CALLBACK: "https://app.example/told"}
    await service(town, carrier, urls=urls)
    call = carrier.new_call()

    answer = await carrier.calls(ALICE, number(carrier), call)
    await carrier.ends(call)

    assert "cannot reach anyone at this number" in answer.said
    assert await town.rows(EVENTS) == []


async def test_a_number_that_rests_speaks_of_no_sticker(town: Town, carrier: Carrier):
    await town.house.inventory.rest(number(carrier), None)

    answer = await carrier.calls(ALICE, number(carrier))

    assert answer.said == "This number is not in use just now. Goodbye."


@pytest.mark.parametrize("ours", [POOL, SHARED])
async def test_one_of_our_own_numbers_reaches_nobody(town: Town, carrier: Carrier, ours: Any):
    """A call that comes round to us again would go on for ever."""
    await town.session(service=await service(town, carrier))
    caller = ours[carrier.name] if ours is SHARED else ours[carrier.name][0]

    assert "Dial" not in (await carrier.calls(caller, number(carrier))).verbs
