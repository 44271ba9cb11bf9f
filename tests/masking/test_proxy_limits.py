"""Codes of the Proxy API that take many numbers, or two requests that meet, to come about."""

from typing import Any

import pytest

from masking.sessions.pool import MOST_FREE, MOST_RESERVED
from masking.sessions.sids import Prefix, read
from tests.masking.sdk import Sdk
from tests.town import ALICE, BOB, SESSION, Town

FIRST, SECOND, _ = (number.value for number in SESSION["twilio"])

MEETS = """
CREATE SEQUENCE meetings;
CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('meetings') <= {times} THEN
        RAISE EXCEPTION 'another request came between' USING ERRCODE = '40001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meet BEFORE INSERT ON participant FOR EACH STATEMENT EXECUTE FUNCTION meet();
"""
"""Postgres's own word for two transactions that cannot both be, the first times that somebody is put into a session."""


@pytest.fixture
async def rides(sdk: Sdk) -> Any:
    """A service with one number; the SDK's context of it."""

    def work(proxy: Any) -> Any:
        service = proxy.services.create(unique_name="rides")
        service.phone_numbers.create(phone_number=FIRST)
        return proxy.services(service.sid)

    return await sdk(work)


async def fill(town: Town, rides: Any, numbers: int, *, reserved: bool) -> None:
    """So many numbers more in a service, without the inventory's rows."""
    service = read(Prefix.SERVICE, rides._solution["sid"])
    await town.rows(
        "INSERT INTO service_number (tenant, number_id, service_id, reserved, made_at, changed_at) "
        "SELECT $1, gen_random_uuid(), $2, $3, $4, $4 FROM generate_series(1, $5)",
        town.tenant, service, reserved, town.clock.now(), numbers,
    )  # fmt: skip


async def test_a_service_takes_as_many_numbers_as_at_twilio_and_then_says_80622(sdk: Sdk, rides: Any, town: Town):
    await fill(town, rides, MOST_FREE - 1, reserved=False)

    refused = await sdk.refused(lambda _: rides.phone_numbers.create(phone_number=SECOND))
    reserved = await sdk(lambda _: rides.phone_numbers.create(phone_number=SECOND, is_reserved=True))

    assert refused == (80622, 400)
    assert reserved.is_reserved, "reserved ones have a limit of their own"


async def test_reserved_numbers_have_a_limit_too(sdk: Sdk, rides: Any, town: Town):
    await fill(town, rides, MOST_RESERVED, reserved=True)

    refused = await sdk.refused(lambda _: rides.phone_numbers.create(phone_number=SECOND, is_reserved=True))
    free = await sdk(lambda _: rides.phone_numbers.create(phone_number=SECOND))

    assert refused == (80622, 400)
    assert not free.is_reserved


def people() -> list[dict[str, str]]:
    return [{"Identifier": ALICE.value}, {"Identifier": BOB.value}]


async def left(town: Town) -> int:
    """Rows of anything that a session consists of."""
    rows = await town.rows("SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM participant) "
                           "+ (SELECT count(*) FROM claim) AS rows")  # fmt: skip
    return int(str(rows[0]["rows"]))


async def prepare(town: Town, times: int) -> None:
    async with town.house.database.work() as conn:
        await conn.execute(MEETS.format(times=times))


async def test_requests_that_meet_once_are_served(sdk: Sdk, rides: Any, town: Town):
    await prepare(town, times=1)

    made = await sdk(lambda _: rides.sessions.create(participants=people()))

    assert len(await sdk(lambda _: rides.sessions(made.sid).participants.list())) == 2


async def test_requests_that_meet_twice_are_told_80623_and_leave_nothing_half_made(sdk: Sdk, rides: Any, town: Town):
    await prepare(town, times=2)

    refused = await sdk.refused(lambda _: rides.sessions.create(unique_name="trip", participants=people()))
    nothing = await left(town)
    again = await sdk(lambda _: rides.sessions.create(unique_name="trip", participants=people()))

    assert (refused, nothing) == ((80623, 409), 0)
    assert again.unique_name == "trip"
