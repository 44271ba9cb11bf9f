"""Texts of sessions on their way in: keywords, loops, modes, vetoes, and what a sender is told."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from exchange.signing import plivo_message_headers, plivo_nonce
from masking.sessions.given import Ends
from masking.sessions.values import Direction, Mode, Url
from tests.masking.texting import LINES, Office, Pair, pair, post_office, session, text
from tests.town import ALICE, BOB, OWNER, POOL, TOKENS, Town
from voice.events import TextIn
from voice.plan import Reply
from voice.ports import Routed, Screened

TWILIOS = ("STOP", "REVOKE", "OPTOUT", "UNSUBSCRIBE", "END", "CANCEL", "QUIT", "STOPALL", "ARRETT", "ARRET", "ARRETE")
HOOK = "https://customer.example/hook"


@pytest.fixture
def office(town: Town) -> Office:
    return post_office(town)


@pytest.fixture
async def ride(town: Town) -> Pair:
    return await pair(town)


async def stopped(town: Town) -> bool:
    return await town.rows("SELECT 1 FROM service_opt_out") != []


@pytest.mark.parametrize("word", [*TWILIOS, "stop", " Stop. ", "arrêt", "बंद", "रोको"])
async def test_a_word_that_means_stop_is_not_passed_on(office: Office, town: Town, ride: Pair, word: str):
    answer = await office.says(ride, word)

    assert office.post.sent == []
    assert await stopped(town)
    assert "no more texts from this service" in answer.text
    assert await office.refused() == [], "nothing happened between the two"


async def test_a_service_has_stop_words_of_its_own(office: Office, town: Town):
    ride = await pair(town, stop_words=("basta",))

    await office.says(ride, "Basta!")
    await office.says(ride, "Basta with the rain", BOB)

    assert await stopped(town)
    assert office.post.sent == []
    assert await office.refused() == ["opted-out"]


@pytest.mark.parametrize("word", ["START", "yes", "Debut", "शुरू"])
async def test_a_word_that_means_start_is_passed_on_and_undoes(office: Office, town: Town, ride: Pair, word: str):
    await office.says(ride, "STOP")

    answer = await office.says(ride, word)

    assert office.post.words == [word]
    assert not await stopped(town)
    assert "from this service again" in answer.text


async def test_unstop_undoes_and_is_not_passed_on(office: Office, town: Town, ride: Pair):
    await office.says(ride, "STOP")
    answer = await office.says(ride, "UNSTOP")

    assert office.post.sent == []
    assert not await stopped(town)
    assert "again" in answer.text


async def test_a_yes_between_two_people_is_only_a_yes(office: Office, ride: Pair):
    answer = await office.says(ride, "Yes")

    assert office.post.words == ["Yes"]
    assert answer.verbs == []


async def test_help_is_answered_and_passed_on(office: Office, ride: Pair):
    answer = await office.says(ride, "HELP")

    assert "without showing" in answer.text
    assert office.post.words == ["HELP"]


async def test_stop_on_one_number_holds_on_every_number_of_the_service(office: Office, town: Town):
    service = await town.service(numbers=tuple(LINES.values()))
    here = await session(town, service, (ALICE, BOB), (LINES["twilio"], LINES["twilio"]))
    there = await session(town, service, (OWNER, ALICE), (LINES["plivo"], LINES["plivo"]))
    await office.says(here, "STOP")

    await text(town.plivo, OWNER, there.a_line, "Hello Alice", "a" * 36)
    await office.works()

    assert office.post.sent == []
    assert await office.refused() == ["opted-out"]


async def test_a_repeated_stop_does_not_undo_a_start_after_it(office: Office, town: Town, ride: Pair):
    await office.says(ride, "STOP", name="SM-stop")
    await office.says(ride, "START", name="SM-start")

    await office.says(ride, "STOP", name="SM-stop")

    assert not await stopped(town)


async def test_copies_at_the_same_instant_make_one_text_and_the_same_answer(office: Office, town: Town, ride: Pair):
    answers = await asyncio.gather(*(text(town.twilio, ALICE, ride.a_line, "Hi", "SM1") for _ in range(8)))
    await office.works()

    assert {(answer.status, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert office.post.words == ["Hi"]


async def test_two_hundred_texts_at_once_count_two_hundred(town: Town, ride: Pair):
    await asyncio.gather(*(text(town.twilio, ALICE, ride.a_line, f"No. {n}", f"SM{n}") for n in range(200)))

    assert len(await town.rows("SELECT 1 FROM interaction")) == 200
    assert len(await town.rows("SELECT 1 FROM message")) == 200


async def test_machines_that_answer_each_other_are_cut(office: Office, town: Town, ride: Pair):
    for _ in range(8):
        await office.says(ride, "I am  out of office.")
        town.clock.advance(timedelta(seconds=5))
    cut = len(office.post.sent)
    await office.says(ride, "It is really me")
    town.clock.advance(timedelta(minutes=1))
    await office.says(ride, "I am out of office.")

    assert cut == 5
    assert office.post.words[5:] == ["It is really me", "I am out of office."]
    assert (await office.refused()).count("loop") == 3


async def test_a_text_from_a_number_of_ours_is_dropped(office: Office, town: Town, ride: Pair):
    answer = await text(town.twilio, POOL["twilio"][0], ride.a_line, "Hello", "SM1")
    await office.works()

    assert answer.verbs == []
    assert office.post.sent == []


async def test_a_forged_repeat_of_plivos_signature_passes_nothing_on(office: Office, town: Town):
    """Plivo's V2 does not sign the body, so a nonce counts for one text."""
    ride = await pair(town, carriers=("plivo", "plivo"))
    url = f"{town.base}/hooks/plivo/text"
    headers = plivo_message_headers(url, TOKENS["plivo"], plivo_nonce())
    form = {"From": ALICE.digits, "To": ride.a_line.digits, "Type": "sms"}
    statuses = []
    for name, body in (("a" * 36, "Hello"), ("b" * 36, "Give me your PIN")):
        message = form | {"MessageUUID": name, "Text": body}
        async with town.plivo.session.post(url, data=message, headers=headers) as response:
            statuses.append(response.status)
    await office.works()

    assert statuses == [200, 403]
    assert office.post.words == ["Hello"]


