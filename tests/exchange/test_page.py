"""The page's API: who may use it, what it shows, and what people do through it."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from exchange import Exchange
from tests.exchange.site import response

TOKEN = "once-only"


@pytest.fixture
async def desk(site) -> AsyncIterator[Exchange]:
    async with Exchange(ui_token=TOKEN) as desk:
        site.tokens = {"twilio": desk.twilio.auth_token, "plivo": desk.plivo.auth_token}
        yield desk


@pytest.fixture
async def stranger(desk) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that has not opened the printed address."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(desk.url, cookie_jar=jar) as session:
        yield session


@pytest.fixture
async def page(desk, stranger) -> aiohttp.ClientSession:
    """A browser that has."""
    await stranger.get(f"/?token={TOKEN}")
    stranger.headers["Origin"] = desk.url
    return stranger


async def test_the_printed_address_opens_once_and_becomes_a_cookie(desk, stranger):
    first = await stranger.get(f"/?token={TOKEN}", allow_redirects=False)
    cookie = first.headers["Set-Cookie"]

    assert (first.status, first.headers["Location"]) == (303, "/")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    async with aiohttp.ClientSession(desk.url) as another:
        assert (await another.get(f"/?token={TOKEN}")).status == 403
    assert (await stranger.get("/")).status == 200


@pytest.mark.parametrize("path", ["/", "/ui/state", "/ui/events", "/?token=wrong", "/?token=%E2%82%AC"])
async def test_without_the_cookie_nothing_is_shown(stranger, path):
    assert (await stranger.get(path)).status == 403


async def test_the_page_runs_nothing_but_its_own_scripts(page):
    answer = await page.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "https://127.0.0.1"])
async def test_another_page_cannot_post(page, origin):
    page.headers.pop("Origin")
    headers = {} if origin is None else {"Origin": origin}

    assert (await page.post("/ui/handsets", json={"number": "+12025550101"}, headers=headers)).status == 403


async def test_files_outside_the_page_are_not_served(page):
    assert (await page.get("/static/..%2fsafety.py")).status == 404
    assert (await page.get("/static/index.html")).status == 200


async def test_the_state_tells_everything_the_page_draws(page, desk, site, twilio_number):
    await page.post("/ui/handsets", json={"number": "+12025550101", "label": "Alice"})

    state = await (await page.get("/ui/state")).json()

    assert state["numbers"] == [
        {"number": twilio_number, "carrier": "twilio", "name": "", "voice_url": site.url("/voice")}
    ]
    assert state["handsets"] == [
        {
            "number": "+12025550101", "label": "Alice", "state": "idle", "peer": None, "call_id": None, "since": None,
        }
    ]  # fmt: skip
    assert state["faults"]["plivo"] == {"repeat": 1, "delay_ms": 0, "reorder": False, "drop": 0.0, "variants": {}}
    assert {variant["carrier"] for variant in state["variants"]} == {"twilio", "plivo"}
    assert (state["texts"], state["wire"]) == ([], [])


async def test_a_call_is_made_and_taken_through_the_page(page, desk, site, twilio_number, owner):
    site.answers["/voice"] = response(f'<Dial callerId="{twilio_number}">{owner.number}</Dial>')
    await page.post("/ui/handsets", json={"number": "+12025550101"})

    dialled = await page.post("/ui/handsets/+12025550101/dial", json={"to": twilio_number})
    assert (await dialled.json())["state"] == "dialling"
    await owner.rings()
    await page.post(f"/ui/handsets/{owner.number}/answer", json={})
    await desk.settles()
    await page.post("/ui/handsets/+12025550101/keys", json={"keys": "42"})
    assert [tone for tone in owner.heard if tone in "42"] == ["4", "2"]
    hung_up = await page.post(f"/ui/handsets/{owner.number}/hangup", json={})

    assert (await hung_up.json())["state"] == "idle"


async def test_a_handset_shows_the_digits_that_it_dials_after_the_number(page, desk, site, twilio_number):
    await page.post("/ui/handsets", json={"number": "+12025550101"})

    dialled = await page.post("/ui/handsets/+12025550101/dial", json={"to": f"{twilio_number},,123456"})

    assert (await dialled.json())["peer"] == f"{twilio_number},,123456"
    await desk.settles()


async def test_what_cannot_be_done_is_refused_in_words(page, desk, owner):
    handset = f"/ui/handsets/{owner.number}"

    assert (await page.post(handset + "/answer", json={})).status == 409
    assert (await page.post(handset + "/dial", json={"to": "+12025550188"})).status == 409
    assert (await page.post(handset + "/dial", json={"to": "hello"})).status == 400
    assert (await page.post("/ui/handsets/+12025550199/dial", json={"to": "+12025550188"})).status == 404
    assert (await page.post("/ui/handsets", json={"number": "12"})).status == 400
    assert (await page.post("/ui/handsets", data=b"{")).status == 415
    assert (await page.post("/ui/faults", json={"carrier": "nobody"})).status == 400


async def test_faults_are_set_through_the_page(page, desk):
    answer = await page.post(
        "/ui/faults", json={"carrier": "twilio", "repeat": 3, "variants": {"signed_port": "dropped"}}
    )

    assert (await answer.json())["twilio"]["repeat"] == 3
    assert desk.office.faults["twilio"].choice("signed_port") == "dropped"


async def test_events_stream_what_happens_with_signatures_hidden(page, desk, site, twilio_number, alice):
    site.answers["/voice"] = response("<Say language='hi-IN'>Hello.</Say>")

    async with page.get("/ui/events") as stream:
        await stream.content.readuntil(b"\n\n")
        await alice.dials(twilio_number)
        events = [await _event(stream) for _ in range(5)]
    kinds = [kind for kind, _ in events]
    said = next(data for kind, data in events if kind == "said")
    wire = next(data for kind, data in events if kind == "wire")

    assert kinds[0] == "handset"
    assert (said["number"], said["text"], said["language"], said["kind"]) == (alice.number, "Hello.", "hi-IN", "say")
    assert wire["request"]["headers"]["X-Twilio-Signature"] == "(hidden)"
    assert wire["request"]["params"]["From"] == alice.number
    assert (wire["direction"], wire["status"], wire["response"]["content_type"][:15]) == ("out", 200, "application/xml")


async def test_a_page_that_is_closed_is_no_error(page, desk, alice, caplog):
    async with page.get("/ui/events") as stream:
        await stream.content.readuntil(b"\n\n")

    for _ in range(20):
        desk.handset(alice.number, "Alice")
        await desk.settles()

    assert caplog.records == []


async def test_stopping_does_not_wait_for_open_streams(site):
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with Exchange(ui_token=TOKEN) as desk:
            await session.get(f"{desk.url}/?token={TOKEN}")
            stream = await session.get(f"{desk.url}/ui/events")
            await stream.content.readuntil(b"\n\n")

        assert (await stream.content.read()).startswith(b"event: bye")


@pytest.mark.parametrize("host", ["desk.example", "127.0.0.1.desk.example", "[::1", ""])
async def test_only_loopback_names_are_answered(page, host):
    """A name elsewhere that was pointed at this machine must not reach the desk."""
    assert (await page.get("/ui/state", headers={"Host": host})).status in (400, 421)


async def _event(stream):
    lines = (await stream.content.readuntil(b"\n\n")).decode().splitlines()
    return lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))
