"""Limits of a day, of one person and of one session, as people and carriers meet them."""

from typing import Any

import pytest

from masking.sessions import render
from masking.sessions.errors import TextsUsedUp
from masking.sessions.given import Page
from tests.masking.texting import Office, pair, post_office
from tests.town import ALICE, BOB, Town


@pytest.fixture
def office(town: Town) -> Office:
    return post_office(town)


@pytest.mark.parametrize(
    ("limit", "passed_on"),
    [({"person_texts_a_day": 1}, ["A1", "B1"]), ({"session_texts_a_day": 2}, ["A1", "A2"])],
)
async def test_texts_of_a_day_are_a_persons_or_a_sessions(office: Office, town: Town, limit: Any, passed_on: list[str]):
    ride = await pair(town, **limit)

    await office.says(ride, "A1")
    await office.says(ride, "A2")
    told = await office.says(ride, "B1", BOB)

    assert office.post.words == passed_on
    assert told.verbs == ([] if "B1" in passed_on else ["Message"])
    assert (await office.refused()).count("quota") == 1


async def test_what_the_customer_sends_is_the_sessions_and_nobodys_own(office: Office, town: Town):
    ride = await pair(town, person_texts_a_day=1, session_texts_a_day=3)
    send = town.house.rooms.interactions.send

    for words in ("C1", "C2", "C3"):
        await send(town.tenant, ride.service, ride.session, ride.a, words)
    with pytest.raises(TextsUsedUp):
        await send(town.tenant, ride.service, ride.session, ride.b, "C4")


async def test_the_carrier_is_told_how_long_the_days_minutes_last(town: Town):
    """And the caller, once they are used up."""
    ride = await pair(town, session_minutes_a_day=2)
    call = town.twilio.new_call()

    first = await town.twilio.calls(ALICE, ride.a_line, call)
    over = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "70"}
    await town.twilio.step(first.action, call, ALICE, **over)
    second = await town.twilio.calls(BOB, ride.b_line)

    assert first.get("Dial", "timeLimit") == "120"
    assert second.verbs[-1] == "Hangup"
    assert "too many calls" in second.said


@pytest.mark.parametrize(
    ("carrier", "said", "told"),
    [("twilio", {"StirVerstat": "TN-Validation-Passed-B"}, "TN-Validation-Passed-B"),
     ("plivo", {"STIRVerification": "Not Verified"}, "Not Verified"), ("twilio", {}, None)],
)  # fmt: skip
async def test_what_a_callers_network_vouched_for_stands_with_the_call(
    town: Town, carrier: str, said: dict[str, str], told: str | None
):
    ride = await pair(town, carriers=(carrier, carrier))
    await getattr(town, carrier).calls(ALICE, ride.a_line, **said)

    (kept,) = await town.house.rooms.interactions.page(town.tenant, ride.session, Page())

    assert (kept.attestation, render.interaction(kept)["attestation"]) == (told, told)
