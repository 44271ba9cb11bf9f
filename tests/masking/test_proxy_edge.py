"""The door of the Proxy API: who may ask, how often, and that everything that goes wrong is told in Twilio's form."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from core.ids import new_id
from masking.proxy_api import edge
from masking.sessions.given import Ends, SessionGiven
from masking.sessions.sids import Prefix, read
from sql.statements import statements
from tests.masking.sdk import Sdk
from tests.town import ALICE, SESSION, Town

NOBODY = "AC" + "0" * 32


async def ask(sdk: Sdk, method: str, path: str, **given: Any) -> tuple[aiohttp.ClientResponse, dict[str, Any]]:
    """One request in our own words, signed in unless said otherwise."""
    user, secret = given.pop("auth", (sdk.account_sid, sdk.token))
    headers = {"Authorization": aiohttp.encode_basic_auth(user, secret)} | given.pop("headers", {})
    given["headers"] = {name: value for name, value in headers.items() if value}
    async with aiohttp.ClientSession() as session, session.request(method, sdk.base + path, **given) as answer:
        return answer, await answer.json()


async def another_account(town: Town, *scopes: str) -> tuple[str, str]:
    async with town.house.database.work() as conn:
        tenant = await statements("numbers").add_tenant(conn, tenant=new_id(), name="other", t=town.clock.now())
    issued = await town.house.clients.create(tenant, "a", scopes or ("proxy",))
    return issued.account_sid, issued.token


@pytest.mark.parametrize(
    "header",
    ["", "Bearer x", "Basic !", "Basic Og==", "Basic Og", "Basic QQ==", "Basic /////w==", "Digest QTpC"],
)
async def test_nobody_is_asked_to_sign_in(sdk: Sdk, header: str):
    answer, told = await ask(sdk, "GET", "/v1/Services", headers={"Authorization": header})

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Twilio API"'
    assert told["code"] == 20003


async def test_a_token_counts_for_its_own_account_alone(sdk: Sdk, town: Town):
    other_sid, other_token = await another_account(town)

    for user, secret in ((other_sid, sdk.token), (sdk.account_sid, other_token), (NOBODY, sdk.token)):
        answer, told = await ask(sdk, "GET", "/v1/Services", auth=(user, secret))
        assert (answer.status, told["code"]) == (401, 20003)


async def test_another_accounts_service_is_as_if_it_were_not_there(sdk: Sdk, town: Town):
    service = await sdk(lambda proxy: proxy.services.create(unique_name="rides"))
    theirs = await another_account(town)

    answer, told = await ask(sdk, "GET", f"/v1/Services/{service.sid}", auth=theirs)
    nothing, _ = await ask(sdk, "GET", f"/v1/Services/KS{new_id().hex}", auth=theirs)
    _, listed = await ask(sdk, "GET", "/v1/Services", auth=theirs)

    assert answer.status == nothing.status == 404
    assert told["code"] == 20404
    assert listed["services"] == []


async def test_the_scope_proxy_is_needed(sdk: Sdk, town: Town):
    other = await another_account(town, "api")

    answer, told = await ask(sdk, "GET", "/v1/Services", auth=other)

    assert (answer.status, told["code"]) == (403, 20003)


async def test_a_revoked_client_is_out_at_once(sdk: Sdk, town: Town):
    await sdk(lambda proxy: proxy.services.list())
    await town.house.clients.revoke(town.tenant, "sdk")

    assert await sdk.refused(lambda proxy: proxy.services.list()) == (20003, 401)


@pytest.mark.parametrize(
    ("method", "path", "given", "status", "code"),
    [
        ("GET", "/v1/Anything", {}, 404, 20404),
        ("GET", "/v1/Services/", {}, 404, 20404),
        ("GET", f"/v1/Services/KS{'0' * 32}/Sessions/%00", {}, 404, 20404),
        ("PUT", "/v1/Services", {}, 405, 20004),
        ("DELETE", "/v1/Services", {}, 405, 20004),
        ("POST", "/v1/Services", {"data": b"A=" + b"x" * 70_000}, 413, 20001),
        ("POST", "/v1/Services", {"json": {"UniqueName": "x"}}, 400, 20001),
        ("POST", "/v1/Services", {"data": b"UniqueName=%ff",
                                  "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400, 20001),
        ("POST", "/v1/Services", {"data": {"UniqueName": "x"},
                                  "headers": {"Origin": "https://example.org"}}, 403, 20403),
    ],
)  # fmt: skip
async def test_whatever_is_wrong_is_told_in_twilios_form(sdk: Sdk, method, path, given, status, code):
    answer, told = await ask(sdk, method, path, **given)

    assert answer.status == told["status"] == status
    assert told["code"] == code
    assert set(told) == {"code", "message", "more_info", "status"}


async def test_a_mistake_of_ours_is_told_in_twilios_form_and_without_what_it_was(
    sdk: Sdk, town: Town, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_: object) -> None:
        raise RuntimeError("the secret is +12025550152")

    monkeypatch.setattr(type(town.house.rooms.services), "page", fails)

    answer, told = await ask(sdk, "GET", "/v1/Services")

    assert (answer.status, told["code"]) == (500, 20500)
    assert "secret" not in str(told)


async def test_a_database_that_is_away_is_told_as_that(sdk: Sdk, town: Town):
    await sdk(lambda proxy: proxy.services.list())  # the client is remembered
    await town.house.database.close()

    answer, told = await ask(sdk, "GET", "/v1/Services")

    assert (answer.status, told["code"]) == (503, 20503)
    assert answer.headers["Retry-After"]


async def test_after_a_burst_of_150_an_endpoint_of_a_service_is_closed_and_others_are_not(
    sdk: Sdk, monkeypatch: pytest.MonkeyPatch
):
    """Within five seconds, which are an hour here: a busy machine may need longer for so many."""
    assert edge.RATE.per == timedelta(seconds=5)
    monkeypatch.setattr(edge, "RATE", replace(edge.RATE, per=timedelta(hours=1)))
    service, other = await sdk(lambda proxy: [proxy.services.create(unique_name=name).sid for name in ("a", "b")])
    headers = {"Authorization": aiohttp.encode_basic_auth(sdk.account_sid, sdk.token)}
    url = f"{sdk.base}/v1/Services/{service}/Sessions"

    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=16)) as session:

        async def status(url: str) -> int:
            async with session.get(url) as answer:
                return answer.status

        statuses = await asyncio.gather(*(status(url) for _ in range(160)))
        beside = [
            await status(f"{sdk.base}/v1/Services/{other}/Sessions"),
            await status(f"{sdk.base}/v1/Services/{service}"),
        ]
        async with session.get(url) as answer:
            told, wait = await answer.json(), answer.headers["Retry-After"]

    assert statuses.count(200) == 150
    assert statuses.count(429) == 10
    assert beside == [200, 200]
    assert (told["code"], told["status"], wait) == (80621, 429, "3600")  # then the burst is over, whenever it began


async def test_of_parallel_requests_for_one_name_one_is_served_and_for_one_person_as_many_as_there_are_numbers(
    sdk: Sdk,
):
    def work(proxy: Any) -> str:
        service = proxy.services.create(unique_name="rides")
        for number in SESSION["twilio"]:
            service.phone_numbers.create(phone_number=number.value)
        return str(service.sid)

    url = f"/v1/Services/{await sdk(work)}/Sessions"
    alice = json.dumps({"Identifier": ALICE.value})

    named = await asyncio.gather(*(ask(sdk, "POST", url, data={"UniqueName": "trip"}) for _ in range(8)))
    taken = await asyncio.gather(*(ask(sdk, "POST", url, data={"Participants": alice}) for _ in range(12)))

    assert sorted(told.get("code", 0) for _, told in named) == [0] + [80603] * 7
    assert sorted(told.get("code", 0) for _, told in taken) == [0] * 3 + [80206] * 9
    assert sum(each.in_use for each in await sdk(lambda proxy: proxy.services.list()[0].phone_numbers.list())) == 3


async def test_a_hundred_and_twenty_sessions_are_listed_forwards_and_back(sdk: Sdk, town: Town):
    service = await sdk(lambda proxy: proxy.services.create(unique_name="rides"))
    id_ = read(Prefix.SERVICE, service.sid)
    assert id_ is not None
    made = [
        (await town.house.rooms.sessions.create(town.tenant, id_, SessionGiven(ends=Ends(ttl=0)))).session
        for _ in range(120)
    ]

    def walk(proxy: Any) -> tuple[list[list[str]], list[list[str]]]:
        sessions = proxy.services(service.sid).sessions
        pages = [sessions.page(page_size=50)]
        forwards = [[each.sid for each in pages[0]]]
        while (following := pages[-1].next_page()) is not None:
            pages.append(following)
            forwards.append([each.sid for each in following])
        page = pages[-1]
        back = [forwards[-1]]
        while (page := page.previous_page()) is not None:
            back.append([each.sid for each in page])
        every = [each for page in forwards for each in page]
        assert [each.sid for each in sessions.list(page_size=100)] == every
        assert [each.sid for each in sessions.list(limit=7)] == every[:7]
        return forwards, back

    forwards, back = await sdk(walk)

    assert [len(page) for page in forwards] == [50, 50, 20]
    assert {read(Prefix.SESSION, each) for page in forwards for each in page} == {each.session_id for each in made}
    assert back == forwards[::-1]
