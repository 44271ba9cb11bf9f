"""The API of people, as an app asks it: no number in any address, nothing that tells who has an account."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from tests.masking.served import served
from tests.privacy.proving import ANNA, BEN, code_of, wrong_code
from tests.town import Town

API = "/api/people"


@dataclass
class App:
    """An app on somebody's phone. Answers are (status, body)."""

    town: Town
    base: str
    session: aiohttp.ClientSession
    token: str = ""

    async def asks(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        said = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **headers}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        async with self.session.request(method, self.base + API + path, data=data, headers=said) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def starts(self, number=ANNA, **more: Any) -> str:
        status, body = await self.asks("POST", "/sign-ups", {"number": number.value, **more})
        assert status == 202, body
        return str(body["sign_up"])

    async def signs_in(self, number=ANNA, **more: Any) -> dict[str, Any]:
        sign_up = await self.starts(number)
        code = code_of(self.town, UUID(sign_up))
        status, body = await self.asks("POST", f"/sign-ups/{sign_up}", {"code": code, "device": "Phone", **more})
        assert status == 201, body
        self.token = body["token"]
        return dict(body)


@pytest.fixture
async def app(town: Town) -> AsyncIterator[App]:
    async with served(town) as base, aiohttp.ClientSession() as session:
        yield App(town, base, session)


async def test_from_a_number_to_a_token(app):
    told = await app.signs_in()

    status, me = await app.asks("GET", "/me")
    assert told["new"] is True
    assert status == 200
    assert (me["person"], me["number"], me["region"], me["left_at"]) == (told["person"], ANNA.value, "US", None)


async def test_a_number_with_an_account_and_one_without_are_answered_alike(app, clock):
    await app.signs_in()
    app.token = ""

    _, known = await app.asks("POST", "/sign-ups", {"number": ANNA.value})
    _, unknown = await app.asks("POST", "/sign-ups", {"number": BEN.value})

    assert known.keys() == unknown.keys() == {"sign_up", "until"}
    assert known["until"] == unknown["until"]


async def test_a_wrong_code_tells_how_many_tries_are_left(app):
    sign_up = await app.starts()
    wrong = wrong_code(app.town, UUID(sign_up))

    status, body = await app.asks("POST", f"/sign-ups/{sign_up}", {"code": wrong})

    assert (status, body["type"], body["left"]) == (422, "/problems/wrong-code", 4)
    assert wrong not in json.dumps(body)


async def test_what_cannot_be_done_is_told_without_repeating_it(app):
    ben = BEN.value
    for body, slug in (
        ({}, "bad-field"), ({"number": "0712"}, "bad-number"), ({"number": 7}, "bad-field"), (b"\xff\xfe", "bad-field"),
        ({"number": ben, "way": "pigeon"}, "bad-field"), (b"[1]", "bad-field"), (b"{" * 9000, "bad-field"),
        ({"number": ben, "more": 1}, "bad-field"), ({"number": f"{ben}\u0000"}, "bad-field"),
        ({"number": "+33639980170"}, "no-codes-there"), ({"number": "+12025550100"}, "no-codes-there"),
    ):  # fmt: skip
        status, told = await app.asks("POST", "/sign-ups", body)

        assert (status, told["type"]) == (422, f"/problems/{slug}")
        assert told["field"] if slug != "no-codes-there" else told["kind"]
        assert BEN.digits not in json.dumps(told)


async def test_a_sign_up_that_never_was_is_over(app):
    for sign_up in ("none", "00000000-0000-4000-8000-000000000000"):
        status, body = await app.asks("POST", f"/sign-ups/{sign_up}", {"code": "123456"})

        assert (status, body["type"]) == (410, "/problems/proof-over")


async def test_nobody_gets_in_without_a_token_that_counts(app):
    asked = [
        ("GET", "/me"), ("PATCH", "/me"), ("DELETE", "/me"), ("GET", "/me/export"), ("GET", "/me/devices"),
        ("DELETE", "/me/devices"), ("DELETE", "/me/devices/x"), ("GET", "/me/consents"),
        ("GET", "/me/consents/share-book"), ("PUT", "/me/consents/share-book"), ("DELETE", "/me/consents/share-book"),
    ]  # fmt: skip
    for method, path in asked:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
            if headers.get("Authorization") == "Basic eDp5" and path != "/me":
                continue
            async with app.session.request(method, app.base + API + path, headers=headers) as answer:
                assert (answer.status, answer.headers["WWW-Authenticate"]) == (
                    401,
                    'Basic realm="Maskline", Bearer realm="Maskline"',
                )
                assert (await answer.json())["type"] == "/problems/sign-in-needed"


