"""What the service learns of words, from names and from marks, and under which rules it ranks by them."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import pytest

from callerid.books import store
from callerid.books.boxes import Queue, What
from callerid.books.merge import newest_model
from callerid.books.store import SHELF
from callerid.books.upkeep import Upkeep
from callerid.ranking import Book, Model
from callerid.ranking.lessons import Heard
from callerid.ranking.tokens import token
from core.e164 import E164
from sql.database import Connection, Database
from tests.callerid.books.people import Rooms, numbers

ASHA, *OTHERS = numbers(400)
SHIPPED = Model.load()


async def heard(rooms: Rooms, word: str) -> Heard:
    async with rooms.database.work() as conn:
        return (await newest_model(conn)).heard(token(word).key)


@pytest.mark.parametrize("first", ["names", "marks"])
async def test_words_of_numbers_that_are_marked_are_learned(rooms: Rooms, first: str):
    for kind in ("names", "marks") if first == "names" else ("marks", "names"):
        for member in rooms.crowd(5):
            if kind == "names":
                await rooms.gives(member, {ASHA: "Loan Offer", OTHERS[0]: "Asha Rao"})
            else:
                await rooms.says(member, Queue.MARKS, (What.SPAM, E164(ASHA), "", 1))
        await rooms.tick()

    assert (await heard(rooms, "Loan")).unwanted == 1
    assert (await heard(rooms, "Asha")).unwanted == 0


async def test_learning_anew_finds_what_was_learned(rooms: Rooms):
    for member in rooms.crowd(5):
        await rooms.gives(member, {ASHA: "Loan Offer"})
        await rooms.says(member, Queue.MARKS, (What.SPAM, E164(ASHA), "", 1))
    await rooms.tick()
    learned = await heard(rooms, "Loan")

    await Upkeep(rooms.database).relearn(rooms.clock.now())

    assert learned.unwanted == 1
    assert await heard(rooms, "Loan") == learned


async def begun(database: Database, merging: asyncio.Task[int]) -> None:
    """Returns once a merge waits for somebody, or is done."""
    async with database.work() as conn:
        while not merging.done():
            if await conn.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"):
                return


async def test_what_is_merged_while_words_are_learned_anew_is_learned_too(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
):
    for member in rooms.crowd(5):
        await rooms.gives(member, {ASHA: "Asha Rao"})
    await rooms.tick()
    for member in rooms.crowd(5):
        await rooms.gives(member, dict.fromkeys(OTHERS[:20], "Novum"))
    merging: list[asyncio.Task[int]] = []
    real = store.add_marks

    async def late(conn: Connection, books: Mapping[UUID, Book]) -> None:
        """Somebody merges while numbers are counted."""
        if not merging:
            merging.append(asyncio.create_task(rooms.merge.run()))
            await begun(rooms.database, merging[0])
        await real(conn, books)

    monkeypatch.setattr(store, "add_marks", late)
    await Upkeep(rooms.database).relearn(rooms.clock.now())
    await merging[0]

    assert (await heard(rooms, "Novum")).numbers == 20
    assert (await heard(rooms, "Asha")).numbers == 1


async def test_a_new_version_ranks_by_its_own_rules_with_the_words_that_were_learned(rooms: Rooms):
    """What an earlier version stored holds its rules too."""
    earlier = Model("of an earlier version", {"spam": {"bias": 9.0}}, {}, {"asha": Heard(1.0, 2.0, 3, 1, 0.0)})
    async with rooms.database.work() as conn:
        await SHELF.put_model(conn, body=earlier.to_json(), t=rooms.clock.now())

        model = await newest_model(conn)

    assert (model.version, model.weights) == (SHIPPED.version, SHIPPED.weights)
    assert model.words == earlier.words
