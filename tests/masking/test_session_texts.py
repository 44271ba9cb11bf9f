"""Texts of sessions on their way out: to whom, from which number, and never twice."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from core.problem import Problem
from masking.sessions import rules
from masking.sessions.errors import (
    BadField,
    NoPartner,
    NotForTexts,
    OptedOut,
    ParticipantUnknown,
    SessionClosed,
    SessionUnknown,
    TextsUsedUp,
)
from sql import outbox
from tests.masking.texting import LINES, Office, Pair, pair, post_office, text
from tests.town import ALICE, BOB, Town
from voice.events import CarrierAccount, TextMoved
from voice.ports import CarrierAway, CarrierRefused


@pytest.fixture
def office(town: Town) -> Office:
    return post_office(town)


@pytest.fixture
async def ride(town: Town) -> Pair:
    return await pair(town)


def account(town: Town, carrier: str = "twilio") -> CarrierAccount:
    return town.house.accounts.of(carrier)[0]


async def test_a_text_goes_to_the_other_side_from_the_number_they_know(office: Office, town: Town):
    ride = await pair(town, carriers=("twilio", "plivo"))

    await office.says(ride, "Hello")
    await office.says(ride, "Hi", BOB)

    assert office.post.sent == [(BOB, LINES["plivo"], "Hello"), (ALICE, LINES["twilio"], "Hi")]


async def test_a_text_slides_the_end_of_its_session(office: Office, town: Town):
    ride = await pair(town, default_ttl=3600)
    town.clock.advance(timedelta(minutes=50))
    await office.says(ride, "Still there?")
    town.clock.advance(timedelta(minutes=50))

    await office.says(ride, "Yes, still", BOB)

    assert len(office.post.sent) == 2


async def test_words_are_sealed_while_they_wait_and_go_with_their_fate(office: Office, town: Town, ride: Pair):
    await text(town.twilio, ALICE, ride.a_line, "A secret place", "SM" + "1" * 32)
    waiting = (await office.message())["body"]
    await office.works()
    await town.house.hooks._texts.moved(account(town), await _message_id(office), TextMoved("SM1", "delivered"))

    assert isinstance(waiting, bytes)
    assert b"secret" not in waiting
    assert (await office.message())["body"] is None


async def _message_id(office: Office) -> Any:
    return (await office.message())["message_id"]


@pytest.mark.parametrize("order", list(itertools.permutations(("queued", "sent", "undelivered", "delivered"))))
async def test_news_never_moves_a_text_backwards(office: Office, town: Town, ride: Pair, order: tuple[str, ...]):
    await office.says(ride, "Hello")
    message = await _message_id(office)

    for state in (*order, *order):
        await town.house.hooks._texts.moved(account(town), message, TextMoved("SM1", state))

    assert (await office.message())["state"] == "delivered"


async def test_postgres_ranks_the_states_of_texts_as_we_do(town: Town):
    (told,) = await town.rows(
        "SELECT jsonb_object_agg(state, message_rank(state))::text AS ranks FROM unnest($1::text[]) AS state",
        list(rules.MOST_RANK),
    )

    assert json.loads(str(told["ranks"])) == rules.MOST_RANK


async def test_only_the_account_that_sent_a_text_tells_of_it(office: Office, town: Town, ride: Pair):
    await office.says(ride, "Hello")

    await town.house.hooks._texts.moved(account(town, "plivo"), await _message_id(office), TextMoved("SM1", "failed"))

    assert (await office.message())["state"] == "queued"


async def test_a_carrier_that_is_away_is_asked_again_and_one_text_goes_out(office: Office, ride: Pair):
    office.post.fails = [CarrierAway(maybe_done=False), CarrierAway(maybe_done=False)]

    await office.says(ride, "Hello")
    await office.says(ride, "And again")
    for _ in range(3):
        await office.works(timedelta(minutes=2))

    assert office.post.words == ["Hello", "And again"]


async def test_a_text_that_may_have_gone_out_is_never_sent_again(office: Office, ride: Pair):
    office.post.fails = [CarrierAway(maybe_done=True)]

    await office.says(ride, "Hello")
    await office.works(timedelta(hours=1))

    assert office.post.sent == []
    assert (await office.message())["state"] == "unknown"


async def test_a_worker_that_dies_between_sending_and_keeping_sends_nothing_twice(
    office: Office, town: Town, ride: Pair
):
    """Its lease runs out, and another worker finds the mark. The carrier's news still tells what became of it."""
    await text(town.twilio, ALICE, ride.a_line, "Hello", "SM" + "1" * 32)
    office.post.fails = [Killed()]
    with pytest.raises(Killed):
        await _dies(office)

    await office.works(timedelta(minutes=5))
    unknown = (await office.message())["state"]
    await town.house.hooks._texts.moved(account(town), await _message_id(office), TextMoved("SM1", "failed", "30008"))

    assert office.post.sent == []
    assert unknown == "unknown"
    assert ((await office.message())["state"], (await office.message())["error"]) == ("failed", "30008")


