"""A verified business is asked for anew in its last month, and is shown meanwhile: no day without its name."""

from datetime import timedelta

import pytest

from callerid.owners.business import LASTS, REMINDED
from callerid.owners.errors import BusinessStands
from callerid.owners.values import BusinessState
from tests.callerid.owners.conftest import ASHA, NOON, NUMBER

DAY = timedelta(days=1)


async def verified(businesses) -> None:
    asked = await businesses.ask(ASHA, "Rao Bank", "money", "REG-1234")
    await businesses.decide(asked.business.business_id, verified=True, actor="command")


async def test_in_its_last_month_it_is_asked_for_anew_and_shown_meanwhile(businesses, names, clock):
    await verified(businesses)
    clock.advance(LASTS - REMINDED - DAY)
    with pytest.raises(BusinessStands):
        await businesses.ask(ASHA, "Rao Bank", "money", "REG-5678")
    clock.advance(2 * DAY)

    mine = await businesses.ask(ASHA, "Rao Bank", "money", "REG-5678")

    assert (mine.business.state, mine.business.until) == (BusinessState.ASKED, NOON + LASTS)
    assert await names.shown(NUMBER) == ("Rao Bank", "verified")
    business = await businesses.decide(mine.business.business_id, verified=True, actor="command")
    assert business.until == clock.now() + LASTS
    assert await names.shown(NUMBER) == ("Rao Bank", "verified")


async def test_another_name_is_shown_once_somebody_has_checked_it(businesses, names, clock):
    await verified(businesses)
    clock.advance(LASTS - DAY)

    mine = await businesses.ask(ASHA, "Royal Rao Bank", "money", "REG-5678")

    assert await names.shown(NUMBER) == ("Rao Bank", "verified")
    await businesses.decide(mine.business.business_id, verified=True, actor="command")
    assert await names.shown(NUMBER) == ("Royal Rao Bank", "verified")


@pytest.mark.parametrize("end", ["refused", "revoked", "withdrawn"])
async def test_what_was_asked_for_anew_ends_as_any_other(businesses, names, clock, end):
    await verified(businesses)
    clock.advance(LASTS - DAY)
    mine = await businesses.ask(ASHA, "Rao Bank", "money", "REG-5678")

    if end == "refused":
        await businesses.decide(mine.business.business_id, verified=False, actor="command")
    elif end == "revoked":
        await businesses.revoke(mine.business.business_id, actor="command")
    else:
        await businesses.withdraw(ASHA)

    assert await names.shown(NUMBER) == (None, "unknown")


async def test_its_year_ends_while_it_waits_and_it_waits_on(businesses, names, clock, owners):
    await verified(businesses)
    clock.advance(LASTS - DAY)
    mine = await businesses.ask(ASHA, "Rao Bank", "money", "REG-5678")
    clock.advance(2 * DAY)

    assert (await businesses.expire(), await businesses.expire()) == (1, 0)

    assert await names.shown(NUMBER) == (None, "unknown")
    assert (await owners.mine(ASHA)).business.until is None
    await businesses.decide(mine.business.business_id, verified=True, actor="command")
    assert await names.shown(NUMBER) == ("Rao Bank", "verified")
