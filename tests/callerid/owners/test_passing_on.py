"""Numbers that pass on: real people with real codes, carriers' lists, and what whoever comes next is told."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from admin.people.values import QUIET_FOR
from callerid.owners.feed import FeedReader
from callerid.owners.opt_outs import SHOW
from callerid.owners.rules import week_of
from core.e164 import E164
from ivr import codes
from tests.admin.arriving import arrives
from tests.callerid.owners.conftest import Names
from tests.callerid.owners.proving import token_of
from tests.callerid.owners.test_owners_http import Api
from tests.masking.served import served
from tests.town import ALICE, BOB, Town

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
async def stranger(town: Town) -> AsyncIterator[Api]:
    async with served(town) as base, aiohttp.ClientSession() as session:
        yield Api(base, session)


@pytest.fixture
def crowd(town: Town) -> Names:
    return Names(town.house.database, town.house.naming.owners.marks, town.clock)


async def listed(town: Town, number: E164) -> None:
    """A carrier's list of today says that a number was given back."""
    today = town.clock.now().date()
    await town.house.naming.disconnects.take_in(io.BytesIO(number.value.encode()), FeedReader(None, today, today))


async def person_of(stranger: Api, town: Town, number: E164, *, new: bool = False) -> Api:
    """The program of whoever proves a number now."""
    return Api(stranger.base, stranger.session, await token_of(town, number, new=new))


async def test_a_list_and_a_look_show_no_hidden_number_again(town, stranger, crowd, clock):
    """A list may be wrong, and a token proves nothing of a number that was given back since."""
    await crowd.crowd(ALICE, {"Alice Stone": 6})
    alice = await person_of(stranger, town, ALICE)
    await alice.well("PATCH", "/mine", hidden=True)
    clock.advance(WEEK)
    await listed(town, ALICE)

    status, told = await alice("GET", "/mine")

    assert (status, told.get("type")) == (409, "/problems/prove-again")
    assert (await crowd.row(ALICE))["hidden"]


async def test_whoever_lost_a_number_by_a_list_says_nothing_more_of_it(town, stranger, crowd, clock):
    await crowd.crowd(ALICE, {"Alice Stone": 6})
    alice = await person_of(stranger, town, ALICE)
    clock.advance(WEEK)
    await listed(town, ALICE)

    said = [await alice("PUT", "/mine/name", name="Alice Evil"), await alice("PATCH", "/mine", hidden=True),
            await alice("POST", "/mine/business", name="Evil", category="shop", evidence="REG-1234")]  # fmt: skip

    assert [status for status, _ in said] == [409, 409, 409]
    assert (await crowd.row(ALICE))["own_name"] is None


async def test_a_holder_who_proves_it_again_keeps_what_they_refused(town, stranger, crowd, clock):
    await crowd.crowd(ALICE, {"Alice Stone": 6})
    alice = await person_of(stranger, town, ALICE)
    await alice.well("PATCH", "/mine", hidden=True)
    clock.advance(WEEK)
    await alice("GET", "/mine")
    await listed(town, ALICE)

    again = await person_of(stranger, town, ALICE)

    assert (await again.well("GET", "/mine"))["hidden"]
    assert (await alice.well("GET", "/mine"))["hidden"]


async def test_a_list_reaches_an_account_whose_number_nobody_named(town, clock):
    former = await arrives(town, BOB)
    clock.advance(2 * WEEK)
    await listed(town, BOB)
    clock.advance(DAY)

    newcomer = await arrives(town, BOB)

    assert newcomer.person.person_id != former.person.person_id


async def test_nobody_reads_what_the_business_before_showed_us(town, stranger, crowd):
    alice = await person_of(stranger, town, ALICE)
    await alice.well("POST", "/mine/business", name="Alice Loans", category="money", evidence="REG-1234")

    newcomer = await person_of(stranger, town, ALICE, new=True)

    assert (await newcomer.well("GET", "/mine"))["business"] is None
    assert await town.rows("SELECT 1 FROM name_business") == []


async def test_a_business_goes_with_a_holder_who_moves_to_another_number(town, stranger):
    alice = await person_of(stranger, town, ALICE)
    await alice.well("POST", "/mine/business", name="Alice Loans", category="money", evidence="REG-1234")

    await moves(town, alice, BOB)

    assert await town.rows("SELECT 1 FROM name_business") == []


async def test_whoever_is_new_is_not_told_what_their_number_was_called_before(town, stranger, crowd, clock):
    ref = await crowd.crowd(ALICE, {"Alice Stone": 30, "Alice Cheap": 30}, shown=None)
    await person_of(stranger, town, ALICE)
    clock.advance(3 * WEEK)
    newcomer = await person_of(stranger, town, ALICE, new=True)
    await newcomer.well("GET", "/mine")
    async with town.house.database.work() as conn:
        await crowd.cluster(conn, ref, 2, "Nina Novak", 30)
    clock.advance(2 * timedelta(hours=1))
    await town.house.naming.renewal.renew()

    told = await newcomer.well("GET", "/mine")

    assert [each["name"] for each in told["names"]] == ["Nina Novak"]


