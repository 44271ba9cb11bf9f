"""Quiet hours hold texts back until they end where the service asks for that, and pass them on where it does not."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from masking.sessions.values import Quiet
from privacy.retention import sweep
from tests.masking.texting import Office, Pair, pair, post_office, text
from tests.pictures import jpeg
from tests.town import ALICE, BOB, NOON, Town

QUIET = Quiet(time(11, 0), time(14, 0), "UTC")
PICTURE = "https://api.twilio.com/m/1"


@pytest.fixture
def office(town: Town) -> Office:
    return post_office(town)


async def held(town: Town, **given: Any) -> Pair:
    return await pair(town, **{"quiet": QUIET, "holds_texts": True, **given})


async def test_a_text_waits_and_is_delivered_when_they_end_in_order(office: Office, town: Town):
    ride = await held(town)

    await office.says(ride, "One")
    await office.says(ride, "Two")
    await office.works(timedelta(hours=2) - timedelta(seconds=1))
    early = list(office.post.words)
    waits = await town.rows("SELECT state FROM message")
    await office.works(timedelta(seconds=1))
    await office.works()

    assert early == []
    assert [row["state"] for row in waits] == ["accepted"] * 2
    assert office.post.words == ["One", "Two"]


@pytest.mark.parametrize(
    "given", [{"holds_texts": False}, {"quiet": Quiet(time(13), time(14), "UTC")}, {"quiet": None}]
)
async def test_a_text_goes_at_once_where_nobody_asks_or_nothing_is_quiet(
    office: Office, town: Town, given: dict[str, Any]
):
    ride = await held(town, **given)

    await office.says(ride, "Hello")

    assert office.post.words == ["Hello"]


async def test_a_text_of_the_customers_own_waits_too(office: Office, town: Town):
    ride = await held(town)

    await town.house.rooms.interactions.send(town.tenant, ride.service, ride.session, ride.b, "Your car is here.")
    await office.works()
    early = list(office.post.words)
    await office.works(timedelta(hours=2))

    assert early == []
    assert [(to, body) for to, _, body in office.post.sent] == [(BOB, "Your car is here.")]


async def test_a_repeat_while_it_waits_changes_nothing(office: Office, town: Town):
    ride = await held(town)
    for _ in range(3):
        await text(town.twilio, ALICE, ride.a_line, "Hello", "SM1")
        await office.works(timedelta(minutes=1))

    await office.works(timedelta(hours=2))

    assert office.post.words == ["Hello"]


async def test_pictures_are_fetched_before_the_carrier_deletes_them(office: Office, town: Town):
    ride = await held(town)
    office.post.holds[PICTURE] = jpeg((40, 30))

    await office.says(ride, "Look", extra={"NumMedia": "1", "MediaUrl0": PICTURE})
    del office.post.holds[PICTURE]
    await office.works(timedelta(hours=2))

    assert office.post.words == ["Look"]
    assert [len(each) for each in office.post.media] == [1]


async def test_the_longest_night_leaves_its_words_whole(office: Office, town: Town):
    """From one minute past noon to noon: the words are kept for a day, so that they are still there."""
    ride = await held(town, quiet=Quiet(time(12, 0), time(11, 59), "UTC"))

    await office.says(ride, "Until tomorrow")
    town.clock.advance(timedelta(hours=23, minutes=58))
    await sweep(town.house.database, town.clock)
    await office.works(timedelta(minutes=1))

    assert office.post.words == ["Until tomorrow"]


@pytest.mark.parametrize(
    ("starts", "ends", "zone", "at", "until"),
    [
        (time(22), time(7), "UTC", NOON, None),
        (time(22), time(7), "UTC", datetime(2030, 1, 1, 23, tzinfo=UTC), datetime(2030, 1, 2, 7, tzinfo=UTC)),
        (time(22), time(7), "UTC", datetime(2030, 1, 2, 3, tzinfo=UTC), datetime(2030, 1, 2, 7, tzinfo=UTC)),
        (time(11), time(14), "UTC", NOON, datetime(2030, 1, 1, 14, tzinfo=UTC)),
        (time(17), time(18), "Asia/Kolkata", NOON, datetime(2030, 1, 1, 12, 30, tzinfo=UTC)),
        (
            time(22),
            time(7),
            "Europe/London",
            datetime(2030, 3, 30, 23, tzinfo=UTC),
            datetime(2030, 3, 31, 6, tzinfo=UTC),
        ),
        (None, None, "UTC", NOON, None),
    ],
)
async def test_when_quiet_hours_end_as_clocks_there_have_it(
    town: Town, starts: time | None, ends: time | None, zone: str, at: datetime, until: datetime | None
):
    (row,) = await town.rows("SELECT quiet_ends($1, $2, $3, $4) AS until", starts, ends, zone, at)

    assert row["until"] == until
