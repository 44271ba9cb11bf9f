"""A scanned sticker's call, webhook by webhook, on both carriers."""

import pytest

from core.route import Reason
from tests.town import ALICE, OWNER, POOL, SECOND, SHARED, Carrier, Town


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest, town: Town) -> Carrier:
    return getattr(town, request.param)


async def test_a_scan_rings_the_owner_and_shows_our_shared_number(town: Town, carrier: Carrier):
    way = await town.scan(await town.sticker(carrier=carrier.name))

    answer = await carrier.calls(ALICE, way.number)

    dial = answer.find("Dial")
    assert way.number in POOL[carrier.name]
    assert dial.get("callerId").lstrip("+") == SHARED[carrier.name].digits
    assert dial.find("Number").text.lstrip("+") == OWNER.digits
    assert ALICE.digits not in answer.text


async def test_a_stranger_is_never_connected(town: Town, carrier: Carrier):
    await town.sticker(carrier=carrier.name)

    answer = await carrier.calls(ALICE, POOL[carrier.name][0])

    assert answer.status == 200
    assert "Dial" not in answer.verbs
    assert "scanned a sticker" in answer.said


async def test_the_owner_hears_why_before_accepting(town: Town):
    way = await town.scan(await town.sticker(), Reason.LIGHTS)
    call = town.twilio.new_call()
    dial = (await town.twilio.calls(ALICE, way.number, call)).find("Dial/Number")

    whisper = await town.twilio.step(dial.get("url"), "CA" + "f" * 32, ParentCallSid=call)

    assert "Blue van" in whisper.said
    assert "lights are on" in whisper.said
    accepted = await town.twilio.step(whisper.find("Gather").get("action"), "CA" + "f" * 32, Digits="1")
    assert accepted.verbs == []
    assert (await town.call())["state"] == 4


async def test_an_extension_reaches_its_owner_and_a_wrong_one_nobody(town: Town, carrier: Carrier):
    code = await town.sticker(carrier=carrier.name)
    ways = [await town.scan(code) for _ in range(3)]
    way = ways[-1]
    assert way.extension is not None
    assert way.number == SHARED[carrier.name]
    call = carrier.new_call()
    asked = await carrier.calls(ALICE, way.number, call)
    action = next(verb for verb in asked.xml if verb.get("action")).get("action")

    wrong = await carrier.step(action, call, ALICE, Digits=f"{(int(way.extension) + 1) % 1_000_000:06d}")
    again = next(verb for verb in wrong.xml if verb.get("action")).get("action")
    right = await carrier.step(again, call, ALICE, Digits=way.extension)

    assert "Dial" not in wrong.verbs
    assert right.find("Dial/Number").text.lstrip("+") == OWNER.digits


async def test_the_owner_calls_back_and_reaches_the_last_stranger(town: Town, carrier: Carrier):
    way = await town.scan(await town.sticker(carrier=carrier.name))
    first = carrier.new_call()
    await carrier.calls(ALICE, way.number, first)
    await carrier.ends(first)
    call = carrier.new_call()
    asked = await carrier.calls(OWNER, SHARED[carrier.name], call)
    action = next(verb for verb in asked.xml if verb.get("action")).get("action")

    back = await carrier.step(action, call, OWNER, Digits="")

    dial = back.find("Dial")
    assert dial.find("Number").text.lstrip("+") == ALICE.digits
    assert dial.get("callerId").lstrip("+") == way.number.digits
    assert OWNER.digits not in back.text


async def test_after_an_accident_the_second_contact_is_rung(town: Town):
    way = await town.scan(await town.sticker(second=SECOND), Reason.ACCIDENT)
    call = town.twilio.new_call()
    first = await town.twilio.calls(ALICE, way.number, call)

    second = await town.twilio.step(first.find("Dial").get("action"), call, ALICE, DialCallStatus="no-answer")
    over = await town.twilio.step(second.find("Dial").get("action"), call, ALICE, DialCallStatus="busy")

    assert second.find("Dial/Number").text == SECOND.value
    assert "Dial" not in over.verbs
    assert "1 1 2" in over.said
    await town.twilio.ends(call)
    record = await town.call()
    assert (record["state"], record["outcome"], record["attempt"]) == (5, "busy", 2)


async def test_a_missed_call_tells_the_owner_and_the_page(town: Town):
    code = await town.sticker()
    way = await town.scan(code)
    call = town.twilio.new_call()
    answer = await town.twilio.calls(ALICE, way.number, call)

    over = await town.twilio.step(answer.find("Dial").get("action"), call, ALICE, DialCallStatus="no-answer")

    assert "have been told" in over.said
    assert (await town.house.scans.way(code, way.token)).missed
    jobs = await town.rows("SELECT kind, payload::text FROM outbox WHERE kind = 'notice'")
    assert len(jobs) == 1
