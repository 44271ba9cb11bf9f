"""Which numbers a service has: one service at a time, and a rest between two of them."""

from datetime import timedelta
from uuid import UUID

import pytest

from masking.sessions import pool as pools
from masking.sessions.errors import (
    NumberElsewhere,
    NumberInService,
    NumberInUse,
    NumberNotOurs,
    PoolFull,
    ServiceUnknown,
)
from masking.sessions.pool import Usage
from masking.sessions.values import Service
from tests.town import ALICE, BOB, OWNER, POOL, SECOND, SESSION, Town

NUMBER = SESSION["twilio"][0]
DAY, SECOND_LONG = timedelta(days=1), timedelta(seconds=1)


async def number_of(town: Town, service: Service) -> UUID:
    return (await town.house.rooms.pool.get(town.tenant, service.service_id, NUMBER)).number_id


async def test_a_number_is_in_one_service(town: Town):
    mine, other = await town.service(numbers=[NUMBER]), await town.service(numbers=[])
    pool = town.house.rooms.pool

    with pytest.raises(NumberInService):
        await pool.add(town.tenant, mine.service_id, NUMBER, reserved=False)
    with pytest.raises(NumberElsewhere):
        await pool.add(town.tenant, other.service_id, NUMBER, reserved=False)


async def test_only_numbers_for_sessions_are_taken(town: Town):
    service, pool = await town.service(numbers=[]), town.house.rooms.pool

    for which in (POOL["twilio"][0], ALICE, UUID(int=1), "PN" + "0" * 32):
        with pytest.raises(NumberNotOurs):
            await pool.add(town.tenant, service.service_id, which, reserved=False)
    with pytest.raises(ServiceUnknown):
        await pool.add(town.tenant, UUID(int=1), NUMBER, reserved=False)


async def test_a_number_is_found_by_its_id_the_carriers_id_and_itself(town: Town):
    service, pool = await town.service(numbers=[NUMBER]), town.house.rooms.pool
    sid = "PN" + "a" * 32
    await town.rows("UPDATE proxy_number SET carrier_sid = $1 WHERE e164 = $2 RETURNING 1", sid, NUMBER.value)

    found = await pool.get(town.tenant, service.service_id, NUMBER)

    assert found.carrier_sid == sid
    for which in (found.number_id, sid):
        assert await pool.get(town.tenant, service.service_id, which) == found


async def test_a_released_number_rests_before_another_service_has_it(town: Town):
    mine, other = await town.service(numbers=[NUMBER], cool_off=3600), await town.service(numbers=[])
    pool, made = town.house.rooms.pool, await town.session(service=mine)
    number = await number_of(town, mine)
    with pytest.raises(NumberInUse):
        await pool.release(town.tenant, mine.service_id, number)
    await town.house.rooms.sessions.close(town.tenant, mine.service_id, made.session.session_id)
    await pool.release(town.tenant, mine.service_id, number)

    town.clock.advance(DAY - SECOND_LONG)
    with pytest.raises(NumberElsewhere):
        await pool.add(town.tenant, other.service_id, number, reserved=False)
    town.clock.advance(SECOND_LONG)
    assert (await pool.add(town.tenant, other.service_id, number, reserved=True)).reserved


async def test_nor_while_anybody_may_still_call_it(town: Town):
    mine, other = await town.service(numbers=[NUMBER], cool_off=3 * 86_400), await town.service(numbers=[])
    pool, made = town.house.rooms.pool, await town.session(service=mine)
    number = await number_of(town, mine)
    await town.house.rooms.sessions.close(town.tenant, mine.service_id, made.session.session_id)
    await pool.release(town.tenant, mine.service_id, number)
    town.clock.advance(2 * DAY)

    with pytest.raises(NumberElsewhere):
        await pool.add(town.tenant, other.service_id, number, reserved=False)
    assert await pool.add(town.tenant, mine.service_id, number, reserved=False)


