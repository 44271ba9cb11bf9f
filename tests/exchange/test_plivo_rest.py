"""Plivo's own SDK, unchanged but for its base URL, against the desk."""

import asyncio
from collections.abc import Callable
from typing import Any

import plivo
import pytest
from aiohttp import web
from plivo.exceptions import AuthenticationError, ResourceNotFoundError, ValidationError

from exchange import Exchange
from tests.exchange.site import response


@pytest.fixture
def client(desk: Exchange, monkeypatch: pytest.MonkeyPatch) -> plivo.RestClient:
    base = f"{desk.plivo_api_url}/v1/Account"
    for name in ("PLIVO_API_BASE_URI", "API_VOICE_BASE_URI"):
        monkeypatch.setattr(f"plivo.rest.client.{name}", base)
    return plivo.RestClient(desk.plivo.auth_id, desk.plivo.auth_token)


async def asked(call: Callable[..., Any], *given: Any, **arguments: Any) -> Any:
    """The SDK blocks, so it runs beside the desk."""
    return await asyncio.to_thread(call, *given, **arguments)


async def test_a_number_is_found_bought_pointed_at_an_application_and_released(desk, site, client, alice):
    free = await asked(client.numbers.search, country_iso="US", pattern="202")
    assert alice.number.removeprefix("+") not in [offer.number for offer in free.objects]

    application = await asked(
        client.applications.create, app_name="masked", answer_url=site.url("/voice"),
        hangup_url=site.url("/status"), message_url=site.url("/text"), fallback_answer_url=site.url("/fallback"),
    )  # fmt: skip
    await asked(client.numbers.buy, "12025550150")
    await asked(client.numbers.update, "12025550150", app_id=application["app_id"])
    site.answers |= {"/voice": response("<Speak>Hello.</Speak>"), "/status": web.Response()}
    await alice.dials("+12025550150")
    await alice.hears("hello")

    number = await asked(client.numbers.get, "12025550150")
    assert number.application == f"/v1/Account/{desk.plivo.auth_id}/Application/{application['app_id']}/"
    await asked(client.numbers.delete, "12025550150")
    assert (await asked(client.numbers.list)).meta.total_count == 0


async def test_an_application_is_listed_changed_and_deleted(site, client):
    made = await asked(client.applications.create, app_name="masked", answer_url=site.url("/old"))

    await asked(client.applications.update, made["app_id"], answer_url=site.url("/new"))
    found = await asked(client.applications.get, made["app_id"])
    assert (found.app_name, found.answer_url) == ("masked", site.url("/new"))
    assert (await asked(client.applications.list)).meta.total_count == 1
    await asked(client.applications.delete, made["app_id"])

    with pytest.raises(ResourceNotFoundError):
        await asked(client.applications.get, made["app_id"])


async def test_a_call_is_placed_answered_and_runs_its_xml(desk, site, client, plivo_number, owner):
    site.answers |= {
        "/answered": response("<Speak>Press 1.</Speak>"),
        "/ring": web.Response(),
        "/ended": web.Response(),
    }

    fired = await asked(
        client.calls.create, from_="12025550123", to_="12025550102", answer_url=site.url("/answered"),
        ring_url=site.url("/ring"), hangup_url=site.url("/ended"),
    )  # fmt: skip
    await owner.answers()
    await owner.hears("press 1")
    await owner.falls_silent()
    await desk.settles()

    assert owner.shown == plivo_number
    told = site.told("/answered")[0]
    assert (told["Direction"], told["CallStatus"]) == ("outbound", "in-progress")
    assert told["RequestUUID"] == fired["request_uuid"]
    assert site.told("/ring")[0]["CallStatus"] == "ringing"
    assert site.told("/ended")[0]["HangupCauseCode"] == "4010"
    record = await asked(client.calls.get, told["CallUUID"])
    assert (record.to_number, record.hangup_cause_name) == ("12025550102", "End Of XML Instructions")


async def test_an_unanswered_call_ends_at_its_timeout(desk, site, client, plivo_number, owner):
    site.answers["/ended"] = web.Response()
    await asked(
        client.calls.create, from_="12025550123", to_="12025550102", answer_url=site.url("/a"),
        hangup_url=site.url("/ended"), ring_timeout=20,
    )  # fmt: skip
    await owner.rings()

    await desk.passes(20)

    assert site.told("/ended")[0]["CallStatus"] == "no-answer"


