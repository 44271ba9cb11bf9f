"""What people give becomes names: together with that of others, and with counters that count."""

from datetime import timedelta

import pytest

from callerid.books.boxes import Queue, What
from callerid.errors import ConsentNeeded
from core.e164 import E164
from tests.callerid.books.people import Rooms, numbers

ASHA, BEN, *OTHERS = numbers(400)
WEEK = timedelta(days=7)


async def test_five_books_make_a_name_on_the_tick(rooms: Rooms):
    for member in rooms.crowd(5):
        assert (await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})).accepted == 2

    await rooms.merge.run()
    assert (await rooms.card(ASHA))["name"] is None
    await rooms.publication.tick()

    card = await rooms.card(ASHA)
    assert (card["name"], card["status"], card["savers"]) == ("Asha Rao", "crowd", 5)
    assert await rooms.broken() == []


async def test_four_books_wait(rooms: Rooms):
    for member in rooms.crowd(4):
        await rooms.gives(member, {ASHA: "Asha Rao"})

    await rooms.tick()

    assert await rooms.count("name_tag") == 0
    assert await rooms.count("name_inbox") == 4


async def test_one_person_who_gives_five_times_is_no_crowd(rooms: Rooms):
    member = rooms.person()
    for _ in range(6):
        await rooms.gives(member, {ASHA: "Asha Rao"})

    await rooms.tick()

    assert await rooms.count("name_tag") == 0


async def test_a_book_as_large_as_all_others_together_waits_for_more(rooms: Rooms):
    large, *small = rooms.crowd(6)
    await rooms.gives(large, dict.fromkeys(OTHERS[:50], "Asha Rao"))
    for member in small:
        await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})
    await rooms.tick()
    assert await rooms.count("name_tag") == 0

    await rooms.gives(rooms.person(9), dict.fromkeys(OTHERS[:40], "Asha Rao"))
    await rooms.tick()

    assert await rooms.count("name_tag") == 100


async def test_marks_do_not_cover_a_book(rooms: Rooms):
    await rooms.gives(rooms.person(), {ASHA: "Asha Rao"})
    for member in rooms.crowd(5):
        await rooms.says(member, Queue.MARKS, (What.SPAM, E164(BEN), "", 1))

    await rooms.tick()

    assert (await rooms.count("name_tag"), await rooms.count("spam_mark")) == (0, 5)
    assert (await rooms.card(BEN))["spam"] > 0


async def test_who_gives_again_is_counted_once(rooms: Rooms):
    crowd = rooms.crowd(5)
    for _ in range(3):
        for member in crowd:
            await rooms.gives(member, {ASHA: "Asha Rao"})
        await rooms.tick()
        rooms.clock.advance(WEEK)

    assert await rooms.count("name_tag") == 5
    assert await rooms.broken() == []


async def test_the_newer_name_replaces_the_older(rooms: Rooms):
    crowd = rooms.crowd(6)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Wrong Person"})
    await rooms.tick()
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao"})
        await rooms.gives(member, {ASHA: "Asha K Rao"})
        await rooms.gives(member, {ASHA: "Asha Rao"})
    rooms.clock.advance(WEEK)
    await rooms.tick()

    assert (await rooms.card(ASHA))["name"] == "Asha Rao"
    assert await rooms.count("name_tag") == 6
    assert await rooms.count("name_cluster") == 1
    assert await rooms.broken() == []


async def test_a_name_that_becomes_no_name_goes(rooms: Rooms):
    crowd = rooms.crowd(5)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao"})
    await rooms.tick()
    for member in crowd:
        await rooms.gives(member, {ASHA: "\u200b \u202e", BEN: "Ben Okri"})
    await rooms.tick()

    assert await rooms.card(ASHA) is None
    assert await rooms.count("name_tag") == 5
    assert await rooms.broken() == []


async def test_nothing_is_taken_without_consent(rooms: Rooms):
    member = rooms.person()
    rooms.register.agreed.clear()

    with pytest.raises(ConsentNeeded):
        await rooms.gives(member, {ASHA: "Asha Rao"})
    with pytest.raises(ConsentNeeded):
        await rooms.says(member, Queue.NAMES, (What.CALL, E164(ASHA), "Asha Rao", 0))

    assert await rooms.count("name_inbox") == 0


async def test_a_hidden_number_is_named_no_more(rooms: Rooms):
    async with rooms.database.work() as conn:
        made = rooms.keys.number(E164(ASHA))
        await conn.execute("INSERT INTO named_number (number_ref, number_key, hidden) VALUES ($1, $2, true)",
                           made.ref, made.key)  # fmt: skip
    for member in rooms.crowd(5):
        await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})

    await rooms.tick()

    assert (await rooms.card(ASHA))["name"] is None
    assert await rooms.count("name_tag") == 5


async def test_attributes_stand_only_where_five_share_them(rooms: Rooms):
    """And where those of whom nothing is told are five as well, or none: they are told by that."""
    young = [rooms.person(place, days=days) for place, days in enumerate((3, 3, 20, 20, 60))]
    for member in [*rooms.crowd(5), *young]:
        await rooms.gives(member, {ASHA: "Asha Rao"})

    await rooms.tick()

    async with rooms.database.work() as conn:
        rows = await conn.fetch("SELECT age, book, attested, count(*) FROM name_tag GROUP BY 1, 2, 3 ORDER BY 4")
    assert sorted(tuple(row) for row in rows if row["age"]) == [(3, 0, True, 5)]
    assert sum(row["count"] for row in rows) == 10


async def test_two_who_would_stand_out_by_what_is_not_told_are_joined_by_the_others(rooms: Rooms):
    for member in [*rooms.crowd(5), rooms.person(7, days=3), rooms.person(8, days=20)]:
        await rooms.gives(member, {ASHA: "Asha Rao"})

    await rooms.tick()

    async with rooms.database.work() as conn:
        assert await conn.fetchval("SELECT count(*) FROM name_tag WHERE age IS NULL") == 7


async def test_a_receipt_follows_its_book(rooms: Rooms):
    first, *others = rooms.crowd(5)
    await rooms.gives(first, {ASHA: "Asha Rao"})
    assert (await rooms.intake.latest(first)).state == "waiting"
    for member in others:
        await rooms.gives(member, {ASHA: "Asha Rao"})

    await rooms.merge.run()

    assert (await rooms.intake.latest(first)).state == "merged"


async def test_a_receipt_tells_that_the_inbox_was_lost(rooms: Rooms):
    member = rooms.person()
    await rooms.gives(member, {ASHA: "Asha Rao"})
    async with rooms.database.work() as conn:
        await conn.execute("TRUNCATE name_inbox, name_inbox_head, name_giver")  # as a crash of Postgres does

    assert (await rooms.intake.latest(member)).state == "lost"
