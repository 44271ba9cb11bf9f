"""What a program reads of its service's events, and how it has them sent again."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from masking.sessions.values import Service, Url
from maskline import worker
from tests.customer import Customer
from tests.masking.hooks.hooked import happen
from tests.masking.served import served
from tests.masking.test_own_api import Program, signed_in
from tests.masking.test_proxy_edge import another_account
from tests.town import Town


@pytest.fixture
async def program(town: Town) -> AsyncIterator[Program]:
    async with served(town) as base, aiohttp.ClientSession() as session:
        yield await signed_in(town, base, session, ["api"])


@pytest.fixture
async def told(town: Town, customer: Customer) -> Service:
    """A service of which three events were told."""
    service = await town.service(unique_name="rides", urls={Url.EVENTS: f"{customer.base}/events"})
    await happen(town, service, 3)
    await worker.drain(town.house)
    return service


async def test_events_are_read_page_by_page_as_they_were_sent(program: Program, told: Service, customer: Customer):
    first = await program.read("/rides/events?most=2")
    second = await program.read(f"/rides/events?most=2&after={first['next']}")

    listed = [*first["items"], *second["items"]]
    assert [event["seq"] for event in listed] == [1, 2, 3]
    assert second["next"] is None
    assert all(event["taken_at"] and event["given_up_at"] is None for event in listed)
    for event, heard in zip(listed, customer.heard, strict=True):
        assert event.items() >= heard.json.items()


async def test_events_are_sent_again_by_number(program: Program, told: Service, town: Town, customer: Customer):
    customer.heard.clear()

    status, answer = await program.ask("POST", "/rides/events/resend", {"first": 2, "last": 9})
    await worker.drain(town.house)

    assert (status, answer) == (202, {"queued": 2})
    assert [heard.json["seq"] for heard in customer.heard] == [2, 3]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "first"),
        ({"first": 0}, 422, "first"),
        ({"first": "1"}, 422, "first"),
        ({"first": 2, "last": 1}, 422, "last"),
        ({"first": 1, "last": 2**70}, 422, "last"),
        ({"first": 1, "all": True}, 422, "all"),
        ({"first": 9}, 404, None),
    ],
)
async def test_what_cannot_be_sent_again_is_refused(program: Program, told: Service, body, status, field):
    got, problem = await program.ask("POST", "/rides/events/resend", body)

    assert (got, problem.get("field")) == (status, field)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "most=0", "most=101", f"after={2**64}"])
async def test_a_page_that_is_none_is_refused(program: Program, told: Service, query):
    status, _ = await program.ask("GET", f"/rides/events?{query}")

    assert status == 422


async def test_nobody_reads_the_events_of_another_account(program: Program, told: Service, town: Town):
    user, token = await another_account(town, "api")
    stranger = Program(program.base, program.session, aiohttp.encode_basic_auth(user, token))

    for service in ("rides", str(told.service_id)):
        assert (await program.ask("GET", f"/{service}/events"))[0] == 200
        assert (await stranger.ask("GET", f"/{service}/events"))[0] == 404