async def test_a_number_rests_too_from_a_service_that_was_deleted(town: Town):
    """Else whoever still calls about the old service's session is told to the new one's customer."""
    mine, other = await town.service(numbers=[NUMBER], cool_off=3600), await town.service(numbers=[])
    rooms, made = town.house.rooms, await town.session(service=mine)
    await rooms.sessions.close(town.tenant, mine.service_id, made.session.session_id)
    await rooms.services.delete(town.tenant, mine.service_id)

    for rested in (DAY - SECOND_LONG, timedelta(0)):
        town.clock.advance(rested)
        with pytest.raises(NumberElsewhere):
            await rooms.pool.add(town.tenant, other.service_id, NUMBER, reserved=False)
        assert "Dial" not in (await town.twilio.calls(ALICE, NUMBER)).verbs
    town.clock.advance(SECOND_LONG)
    assert await rooms.pool.add(town.tenant, other.service_id, NUMBER, reserved=False)


@pytest.mark.parametrize("cool_off", [0, 3 * 86_400])
async def test_a_deleted_services_number_rests_for_a_day_and_for_every_cool_off(town: Town, cool_off: int):
    mine, other = await town.service(numbers=[NUMBER], cool_off=cool_off), await town.service(numbers=[])
    rooms, made = town.house.rooms, await town.session(service=mine)
    await rooms.sessions.close(town.tenant, mine.service_id, made.session.session_id)
    await rooms.services.delete(town.tenant, mine.service_id)

    town.clock.advance(max(DAY, timedelta(seconds=cool_off)) - SECOND_LONG)
    with pytest.raises(NumberElsewhere):
        await rooms.pool.add(town.tenant, other.service_id, NUMBER, reserved=False)
    town.clock.advance(SECOND_LONG)
    assert await rooms.pool.add(town.tenant, other.service_id, NUMBER, reserved=False)


async def test_a_number_that_a_service_gave_up_before_it_was_deleted_has_rested_since(town: Town):
    mine, other = await town.service(numbers=[NUMBER]), await town.service(numbers=[])
    pool, number = town.house.rooms.pool, await number_of(town, mine)
    await pool.release(town.tenant, mine.service_id, number)
    town.clock.advance(DAY / 2)
    await town.house.rooms.services.delete(town.tenant, mine.service_id)

    with pytest.raises(NumberElsewhere):
        await pool.add(town.tenant, other.service_id, number, reserved=False)
    town.clock.advance(DAY / 2)
    assert await pool.add(town.tenant, other.service_id, number, reserved=False)


async def test_a_service_has_so_many_numbers_and_no_more(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pools, "MOST_FREE", 1)
    monkeypatch.setattr(pools, "MOST_RESERVED", 1)
    service, pool = await town.service(numbers=[NUMBER]), town.house.rooms.pool

    with pytest.raises(PoolFull):
        await pool.add(town.tenant, service.service_id, SESSION["twilio"][1], reserved=False)
    await pool.add(town.tenant, service.service_id, SESSION["twilio"][1], reserved=True)
    with pytest.raises(PoolFull):
        await pool.add(town.tenant, service.service_id, SESSION["twilio"][2], reserved=True)


async def test_how_full_a_pool_is(town: Town):
    service = await town.service(numbers=SESSION["twilio"], most_live=2)
    pool = town.house.rooms.pool
    assert await pool.usage(town.tenant, service.service_id) == Usage(3, 0, 0, 0.0)

    for other in (BOB, OWNER, SECOND):
        await town.session(ALICE, other, service=service)

    assert await pool.usage(town.tenant, service.service_id) == Usage(3, 3, 3, 1.0)


async def test_a_service_goes_once_nobody_talks_and_its_numbers_cool_on(town: Town):
    service, services = await town.service(numbers=[NUMBER]), town.house.rooms.services
    made = await town.session(service=service)
    with pytest.raises(NumberInUse):
        await services.delete(town.tenant, service.service_id)
    await town.house.rooms.sessions.close(town.tenant, service.service_id, made.session.session_id)

    await services.delete(town.tenant, service.service_id)

    with pytest.raises(ServiceUnknown):
        await services.get(town.tenant, service.service_id)
    cooling = await town.rows("SELECT 1 FROM claim WHERE reuse_after > $1", town.clock.now())
    assert len(cooling) == 2
