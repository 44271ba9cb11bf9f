"""What waits of books lies in sealed pages: what they hold, who takes out of them, and that rows wait for everybody."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callerid.books.boxes import Kind, Queue, What
from callerid.books.pages import Giver, Page, Pages
from core.e164 import E164
from privacy.keys import KeyRing
from sql.database import Connection
from tests.callerid.books.people import Rooms, numbers

ASHA, BEN, *OTHERS = numbers(300)
GIVER = Giver(UUID(int=1), UUID(int=2), "192.0.2.0/24", Kind(3, 2, True))
NAMES = st.text(max_size=200).map(lambda name: name.encode("utf-8", "replace").decode().replace("\x00", ""))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return Pages(KeyRing.create(tmp_path_factory.mktemp("keys") / "keys.json"))


@given(st.lists(st.tuples(st.binary(min_size=32, max_size=32), NAMES), max_size=40))
def test_a_page_is_opened_as_it_was_sealed(pages: Pages, named: list[tuple[bytes, str]]):
    page = Page(GIVER, 1_900_000_000_000_000, named)

    assert pages.open(pages.seal(page)) == page


def test_nobody_else_opens_it(pages: Pages, ring: KeyRing):
    assert Pages(ring).open(pages.seal(Page(GIVER, 1, [(bytes(32), "Asha Rao")]))) is None


async def test_what_is_taken_out_of_a_page_leaves_the_rest(rooms: Rooms):
    crowd = rooms.crowd(6)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri", OTHERS[0]: "Cara Diaz"})

    assert await rooms.delisting.contacts(crowd[0].person_id, [E164(BEN), E164(ASHA)]) == 2
    assert await rooms.delisting.contacts(crowd[0].person_id, [E164(BEN), E164(ASHA)]) == 0

    assert sorted(len(page.named) for page in await rooms.waiting()) == [1, 3, 3, 3, 3, 3]
    await rooms.tick()
    assert await rooms.count("name_tag") == 16


async def test_whoever_took_everything_back_covers_nobody(rooms: Rooms):
    crowd = rooms.crowd(5)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao"})
    await rooms.delisting.book(crowd[0].person_id, [E164(ASHA)])

    assert await rooms.merge.run() == 0

    await rooms.gives(rooms.person(9), {ASHA: "Asha Rao"})
    assert await rooms.merge.run() == 5


async def test_pages_sealed_under_an_older_root_are_merged_and_taken_back(rooms: Rooms):
    crowd = rooms.crowd(6)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})
    renewed = Rooms(rooms.database, rooms.clock, rooms.ring.with_new("token", rooms.clock.now()), rooms.register)

    assert await renewed.delisting.contacts(crowd[0].person_id, [E164(BEN)]) == 1
    await renewed.tick()

    assert await renewed.count("name_tag") == 11
    assert await renewed.broken() == []


async def test_what_is_taken_back_once_the_merge_has_begun_goes_too(rooms: Rooms):
    crowd = rooms.crowd(6)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})
    await rooms.merge.closed(Queue.BOOKS)
    assert await rooms.waiting() == []

    assert (await rooms.delisting.book(crowd[0].person_id, [E164(ASHA)])).removed == 1
    await rooms.tick()

    assert await rooms.count("name_tag") == 11


async def test_pages_become_rows_all_at_once(rooms: Rooms):
    """Rows that came later than others would lie beside each other, and be one person's."""
    for member in rooms.crowd(20):
        await rooms.gives(member, dict.fromkeys(OTHERS[:10], "Asha Rao"))

    await rooms.merge.closed(Queue.BOOKS)

    async with rooms.database.work() as conn:
        assert await conn.fetchval("SELECT count(DISTINCT xmin::text) FROM name_inbox WHERE queue = 0") == 1
    assert await rooms.count("name_inbox") == 200


async def test_the_version_before_closes_nothing_that_it_cannot_open(rooms: Rooms):
    async def closes(conn: Connection) -> bool:
        return await conn.fetchval("SELECT name_inbox_close(0::smallint, gen_random_uuid(), 5)")

    for member in rooms.crowd(5):
        await rooms.gives(member, {ASHA: "Asha Rao"})
    async with rooms.database.work() as conn:
        assert await closes(conn) is False
        await conn.execute("UPDATE name_inbox SET queue = 0")  # rows, as it wrote them
        assert await closes(conn) is True


async def test_rows_of_the_version_before_are_merged_with_pages(rooms: Rooms):
    crowd = rooms.crowd(5)
    for member in crowd[:2]:
        await rooms.says(member, Queue.BOOKS, (What.BOOK, E164(ASHA), "Asha Rao", 0))
    for member in crowd[2:]:
        await rooms.gives(member, {ASHA: "Asha Rao"})

    await rooms.tick()

    assert (await rooms.card(ASHA))["name"] == "Asha Rao"
    assert await rooms.count("name_tag") == 5


async def test_a_merge_waits_for_whoever_takes_something_out_of_a_page(rooms: Rooms):
    """What they leave is merged with the rest, not after it: it would be told apart."""
    crowd = rooms.crowd(6)
    for member in crowd:
        await rooms.gives(member, {ASHA: "Asha Rao", BEN: "Ben Okri"})
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def takes_back() -> None:
        async with rooms.database.transaction() as conn:
            keep = await rooms.delisting._rest(conn, crowd[0].person_id, {rooms.keys.first(ASHA)})
            begun.set()
            await go_on.wait()
            await conn.execute(
                "SELECT name_delist('{}', '{}', '{}', $1, $2, $3, $4, $5)",
                crowd[0].person_id, keep.labels, keep.generations, keep.boxes, keep.lost,
            )  # fmt: skip

    taking = asyncio.create_task(takes_back())
    await begun.wait()
    closing = asyncio.create_task(rooms.merge.closed(Queue.BOOKS))
    for _ in range(20):
        async with rooms.database.work() as conn:
            if await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                break
    go_on.set()
    await asyncio.gather(taking, closing)

    async with rooms.database.work() as conn:
        assert await conn.fetchval("SELECT count(*) FROM name_inbox WHERE queue = 3") == 0
        assert await conn.fetchval("SELECT count(*) FROM name_inbox WHERE queue = 0") == 11
        assert await conn.fetchval("SELECT count(DISTINCT xmin::text) FROM name_inbox") == 1
