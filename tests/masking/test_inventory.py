"""Our own numbers: a role changes only after rest, and no pool number stands without a shared one."""

from datetime import timedelta

import pytest

from core.e164 import E164, BadNumber
from masking.claims.errors import AccountUnknown, NoSharedNumber, NumberBusy, NumberKnown, NumberUnknown
from masking.claims.inventory import LEAST_REST
from masking.claims.values import ProxyNumber, Role
from masking.sessions.given import Ends
from tests.town import ALICE, BOB, NOON, OWNER, POOL, SESSION, SHARED, Town

SPARE = E164("+12025550140")
ABROAD = E164("+33639980120")
A_SECOND = timedelta(seconds=1)


async def shown(town: Town, number: E164) -> ProxyNumber:
    return next(n for n in await town.house.inventory.every(town.tenant) if n.number == number)


async def test_a_pool_number_needs_a_shared_one_of_its_account_and_country(town: Town):
    with pytest.raises(NoSharedNumber):
        await town.house.inventory.add(town.tenant, "twilio", ABROAD, Role.POOL)

    await town.house.inventory.add(town.tenant, "twilio", ABROAD, Role.SHARED)
    await town.house.inventory.add(town.tenant, "twilio", E164("+33639980121"), Role.POOL)

    with pytest.raises(NoSharedNumber):
        await town.house.inventory.add(town.tenant, "plivo", E164("+33639980122"), Role.POOL)


async def test_a_number_is_ours_once(town: Town):
    with pytest.raises(NumberKnown):
        await town.house.inventory.add(town.tenant, "plivo", SHARED["twilio"], Role.SHARED)


@pytest.mark.parametrize(
    "number", ["+447700900123"[:8], "+12025550100"[:8], "+12025550100"[:10], "+12025550100" + "123"]
)
async def test_a_number_that_cannot_be_is_not_taken_in(town: Town, number: str):
    """Some countries' metadata call a part of a number possible, for whoever dials within a town."""
    with pytest.raises(BadNumber):
        await town.house.inventory.add(town.tenant, "twilio", E164(number), Role.SHARED)


async def test_an_account_must_be_known(town: Town):
    with pytest.raises(AccountUnknown):
        await town.house.inventory.add(town.tenant, "nobody", SPARE, Role.SHARED)


async def test_a_resting_number_says_so_and_rings_nobody(town: Town):
    way = await town.scan(await town.sticker())
    assert way.number is not None

    back = await town.house.inventory.rest(way.number, None)

    answer = await town.twilio.calls(ALICE, way.number)
    assert "Dial" not in answer.verbs
    assert "Gather" not in answer.verbs
    assert back == NOON + LEAST_REST


async def test_a_role_changes_after_rest_and_not_before(town: Town):
    number = POOL["twilio"][0]
    back = await town.house.inventory.rest(number, Role.SHARED)

    town.clock.advance(back - NOON - A_SECOND)
    assert (await shown(town, number)).plays is None
    town.clock.advance(A_SECOND)

    assert (await shown(town, number)).plays is Role.SHARED


async def test_a_role_that_was_taken_up_lasts_through_the_next_rest(town: Town):
    number = POOL["twilio"][0]
    await town.house.inventory.rest(number, Role.SHARED)
    town.clock.advance(2 * LEAST_REST)

    await town.house.inventory.rest(number, None)
    town.clock.advance(2 * LEAST_REST)

    assert (await shown(town, number)).plays is Role.SHARED


async def test_a_number_rests_until_its_last_claim_is_cool(town: Town):
    """An extension given out a moment ago cools for a day after its quarter of an hour."""
    code = await town.sticker()
    way = [await town.scan(code) for _ in range(3)][-1]
    assert way.extension is not None
    await town.house.inventory.add(town.tenant, "twilio", SPARE, Role.SHARED)

    back = await town.house.inventory.rest(SHARED["twilio"], Role.POOL)

    assert back == NOON + timedelta(hours=24, minutes=15)


async def test_the_last_shared_number_neither_rests_nor_goes_while_pool_numbers_need_it(town: Town):
    """Owners would be shown no number, and every caller would hear that nobody can be reached."""
    inventory = town.house.inventory
    with pytest.raises(NoSharedNumber):
        await inventory.rest(SHARED["twilio"], None)
    with pytest.raises(NoSharedNumber):
        await inventory.remove(SHARED["twilio"])

    await inventory.add(town.tenant, "twilio", SPARE, Role.SHARED)
    await inventory.remove(SHARED["twilio"])

    way = await town.scan(await town.sticker())
    assert way.number is not None
    answer = await town.twilio.calls(ALICE, way.number)
    assert answer.get("Dial", "callerId") == SPARE.value