async def test_a_hidden_number_stays_hidden_when_its_holder_comes_back_after_a_long_silence(
    town, stranger, crowd, clock
):  # fmt: skip
    await crowd.crowd(ALICE, {"Alice Stone": 6})
    alice = await person_of(stranger, town, ALICE)
    await alice.well("PATCH", "/mine", hidden=True)
    clock.advance(QUIET_FOR + DAY)

    back = await person_of(stranger, town, ALICE)

    assert (await back.well("GET", "/mine"))["hidden"]


async def moves(town: Town, of: Api, number: E164) -> None:
    """Somebody takes their account to another number."""
    here = await town.house.people.members.here(of.token or "")
    assert here is not None
    await arrives(town, number, keeper=here.person.person_id)
    town.house.people.members.forget()


async def test_a_suspected_number_is_not_washed_clean_by_moving_to_and_fro(town, stranger, crowd):
    await crowd.crowd(ALICE, {"Alice Stone": 4}, spam=0.8)
    alice = await person_of(stranger, town, ALICE)

    for number in (BOB, ALICE, BOB):
        await moves(town, alice, number)

    row = await crowd.row(ALICE)
    assert row["disconnected_week"] == week_of(town.clock.now()) - 13
    assert row["spam"] == pytest.approx(0.8)


async def test_names_are_not_voided_week_after_week_by_moving_to_and_fro(town, stranger, crowd, clock):
    await crowd.crowd(ALICE, {"Alice Stone": 4}, spam=0.2)
    alice = await person_of(stranger, town, ALICE)
    await moves(town, alice, BOB)
    first = (await crowd.row(ALICE))["disconnected_week"]
    clock.advance(4 * WEEK)

    for number in (ALICE, BOB):
        await moves(town, alice, number)

    assert (await crowd.row(ALICE))["disconnected_week"] == first


async def test_a_name_is_not_told_to_be_said_once_the_consent_was_taken_back(town, stranger):
    alice = await person_of(stranger, town, ALICE)
    await alice.well("PUT", "/mine/name", name="Alice Stone")
    here = await town.house.people.members.here(alice.token or "")
    assert here is not None
    rights = town.house.people.rights
    await rights.give(here.person.person_id, "speak-name", 1, "en")
    assert (await alice.well("PATCH", "/mine", says_name=True))["says_name"]

    await rights.withdraw(here.person.person_id, "speak-name")

    assert not (await alice.well("GET", "/mine"))["says_name"]


async def test_whoever_moves_waits_for_what_is_said_of_their_number_before_they_hold_their_account(
    town, stranger, crowd
):  # fmt: skip
    """A number first, then its person, as everybody: else who moves and who deletes each hold what the other needs."""
    await crowd.crowd(ALICE, {"Alice Stone": 4})
    alice = await person_of(stranger, town, ALICE)
    async with town.house.database.work() as conn, conn.transaction():
        await conn.execute("SELECT FROM named_number FOR UPDATE")
        moving = asyncio.create_task(moves(town, alice, BOB))
        while not await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            continue
        free = await conn.fetch("SELECT FROM person FOR UPDATE SKIP LOCKED")

    await moving
    assert len(free) == 1


@pytest.mark.parametrize(("language", "says"), [("en", "to show the name"), ("hi", "फिर से दिखाने")])
def test_the_code_that_shows_a_name_again_says_so(language, says):
    """Else somebody may be talked into telling it who thinks that it opens something else."""
    assert says in codes.text(SHOW, "123456", language)
    assert codes.about(SHOW) != codes.about("anything")


async def test_an_export_is_of_the_number_as_it_is_held_now_not_as_it_was_when_they_signed_in(
    town, stranger, crowd, clock
):
    """Another process may remember a person for seconds after they moved: what BOB's number was called is of others."""
    await crowd.crowd(BOB, {"Bob Brown": 30})
    alice = await person_of(stranger, town, ALICE)
    here = await town.house.people.members.here(alice.token or "")
    assert here is not None
    clock.advance(3 * WEEK)
    await moves(town, alice, BOB)

    records = await town.house.people.rights.export(here.person)

    assert [each for each in records if each.kind == "name"] == []


async def test_whoever_lost_their_number_a_moment_ago_can_still_delete_their_account(town, stranger):
    alice = await person_of(stranger, town, ALICE)
    here = await town.house.people.members.here(alice.token or "")
    assert here is not None
    await person_of(stranger, town, ALICE, new=True)

    await town.house.people.rights.delete(here.person)

    assert len(await town.rows("SELECT 1 FROM person")) == 1
    assert [row["hidden"] for row in await town.rows("SELECT hidden FROM named_number")] == [False]
