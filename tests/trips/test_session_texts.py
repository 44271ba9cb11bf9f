"""Two people text each other through both carriers; neither sees the other's number. The exchange speaks for both."""

import pytest

from exchange import Exchange, Handset
from masking.sessions.given import Party, SessionGiven
from masking.sessions.values import Numbering
from maskline import worker
from tests.masking.texting import LINES, Pair, pair
from tests.town import ALICE, BOB, SECOND, Town

CARRIERS = [("twilio", "twilio"), ("plivo", "plivo"), ("twilio", "plivo"), ("plivo", "twilio")]
LONG = "अगले मोड़ पर, पीली इमारत के सामने 👍🏽. " * 20


@pytest.fixture(params=CARRIERS, ids="-".join)
async def ride(request: pytest.FixtureRequest, town: Town, desk: Exchange) -> Pair:
    """Alice and Bob, each with a number of one carrier; at the end nothing was faulty, and nobody saw a number."""
    made = await pair(town, carriers=request.param)
    for carrier in dict.fromkeys(request.param):
        hooks = f"{town.base}/hooks/{carrier}"
        desk.number(LINES[carrier].value, carrier=carrier, text_url=f"{hooks}/text#rc=5&rp=ct,rt,5xx")
    return made


@pytest.fixture
def alice(desk: Exchange) -> Handset:
    return desk.handset(ALICE.value)


@pytest.fixture
def bob(desk: Exchange) -> Handset:
    return desk.handset(BOB.value)


async def works(town: Town, desk: Exchange) -> None:
    await worker.drain(town.house)
    await desk.settles()


async def states(town: Town) -> list[object]:
    return [row["state"] for row in await town.rows("SELECT state FROM message ORDER BY made_at, message_id")]


def shows_a_number(desk: Exchange) -> bool:
    """Whether anything that reached a handset holds a person's number."""
    seen = [text.body + text.from_ for texts in desk.office.texts.inboxes.values() for text in texts]
    return any(person.digits[1:] in told for person in (ALICE, BOB) for told in seen)


async def test_texts_go_both_ways_and_their_fate_comes_back(town, desk, ride, alice, bob):
    await alice.texts(ride.a_line.value, "I am at the gate & <waiting>")
    await works(town, desk)
    got = await bob.receives()
    await bob.texts(got.from_, "Two minutes ⏱")
    await works(town, desk)
    back = await alice.receives()

    assert (got.body, got.from_) == ("I am at the gate & <waiting>", ride.b_line.value)
    assert (back.body, back.from_) == ("Two minutes ⏱", ride.a_line.value)
    assert await states(town) == ["delivered", "delivered"]
    assert not shows_a_number(desk)
    assert desk.complaints == []


async def test_a_long_text_in_another_alphabet_arrives_whole(town, desk, ride, alice, bob):
    assert len(LONG) > 700

    await alice.texts(ride.a_line.value, LONG)
    await works(town, desk)

    assert "".join(text.body for text in bob.inbox) == LONG
    assert await states(town) == ["delivered"]
    assert desk.complaints == []


async def test_texts_of_one_session_arrive_in_order(town, desk, ride, alice, bob):
    said = [f"Turn {turn}" for turn in range(6)]

    for words in said:
        await alice.texts(ride.a_line.value, words)
    await works(town, desk)

    assert [text.body for text in bob.inbox] == said


async def test_webhooks_that_come_three_times_and_shuffled_make_one_text(town, desk, ride, alice, bob):
    for carrier in ("twilio", "plivo"):
        desk.set_faults(carrier, repeat=3, reorder=True)

    await alice.texts(ride.a_line.value, "Once")
    await works(town, desk)

    assert [text.body for text in bob.inbox] == ["Once"]
    assert await states(town) == ["delivered"]
    assert len(await town.rows("SELECT 1 FROM interaction")) == 1


async def test_a_phone_out_of_reach_is_told_of(town, desk, ride, alice, bob):
    bob.goes_out_of_reach()

    await alice.texts(ride.a_line.value, "Hello?")
    await works(town, desk)

    (row,) = await town.rows("SELECT state, error, body FROM message")
    assert row["state"] == "undelivered"
    assert row["error"] in ("30003", "80")
    assert row["body"] is None


async def test_stop_reaches_nobody_and_holds_for_the_whole_service(town, desk, ride, alice, bob):
    await bob.texts(ride.b_line.value, "STOP")
    await alice.texts(ride.a_line.value, "Are you there?")
    await works(town, desk)

    assert [text.body for text in bob.inbox if "Are you there" in text.body] == []
    assert [text.body for text in alice.inbox] == ["Your text was not passed on."]
    assert [row["refused"] for row in await town.rows("SELECT refused FROM interaction")] == ["opted-out"]


async def test_start_takes_stop_back_and_is_passed_on(town, desk, ride, alice, bob):
    await bob.texts(ride.b_line.value, "stop")
    await bob.texts(ride.b_line.value, "START")
    await works(town, desk)
    await alice.texts(ride.a_line.value, "Welcome back")
    await works(town, desk)

    assert [text.body for text in alice.inbox] == ["START"]
    assert "Welcome back" in [text.body for text in bob.inbox]
    assert await town.rows("SELECT 1 FROM service_opt_out") == []


async def test_help_is_answered(town, desk, ride, alice):
    await alice.texts(ride.a_line.value, "Help")

    assert "without showing" in (await alice.receives("without showing")).body


async def test_a_stranger_reaches_nobody_and_hears_why(town, desk, ride, bob):
    stranger = desk.handset("+12025550166")

    await stranger.texts(ride.a_line.value, "Hello?")
    await works(town, desk)

    assert "went to nobody" in (await stranger.receives()).body
    assert bob.inbox == []
    assert await states(town) == []


async def test_everybody_on_the_other_side_gets_it_from_the_number_that_they_know(town, desk, alice, bob):
    """Bob's number is at one carrier, Carol's at the other."""
    carol, ids = desk.handset(SECOND.value), {}
    for carrier, number in LINES.items():
        hooks = f"{town.base}/hooks/{carrier}"
        desk.number(number.value, carrier=carrier, text_url=f"{hooks}/text#rc=5&rp=ct,rt,5xx")
        (row,) = await town.rows("SELECT number_id FROM proxy_number WHERE e164 = $1", number.value)
        ids[carrier] = row["number_id"]
    service = await town.service(numbers=list(LINES.values()), numbering=Numbering.EACH)
    people = [
        Party(number=ALICE, side=1, ask_for=ids["twilio"]), Party(number=BOB, side=2, ask_for=ids["twilio"]),
        Party(number=SECOND, side=2, ask_for=ids["plivo"]),
    ]  # fmt: skip
    await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(), people)

    await alice.texts(LINES["twilio"].value, "Dinner is ready")
    await works(town, desk)

    assert [(await each.receives("Dinner is ready")).from_ for each in (bob, carol)] == [
        LINES["twilio"].value, LINES["plivo"].value
    ]  # fmt: skip
    assert await states(town) == ["delivered", "delivered"]
    assert alice.inbox == []
    assert not shows_a_number(desk)
    assert desk.complaints == []
