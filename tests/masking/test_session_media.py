"""What becomes of pictures when a carrier does not give, does not answer, or does not take them."""

from datetime import timedelta

import pytest

from core.e164 import E164
from tests.masking.texting import Office, Pair, pair, post_office
from tests.pictures import jpeg
from tests.town import ALICE, BOB, Town
from voice.ports import CarrierAway, CarrierRefused

WHERE = "https://api.twilio.com/m"
PICTURE = {"NumMedia": "1", "MediaUrl0": WHERE, "MediaContentType0": "image/jpeg"}
AWAY, REFUSED = CarrierAway(maybe_done=False), CarrierRefused("No.", code="404")
ONLY_WORDS = "Only words are passed on"


@pytest.fixture
async def office(town: Town) -> Office:
    return post_office(town)


@pytest.fixture
async def ride(town: Town) -> Pair:
    return await pair(town)


def to(office: Office, who: E164) -> list[str]:
    return [body for reader, _, body in office.post.sent if reader == who]


async def test_a_carrier_that_is_away_is_asked_again(office: Office, ride: Pair):
    office.post.holds[WHERE] = AWAY
    await office.says(ride, "Look", extra=PICTURE)
    assert office.post.sent == []

    office.post.holds[WHERE] = jpeg()
    await office.works(timedelta(minutes=1))

    assert to(office, BOB) == ["Look"]
    assert [len(media) for media in office.post.media] == [1]
    assert to(office, ALICE) == []


async def test_words_wait_for_a_picture_for_three_tries(office: Office, ride: Pair):
    office.post.holds[WHERE] = AWAY
    await office.says(ride, "Look", extra=PICTURE)
    await office.works(timedelta(minutes=1))
    assert office.post.sent == []

    await office.works(timedelta(minutes=1))

    assert to(office, BOB) == ["Look"]
    assert [body[: len(ONLY_WORDS)] for body in to(office, ALICE)] == [ONLY_WORDS]


async def test_a_picture_alone_that_is_refused_fails(office: Office, ride: Pair):
    office.post.holds[WHERE] = REFUSED

    await office.says(ride, "", extra=PICTURE)

    row = await office.message()
    assert (row["state"], row["error"]) == ("failed", "media")
    assert to(office, BOB) == []
    assert len(to(office, ALICE)) == 1


async def test_a_picture_alone_that_the_readers_carrier_refuses_fails_with_its_code(office: Office, ride: Pair):
    office.post.holds[WHERE], office.post.takes_media = jpeg(), False

    await office.says(ride, "", extra=PICTURE)

    row = await office.message()
    assert (row["state"], row["error"]) == ("failed", "21612")
    assert len(to(office, ALICE)) == 1


async def test_what_was_fetched_is_not_fetched_again(office: Office, ride: Pair):
    office.post.holds[WHERE] = jpeg()
    office.post.fails = [AWAY]
    await office.says(ride, "Look", extra=PICTURE)

    office.post.holds[WHERE] = REFUSED
    await office.works(timedelta(minutes=1))

    assert to(office, BOB) == ["Look"]
    assert [len(media) for media in office.post.media] == [1]


async def test_an_opt_out_at_the_carrier_is_no_refusal_of_a_picture(office: Office, ride: Pair):
    office.post.holds[WHERE] = jpeg()
    office.post.fails = [CarrierRefused("Opted out.", code="21610")]

    await office.says(ride, "Look", extra=PICTURE)

    assert office.post.sent == []
    assert len(await office.town.rows("SELECT 1 FROM service_opt_out")) == 1


async def test_a_text_that_is_not_passed_on_leaves_no_picture(office: Office, town: Town, ride: Pair):
    await office.says(ride, "STOP", BOB)

    await office.says(ride, "Look", extra=PICTURE)

    assert await town.rows("SELECT 1 FROM media") == []


async def test_more_than_ten_items_are_told_of_at_once(office: Office, town: Town, ride: Pair):
    many = {f"MediaUrl{place}": f"{WHERE}{place}" for place in range(11)} | {"NumMedia": "11"}
    office.post.holds = {address: jpeg((40, 30)) for address in many.values()}

    answer = await office.says(ride, "Look", extra=many)

    assert ONLY_WORDS in answer.text
    assert [len(media) for media in office.post.media] == [10]


async def test_where_it_stands_at_the_carrier_is_sealed(office: Office, town: Town, ride: Pair):
    office.post.holds[WHERE] = AWAY
    number = f"https://media.plivo.com/{BOB.digits}"

    await office.says(ride, "Look", extra={**PICTURE, "MediaUrl0": number})

    told = await town.rows("SELECT o.payload::text AS said FROM outbox o")
    boxes = await town.rows("SELECT sealed FROM media")
    assert BOB.digits not in str(told)
    assert all(BOB.digits.encode() not in bytes(row["sealed"]) for row in boxes)  # type: ignore[call-overload]