@pytest.mark.parametrize(
    ("given", "sender", "told"),
    [
        ({"mode": Mode.VOICE}, ALICE, "for calls only"),
        ({"direction": Direction.ONE_WAY}, BOB, "not passed on"),
        ({"ends": Ends(ttl=60)}, ALICE, "is over"),
    ],
)
async def test_a_session_that_carries_no_such_text_says_so(office: Office, town: Town, given, sender, told):
    service = await town.service(numbers=[LINES["twilio"]])
    ride = await session(town, service, (ALICE, BOB), (LINES["twilio"], LINES["twilio"]), **given)
    town.clock.advance(timedelta(minutes=2))

    answer = await office.says(ride, "Hello", sender)

    assert told in answer.text
    assert office.post.sent == []


async def test_the_texts_of_a_day_are_counted(office: Office, town: Town):
    ride = await pair(town, texts_a_day=2)

    for number in range(3):
        await office.says(ride, f"No. {number}")
    town.clock.advance(timedelta(days=1))
    await office.says(ride, "Tomorrow")

    assert office.post.words == ["No. 0", "No. 1", "Tomorrow"]


async def test_a_picture_that_cannot_be_had_keeps_no_words_back(office: Office, ride: Pair):
    picture = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.example/m", "MediaContentType0": "image/jpeg"}

    with_words = await office.says(ride, "Look at this", extra=picture)
    alone = await office.says(ride, "", extra=picture)

    told = [(to, show) for to, show, body in office.post.sent if "Only words" in body]
    assert office.post.words[0] == "Look at this"
    assert told == [(ALICE, ride.a_line)], "once a day"
    assert (with_words.verbs, alone.verbs) == ([], [])
    rows = await office.town.rows("SELECT state, error FROM message ORDER BY made_at, state")
    assert sorted((str(row["state"]), row["error"]) for row in rows) == [("failed", "media"), ("queued", None)]


@dataclass
class Hook:
    """A customer's hook that says this, one for each question. asked: what it was asked about."""

    says: list[Screened]
    asked: list[Routed] = field(default_factory=list)

    async def screen_text(self, routed: Routed, text: TextIn) -> Screened:
        self.asked.append(routed)
        return self.says.pop(0)


async def with_hook(town: Town, url: Url, *says: Screened) -> tuple[Office, Pair, Hook]:
    ride, hook = await pair(town, urls={url: HOOK}), Hook(list(says))
    town.house.hooks._texts._screener = hook  # type: ignore[assignment]
    return post_office(town), ride, hook


@pytest.mark.parametrize("passes", [True, False])
async def test_a_hook_decides_before_a_text_is_passed_on(town: Town, passes: bool):
    office, ride, hook = await with_hook(town, Url.INTERCEPT, Screened(passes))

    answer = await office.says(ride, "Hello")

    assert office.post.words == (["Hello"] if passes else [])
    assert await office.refused() == [None if passes else "vetoed"]
    assert ("not passed on" in answer.text) is not passes
    assert [asked.to_id for asked in hook.asked] == [ride.b]


async def test_a_veto_slides_nothing(town: Town):
    office, ride, _ = await with_hook(town, Url.INTERCEPT, Screened(False))

    await office.says(ride, "Hello")

    assert await town.rows("SELECT state, last_at FROM session") == [{"state": "open", "last_at": None}]


async def test_a_hook_that_makes_a_session_has_the_text_passed_on(town: Town):
    office, ride, hook = await with_hook(town, Url.OUTSIDE)
    service = await town.house.rooms.services.get(town.tenant, ride.service)

    async def makes(routed: Routed, text: TextIn) -> Screened:
        await session(town, service, (OWNER, BOB), (LINES["twilio"], LINES["twilio"]))
        return Screened(True)

    hook.screen_text = makes  # type: ignore[method-assign]
    await town.house.rooms.sessions.close(town.tenant, ride.service, ride.session)
    town.clock.advance(timedelta(days=2))
    await text(town.twilio, OWNER, ride.a_line, "Hello", "SM1")
    await office.works()

    assert [(to, body) for to, _, body in office.post.sent] == [(BOB, "Hello")]


@pytest.mark.parametrize("says", [[Screened(False)], [Screened(True), Screened(True)]])
async def test_a_hook_that_makes_no_session_changes_nothing(town: Town, says: list[Screened]):
    office, ride, _ = await with_hook(town, Url.OUTSIDE, *says)

    answer = await text(town.twilio, OWNER, ride.a_line, "Hello", "SM1")
    await office.works()

    assert "went to nobody" in answer.text
    assert office.post.sent == []


async def test_a_hook_may_answer_itself(town: Town):
    _, ride, _ = await with_hook(town, Url.OUTSIDE, Screened(False, (Reply("We are closed.", OWNER, LINES["twilio"]),)))

    answer = await text(town.twilio, OWNER, ride.a_line, "Hello", "SM1")

    assert answer.texts("Message") == "We are closed."