class Killed(BaseException):
    """Nobody catches it, as nobody catches a kill."""


async def _dies(office: Office) -> None:
    async with office.house.database.work() as conn:
        (job,) = [job for job in await outbox.lease(conn, office.house.clock.now()) if job.kind == "relay"]
    await office.house.jobs["relay"](job)


async def test_a_refusal_is_the_fate_of_a_text(office: Office, ride: Pair):
    office.post.fails = [CarrierRefused(None, code="21614")]

    await office.says(ride, "Hello")

    row = await office.message()
    assert (row["state"], row["error"], row["body"]) == ("failed", "21614", None)


async def test_who_opted_out_with_the_carrier_has_opted_out_of_the_service(office: Office, ride: Pair):
    office.post.fails = [CarrierRefused(None, code="21610")]

    await office.says(ride, "Hello")
    await office.says(ride, "Hello?")

    assert (await office.message())["state"] == "failed"
    assert await office.refused() == [None, "opted-out"]


async def test_a_text_whose_day_is_over_is_not_sent(office: Office, town: Town, ride: Pair):
    """Retention takes the words after a day, whether they went or not."""
    office.post.fails = [CarrierAway(maybe_done=False)] * 3
    await office.says(ride, "Hello")
    await town.rows("UPDATE message SET body = NULL")
    office.post.fails = []

    await office.works(timedelta(hours=25))

    assert office.post.sent == []
    assert ((await office.message())["state"], (await office.message())["error"]) == ("failed", "too-late")


async def test_a_destination_that_may_not_be_reached_any_more_gets_nothing(office: Office, town: Town, ride: Pair):
    await text(town.twilio, ALICE, ride.a_line, "Hello", "SM" + "1" * 32)
    await town.rows("UPDATE service SET countries = '{GB}'")

    await office.works()

    assert office.post.sent == []
    assert (await office.message())["error"] == "destination"


async def test_numbers_are_hidden_where_the_service_asks_for_it(office: Office, town: Town):
    ride = await pair(town, redacts=True)

    await office.says(ride, f"Call me on {ALICE.value}")

    assert office.post.words == ["Call me on ***"]


async def test_a_text_too_long_for_one_goes_in_pieces_and_the_last_one_reports(office: Office, ride: Pair):
    words = "मैं आ रहा हूँ। " * 100

    await office.says(ride, words)

    assert len(office.post.sent) > 1
    assert "".join(office.post.words) == words
    assert [url is not None for url in office.post.urls] == [False] * (len(office.post.urls) - 1) + [True]


async def test_a_customer_texts_one_person_from_the_number_that_they_know(office: Office, town: Town):
    ride = await pair(town, carriers=("twilio", "plivo"))

    sent = await town.house.rooms.interactions.send(town.tenant, ride.service, ride.session, ride.b, "Five minutes")
    await office.works()

    assert office.post.sent == [(BOB, LINES["plivo"], "Five minutes")]
    assert (sent.from_participant, sent.to_participant, sent.message_state) == (None, ride.b, "accepted")


STOPPED = "INSERT INTO service_opt_out SELECT s.tenant, service_id, number_key, s.made_at FROM service s, phone"
SPENT = "SELECT tally_over(made_at, tenant, 'texts-service', uuid_send(service_id), interval '1 day', 1) FROM service"


@pytest.mark.parametrize(
    ("doing", "problem"),
    [
        (["UPDATE session SET state = 'closed'"], SessionClosed),
        (["UPDATE session SET mode = 'voice-only'"], NotForTexts),
        (["UPDATE participant SET deleted_at = made_at WHERE side = 1"], NoPartner),
        (["UPDATE participant SET deleted_at = made_at WHERE side = 2"], ParticipantUnknown),
        ([STOPPED], OptedOut),
        (["UPDATE service SET texts_a_day = 1", SPENT], TextsUsedUp),
        (["DELETE FROM session"], SessionUnknown),
    ],
)
async def test_a_text_that_cannot_be_sent_is_refused_and_leaves_nothing(
    office: Office, town: Town, ride: Pair, doing: list[str], problem: type[Problem]
):
    for statement in doing:
        await town.rows(statement)

    with pytest.raises(problem):
        await town.house.rooms.interactions.send(town.tenant, ride.service, ride.session, ride.b, "Five minutes")
    await office.works()

    assert office.post.sent == []
    assert await town.rows("SELECT 1 FROM interaction") == []


@pytest.mark.parametrize("body", ["", " \n", "a" * 1601])
async def test_a_text_of_the_customer_has_words_and_not_too_many(town: Town, ride: Pair, body: str):
    with pytest.raises(BadField):
        await town.house.rooms.interactions.send(town.tenant, ride.service, ride.session, ride.b, body)
