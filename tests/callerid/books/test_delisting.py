"""What somebody gave, they take back: at once with the book at hand, else in the background, whoever else is busy."""

import asyncio
import random
from dataclasses import replace

import pytest

from callerid.books.boxes import Queue, What
from callerid.books.holdings import BookHoldings
from callerid.errors import ConsentNeeded, TakingBack
from core.e164 import E164
from privacy.holdings import Subject
from tests.callerid.books.people import Rooms, numbers

ASHA, BEN, *OTHERS = numbers(400)
NAMES = ("Asha Rao", "Ben Okri", "Cara Diaz", "Dev Patel", "Asha R", "Rao Asha", "Plumber", "Papa")


async def taken_back(rooms, member, book):
    return await rooms.delisting.book(member.person_id, [E164(number) for number in book])


async def test_a_book_is_taken_back_at_once_and_the_second_time_nothing(rooms: Rooms):
    crowd = rooms.crowd(5)
    book = dict.fromkeys([ASHA, BEN, *OTHERS[:20]], "Asha Rao")
    for member in crowd:
        await rooms.gives(member, book)
    await rooms.tick()

    first = await taken_back(rooms, crowd[0], book)
    second = await taken_back(rooms, crowd[0], book)

    assert (first.removed, second.removed, first.state) == (22, 0, "withdrawn")
    assert await rooms.count("name_tag") == 88
    assert await rooms.broken() == []


async def test_a_name_goes_in_that_moment_where_too_few_are_left(rooms: Rooms):
    crowd = rooms.crowd(5)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})
    await rooms.tick()
    for member in crowd[:3]:
        await taken_back(rooms, member, [ASHA])
    assert (await rooms.card(ASHA))["name"] == "Asha Rao"

    await taken_back(rooms, crowd[3], [ASHA])

    card = await rooms.card(ASHA)
    assert (card["name"], card["status"]) == (None, "unknown")
    assert (await rooms.card(BEN))["name"] == "Ben Okri"
    assert await rooms.broken() == []


async def test_a_name_stays_where_two_people_come_after_one_household(rooms: Rooms):
    """Four tags do not tell that two people are left; the others are looked at then."""
    home = rooms.person(1)
    household = [home, *(replace(rooms.person(1), device_id=home.device_id) for _ in range(7))]
    crowd = [*household, *rooms.crowd(4)]
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao"})
    await rooms.tick()

    for member in crowd[9:]:
        await taken_back(rooms, member, [ASHA])
    assert (await rooms.card(ASHA))["name"] == "Asha Rao"

    await taken_back(rooms, crowd[8], [ASHA])
    assert (await rooms.card(ASHA))["name"] is None
    assert await rooms.broken() == []


async def test_what_waits_still_is_taken_back_too(rooms: Rooms):
    crowd = rooms.crowd(6)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao"})
        await rooms.says(member, Queue.MARKS, (What.SPAM, E164(BEN), "", 1))

    done = await taken_back(rooms, crowd[0], [ASHA, BEN])
    await rooms.tick()

    assert done.removed == 2
    assert (await rooms.count("name_tag"), await rooms.count("spam_mark")) == (5, 5)


async def test_the_next_upload_needs_a_new_consent(rooms: Rooms):
    member = rooms.person()
    await rooms.gives(member, {ASHA: "Asha Rao"})
    await taken_back(rooms, member, [ASHA])

    with pytest.raises(ConsentNeeded):
        await rooms.gives(member, {ASHA: "Asha Rao"})


async def test_without_the_book_everything_is_found(rooms: Rooms):
    crowd = rooms.crowd(6)
    for member in crowd:
        await rooms.gives(member, dict.fromkeys([ASHA, *OTHERS[:30]], "Asha Rao"))
        await rooms.says(member, Queue.MARKS, (What.SPAM, E164(BEN), "", 1))
    await rooms.tick()
    await rooms.gives(crowd[0], {OTHERS[50]: "Waits Still"})

    begun = await rooms.delisting.everything(crowd[0].person_id)
    await rooms.leaving.look()

    assert begun.state == "withdrawing"
    done = await rooms.intake.latest(crowd[0])
    assert (done.state, done.removed) == ("withdrawn", 33)
    assert (await rooms.count("name_tag"), await rooms.count("spam_mark")) == (5 * 31, 5)
    assert (await rooms.count("name_inbox"), await rooms.count("name_leaver")) == (0, 0)
    assert await rooms.broken() == []


