"""How webhooks are delivered: retries by the URL's fragment, the idempotency token, and what goes wrong on request."""

import asyncio
import socket

import pytest
from aiohttp import web

from exchange import Exchange
from exchange.overrides import patience
from tests.exchange.site import response

LEG_EVENTS = "initiated ringing answered completed"


def _tokens(site, path):
    return [seen.headers.get("I-Twilio-Idempotency-Token") for seen in site.seen if seen.path == path]


def test_vendors_defaults_and_overrides_are_read_from_the_fragment():
    assert patience("twilio", "https://app.example/v").on == {"ct"}
    assert patience("plivo", "https://app.example/v").read == 40.0

    rule = patience("twilio", "https://app.example/v?a=1#rc=5&rp=ct,rt,5xx&rt=4000&tt=99")

    assert rule.on == {"ct", "rt", "5xx"}
    assert (rule.retries, rule.read, rule.total) == (5, 4.0, 15.0), "99 ms is out of range and left at 15 s"
    assert patience("twilio", "https://app.example/v#rp=all").on == {"ct", "rt", "4xx", "5xx"}


async def test_a_failure_is_tried_again_as_the_fragment_says(desk, site, alice):
    answers = iter([web.Response(status=503), web.Response(status=503), response("<Say>Third time.</Say>")])
    site.answers["/voice"] = lambda _: next(answers)
    desk.number("+12025550123", carrier="twilio", voice_url=site.url("/voice") + "#rc=2&rp=5xx")

    await alice.dials("+12025550123")
    await alice.hears("third time")

    assert [entry.attempt for entry in desk.wire] == [1, 2, 3]
    assert len(set(_tokens(site, "/voice"))) == 1
    assert {seen.url for seen in site.seen} == {site.url("/voice")}, "the fragment is not sent"


async def test_twilio_does_not_try_http_errors_again_by_itself(desk, site, twilio_number, alice):
    site.answers |= {"/voice": web.Response(status=503), "/fallback": response("<Say>Sorry.</Say>")}

    await alice.dials(twilio_number)
    await alice.hears("sorry")

    assert len(site.told("/voice")) == 1


async def test_a_refused_connection_is_tried_once_more(desk, alice):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        desk.number("+12025550123", carrier="twilio", voice_url=f"http://127.0.0.1:{taken.getsockname()[1]}/v")
        await alice.dials("+12025550123")
        await alice.hears("application error")

    assert [entry.status for entry in desk.wire] == [None, None]
    assert desk.complaints[0].code == "11205"


async def test_fifteen_seconds_are_all_that_twilio_waits(desk, site, twilio_number, alice):
    site.hang["/voice"] = asyncio.Event()
    site.answers["/fallback"] = response("<Say>Sorry.</Say>")
    dialling = asyncio.create_task(alice.dials(twilio_number))
    await desk.passes(14.9, answered=False)
    assert desk.wire == []

    await desk.passes(0.2, answered=False)
    site.hang["/voice"].set()
    await dialling

    await alice.hears("sorry")
    assert desk.wire[0].note == "no answer within 15 s"


async def test_each_webhook_is_repeated_on_request_with_one_token(desk, site, twilio_number, alice):
    desk.set_faults("twilio", repeat=3)
    site.answers["/voice"] = response("<Say>Hello.</Say>")

    call = await alice.dials(twilio_number)
    await call.ended()

    assert len(site.told("/voice")) == len(site.told("/status")) == 3
    assert len(set(_tokens(site, "/voice"))) == 1
    assert alice.heard == ["Hello."], "the call follows the first answer only"
    assert desk.complaints == []


async def test_a_repeat_that_is_answered_differently_is_told(desk, site, twilio_number, alice):
    desk.set_faults("twilio", repeat=2)
    site.answers["/voice"] = lambda _: response(f"<Say>{len(site.seen)}</Say>")

    await alice.dials(twilio_number)
    await alice.falls_silent()

    assert "answered differently" in desk.complaints[0].about


async def test_a_lost_answer_is_delivered_again(desk, site, plivo_number, alice):
    desk.set_faults("plivo", drop=1.0)
    site.answers["/voice"] = response("<Speak>Hello.</Speak>")

    await alice.dials(plivo_number)
    await alice.hears("hello")

    assert len(site.told("/voice")) == 2
    assert desk.wire[0].note == "answer lost on the way"


async def test_a_delay_is_passed_on_the_desks_clock(desk, site, plivo_number, alice):
    desk.set_faults("plivo", delay_ms=1500)
    site.answers["/voice"] = response("<Speak>Hello.</Speak>")
    dialling = asyncio.create_task(alice.dials(plivo_number))
    await desk.settles()
    assert site.seen == []

    await desk.passes(1.5)

    await dialling
    await alice.hears("hello")


async def test_status_events_arrive_out_of_order_on_request(desk, site, twilio_number, alice, owner):
    desk.set_faults("twilio", reorder=True)
    number = f'<Number statusCallback="/leg" statusCallbackEvent="{LEG_EVENTS}">{owner.number}</Number>'
    site.answers |= {
        "/voice": response(f'<Dial callerId="{twilio_number}">{number}</Dial>'), "/leg": web.Response(),
    }  # fmt: skip
    call = await alice.dials(twilio_number)
    await owner.answers()
    await call.bridged()
    await owner.hangs_up()
    await call.ended()

    assert [told["SequenceNumber"] for told in site.told("/leg")] == ["1", "0", "3", "2"]


async def test_plivos_events_arrive_out_of_order_on_request(desk, site, plivo_number, alice, owner):
    desk.set_faults("plivo", reorder=True)
    dial = f'<Dial callerId="{plivo_number}" callbackUrl="{site.url("/leg")}"><Number>{owner.number}</Number></Dial>'
    site.answers |= {"/voice": response(dial), "/leg": web.Response()}
    call = await alice.dials(plivo_number)
    await owner.answers()
    await call.bridged()
    await owner.hangs_up()
    await call.ended()

    assert [told["DialAction"] for told in site.told("/leg")] == ["connected", "answer", "hangup"]


@pytest.mark.parametrize(
    "wrong",
    [{"repeat": 0}, {"repeat": True}, {"delay_ms": -1}, {"drop": 1.5}, {"reorder": "yes"}, {"variants": {"x": "y"}}],
)
async def test_a_fault_out_of_range_changes_nothing(desk, wrong):
    before = desk.office.faults["twilio"].as_json()

    with pytest.raises(ValueError):
        desk.set_faults("twilio", **({"repeat": 2} | wrong))

    assert desk.office.faults["twilio"].as_json() == before


async def test_addresses_beyond_this_machine_are_not_called(desk, alice):
    desk.number("+12025550123", carrier="twilio", voice_url="http://198.51.100.7/voice")

    call = await alice.dials("+12025550123")
    await call.ended()

    assert desk.wire == []
    assert "not a loopback address" in desk.complaints[0].about


async def test_other_addresses_are_called_where_allowed():
    async with Exchange(allowed=frozenset({"app.invalid"})) as desk:
        desk.number("+12025550123", carrier="twilio", voice_url="http://app.invalid/voice")
        call = await desk.handset("+12025550101").dials("+12025550123")
        await call.ended()

        assert [entry.url for entry in desk.wire] == ["http://app.invalid/voice"] * 2
