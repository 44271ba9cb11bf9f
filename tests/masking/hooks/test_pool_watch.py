"""Somebody hears that a service's numbers run out before a session finds none: once, and again when that is new."""

import logging
import re
from datetime import timedelta
from uuid import UUID

import pytest

from core.e164 import E164
from masking.sessions import pool_watch
from masking.sessions.values import Service, Url
from maskline import worker
from sql.statements import statements
from tests.customer import Customer
from tests.masking.hooks.hooked import news
from tests.town import ALICE, BOB, OWNER, SECOND, SESSION, Town

TWO = SESSION["twilio"][:2]


async def look(town: Town) -> str:
    """As the worker does; gives what /metrics says of pools."""
    await worker._watch_pools(town.house)
    page = town.house.metrics.page().decode()
    return "\n".join(line for line in page.splitlines() if line.startswith("maskline_pool_low_share{"))


async def fill(town: Town, service: Service, *others: E164) -> list[UUID]:
    """Alice has a number of the service with each of some others."""
    made = [await town.session(ALICE, other, service=service) for other in others]
    return [each.session.session_id for each in made]


async def lows(town: Town) -> int:
    return (await news(town)).count("pool-low")


async def test_a_pool_that_one_person_has_used_up_is_logged_measured_and_told(
    town: Town, customer: Customer, caplog: pytest.LogCaptureFixture
):
    service = await town.service(urls={Url.EVENTS: f"{customer.base}/events"}, numbers=TWO)
    await fill(town, service, BOB)
    assert await look(town) == ""
    await fill(town, service, SECOND)

    with caplog.at_level(logging.WARNING, "maskline.sessions"):
        assert await look(town) == f'maskline_pool_low_share{{service="{service.service_id}"}} 1.0'
    await worker.drain(town.house)

    (warning,) = [record for record in caplog.records if record.name == "maskline.sessions"]
    assert warning.__dict__["service"] == str(service.service_id)
    (told,) = [heard.json for heard in customer.at("/events") if heard.json["kind"] == "pool-low"]
    assert told["facts"] == {"numbers": 2, "live": 2, "busiest": 2, "share": 1.0, "code": 80624}
    assert (told["service"], told["session"]) == (str(service.service_id), None)


async def test_a_pool_whose_numbers_have_as_many_sessions_as_they_may_is_told(town: Town, customer: Customer):
    """Two numbers that may have one session each: nobody holds both."""
    urls = {Url.EVENTS: f"{customer.base}/events"}
    service = await town.service(urls=urls, numbers=TWO, most_live=1)
    await town.session(ALICE, BOB, service=service)
    await town.session(OWNER, SECOND, service=service)

    assert await look(town) != ""
    assert await lows(town) == 1


async def test_it_is_told_again_after_a_day_or_once_it_was_well_in_between(town: Town, customer: Customer):
    service = await town.service(urls={Url.EVENTS: f"{customer.base}/events"}, numbers=TWO, cool_off=0)
    *_, last = await fill(town, service, BOB, SECOND)
    counted = []
    for passes in (timedelta(0), timedelta(minutes=5), timedelta(days=1), timedelta(minutes=5)):
        town.clock.advance(passes)
        await look(town)
        counted.append(await lows(town))
    assert counted == [1, 1, 2, 2]

    await town.house.rooms.sessions.close(town.tenant, service.service_id, last)
    assert await look(town) == ""
    await fill(town, service, OWNER)
    assert await look(town) != ""
    assert await lows(town) == 3


async def test_all_services_are_looked_at_some_at_a_time(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pool_watch, "AT_A_TIME", 2)
    numbers = (*SESSION["twilio"], *SESSION["plivo"][:2])
    services = [await town.service(numbers=[number], fallback_countries=("GB",)) for number in numbers]
    for service in services:
        await fill(town, service, BOB)
    await town.service(numbers=[])  # nothing of nothing is not full

    low = await town.house.rooms.watch.look()

    assert low.keys() == {service.service_id for service in services}
    assert await news(town) == []  # nobody wants any


async def test_looking_reads_the_indexes_that_its_statement_names(town: Town):
    statement = statements("services").pools
    named = re.findall(r"\w+", statement.__doc__.partition("Index:")[2])
    values = (town.tenant, town.tenant, 100, town.clock.now())  # as they stand in the statement
    assert named == ["service_pkey", "service_number_pool", "claim_running"]

    async with town.house.database.transaction() as conn:
        await conn.execute("TRUNCATE service CASCADE; TRUNCATE claim")  # files that earlier tests grew mislead
        await conn.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN {statement.sql}", *values))

    for index in named:
        assert f" {index} " in plan
