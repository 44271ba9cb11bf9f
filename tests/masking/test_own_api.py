"""Our own API: what a program can make, read and change with a token, and what it cannot."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from core.e164 import E164
from masking.sessions import http
from tests.masking.served import served
from tests.town import ALICE, BOB, SESSION, Town


@dataclass
class Program:
    """A customer's program with a token. Answers are (status, JSON)."""

    base: str
    session: aiohttp.ClientSession
    auth: str
    headers: Any = None

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body)
        url, said = f"{self.base}/api/services{path}", {"Authorization": self.auth, **headers}
        async with self.session.request(method, url, data=data, headers=said) as answer:
            self.headers = answer.headers
            return answer.status, json.loads(await answer.text() or "null")

    async def made(self, path: str, body: Any, **headers: str) -> Any:
        status, found = await self.ask("POST", path, body, **headers)
        assert status == 201, found
        return found

    async def read(self, path: str) -> Any:
        status, found = await self.ask("GET", path)
        assert status == 200, found
        return found


async def signed_in(town: Town, base: str, session: aiohttp.ClientSession, scopes: Sequence[str]) -> Program:
    issued = await town.house.clients.create(town.tenant, " ".join(scopes).replace(":", "-"), scopes)
    return Program(base, session, aiohttp.encode_basic_auth(issued.account_sid, issued.token))


@pytest.fixture
async def program(town: Town) -> AsyncIterator[Program]:
    async with served(town) as base, aiohttp.ClientSession() as session:
        yield await signed_in(town, base, session, ["api"])


@pytest.fixture
async def rides(program: Program) -> str:
    """A service with three numbers; its path."""
    service = await program.made("", {"unique_name": "rides", "screens": False})
    for number in SESSION["twilio"]:
        await program.made(f"/{service['id']}/numbers", {"number": number.value})
    return f"/{service['id']}"


PAIR = {"participants": [{"number": ALICE.value}, {"number": BOB.value}]}


async def test_a_session_from_its_making_to_its_end(program: Program, rides: str, town: Town):
    made = await program.made(f"{rides}/sessions", {"unique_name": "order 7", "ttl": 3600, **PAIR})
    one = f"{rides}/sessions/{made['id']}"

    assert [(each["side"], each["number"]) for each in made["participants"]] == [(1, ALICE.value), (2, BOB.value)]
    assert made["participants"][0]["sees"] in {each.value for each in SESSION["twilio"]}
    assert (made["state"], made["until"], made["people"]) == ("open", "2030-01-01T13:00:00Z", 2)
    assert (await program.read(f"{rides}/sessions/order 7"))["id"] == made["id"]
    assert (await program.ask("PATCH", one, {"ttl": 7200}))[1]["until"] == "2030-01-01T14:00:00Z"
    assert (await program.ask("POST", f"{one}/close", {"reason": "arrived"}))[1]["closed_reason"] == "arrived"
    assert (await program.ask("POST", f"{one}/reopen"))[1]["state"] == "in-progress"
    assert (await program.ask("DELETE", one))[0] == 204
    assert await program.ask("GET", one) == (404, {"type": "/problems/session-unknown", "status": 404,
                                                   "title": "There is no such session"})  # fmt: skip


async def test_a_name_may_look_like_an_id(program: Program):
    """Many programs call a session by their own booking's UUID."""
    name = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    service = await program.made("", {"unique_name": name})
    made = await program.made(f"/{name}/sessions", {"unique_name": name})

    assert (await program.read(f"/{name}"))["id"] == service["id"]
    assert (await program.read(f"/{name}/events"))["items"] == []
    for path in (f"/{name}/sessions/{name}", f"/{name}/sessions/{made['id']}"):
        assert (await program.read(path))["id"] == made["id"]
    assert (await program.ask("POST", f"/{name}/sessions/{name}/calls", {"first": name}))[0] == 404


async def test_people_come_are_named_and_go(program: Program, rides: str):
    made = await program.made(f"{rides}/sessions", {"participants": [{"number": ALICE.value}]})
    people = f"{rides}/sessions/{made['id']}/participants"

    awaited = await program.made(people, {"side": 2, "generate_pin": True})
    assert (awaited["number"], len(awaited["pin"])) == (None, 6)
    one = f"{people}/{awaited['id']}"
    assert "pin" not in await program.read(one)
    assert (await program.ask("PATCH", one, {"number": BOB.value}))[1]["number"] == BOB.value
    assert (await program.ask("DELETE", one))[0] == 204
    listed = {each["side"]: each["left_at"] for each in (await program.read(people))["items"]}
    assert listed == {1: None, 2: "2030-01-01T12:00:00Z"}


