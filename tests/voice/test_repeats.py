"""Webhooks that carriers repeat or reorder: same answers, and nothing happens twice."""

from datetime import timedelta

import pytest

from core.e164 import E164
from core.route import Reason
from tests.town import ALICE, SECOND, SHARED, Carrier, Town

NOTICES = "SELECT payload::text FROM outbox WHERE kind = 'notice'"


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest, town: Town) -> Carrier:
    return town.twilio if request.param == "twilio" else town.plivo


def dialled(carrier: Carrier, result: str) -> dict[str, str]:
    return {"DialCallStatus" if carrier.name == "twilio" else "DialStatus": result}


async def ring(town: Town, carrier: Carrier, reason: Reason = Reason.LIGHTS, second: E164 | None = None):
    """A scanned sticker's call that rings its owner: the carrier's id of it, and the answer."""
    way = await town.scan(await town.sticker(carrier=carrier.name, second=second), reason)
    assert way.number is not None
    call = carrier.new_call()
    return way.number, call, await carrier.calls(ALICE, way.number, call)


async def done(town: Town) -> None:
    """What the worker does with a job that succeeded: its row goes."""
    async with town.house.database.work() as conn:
        await conn.execute("DELETE FROM outbox WHERE kind = 'notice'")


async def test_an_owner_is_told_once_of_a_missed_call(town: Town, carrier: Carrier):
    """The worker may have sent the notice before the carrier says that the whole call is over."""
    _, call, answer = await ring(town, carrier)
    await carrier.step(answer.action, call, ALICE, **dialled(carrier, "no-answer"))
    assert len(await town.rows(NOTICES)) == 1
    await done(town)

    await carrier.ends(call)
    await carrier.ends(call)

    assert await town.rows(NOTICES) == []


async def test_an_end_that_is_told_twice_tells_the_owner_once(town: Town, carrier: Carrier):
    _, call, _ = await ring(town, carrier)
    await carrier.ends(call)
    assert len(await town.rows(NOTICES)) == 1
    await done(town)

    town.clock.advance(timedelta(minutes=1))
    await carrier.ends(call)

    assert await town.rows(NOTICES) == []


async def test_a_repeated_result_of_an_accident_without_a_second_contact_is_said_again(town: Town, carrier: Carrier):
    _, call, answer = await ring(town, carrier, Reason.ACCIDENT)
    over = dialled(carrier, "no-answer")

    first = await carrier.step(answer.action, call, ALICE, **over)
    again = await carrier.step(answer.action, call, ALICE, **over)

    assert "1 1 2" in first.said
    assert again.text == first.text


async def test_a_repeated_first_webhook_still_names_the_owner_after_the_second_contact_was_rung(
    town: Town, carrier: Carrier
):
    number, call, answer = await ring(town, carrier, Reason.ACCIDENT, SECOND)
    over = dialled(carrier, "no-answer")
    second = await carrier.step(answer.action, call, ALICE, **over)
    assert second.texts("Dial/Number").lstrip("+") == SECOND.digits

    again = await carrier.calls(ALICE, number, call)
    second_again = await carrier.step(answer.action, call, ALICE, **over)

    assert again.text == answer.text
    assert second_again.text == second.text


@pytest.mark.parametrize("ended_first", [False, True])
async def test_a_call_is_kept_alike_whichever_news_comes_first(town: Town, carrier: Carrier, ended_first: bool):
    """The caller hangs up while the owner's phone rings: two requests set out at once."""
    _, call, answer = await ring(town, carrier)
    if ended_first:
        await carrier.ends(call)

    over = await carrier.step(answer.action, call, ALICE, **dialled(carrier, "no-answer"))

    if not ended_first:
        await carrier.ends(call)
    kept = await town.call()
    assert "have been told" in over.said
    assert (kept["state"], kept["outcome"], kept["talk_seconds"]) == (5, "no-answer", None)
    assert len(await town.rows(NOTICES)) == 1


@pytest.mark.parametrize("ended_first", [False, True])
async def test_a_talk_is_kept_alike_whichever_news_comes_first(town: Town, ended_first: bool):
    _, call, answer = await ring(town, town.twilio)
    leg = town.twilio.new_call()
    whisper = await town.twilio.step(
        answer.get("Dial/Number", "url"), leg, ParentCallSid=call, Direction="outbound-dial"
    )
    await town.twilio.step(whisper.action, leg, ParentCallSid=call, Direction="outbound-dial", Digits="1")
    if ended_first:
        await town.twilio.ends(call)

    over = await town.twilio.step(answer.action, call, ALICE, DialCallStatus="completed", DialCallDuration="7")

    if not ended_first:
        await town.twilio.ends(call)
    kept = await town.call()
    assert over.said == ""
    assert (kept["state"], kept["outcome"], kept["talk_seconds"]) == (5, "talked", 7)
    assert await town.rows(NOTICES) == []


async def test_an_extension_entered_as_the_call_ends_leaves_no_long_way_back(town: Town, carrier: Carrier):
    """The caller types the last digit and hangs up: both webhooks are on their way at once."""
    code = await town.sticker(carrier=carrier.name)
    way = [await town.scan(code) for _ in range(3)][-1]
    assert way.extension is not None
    call = carrier.new_call()
    asked = await carrier.calls(ALICE, SHARED[carrier.name], call)
    await carrier.ends(call)

    await carrier.step(asked.action, call, ALICE, Digits=way.extension)

    (claim,) = await town.rows("SELECT until FROM claim WHERE kind = 'callback'")
    assert claim["until"] == town.clock.now() + timedelta(minutes=30)


async def test_a_refusal_counts_more_than_that_the_caller_left(town: Town, carrier: Carrier):
    """Three wrong tries, and the end is told before the last of them."""
    call = carrier.new_call()
    answer = await carrier.calls(ALICE, SHARED[carrier.name], call)
    await carrier.ends(call)

    for _ in range(3):
        answer = await carrier.step(answer.action, call, ALICE, Digits="000000")

    assert (await town.call())["outcome"] == "refused"


async def test_what_the_carrier_says_of_a_bridge_is_kept_as_one(town: Town):
    _, call, answer = await ring(town, town.twilio)

    await town.twilio.step(answer.action, call, ALICE, DialCallStatus="completed", DialBridged="true")

    kept = await town.call()
    assert (kept["state"], kept["outcome"], kept["bridged_at"]) == (4, "talked", town.clock.now())


async def test_a_call_nobody_ended_is_forgotten_by_its_carrier_too(town: Town, carrier: Carrier):
    await ring(town, carrier)
    town.clock.advance(timedelta(hours=2))

    assert await town.house.switchboard.close_overdue() == 1

    jobs = await town.rows("SELECT payload ->> 'call' AS call FROM outbox WHERE kind = 'forget-call'")
    assert [job["call"] for job in jobs] == [str((await town.call())["call_id"])]
