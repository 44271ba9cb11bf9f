"""A number that changed hands is somebody else's: what was said of its holder before says nothing of the new one."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from callerid.owners.marks import Marks
from callerid.owners.opt_outs import OptOuts
from callerid.owners.rules import week_of
from privacy.retention import sweep
from sql.database import Database
from tests.callerid.owners.conftest import ASHA, NUMBER, RAVI

WEEK = timedelta(weeks=1)


@dataclass
class Codes:
    """Stands for privacy.proof: every code is right, and proves NUMBER."""

    database: Database

    @asynccontextmanager
    async def proven(self, proof_id, code, purpose, *, network):
        async with self.database.transaction() as conn:
            yield conn, NUMBER


@pytest.fixture
def opt_outs(database, clock, marks) -> OptOuts:
    return OptOuts(database, clock, marks, Codes(database))  # type: ignore[arg-type]


async def proves(names, hands, *, same: bool = False) -> None:
    """Somebody proves NUMBER by a code, as the room of people tells."""
    async with names.database.transaction() as conn:
        await hands.proven(conn, NUMBER, same=same)


async def given_back(names, weeks_ago: int = 0) -> None:
    """A carrier says that NUMBER was given back."""
    async with names.database.transaction() as conn:
        await conn.fetch("SELECT * FROM names_given_back($1, $2, $3, false)", names.clock.now(),
                         [names.marks.number(NUMBER).key], [week_of(names.clock.now()) - weeks_ago])  # fmt: skip


async def said_much(owners, names) -> None:
    """ASHA set a name and hid another, people call her number so, and some find it a nuisance."""
    await names.crowd(NUMBER, {"Asha Rao": 4, "Asha Cheap": 4}, spam=0.2)
    await owners.call_me(ASHA, "Asha Rao")
    await owners.change(ASHA, hidden=True)


async def test_another_person_begins_an_epoch_in_which_nothing_of_the_former_owner_shows(owners, names, people, clock):
    await said_much(owners, names)
    clock.advance(20 * WEEK)
    people.numbers[RAVI] = NUMBER

    mine = await owners.mine(RAVI)

    row = await names.row(NUMBER)
    assert (mine.shown, mine.own_name, mine.hidden, mine.spam) == (None, None, False, False)
    assert (row["spam"], row["spam_kind"], row["says_name"], row["dirty"]) == (0, None, False, True)
    assert row["owned_week"] == week_of(clock.now())
    assert row["disconnected_week"] == row["owned_week"] - 1  # so that the new owner's own word is not of the old epoch


async def test_what_ranking_kept_of_the_former_epoch_is_counted_anew(owners, names, people, database):
    ref = await names.crowd(NUMBER, {"Asha Rao": 4})
    await owners.mine(ASHA)
    people.numbers[RAVI] = NUMBER

    await owners.mine(RAVI)

    async with database.work() as conn:
        assert await conn.fetchval("SELECT state FROM name_cluster WHERE number_ref = $1", ref) is None


async def test_the_same_person_proves_their_number_again_and_nothing_changes(owners, names, clock):
    await said_much(owners, names)
    clock.advance(20 * WEEK)

    mine = await owners.mine(ASHA)

    assert (mine.own_name, mine.hidden) == ("Asha Rao", True)
    assert (await names.row(NUMBER))["disconnected_week"] is None


async def test_an_owner_is_known_again_under_a_new_token_root_and_when_the_old_one_is_gone(owners, names, ring, clock):
    await said_much(owners, names)
    both = ring.with_new("token", clock.now())

    for known in (both, both.without("token", ring.newest("token"))):
        mine = await replace(owners, marks=Marks(known)).mine(ASHA)
        assert (mine.own_name, mine.hidden) == ("Asha Rao", True)


async def test_under_a_new_token_root_somebody_else_is_somebody_else(owners, names, ring, clock, people):
    await said_much(owners, names)
    people.numbers[RAVI] = NUMBER

    mine = await replace(owners, marks=Marks(ring.with_new("token", clock.now()))).mine(RAVI)

    assert (mine.own_name, mine.hidden) == (None, False)


async def test_the_first_owner_of_a_number_ends_nothing(owners, names):
    await names.crowd(NUMBER, {"Asha Rao": 4})

    assert (await owners.mine(ASHA)).shown == "Asha Rao"
    assert (await names.row(NUMBER))["disconnected_week"] is None


async def test_a_suspected_number_is_not_washed_clean_by_another_account(owners, names, people, clock):
    """Carriers let a number rest for 90 days: what was said in the last 13 weeks is about who holds it now."""
    await names.crowd(NUMBER, {"Asha Rao": 4}, spam=0.8)
    await owners.mine(ASHA)
    clock.advance(20 * WEEK)
    people.numbers[RAVI] = NUMBER

    await owners.mine(RAVI)

    assert (await names.row(NUMBER))["disconnected_week"] == week_of(clock.now()) - 13


async def test_a_carriers_word_ends_what_was_claimed_and_keeps_what_was_refused(owners, names, clock):
    await said_much(owners, names)
    clock.advance(WEEK)

    await given_back(names)

    row = await names.row(NUMBER)
    assert (row["own_name"], row["owned_week"], row["hidden"], row["spam"]) == (None, None, True, 0)
    assert row["disconnected_week"] == week_of(clock.now())
    async with names.database.work() as conn:
        assert await conn.fetchval("SELECT count(*) FROM name_owner") == 0


async def test_a_former_owners_refusal_ends_after_half_a_year(owners, names, clock):
    await said_much(owners, names)
    await given_back(names)

    clock.advance(26 * WEEK)
    await sweep(names.database, clock)
    assert (await names.row(NUMBER))["hidden"]
    clock.advance(WEEK)
    await sweep(names.database, clock)

    row = await names.row(NUMBER)
    assert (row["hidden"], row["dirty"]) == (False, True)


async def test_a_new_owner_decides_at_once(owners, names, people, clock, hands):
    await said_much(owners, names)
    await given_back(names)
    people.numbers[RAVI] = NUMBER
    await proves(names, hands)

    assert not (await owners.mine(RAVI)).hidden
    await owners.change(RAVI, hidden=True)

    clock.advance(60 * WEEK)
    await sweep(names.database, clock)
    assert (await names.row(NUMBER))["hidden"]


async def test_a_new_holder_without_an_account_decides_too_and_for_good(owners, names, opt_outs, clock):
    await given_back(names) if await names.crowd(NUMBER, {"Asha Rao": 4}) else None

    await opt_outs.confirm(None, "", hidden=True, network="")

    clock.advance(60 * WEEK)
    await sweep(names.database, clock)
    assert (await names.row(NUMBER))["hidden"]


async def test_a_number_that_nobody_named_stays_hidden_through_later_uploads(names, opt_outs, database):
    await opt_outs.confirm(None, "", hidden=True, network="")

    ref = await names.crowd(NUMBER, {"Asha Rao": 4})

    assert await names.shown(NUMBER) == (None, "unknown")
    async with database.work() as conn:
        await names.publish(conn, ref, "Asha Rao", 0)
    assert await names.shown(NUMBER) == (None, "unknown")


async def test_who_hid_a_number_by_a_code_shows_it_again_by_one(names, opt_outs, database):
    ref = await names.crowd(NUMBER, {"Asha Rao": 4})
    await opt_outs.confirm(None, "", hidden=True, network="")

    await opt_outs.confirm(None, "", hidden=False, network="")

    async with database.work() as conn:
        await names.publish(conn, ref, "Asha Rao", 0)
    assert await names.shown(NUMBER) == ("Asha Rao", "crowd")


async def test_a_code_without_an_account_takes_nothing_from_its_owner(owners, names, opt_outs):
    await names.crowd(NUMBER, {"Asha Rao": 4})
    await owners.call_me(ASHA, "Asha Rao")

    await opt_outs.confirm(None, "", hidden=True, network="")
    await opt_outs.confirm(None, "", hidden=False, network="")

    assert (await owners.mine(ASHA)).own_name == "Asha Rao"
    assert (await names.row(NUMBER))["disconnected_week"] is None


async def test_the_room_of_people_is_told_of_what_carriers_said(names, hands, database, clock):
    await names.crowd(NUMBER, {"Asha Rao": 4})
    await given_back(names)

    async with database.work() as conn:
        assert await hands.given_back(conn, NUMBER, (clock.now() - 3 * WEEK).date())
        assert not await hands.given_back(conn, NUMBER, (clock.now() + WEEK).date())


@pytest.mark.parametrize("stays", [False, True])
async def test_the_room_of_people_tells_that_a_number_changed_hands(owners, names, hands, database, people, stays):
    await said_much(owners, names)

    async with database.transaction() as conn:
        await hands.changed_hands(conn, NUMBER, stays_hidden=stays)

    row = await names.row(NUMBER)
    assert (row["own_name"], row["hidden"], row["disconnected_week"]) == (None, stays, row["owned_week"] - 1)
    people.numbers[RAVI] = NUMBER
    assert (await owners.change(RAVI, hidden=True)).hidden
    assert (await owners.mine(RAVI)).hidden