async def test_people_who_are_put_in_together_are_listed_as_they_were_given(program: Program, rides: str):
    people = [E164(f"+120255501{60 + n}").value for n in range(8)]
    given = [{"number": number, "side": 1 + (place > 0)} for place, number in enumerate(people)]

    made = await program.made(f"{rides}/sessions", {"participants": given})

    found: list[str] = []
    path = f"{rides}/sessions/{made['id']}/participants?most=3"
    page = await program.read(path)
    while True:
        found += [each["number"] for each in page["items"]]
        if page["next"] is None:
            break
        page = await program.read(f"{path}&after={page['next']}")
    assert found == people


async def test_numbers_are_reserved_counted_and_released(program: Program, rides: str):
    await program.made(f"{rides}/sessions", PAIR)
    numbers = (await program.read(f"{rides}/numbers"))["items"]
    busy = next(each for each in numbers if each["in_use"])

    assert (await program.read(f"{rides}/usage")) == {"numbers": 3, "live": 1, "busiest": 1, "share": 0.3333}
    assert (await program.ask("DELETE", f"{rides}/numbers/{busy['id']}"))[1]["type"] == "/problems/number-in-use"
    free = next(each for each in numbers if not each["in_use"])
    status, reserved = await program.ask("PATCH", f"{rides}/numbers/{free['id']}", {"reserved": True})
    assert (status, reserved["reserved"]) == (200, True)
    assert (await program.ask("DELETE", f"{rides}/numbers/{free['id']}"))[0] == 204
    assert (await program.ask("GET", f"{rides}/numbers/{free['id']}"))[0] == 404


async def test_a_service_is_changed_and_deleted_once_nobody_talks(program: Program, rides: str):
    quiet = {"from": "22:00", "to": "06:30", "timezone": "Asia/Kolkata"}
    status, changed = await program.ask("PATCH", rides, {"quiet": quiet, "urls": {"events": "https://example.org/e"}})
    assert (status, changed["quiet"], changed["urls"]["events"]) == (200, quiet, "https://example.org/e")
    made = await program.made(f"{rides}/sessions", PAIR)

    assert (await program.ask("DELETE", rides))[0] == 409
    await program.ask("POST", f"{rides}/sessions/{made['id']}/close")
    assert (await program.ask("DELETE", rides))[0] == 204


async def test_what_passes_is_listed_and_can_be_forgotten(program: Program, rides: str, town: Town):
    made = await program.made(f"{rides}/sessions", PAIR)
    await town.twilio.calls(
        ALICE, next(each for each in SESSION["twilio"] if each.value == made["participants"][0]["sees"])
    )
    listed = f"{rides}/sessions/{made['id']}/interactions"

    ((call,), after) = (await program.read(listed)).values()

    assert (call["kind"], call["from"], after) == ("voice", made["participants"][0]["id"], None)
    assert (await program.ask("DELETE", f"{listed}/{call['id']}"))[0] == 204
    assert (await program.read(listed))["items"] == []