async def test_a_shared_number_that_is_to_play_another_role_holds_no_pool_number_up(town: Town):
    inventory = town.house.inventory
    await inventory.add(town.tenant, "twilio", SPARE, Role.SHARED)
    await inventory.rest(SPARE, Role.SESSION)
    town.clock.advance(2 * LEAST_REST)

    with pytest.raises(NoSharedNumber):
        await inventory.remove(SHARED["twilio"])


async def test_a_number_with_pool_numbers_gone_may_go(town: Town):
    for number in (*POOL["twilio"], SHARED["twilio"]):
        await town.house.inventory.remove(number)

    assert SHARED["twilio"] not in await town.house.inventory.ours()


async def test_a_number_with_claims_stays(town: Town):
    way = await town.scan(await town.sticker())
    assert way.number is not None

    with pytest.raises(NumberBusy) as busy:
        await town.house.inventory.remove(way.number)

    assert busy.value.facts["until"] == (NOON + timedelta(seconds=150)).isoformat()


async def test_a_number_that_is_not_ours_is_unknown(town: Town):
    with pytest.raises(NumberUnknown):
        await town.house.inventory.rest(SPARE, None)
    with pytest.raises(NumberUnknown):
        await town.house.inventory.remove(SPARE)


async def test_a_removed_number_is_not_ours_any_more(town: Town):
    number = POOL["twilio"][0]
    await town.house.inventory.remove(number)

    answer = await town.twilio.calls(ALICE, number)

    assert "Dial" not in answer.verbs
    assert "Gather" not in answer.verbs


async def test_whoever_gets_a_number_that_was_ours_can_call(town: Town):
    """Carriers give numbers out again: its new holder is a stranger like any other."""
    number = POOL["twilio"][0]
    await town.house.inventory.remove(number)
    way = await town.scan(await town.sticker())
    assert way.number is not None

    answer = await town.twilio.calls(number, way.number)

    assert answer.texts("Dial/Number") == OWNER.value


async def test_a_removed_number_comes_back_in_another_role(town: Town):
    number = POOL["twilio"][0]
    await town.house.inventory.remove(number)

    await town.house.inventory.add(town.tenant, "twilio", number, Role.SHARED)

    assert (await shown(town, number)).plays is Role.SHARED


@pytest.mark.parametrize("field", ["caller", "forwarded"])
async def test_a_call_from_one_of_our_own_numbers_is_refused_unbilled(town: Town, field: str):
    way = await town.scan(await town.sticker())
    assert way.number is not None
    ours = SHARED["plivo"]
    caller, extra = (ours, {}) if field == "caller" else (ALICE, {"ForwardedFrom": ours.value})

    answer = await town.twilio.calls(caller, way.number, **extra)

    assert answer.verbs == ["Reject"]


async def test_an_owner_whose_number_became_ours_is_not_dialled(town: Town):
    """It would ring ourselves: refused when it was given, and again at the dial."""
    way = await town.scan(await town.sticker(owner=BOB))
    assert way.number is not None
    await town.house.inventory.add(town.tenant, "twilio", BOB, Role.SHARED)

    answer = await town.twilio.calls(ALICE, way.number)

    assert "Dial" not in answer.verbs


async def test_a_number_that_a_service_has_does_not_go(town):
    await town.service(numbers=SESSION["twilio"][:1])

    with pytest.raises(NumberBusy):
        await town.house.inventory.remove(SESSION["twilio"][0])


async def test_a_number_does_not_rest_under_a_session_that_never_ends(town: Town):
    """It would rest for ever."""
    number = SESSION["twilio"][0]
    service = await town.service(numbers=[number])
    made = await town.session(service=service, ends=Ends(ttl=0))
    where = town.tenant, service.service_id, made.session.session_id

    with pytest.raises(NumberBusy, match="never ends"):
        await town.house.inventory.rest(number, None)
    assert (await shown(town, number)).claimed_until is None
    await town.house.rooms.sessions.close(*where)

    assert await town.house.inventory.rest(number, None) == NOON + LEAST_REST
