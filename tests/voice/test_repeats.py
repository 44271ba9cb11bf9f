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


async def test_a_call_nobody_ended_is_forgotten_by_its_carrier_too(town: Town, carrier: Carrier):
    await ring(town, carrier)
    town.clock.advance(timedelta(hours=2))

    assert await town.house.switchboard.close_overdue() == 1

    jobs = await town.rows("SELECT payload ->> 'call' AS call FROM outbox WHERE kind = 'forget-call'")
    assert [job["call"] for job in jobs] == [str((await town.call())["call_id"])]
