"""A scanned sticker's call, webhook by webhook, on both carriers."""

import pytest

from core.route import Reason
from masking.stickers.values import Way
from tests.town import ALICE, OWNER, POOL, SECOND, SHARED, Carrier, Town

WHISPER_LEG = "CA" + "f" * 32


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest, town: Town) -> Carrier:
    return town.twilio if request.param == "twilio" else town.plivo


def number(way: Way):
    assert way.number is not None
    return way.number


async def test_a_scan_rings_the_owner_and_shows_our_shared_number(town: Town, carrier: Carrier):
    way = await town.scan(await town.sticker(carrier=carrier.name))

    answer = await carrier.calls(ALICE, number(way))

    assert way.number in POOL[carrier.name]
    assert answer.get("Dial", "callerId").lstrip("+") == SHARED[carrier.name].digits
    assert answer.texts("Dial/Number").lstrip("+") == OWNER.digits
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
    dialling = await town.twilio.calls(ALICE, number(way), call)

    whisper = await town.twilio.step(dialling.get("Dial/Number", "url"), WHISPER_LEG, ParentCallSid=call)
    accepted = await town.twilio.step(whisper.action, WHISPER_LEG, Digits="1")

    assert "Blue van" in whisper.said
    assert "lights are on" in whisper.said
    assert accepted.verbs == []
    assert (await town.call())["state"] == 4


async def test_an_extension_reaches_its_owner_and_a_wrong_one_nobody(town: Town, carrier: Carrier):
    code = await town.sticker(carrier=carrier.name)
    way = [await town.scan(code) for _ in range(3)][-1]
    assert way.extension is not None
    assert way.number == SHARED[carrier.name]
    call = carrier.new_call()
    asked = await carrier.calls(ALICE, number(way), call)

    wrong = await carrier.step(asked.action, call, ALICE, Digits=f"{(int(way.extension) + 1) % 1_000_000:06d}")
    right = await carrier.step(wrong.action, call, ALICE, Digits=way.extension)

    assert "Dial" not in wrong.verbs
    assert right.texts("Dial/Number").lstrip("+") == OWNER.digits


async def test_the_owner_calls_back_and_reaches_the_last_stranger(town: Town, carrier: Carrier):
    way = await town.scan(await town.sticker(carrier=carrier.name))
    first = carrier.new_call()
    await carrier.calls(ALICE, number(way), first)
    await carrier.ends(first)
    call = carrier.new_call()
    asked = await carrier.calls(OWNER, SHARED[carrier.name], call)

    back = await carrier.step(asked.action, call, OWNER, Digits="")

    assert back.texts("Dial/Number").lstrip("+") == ALICE.digits
    assert back.get("Dial", "callerId").lstrip("+") == number(way).digits
    assert OWNER.digits not in back.text


async def test_after_an_accident_the_second_contact_is_rung(town: Town):
    way = await town.scan(await town.sticker(second=SECOND), Reason.ACCIDENT)
    call = town.twilio.new_call()
    first = await town.twilio.calls(ALICE, number(way), call)

    second = await town.twilio.step(first.action, call, ALICE, DialCallStatus="no-answer")
    dial = second.get("Dial", "action")
    over = await town.twilio.step(dial, call, ALICE, DialCallStatus="busy")

    assert second.texts("Dial/Number") == SECOND.value
    assert "Dial" not in over.verbs
    assert "1 1 2" in over.said
    await town.twilio.ends(call)
    record = await town.call()
    assert (record["state"], record["outcome"], record["attempt"]) == (5, "busy", 2)


async def test_a_missed_call_is_to_be_told_to_the_owner(town: Town):
    way = await town.scan(await town.sticker())
    call = town.twilio.new_call()
    answer = await town.twilio.calls(ALICE, number(way), call)

    over = await town.twilio.step(answer.action, call, ALICE, DialCallStatus="no-answer")

    assert "have been told" in over.said
    jobs = await town.rows("SELECT kind FROM outbox WHERE kind = 'notice'")
    assert len(jobs) == 1
