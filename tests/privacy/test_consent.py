"""A consent stands for the text that was seen, until it is taken back, and nothing of its history is lost."""

import asyncio

import pytest

from core.ids import new_id
from ivr import consents, words
from ivr.consents import Purpose
from privacy.consent import ConsentOutdated, Consents, NoSuchConsent
from tests.privacy.conftest import START

BOOK = "share-book"


@pytest.fixture
async def person(conn):
    who = new_id()
    await conn.execute("INSERT INTO person VALUES ($1, NULL, NULL, 'US', 'en', $2, $2, $3)", who, START, START.date())
    return who


@pytest.fixture
def room(clock):
    return Consents(clock, {BOOK: 1, "speak-name": 1})


async def test_nobody_agrees_until_they_do(conn, person, room):
    assert not await room.live(conn, person, BOOK)

    await room.give(conn, person, BOOK, 1, "hi")

    assert await room.live(conn, person, BOOK)
    assert not await room.live(conn, person, "speak-name")
    (kept,) = await room.every(conn, person)
    assert (kept.purpose, kept.version, kept.language, kept.given_at) == (BOOK, 1, "hi", START)


async def test_what_is_taken_back_stands_no_more_and_is_told_for_ever(conn, person, room, clock):
    await room.give(conn, person, BOOK, 1, "en")

    assert await room.withdraw(conn, person, BOOK)
    assert not await room.withdraw(conn, person, BOOK)

    assert not await room.live(conn, person, BOOK)
    (kept,) = await room.every(conn, person)
    assert kept.withdrawn_at == clock.now()


async def test_a_new_text_asks_anew(conn, person, room, clock):
    await room.give(conn, person, BOOK, 1, "en")
    newer = Consents(clock, {BOOK: 2})

    assert not await newer.live(conn, person, BOOK)
    with pytest.raises(ConsentOutdated) as outdated:
        await newer.give(conn, person, BOOK, 1, "en")
    await newer.give(conn, person, BOOK, 2, "en")

    assert outdated.value.facts == {"version": 2}
    assert await newer.live(conn, person, BOOK)
    assert [each.version for each in await newer.every(conn, person) if each.withdrawn_at is None] == [2]


async def test_agreeing_many_times_at_once_is_agreeing_once(database, conn, person, room):
    async def agree():
        async with database.transaction() as own:
            await room.give(own, person, BOOK, 1, "en")

    await asyncio.gather(*(agree() for _ in range(5)))

    assert len(await room.every(conn, person)) == 1


async def test_taken_back_and_given_in_one_instant_it_stands(conn, person, room):
    await room.give(conn, person, BOOK, 1, "en")
    await room.withdraw(conn, person, BOOK)
    await room.give(conn, person, BOOK, 1, "en")

    assert await room.live(conn, person, BOOK)


async def test_nobody_is_asked_for_anything_else(conn, person, room):
    for deed in (room.live(conn, person, "sell"), room.withdraw(conn, person, "sell")):
        with pytest.raises(NoSuchConsent):
            await deed


@pytest.mark.parametrize("language", words.languages())
def test_every_purpose_has_its_text_in_every_language(language):
    texts = {consents.asks(purpose, language) for purpose in Purpose}

    assert set(consents.VERSIONS) == {purpose.value for purpose in Purpose}
    assert len(texts) == len(Purpose)
    assert all(version >= 1 for version in consents.VERSIONS.values())
