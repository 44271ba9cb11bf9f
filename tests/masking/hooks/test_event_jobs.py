"""Customers hear of everything, once numbered and in order, from a receiver that fails as receivers do."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from masking.sessions import events
from masking.sessions.given import SessionGiven
from masking.sessions.values import Url
from maskline import worker
from sql import outbox
from tests.masking.hooks.hooked import happen, tokens
from tests.masking.test_session_events import checker
from tests.town import ALICE, BOB, SESSION


async def listening(town, customer, path="/events", **said):
    """A service that is told of everything."""
    return await town.service(urls={Url.EVENTS: f"{customer.base}{path}"}, **said)


async def until_quiet(town, most=100):
    """The worker, through every pause that a failure brings."""
    for _ in range(most):
        await worker.drain(town.house)
        async with town.house.database.work() as conn:
            due = await outbox.next_due(conn)
        if due is None:
            return
        town.clock.advance(due - town.clock.now())
    raise AssertionError("it never ends")


def taken(customer, path="/events"):
    """The events that it got, each once, as they came first."""
    return list({heard.json["id"]: heard.json for heard in customer.at(path)}.values())


async def test_a_session_is_told_from_its_beginning_to_its_end(town, customer):
    service = await listening(town, customer)
    made = await town.session(ALICE, BOB, service=service)
    call = town.twilio.new_call()
    await town.twilio.calls(ALICE, made.participants[0].proxy, call)
    await worker.drain(town.house)
    await town.twilio.ends(call)
    await town.house.rooms.sessions.close(town.tenant, service.service_id, made.session.session_id)

    await worker.drain(town.house)

    told = taken(customer)
    assert [(event["seq"], event["kind"]) for event in told] == [
        (1, "made"), (2, "interaction"), (3, "moved"), (4, "closed"),
    ]  # fmt: skip
    assert {event["session"] for event in told} == {str(made.session.session_id)}
    assert told[1]["facts"]["from"] == str(made.participants[0].participant_id)
    assert told[1]["facts"]["outbound"] == "ringing"
    assert told[2]["facts"]["inbound"] == "completed"
    assert told[3]["facts"]["reason"] == "api"
    assert not any(number.digits in heard.body.decode() for heard in customer.heard for number in (ALICE, BOB))


async def test_each_is_signed_by_the_services_own_client(town, customer):
    service = await listening(town, customer)
    await happen(town, service, 1)

    await worker.drain(town.house)

    token = await town.house.clients.token(service.client_id)
    (heard,) = customer.heard
    is_ours = checker(now=town.clock.now().timestamp())
    assert is_ours(token, heard.headers["Maskline-Signature"], heard.body)
    assert heard.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("seed", range(4))
async def test_a_receiver_that_fails_as_it_likes_gets_everything_in_order(town, customer, seed):
    """It refuses, breaks off, redirects, and takes an event while its answer is lost."""
    chance, accepted = random.Random(seed), []

    async def chaos(request):
        event, what = await request.json(), chance.choice(["take", "take", "refuse", "break", "redirect", "lose"])
        if what in ("take", "lose"):
            accepted.append(event["seq"])
        if what in ("break", "lose"):
            assert request.transport is not None
            request.transport.close()
        return web.Response(status={"refuse": 503, "redirect": 302}.get(what, 200), headers={"Location": "/else"})

    customer.answer = chaos
    service = await listening(town, customer)
    await happen(town, service, 16)

    await until_quiet(town)

    first = list(dict.fromkeys(accepted))
    assert first == list(range(1, 17))
    assert len({heard.body for heard in customer.heard}) == 16  # a repeat has the same bytes
    rows = await town.rows("SELECT FROM event WHERE delivered_at IS NULL OR dead_at IS NOT NULL")
    assert rows == []


async def test_a_dead_address_holds_up_its_own_service_alone(town, customer):
    customer.answer = lambda request: web.Response(status=500 if request.path == "/dead" else 200)
    for path, carrier in (("/dead", "twilio"), ("/events", "plivo")):
        service = await listening(town, customer, path, numbers=SESSION[carrier], fallback_countries=("US", "GB"))
        await happen(town, service, 4)

    await worker.drain(town.house)

    assert [event["seq"] for event in taken(customer)] == [1, 2, 3, 4]
    assert [event["seq"] for event in taken(customer, "/dead")] == [1]


async def test_customers_who_hang_leave_hands_for_everybody_else(town, customer):
    customer.hangs()
    for _ in range(worker.HANDS + 1):
        service = await listening(town, customer, numbers=())
        await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven())
    meanwhile = []

    async def errand(job):
        meanwhile.append(len(customer.heard))
        customer.gate.set()

    async with town.house.database.transaction() as conn:
        await outbox.put(conn, tenant=town.tenant, kind="errand", subject="e", key="e", payload={}, at=town.clock.now())
    await worker.drain(replace(town.house, jobs={**town.house.jobs, "errand": errand}))

    assert meanwhile[0] <= worker.CUSTOMERS_HANDS
    assert len(customer.heard) == worker.HANDS + 1
    assert await town.rows("SELECT FROM outbox") == []


async def test_a_worker_whose_hands_for_customers_are_full_rests(town, customer):
    """Else it would ask again and again for what it may not begin."""
    await happen(town, await listening(town, customer), 1)

    async with town.house.database.work() as conn:
        assert await outbox.next_due(conn) == town.clock.now()
        assert await outbox.next_due(conn, without=worker.CUSTOMERS) is None
        assert await outbox.lease(conn, town.clock.now(), kinds=worker.CUSTOMERS) == []
        (job,) = await outbox.lease(conn, town.clock.now(), kinds=worker.CUSTOMERS, others=False)

    assert job.kind == "event"


async def test_what_is_given_up_is_told_as_a_gap(town, customer):
    service = await listening(town, customer)
    customer.says(500)
    await happen(town, service, 3)
    await until_quiet(town)
    assert [heard.json["seq"] for heard in customer.heard].count(1) == outbox.ATTEMPTS
    customer.says(200)
    customer.heard.clear()

    await happen(town, service, 1)
    await until_quiet(town)

    gap, news = taken(customer)
    assert (gap["kind"], news["kind"]) == ("gap", "made")
    assert gap["facts"] == {"first": 1, "last": gap["seq"] - 1}
    assert news["seq"] == gap["seq"] + 1
    dead = await town.rows("SELECT kind FROM event WHERE dead_at IS NOT NULL ORDER BY seq")
    assert [row["kind"] for row in dead].count("closed") == 1


async def test_behind_too_many_the_oldest_are_given_up(town, customer, monkeypatch):
    monkeypatch.setattr(events, "MOST_WAITING", 2)
    service = await listening(town, customer)
    await happen(town, service, 5)

    await worker.drain(town.house)

    gap, *rest = taken(customer)
    assert gap["facts"] == {"first": 1, "last": 3}
    assert [(event["seq"], event["kind"]) for event in (gap, *rest)] == [(4, "gap"), (5, "closed"), (6, "reopened")]


async def test_one_that_is_given_up_can_be_sent_again(town, customer):
    service = await listening(town, customer)
    customer.says(500)
    await happen(town, service, 1)
    await until_quiet(town)
    customer.says(200)
    customer.heard.clear()
    (kept,) = await town.house.rooms.events.page(town.tenant, service.service_id, after=0, most=10)
    assert kept.dead_at is not None

    assert await town.house.rooms.events.resend(town.tenant, service.service_id, 1, 7) == 1
    await worker.drain(town.house)

    assert [event["seq"] for event in taken(customer)] == [1]
    (kept,) = await town.house.rooms.events.page(town.tenant, service.service_id, after=0, most=10)
    assert (kept.dead_at, kept.delivered_at) == (None, town.clock.now())


async def test_whoever_is_back_need_not_wait_for_the_next_try(town, customer):
    """After some failures that is hours away."""
    service = await listening(town, customer)
    customer.says(500)
    await happen(town, service, 3)
    for _ in range(5):
        await worker.drain(town.house)
        town.clock.advance(timedelta(hours=1))
    await worker.drain(town.house)
    customer.says(200)
    customer.heard.clear()

    assert await town.house.rooms.events.resend(town.tenant, service.service_id, 1, 1) == 1
    await worker.drain(town.house)

    assert [heard.json["seq"] for heard in customer.heard] == [1, 2, 3]


async def test_numbers_are_told_only_where_the_service_says_so(town, customer):
    service = await listening(town, customer, shows_numbers=True)
    made = await town.session(ALICE, BOB, service=service)
    await town.twilio.calls(ALICE, made.participants[0].proxy)

    await worker.drain(town.house)

    told = next(event for event in taken(customer) if event["kind"] == "interaction")
    assert told["facts"]["numbers"] == {
        str(made.participants[0].participant_id): ALICE.value,
        str(made.participants[1].participant_id): BOB.value,
    }
    kept = await town.rows("SELECT facts::text AS facts FROM event UNION ALL SELECT payload::text FROM outbox")
    assert not any(number.digits in str(row) for row in kept for number in (ALICE, BOB))


async def test_what_was_deleted_meanwhile_is_told_as_that(town, customer):
    service = await listening(town, customer)
    made = await town.session(ALICE, BOB, service=service)
    await town.house.rooms.sessions.delete(town.tenant, service.service_id, made.session.session_id)

    await worker.drain(town.house)

    gone = {"deleted": True}
    assert [(event["kind"], event["facts"]) for event in taken(customer)] == [("made", gone), ("closed", gone)]


async def test_a_callback_tells_each_call_and_what_became_of_it(town, customer):
    url = f"{customer.base}/back"
    service = await town.service(urls={Url.CALLBACK: url})
    made = await town.session(ALICE, BOB, service=service)
    call = town.twilio.new_call()
    await town.twilio.calls(ALICE, made.participants[0].proxy, call)
    await worker.drain(town.house)
    await town.twilio.ends(call)

    await worker.drain(town.house)

    first, second = (heard.form for heard in customer.at("/back"))
    assert (first["interactionType"], first["outboundResourceStatus"]) == ("Voice", "ringing")
    assert second["inboundResourceStatus"] == "completed"
    assert first["interactionSid"] == second["interactionSid"]
    token = await town.house.clients.token(service.client_id)
    for heard in customer.heard:
        assert RequestValidator(token).validate(url, heard.form, heard.headers["X-Twilio-Signature"])
    assert len(tokens(customer)) == 2  # whoever drops repeats by it misses no news
    assert await town.rows("SELECT FROM event") == []


async def test_a_dead_callback_address_holds_up_no_event_and_is_given_up(town, customer):
    def answer(request):
        if request.path == "/back":
            assert request.transport is not None
            request.transport.close()
        return web.Response()

    customer.answer = answer
    urls = {Url.CALLBACK: f"{customer.base}/back", Url.EVENTS: f"{customer.base}/events"}
    made = await town.session(ALICE, BOB, service=await town.service(urls=urls))
    await town.twilio.calls(ALICE, made.participants[0].proxy)
    began = town.clock.now()

    await until_quiet(town)

    assert [event["kind"] for event in taken(customer)] == ["made", "interaction"]
    assert 1 < len(customer.at("/back")) < outbox.ATTEMPTS
    assert len(tokens(customer)) == 1
    assert town.clock.now() - began < timedelta(hours=12)
    assert await town.rows("SELECT FROM outbox WHERE kind = 'callback'") == []


async def test_a_callback_address_that_may_not_be_reached_is_tried_once(town, customer):
    made = await town.session(ALICE, BOB, service=await town.service(urls={Url.CALLBACK: "https://127.0.0.1:1/"}))
    await town.twilio.calls(ALICE, made.participants[0].proxy)

    await worker.drain(town.house)

    assert await town.rows("SELECT FROM outbox WHERE kind = 'callback'") == []
