"""Texts to a sticker's number: one reply a day, whatever the carrier repeats; a text never binds a claim."""

import asyncio
from datetime import timedelta

import pytest

from exchange.signing import plivo_message_headers, plivo_nonce
from tests.town import ALICE, BOB, SHARED, TOKENS, VENDOR_IDS, Answer, Town


async def text(town: Town, sender=ALICE, body: str = "Hello?", sid: str = "SM" + "1" * 32) -> Answer:
    form = {
        "MessageSid": sid, "AccountSid": VENDOR_IDS["twilio"], "From": sender.value, "To": SHARED["twilio"].value,
        "Body": body, "NumMedia": "0", "SmsStatus": "received",
    }  # fmt: skip
    return await town.twilio.post(f"{town.base}/hooks/twilio/text", form)


async def plivo_text(town: Town, uuid: str, nonce: str) -> Answer:
    url = f"{town.base}/hooks/plivo/text"
    form = {"MessageUUID": uuid, "From": ALICE.digits, "To": SHARED["plivo"].digits, "Text": "Hello?", "Type": "sms"}
    headers = plivo_message_headers(url, TOKENS["plivo"], nonce)
    async with town.plivo.session.post(url, data=form, headers=headers) as response:
        return Answer(response.status, await response.text())


async def test_a_text_is_told_once_a_day_that_nobody_reads_it(town: Town):
    first = await text(town)
    second = await text(town, sid="SM" + "2" * 32)
    town.clock.advance(timedelta(days=1))
    tomorrow = await text(town, sid="SM" + "3" * 32)

    assert "Nobody reads" in first.text
    assert second.verbs == []
    assert "Nobody reads" in tomorrow.text


async def test_a_repeated_text_gets_the_same_answer(town: Town):
    answers = [await text(town) for _ in range(3)]

    assert len({answer.text for answer in answers}) == 1
    assert "Nobody reads" in answers[0].text


async def test_copies_of_a_text_at_the_same_instant_get_the_same_answer(town: Town):
    answers = await asyncio.gather(*(text(town) for _ in range(8)))

    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


async def test_a_word_that_carriers_know_is_answered_whatever_was_said_today(town: Town):
    """CTIA's rules want an answer to HELP and STOP; each still comes once a day."""
    await text(town)

    asked = await text(town, body="HELP", sid="SM" + "2" * 32)
    asked_again = await text(town, body="help", sid="SM" + "3" * 32)

    assert "without showing" in asked.text
    assert asked_again.verbs == []


async def test_two_people_are_answered_apart(town: Town):
    await text(town)

    assert "Nobody reads" in (await text(town, BOB, sid="SM" + "2" * 32)).text


@pytest.mark.parametrize(
    ("body", "answer"), [("STOP", "no more texts"), (" help ", "without showing"), ("START", "again")]
)
async def test_words_that_carriers_know_are_answered_in_kind(town: Town, body: str, answer: str):
    assert answer in (await text(town, body=body)).text


async def opted_out(town: Town) -> int:
    return len(await town.rows("SELECT 1 FROM opt_out"))


@pytest.mark.parametrize("body", ["STOP", "Unsubscribe.", "बंद"])
async def test_who_says_stop_is_kept_with_the_answer(town: Town, body: str):
    await text(town, body=body)

    assert await town.rows("SELECT tenant, number_key FROM opt_out") == [
        {"tenant": town.tenant, "number_key": town.house.numbers.key(ALICE)}
    ]


@pytest.mark.parametrize("body", ["HELP", "stop calling me", "Hello?", ""])
async def test_other_words_stop_nothing(town: Town, body: str):
    await text(town, body=body)

    assert await opted_out(town) == 0


async def test_start_takes_stop_back_however_often_either_was_said_today(town: Town):
    seen = []
    for number, body in enumerate(("STOP", "START", "stop", "start", "STOP")):
        await text(town, body=body, sid=f"SM{number:032x}")
        seen.append(await opted_out(town))

    assert seen == [1, 0, 1, 0, 1]


async def test_a_repeated_stop_does_not_undo_a_start_after_it(town: Town):
    stop, start = "SM" + "1" * 32, "SM" + "2" * 32
    await text(town, body="STOP", sid=stop)
    await text(town, body="START", sid=start)

    await text(town, body="STOP", sid=stop)

    assert await opted_out(town) == 0


async def test_a_plivo_signature_that_leaves_the_body_out_counts_for_one_text_only(town: Town):
    nonce = plivo_nonce()

    first = await plivo_text(town, "a" * 36, nonce)
    again = await plivo_text(town, "a" * 36, nonce)
    forged = await plivo_text(town, "b" * 36, nonce)

    assert (first.status, again.text) == (200, first.text)
    assert forged.status == 403


async def test_a_text_binds_nothing_and_rings_nobody(town: Town):
    await town.scan(await town.sticker())

    await text(town)

    assert [row["kind"] for row in await town.rows("SELECT kind FROM claim")] == ["open"]
    assert await town.rows("SELECT * FROM call") == []