async def test_consents_are_shown_given_and_taken_back(app):
    await app.signs_in()
    _, shown = await app.asks("GET", "/me/consents?language=hi")
    book = next(each for each in shown["items"] if each["purpose"] == "share-book")

    status, given = await app.asks("PUT", "/me/consents/share-book", {"version": book["version"], "language": "hi"})
    gone, _ = await app.asks("DELETE", "/me/consents/share-book")
    _, after = await app.asks("GET", "/me/consents/share-book")

    assert "फ़ोनबुक" in book["text"]
    assert (status, given["live"], given["given"]["language"], gone) == (200, True, "hi", 204)
    assert (after["live"], after["given"]) == (False, None)


async def test_an_old_text_cannot_be_agreed_to(app):
    await app.signs_in()

    status, body = await app.asks("PUT", "/me/consents/share-book", {"version": 0})
    missing, _ = await app.asks("PUT", "/me/consents/share-book", {})
    unknown, _ = await app.asks("PUT", "/me/consents/sell", {"version": 1})

    assert (status, body["type"], body["version"]) == (409, "/problems/consent-outdated", 1)
    assert (missing, unknown) == (422, 404)


async def test_devices_are_listed_and_signed_out(app):
    first = await app.signs_in()
    second = await app.signs_in()
    _, listed = await app.asks("GET", "/me/devices")

    status, _ = await app.asks("DELETE", f"/me/devices/{first['device']}")
    again, _ = await app.asks("DELETE", f"/me/devices/{first['device']}")

    shown = {each["device"]: each["this"] for each in listed["items"]}
    assert shown == {first["device"]: False, second["device"]: True}
    assert (status, again) == (204, 404)
    app.token = first["token"]
    assert (await app.asks("GET", "/me"))[0] == 401


async def test_a_person_says_where_they_are_and_what_they_speak(app):
    await app.signs_in()

    _, me = await app.asks("PATCH", "/me", {"region": "IN", "language": "hi-IN"})
    status, refused = await app.asks("PATCH", "/me", {"region": "XX"})

    assert (me["region"], me["language"]) == ("IN", "hi")
    assert (status, refused["field"]) == (422, "region")
    assert (await app.asks("GET", "/me"))[1]["region"] == "IN"


async def test_everything_that_is_held_is_told(app):
    await app.signs_in()
    await app.asks("PUT", "/me/consents/be-found", {"version": 1})

    status, told = await app.asks("GET", "/me/export")

    assert status == 200
    assert {(each["room"], each["kind"]) for each in told["records"]} == {
        ("people", "person"), ("people", "device"), ("people", "consent")
    }  # fmt: skip


async def test_whoever_deletes_their_account_is_gone_and_their_vehicle_is_not(app, town):
    await town.sticker(ANNA)
    await app.signs_in()
    await app.asks("PUT", "/me/consents/be-found", {"version": 1})

    status, receipt = await app.asks("DELETE", "/me")

    nothing = {"callerid.books": 0, "callerid.lookups": 0, "callerid.owners": 0}  # they gave and said nothing
    assert (status, receipt["rows"]) == (200, {**nothing, "people": 3})
    assert (await app.asks("GET", "/me"))[0] == 401
    for table in ("person", "device", "consent"):
        assert await town.rows(f"SELECT 1 FROM {table}") == []
    assert len(await town.rows("SELECT 1 FROM sticker_contact")) == 1
    assert (await app.signs_in())["new"] is True


async def test_whoever_is_signed_in_takes_their_account_to_a_new_number(app):
    before = await app.signs_in()

    after = await app.signs_in(BEN)

    assert (after["person"], after["new"]) == (before["person"], False)
    assert (await app.asks("GET", "/me"))[1]["number"] == BEN.value


async def test_a_network_that_signs_in_again_and_again_is_asked_to_wait(app):
    statuses = [(await app.asks("POST", "/sign-ups", b"{}"))[0] for _ in range(61)]

    assert set(statuses[:60]) == {422}
    assert statuses[60] == 429


async def test_guessing_tokens_is_answered_at_length_no_more(app):
    statuses = [(await app.asks("GET", "/me", Authorization=f"Bearer {n}"))[0] for n in range(31)]

    assert set(statuses[:30]) == {401}
    assert statuses[30] == 429
    await app.signs_in()
    assert (await app.asks("GET", "/me"))[0] == 200