async def test_nothing_of_a_leaver_is_merged_or_counts_meanwhile(rooms: Rooms):
    crowd = rooms.crowd(5)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})
    await rooms.tick()
    for member in crowd:
        await rooms.gives(member, {OTHERS[0]: "Cara Diaz"})
    leaver = crowd[0]
    await rooms.delisting.everything(leaver.person_id)
    with pytest.raises(TakingBack):
        await rooms.gives(leaver, {ASHA: "Asha Rao"})

    await rooms.merge.run()
    async with rooms.database.work() as conn:
        await conn.execute("UPDATE named_number SET dirty = true")
    await rooms.publication.tick()

    assert await rooms.count("name_tag") == 3 * 4
    assert (await rooms.card(ASHA))["savers"] == 4


async def test_a_deleted_account_leaves_nothing(rooms: Rooms):

    crowd = rooms.crowd(5)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao"})
    await rooms.tick()
    holder = BookHoldings(rooms.delisting)
    subject = Subject(account=crowd[0].person_id)
    async with rooms.database.transaction() as conn:
        (record,) = await holder.export(conn, subject)
        assert record.facts["accepted"] == 1
        await holder.erase(conn, subject)

    await rooms.leaving.look()

    assert await rooms.count("name_tag") == 4
    async with rooms.database.work() as conn:
        assert await holder.export(conn, subject) == []
        assert await conn.fetchval("SELECT count(*) FROM book_receipt WHERE person_id = $1", subject.account) == 0


async def test_tags_from_before_a_new_token_root_are_found(rooms: Rooms):
    crowd = rooms.crowd(5)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao"})
    await rooms.tick()
    renewed = Rooms(rooms.database, rooms.clock, rooms.ring.with_new("token", rooms.clock.now()), rooms.register)

    for member in crowd:
        await renewed.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})
    await renewed.tick()
    assert await renewed.count("name_tag") == 10
    done = await taken_back(renewed, crowd[0], [ASHA, BEN])

    assert done.removed == 2
    assert await renewed.broken() == []


async def test_counters_hold_while_everybody_is_busy_at_once(rooms: Rooms):
    """Uploads, merges, publications and people who take back, on the same numbers, all at the same time."""
    chance = random.Random(7)
    crowd, shared = rooms.crowd(12), [ASHA, BEN, *OTHERS[:40]]
    for member in crowd:
        await rooms.gives(member, {number: chance.choice(NAMES) for number in shared})
    await rooms.tick()

    async def comes_and_goes(member):
        for _ in range(3):
            await rooms.gives(member, {number: chance.choice(NAMES) for number in chance.sample(shared, 30)})
            await taken_back(rooms, member, chance.sample(shared, 25))
            rooms.register.agreed.add(member.person_id)

    async def ticks():
        for _ in range(6):
            await rooms.tick()

    await asyncio.gather(*(comes_and_goes(member) for member in crowd), ticks(), ticks())
    await rooms.tick()

    assert await rooms.broken() == []
    for member in crowd:
        await taken_back(rooms, member, shared)
    assert await rooms.count("name_tag") == 0
    assert await rooms.count("name_spelling") == 0
    assert await rooms.count("name_cluster") == 0
    await rooms.publication.tick()
    assert await rooms.count("named_number") == 0


async def test_a_struck_name_stays_struck_when_everybody_took_it_back(rooms: Rooms):
    crowd = rooms.crowd(5)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Silly Goat"})
    await rooms.tick()
    async with rooms.database.work() as conn:
        await conn.execute("UPDATE name_cluster SET struck = true")
    for member in crowd:
        await taken_back(rooms, member, [ASHA])
        rooms.register.agreed.add(member.person_id)
    await rooms.publication.tick()

    for member in rooms.crowd(5):
        await rooms.gives(member, {ASHA: "Silly Goat"})
    await rooms.tick()

    assert (await rooms.card(ASHA))["name"] is None
    assert await rooms.broken() == []