async def test_a_call_is_transferred_and_hung_up(desk, site, client, plivo_number, alice):
    site.answers |= {
        "/voice": response('<Wait length="60"/>'),
        "/other": response('<Speak>Elsewhere.</Speak><Wait length="60"/>'),
    }
    call = await alice.dials(plivo_number)

    await asked(client.calls.update, call.call_id, legs="aleg", aleg_url=site.url("/other"))
    await alice.hears("elsewhere")
    await asked(client.calls.delete, call.call_id)
    await alice.falls_silent()

    assert site.told("/status")[0]["HangupSource"] == "API Request"


async def test_text_is_spoken_into_a_call_on_either_leg_or_both(site, client, plivo_number, alice, owner):
    site.answers["/voice"] = response('<Dial callerId="12025550123"><Number>12025550102</Number></Dial>')
    call = await alice.dials(plivo_number)
    await owner.answers()
    await call.bridged()

    for legs in ("aleg", "bleg", "both"):
        told = await asked(client.calls.start_speaking, call.call_id, f"To {legs}.", legs=legs)
        assert told["message"] == "speak started"
    with pytest.raises(ValidationError):
        await asked(client.calls.start_speaking, call.call_id, "To nobody.", legs="cleg")
    await alice.hangs_up()
    await call.ended()
    with pytest.raises(ResourceNotFoundError):
        await asked(client.calls.start_speaking, call.call_id, "Too late.", legs="both")

    assert [said for said in alice.heard if said.startswith("To")] == ["To aleg.", "To both."]
    assert [said for said in owner.heard if said.startswith("To")] == ["To bleg.", "To both."]


async def test_a_text_arrives_and_is_reported(desk, site, client, plivo_number, alice):
    site.answers["/sent"] = web.Response()

    queued = await asked(
        client.messages.create, src="12025550123", dst="12025550101", text="Your owner has been told.",
        url=site.url("/sent"),
    )  # fmt: skip
    text = await alice.receives("been told")
    await desk.settles()

    assert [text.sid] == queued["message_uuid"]
    assert [told["Status"] for told in site.told("/sent")] == ["queued", "sent", "delivered"]
    assert {(told["From"], told["To"], told["ErrorCode"]) for told in site.told("/sent")} == {
        ("12025550123", "12025550101", "000")
    }


async def test_what_is_wrong_is_refused(desk, site, client, plivo_number):
    with pytest.raises(ValidationError):
        await asked(client.messages.create, src="12025550199", dst="12025550101", text="Hello")
    with pytest.raises(ResourceNotFoundError):
        await asked(client.numbers.get, "12025550199")
    with pytest.raises(ResourceNotFoundError):
        await asked(client.calls.delete, "00000000-0000-0000-0000-000000000000")


async def test_wrong_credentials_are_refused(desk, client):
    wrong = plivo.RestClient(desk.plivo.auth_id, "wrong")

    with pytest.raises(AuthenticationError):
        await asked(wrong.numbers.list)


async def test_several_people_are_texted_at_once_and_texts_are_read(desk, client, plivo_number, alice, owner):
    queued = await asked(client.messages.create, src="12025550123", dst="12025550101<12025550102", text="Hello")
    await alice.receives("hello")
    await owner.receives("hello")

    assert len(queued["message_uuid"]) == 2
    assert (await asked(client.messages.list)).meta.total_count == 2
    assert (await asked(client.messages.get, queued["message_uuid"][0])).message_state == "delivered"


async def test_live_calls_are_told_from_ended_ones(site, client, plivo_number, alice):
    site.answers["/voice"] = response('<Wait length="60"/>')
    call = await alice.dials(plivo_number)

    assert (await asked(client.live_calls.list_ids)).calls == [call.call_id]
    live = await asked(client.live_calls.get, call.call_id)
    assert (live.__dict__["from"], live.call_status) == ("12025550101", "in-progress")
    await alice.hangs_up()

    assert (await asked(client.calls.list)).meta.total_count == 1
    with pytest.raises(ResourceNotFoundError):
        await asked(client.live_calls.get, call.call_id)


async def test_bad_requests_change_nothing(desk, site, client, plivo_number):
    for wrong in ({"from_": "12"}, {"to_": "12"}, {"answer_url": "not-a-url"}):
        given = {"from_": "12025550123", "to_": "12025550101", "answer_url": site.url("/a")} | wrong
        with pytest.raises(ValidationError):
            await asked(client.calls.create, **given)
    with pytest.raises(ValidationError):
        await asked(client.numbers.buy, "12025550150", app_id="no-such-application")

    assert list(desk.office.switch.legs) == []
    assert list(desk.office.registry.numbers) == [plivo_number]
