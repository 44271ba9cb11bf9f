"""Pictures between two people, through both carriers: fetched, cleaned, sealed, served to the carrier, and gone."""

import base64
import re
from datetime import timedelta
from io import BytesIO

import aiohttp
from PIL import Image

from exchange import Exchange
from privacy.retention import sweep
from tests.pictures import SECRET, gif, jpeg, png
from tests.town import ALICE, BOB, Town
from tests.trips.test_session_texts import alice, bob, ride, works

__all__ = ["alice", "bob", "ride"]

OURS = re.compile(r"http://127[^ ']+/media/[\w-]+")


async def states(town: Town) -> list[tuple[object, object]]:
    return [(row["state"], row["error"]) for row in await town.rows("SELECT state, error FROM message")]


def shows_a_number(desk: Exchange) -> bool:
    """Whether what reached a handset, or an address of ours that the wire saw, holds a person's number."""
    texts = [text for inbox in desk.office.texts.inboxes.values() for text in inbox]
    seen = [text.body + text.from_ for text in texts]
    held = [picture.content for text in texts for picture in text.pictures]
    digits = [person.digits[1:] for person in (ALICE, BOB)]
    return any(each in told for each in digits for told in seen) or any(
        each.encode() in content or SECRET in content for each in digits for content in held
    )


async def test_a_picture_arrives_with_its_words_and_without_its_place(town, desk, ride, alice, bob):
    await alice.texts(ride.a_line.value, "I stand here", media=jpeg((3000, 2000)))
    await works(town, desk)

    got = await bob.receives("I stand here")
    image = Image.open(BytesIO(got.pictures[0].content))
    assert got.from_ == ride.b_line.value
    assert (len(got.pictures), got.pictures[0].kind, image.size) == (1, "image/jpeg", (1600, 1067))
    assert dict(image.getexif()) == {}
    assert await states(town) == [("delivered", None)]
    assert not shows_a_number(desk)
    assert alice.inbox == []
    assert desk.complaints == []


async def test_several_pictures_without_words_arrive_in_order(town, desk, ride, alice, bob):
    await alice.texts(ride.a_line.value, media=[jpeg((100 + n, 50)) for n in range(3)] + [png((60, 40))])
    await works(town, desk)

    got = await bob.receives()
    assert [Image.open(BytesIO(each.content)).width for each in got.pictures] == [100, 101, 102, 60]
    assert got.body == ""
    assert await states(town) == [("delivered", None)]
    assert len(bob.inbox) == 1


async def test_what_is_no_picture_keeps_no_words_back_and_the_sender_is_told(town, desk, ride, alice, bob):
    await alice.texts(ride.a_line.value, "Look", media=[gif(), jpeg((70, 70))])
    await works(town, desk)

    got = await bob.receives("Look")
    told = await alice.receives("Only words")
    assert len(got.pictures) == 1
    assert told.from_ == ride.a_line.value


async def test_a_number_without_pictures_passes_the_words_on(town, desk, ride, alice, bob):
    desk.office.texts.words_only |= {ride.a_line.value, ride.b_line.value}

    await alice.texts(ride.a_line.value, "Look", media=jpeg())
    await works(town, desk)

    assert (await bob.receives("Look")).pictures == ()
    assert (await alice.receives("Only words")).from_ == ride.a_line.value
    assert await states(town) == [("delivered", None)]


async def test_a_picture_is_sealed_and_its_address_dies_before_it(town, desk, ride, alice, bob):
    await alice.texts(ride.a_line.value, "Look", media=jpeg())
    await works(town, desk)
    (row,) = await town.rows("SELECT kind, sealed, media_id FROM media")
    (url,) = {found for entry in desk.wire for value in entry.params.values() for found in OURS.findall(str(value))}

    assert row["kind"] == "image/jpeg"
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            content = await answer.read()
        assert not any(clear[:64] in bytes(row["sealed"]) for clear in (content, base64.b64encode(content)))
        town.clock.advance(timedelta(minutes=10))
        for dead in (url, url[:-3] + "AAA", f"{town.base}/media/x"):
            async with session.get(dead) as answer:
                assert answer.status == 404


async def test_pictures_are_gone_after_a_day(town, desk, ride, alice):
    await alice.texts(ride.a_line.value, "Look", media=jpeg())
    await works(town, desk)
    town.clock.advance(timedelta(hours=24, minutes=1))

    assert (await sweep(town.house.database, town.clock))["sweep_media"] == 1
    assert await town.rows("SELECT 1 FROM media") == []


async def test_repeated_webhooks_make_one_text_with_one_picture(town, desk, ride, alice, bob):
    for carrier in ("twilio", "plivo"):
        desk.set_faults(carrier, repeat=3, reorder=True)

    await alice.texts(ride.a_line.value, "Once", media=jpeg())
    await works(town, desk)

    assert [(text.body, len(text.pictures)) for text in bob.inbox] == [("Once", 1)]
    assert len(await town.rows("SELECT 1 FROM media")) == 1
