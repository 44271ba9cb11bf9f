"""A holder of a number asks what names hold about them, or has it erased."""

from datetime import timedelta

import pytest

from callerid.owners.holdings import OwnerHoldings
from privacy.holdings import Subject
from tests.callerid.owners.conftest import ASHA, NUMBER, OTHER, RAVI, SECRET

ABOUT = Subject(number=NUMBER)


@pytest.fixture
def holdings(clock, marks) -> OwnerHoldings:
    return OwnerHoldings(clock, marks, SECRET)


async def test_an_export_tells_what_goes_round_and_what_they_said(holdings, owners, names, businesses, database):
    await names.crowd(NUMBER, {"Asha Rao": 30, "Asha from the gym": 1})
    await owners.call_me(ASHA, "Asha Rao")
    await businesses.ask(ASHA, "Asha Loans", "money", "REG-1234")

    async with database.work() as conn:
        records = await holdings.export(conn, ABOUT)

    said, business, name = records
    assert (said.kind, said.facts["own_name"], said.facts["status"]) == ("number", "Asha Rao", "self-declared")
    assert (business.kind, business.facts["state"]) == ("business", "asked")
    assert (name.kind, name.facts["name"], name.facts["people_at_least"]) == ("name", "Asha Rao", 20)


async def test_whoever_is_new_on_a_number_is_not_told_what_its_holder_before_was_called(
    holdings, names, database, clock
):  # fmt: skip
    await names.crowd(NUMBER, {"Asha Rao": 30})
    since = clock.now() + timedelta(weeks=3)

    async with database.work() as conn:
        records = await holdings.export(conn, Subject(number=NUMBER, since=since))

    assert [each.kind for each in records] == ["number"]


async def test_an_erasure_leaves_a_key_and_that_nothing_may_be_shown(holdings, owners, names, businesses, database):
    ref = await names.crowd(NUMBER, {"Asha Rao": 4, "Asha Office": 3})
    other = await names.crowd(OTHER, {"Ravi": 4})
    await owners.call_me(ASHA, "Asha Rao")
    await owners.mine(RAVI)
    await businesses.ask(ASHA, "Asha Loans", "money", "REG-1234")

    async with database.transaction() as conn:
        erased = await holdings.erase(conn, ABOUT)

    assert erased == 7 + 2 + 2
    row = await names.row(NUMBER)
    left = {name for name, value in row.items() if value not in (None, False, 0, "unknown")}
    assert left == {"number_ref", "number_key", "hidden", "dirty"}
    async with database.work() as conn:
        for table in ("name_tag", "name_cluster", "name_spelling", "name_owner", "name_business"):
            refs = {each["number_ref"] for each in await conn.fetch(f"SELECT number_ref FROM {table}")}
            assert ref not in refs
        assert await conn.fetchval("SELECT count(*) FROM name_tag WHERE number_ref = $1", other) == 4


async def test_after_an_erasure_the_next_address_book_shows_nothing(holdings, names, database):
    ref = await names.crowd(NUMBER, {"Asha Rao": 4})
    async with database.transaction() as conn:
        await holdings.erase(conn, ABOUT)

    async with database.work() as conn:
        await names.cluster(conn, ref, 0, "Asha Rao", 9)
        await names.publish(conn, ref, "Asha Rao", 0)

    assert await names.shown(NUMBER) == (None, "unknown")


async def test_of_a_number_that_nobody_named_there_is_nothing(holdings, database, names):
    async with database.transaction() as conn:
        assert await holdings.export(conn, ABOUT) == []
        assert await holdings.erase(conn, ABOUT) == 0
        assert await holdings.export(conn, Subject(account=ASHA)) == []

    assert await names.row(NUMBER) == {}