async def test_a_list_goes_on_where_it_was_and_shows_all_once(program: Program, rides: str, town: Town):
    names = [f"order {n}" for n in range(7)]
    for name in names:
        await program.made(f"{rides}/sessions", {"unique_name": name})

    seen, after = [], ""
    while True:
        page = await program.read(f"{rides}/sessions?most=3{after}")
        seen += [each["unique_name"] for each in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert sorted(seen) == names
    assert (await program.read(f"{rides}/sessions?state=closed"))["items"] == []


async def test_who_may_only_read_changes_nothing(program: Program, rides: str, town: Town):
    reader = await signed_in(town, program.base, program.session, ["api:read"])
    other = await signed_in(town, program.base, program.session, ["proxy"])

    assert (await reader.ask("GET", rides))[0] == 200
    assert (await reader.ask("POST", f"{rides}/sessions", PAIR))[1] == {
        "type": "/problems/scope-lacking",
        "title": "This token may not do that",
        "status": 403,
        "scope": "api",
    }
    assert (await other.ask("GET", rides))[0] == 403


async def test_who_does_not_sign_in_is_told_how(program: Program, rides: str, town: Town):
    wrong = [
        aiohttp.encode_basic_auth(f"AC{town.tenant.hex}", "0" * 32),
        aiohttp.encode_basic_auth("AC" + "1" * 32, "x"),
    ]
    for auth in ("", "Bearer x", *wrong):
        stranger = Program(program.base, program.session, auth)
        status, told = await stranger.ask("GET", rides)
        assert (status, told["type"]) == (401, "/problems/not-signed-in")
        assert stranger.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", "body"),
        (b"\xff", "body"),
        ({"ttl": "60"}, "ttl"),
        ({"ttl": -1}, "ttl"),
        ({"ttl": True}, "ttl"),
        ({"expires_at": "2031-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "2029-01-01T00:00:00Z"}, "expires_at"),
        ({"mode": "video"}, "mode"),
        ({"participants": [{"side": 3}]}, "side"),
        ({"participants": [{"nick": "x"}]}, "nick"),
        ({"unique_name": "a\u0000b"}, "unique_name"),
    ],
)
async def test_what_cannot_be_used_is_named(program: Program, rides: str, body: Any, field: str):
    status, told = await program.ask("POST", f"{rides}/sessions", body)

    assert (status, told["type"], told["field"]) == (422, "/problems/bad-field", field)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "http://192.0.2.7/", "https://", "https:///veto", "https://:443/", "https://[::1/",
        "https://hooks.example.org:0/", "https://hooks.example.org:99999/", "https://hooks.example.org/#a",
        "https://hooks.example.org/a b", "https://hooks.example.org/\x7f", "https://bücher.example.org/",
        "https://hooks.example.org/é", "ftp://hooks.example.org/", "hooks.example.org",
    ],
)  # fmt: skip
async def test_an_address_that_nothing_could_be_sent_to_is_refused(program: Program, rides: str, url: str):
    status, told = await program.ask("PATCH", rides, {"urls": {"intercept": url}})

    assert (status, told["field"]) == (422, "intercept_url")


async def test_nothing_is_ever_recorded(program: Program, rides: str):
    status, told = await program.ask("POST", f"{rides}/sessions", {"record": True, **PAIR})

    assert (status, told["type"]) == (422, "/problems/recording-refused")


async def test_what_nobody_has_is_not_there(program: Program, rides: str):
    for path in ("/00000000-0000-4000-8000-000000000001", "/none", f"{rides}/sessions/none", f"{rides}/numbers/x"):
        assert (await program.ask("GET", path))[0] == 404


async def test_more_than_a_client_may_ask_is_refused(program: Program, rides: str, monkeypatch: pytest.MonkeyPatch):
    """Within five seconds, which are an hour here: a busy machine may need longer for so many."""
    assert http.RATE.per == timedelta(seconds=5)
    monkeypatch.setattr(http, "RATE", replace(http.RATE, per=timedelta(hours=1)))
    answers = await asyncio.gather(*(program.ask("GET", rides) for _ in range(155)))

    assert {told.get("retry_after") for status, told in answers if status == 429} == {3600}
    assert program.headers is not None


async def test_blocks_are_shown_and_taken_back_and_only_of_people_in_the_session(program: Program, rides: str):
    made = await program.made(f"{rides}/sessions", PAIR)
    a, b = (each["id"] for each in made["participants"])
    blocks = f"{rides}/sessions/{made['id']}/participants/{a}/blocks"

    assert await program.read(blocks) == {"items": []}
    assert (await program.ask("DELETE", f"{blocks}/{b}"))[0] == 204
    for foreign in (made["id"], "nobody"):
        status, problem = await program.ask("DELETE", f"{blocks}/{foreign}")
        assert (status, problem["type"]) == (404, "/problems/participant-unknown")


@pytest.mark.parametrize("path", ["", "/hooks/twilio/voice", "/api/services"])
async def test_no_hook_leads_back_to_us(program: Program, rides: str, town: Town, path: str):
    for url in ("events", "intercept", "outside", "callback"):
        status, problem = await program.ask("PATCH", rides, {"urls": {url: f"{town.base}{path}"}})

        assert (status, problem["field"]) == (422, f"{url}_url")
