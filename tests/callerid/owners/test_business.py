"""Businesses: asked for by an owner, checked by staff, for a year; and spam is another matter."""

import asyncio
import json
from datetime import timedelta

import pytest

from callerid.owners.business import LASTS
from callerid.owners.errors import BadBusiness, BusinessStands, BusinessUnknown, WrongBusinessState
from callerid.owners.values import BusinessState
from core.ids import new_id
from privacy.retention import sweep
from tests.callerid.owners.conftest import ASHA, NUMBER, RAVI

ASKED = ("State Bank of Testing", "money", "https://bank.example.org/contact")
DAY = timedelta(days=1)


async def waits(businesses) -> BusinessState:
    """ASHA has asked; the id of her business."""
    await businesses.ask(ASHA, *ASKED)
    (business,) = await businesses.those(BusinessState.ASKED)
    return business.business_id


async def verified(businesses):
    business_id = await waits(businesses)
    return await businesses.decide(business_id, verified=True, actor="command")


async def test_nothing_shows_before_somebody_has_checked_it(businesses, names):
    mine = await businesses.ask(ASHA, *ASKED)

    assert (mine.shown, mine.business.state) == (None, BusinessState.ASKED)
    assert await names.shown(NUMBER) == (None, "unknown")


async def test_a_verified_business_shows_its_name_even_that_of_a_bank(businesses, names, owners):
    business = await verified(businesses)

    assert await names.shown(NUMBER) == ("State Bank of Testing", "verified")
    assert business.until == business.decided_at + LASTS
    assert (await names.row(NUMBER))["confidence"] == 1
    await owners.call_me(ASHA, "Asha Rao")
    assert await names.shown(NUMBER) == ("State Bank of Testing", "verified")


async def test_being_verified_changes_nothing_about_spam(businesses, names, owners, database):
    ref = await names.crowd(NUMBER, {"Asha Loans": 5}, spam=0.9)

    await verified(businesses)

    assert (await names.row(NUMBER))["spam"] == pytest.approx(0.9)
    assert (await owners.mine(ASHA)).spam
    async with database.work() as conn:
        await names.publish(conn, ref, "Asha Loans", 0, spam=0.95)
    row = await names.row(NUMBER)
    assert (row["name"], row["status"], row["spam"]) == ("State Bank of Testing", "verified", pytest.approx(0.95))


async def test_a_decision_is_kept_in_the_audit_trail_without_name_or_number(businesses, database):
    business = await verified(businesses)

    async with database.work() as conn:
        entry = await conn.fetchrow("SELECT * FROM audit_entry WHERE action = 'business.verified'")
    assert (entry["reference"], json.loads(entry["counts"])) == (str(business.business_id), {})
    assert "Testing" not in str(dict(entry))


async def test_what_was_refused_can_be_asked_for_again(businesses, names):
    first = await waits(businesses)
    await businesses.decide(first, verified=False, actor="command")

    second = await waits(businesses)

    assert second != first
    assert await names.shown(NUMBER) == (None, "unknown")
    with pytest.raises(BusinessUnknown):
        await businesses.decide(first, verified=True, actor="command")


async def test_a_verified_business_is_withdrawn_before_another_is_asked_for(businesses, names):
    await verified(businesses)
    with pytest.raises(BusinessStands):
        await businesses.ask(ASHA, "Asha Loans", "money", "https://asha.example.org")

    assert (await businesses.withdraw(ASHA)).business is None

    assert await names.shown(NUMBER) == (None, "unknown")
    await businesses.ask(ASHA, "Asha Loans", "money", "https://asha.example.org")


async def test_staff_take_a_verification_back_at_once(businesses, names):
    business = await verified(businesses)

    ended = await businesses.revoke(business.business_id, actor="command")

    assert (ended.state, ended.until) == (BusinessState.REVOKED, None)
    assert await names.shown(NUMBER) == (None, "unknown")
    with pytest.raises(WrongBusinessState):
        await businesses.revoke(business.business_id, actor="command")


async def test_a_year_later_it_is_verified_no_longer(businesses, names, clock, owners):
    await verified(businesses)
    clock.advance(LASTS - DAY)
    assert await businesses.expire() == 0
    clock.advance(DAY)

    assert await businesses.expire() == 1

    assert await names.shown(NUMBER) == (None, "unknown")
    assert (await owners.mine(ASHA)).business.state is BusinessState.EXPIRED
    assert await businesses.expire() == 0
    clock.advance(91 * DAY)
    assert await sweep(businesses.database, clock) == {"sweep_name_business": 1}


async def test_two_of_our_staff_decide_once(businesses):
    business_id = await waits(businesses)

    told = await asyncio.gather(
        *(businesses.decide(business_id, verified=yes, actor="command") for yes in (True, False)),
        return_exceptions=True,
    )

    assert [type(each) for each in told].count(WrongBusinessState) == 1


async def test_a_business_ends_with_its_owner(businesses, names, people, owners):
    await verified(businesses)
    people.numbers[RAVI] = NUMBER

    mine = await owners.mine(RAVI)

    assert (mine.shown, mine.business) == (None, None)


@pytest.mark.parametrize(
    ("name", "category", "evidence", "field"),
    [
        ("x" * 40, "shop", "REG-1234", "name"),
        ("<b>Shop</b>", "shop", "REG-1234", "name"),
        ("Asha's Shop", "casino", "REG-1234", "category"),
        ("Asha's Shop", "shop", "http://asha.example.org", "evidence"),
        ("Asha's Shop", "shop", "https://user@asha.example.org", "evidence"),
        ("Asha's Shop", "shop", "javascript:alert(1)", "evidence"),
        ("Asha's Shop", "shop", "", "evidence"),
        ("Asha's Shop", "shop", "https://[", "evidence"),
    ],
)
async def test_what_cannot_be_said_of_a_business_is_refused_by_field(businesses, name, category, evidence, field):
    with pytest.raises(BadBusiness) as refused:
        await businesses.ask(ASHA, name, category, evidence)

    assert refused.value.facts["field"] == field


async def test_an_unknown_business_is_told_as_such(businesses):
    with pytest.raises(BusinessUnknown):
        await businesses.decide(new_id(), verified=True, actor="command")
