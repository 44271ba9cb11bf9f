"""What code that was written for Twilio sends, in other languages and by hand, and must not stumble over here."""

from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from tests.masking.sdk import Sdk
from tests.town import ALICE, BOB, SESSION, Town

FIRST, SECOND = (number.value for number in SESSION["twilio"][:2])
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def rides(sdk: Sdk) -> Any:
    """A service with two numbers."""
    rides = await sdk(lambda proxy: proxy.services.create(unique_name="rides"))
    await sdk(lambda _: [rides.phone_numbers.create(phone_number=number) for number in (FIRST, SECOND)])
    return rides


async def ask(sdk: Sdk, method: str, path: str, data: bytes | None = None) -> tuple[int, Any, Any]:
    """A request as it stands, without the SDK: status, headers, JSON."""
    headers = {"Authorization": aiohttp.encode_basic_auth(sdk.account_sid, sdk.token), **(FORM if data else {})}
    url = URL(f"{sdk.base}/v1/{path}", encoded=True)
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=data, headers=headers) as answer,
    ):
        text = await answer.text()
        return answer.status, answer.headers, await answer.json() if text else None


async def test_an_empty_field_is_one_that_is_not_said(sdk: Sdk, rides: Any):
    """So Node writes null, and a shell script a variable that is not set."""
    service = await sdk(lambda proxy: proxy.services.create(
        unique_name="empty", default_ttl="", callback_url="", geo_match_level="", number_selection_behavior="",
        intercept_callback_url="", out_of_session_callback_url="", chat_instance_sid=""))  # fmt: skip
    session = await sdk(lambda _: rides.sessions.create(
        unique_name="", date_expiry="", ttl="", mode="", status=""))  # fmt: skip
    person = await sdk(lambda _: session.participants.create(
        ALICE.value, friendly_name="", proxy_identifier="", proxy_identifier_sid=""))  # fmt: skip
    kept = await sdk(lambda _: session.update(date_expiry="", ttl="", status=""))

    assert (service.geo_match_level, service.number_selection_behavior) == ("country", "prefer-sticky")
    assert (session.mode, session.status, session.ttl, session.unique_name) == (
        "voice-and-message",
        "open",
        7776000,
        None,
    )
    assert person.proxy_identifier in (FIRST, SECOND)
    assert (kept.status, kept.ttl) == ("open", 7776000)
    (number, *_) = await sdk(lambda _: rides.phone_numbers.list())
    assert (await sdk(lambda _: number.update(is_reserved=""))).is_reserved is False
    page = await ask(sdk, "GET", "Services?PageSize=&Page=&PageToken=")
    assert (page[0], len(page[2]["services"])) == (200, 2)


async def test_a_number_may_be_added_with_an_empty_sid_beside_it(sdk: Sdk, rides: Any, town: Town):
    third = SESSION["twilio"][2].value

    added = await sdk(lambda _: rides.phone_numbers.create(sid="", phone_number=third, is_reserved=""))

    assert (added.phone_number, added.is_reserved) == (third, False)


async def test_words_of_a_list_may_be_written_in_any_case(sdk: Sdk, rides: Any):
    session = await sdk(lambda _: rides.sessions.create(mode="Voice-Only", status="In-Progress"))
    closed = await sdk(lambda _: session.update(status="CLOSED"))
    changed = await sdk(lambda _: rides.update(geo_match_level="Area-Code", number_selection_behavior="AVOID-STICKY"))

    assert (session.mode, session.status, closed.status) == ("voice-only", "in-progress", "closed")
    assert (changed.geo_match_level, changed.number_selection_behavior) == ("area-code", "avoid-sticky")


async def test_twilios_older_word_for_overlays_is_taken(sdk: Sdk, rides: Any):
    """Its guide says extended-area-code where its description says overlay."""
    changed = await sdk(lambda _: rides.update(geo_match_level="extended-area-code"))

    assert changed.geo_match_level == "overlay"


async def test_a_plus_that_nobody_encoded_is_one(sdk: Sdk, rides: Any):
    """`curl -d Identifier=+1…` sends a space."""
    path = f"Services/{rides.sid}/Sessions"
    status, _, session = await ask(sdk, "POST", path, b"DateExpiry=2030-06-01T12:00:00+00:00")
    assert (status, session["date_expiry"]) == (201, "2030-06-01T12:00:00Z")

    body = f"Identifier={ALICE.value}&ProxyIdentifier={FIRST}".encode()
    status, _, person = await ask(sdk, "POST", f"{path}/{session['sid']}/Participants", body)

    assert (status, person["identifier"], person["proxy_identifier"]) == (201, ALICE.value, FIRST)


@pytest.mark.parametrize(("number", "named"), [("Identifier", "FriendlyName"), ("identifier", "friendlyName"),
                                               ("identifier", "friendly_name")])  # fmt: skip
async def test_people_of_a_new_session_may_be_spelt_as_each_language_does(sdk: Sdk, rides: Any, number, named):
    people = [{number: ALICE.value, named: "Alice"}, {number: BOB.value, named: None}]

    session = await sdk(lambda _: rides.sessions.create(participants=people))
    there = await sdk(lambda _: session.participants.list())

    assert [(each.identifier, each.friendly_name) for each in there] == [(ALICE.value, "Alice"), (BOB.value, None)]


@pytest.mark.parametrize("name", ["Zürich → 東京 🚕", "100% & more; ~x", "a b", "a+b", "नमस्ते", "O’Brien's #"])
async def test_a_name_in_any_script_leads_to_its_session(sdk: Sdk, rides: Any, name: str):
    made = await sdk(lambda _: rides.sessions.create(unique_name=name))

    status, _, found = await ask(sdk, "GET", f"Services/{rides.sid}/Sessions/{quote(name, safe='')}")

    assert (status, found and found["sid"], found and found["unique_name"]) == (200, made.sid, name)


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "PATCH"])
async def test_other_methods_are_told_which_there_are(sdk: Sdk, rides: Any, method: str):
    status, headers, _ = await ask(sdk, method, "Services")

    assert status == 405
    assert {each.strip() for each in headers["Allow"].split(",")} >= {"GET", "POST"}


async def test_a_field_that_nobody_knows_and_one_that_comes_twice_do_no_harm(sdk: Sdk, rides: Any):
    body = b"FailOnParticipantConflict=true&Ttl=60&Ttl=90&Colour=blue&Mode=&Mode=voice-only"

    status, _, session = await ask(sdk, "POST", f"Services/{rides.sid}/Sessions?Colour=red", body)

    assert (status, session["ttl"], session["mode"]) == (201, 90, "voice-only")


async def test_a_service_may_keep_its_own_name(sdk: Sdk, rides: Any):
    assert (await sdk(lambda _: rides.update(unique_name="rides", default_ttl=60))).default_ttl == 60


async def test_no_media_is_no_media(sdk: Sdk, rides: Any):
    session = await sdk(lambda _: rides.sessions.create(participants=[{"Identifier": n.value} for n in (ALICE, BOB)]))
    (alice, *_) = await sdk(lambda _: session.participants.list())

    sent = await sdk(lambda _: alice.message_interactions.create(body="On my way", media_url=[""]))

    assert sent.type == "message"
