"""TwiML verbs other than Dial, and what a caller hears when the application is wrong."""

import asyncio

import pytest
from aiohttp import web

from tests.exchange.site import response

GATHER = response(
    '<Gather numDigits="6" timeout="7" action="/entered"><Say>Enter the digits.</Say></Gather>', "<Say>No input.</Say>"
)


async def test_digits_after_commas_are_entered_when_somebody_listens(desk, site, twilio_number, alice):
    site.answers |= {"/voice": GATHER, "/entered": response("<Say>Thank you.</Say>")}

    call = await alice.dials(twilio_number + ",,123456")
    await alice.hears("thank you")
    await call.ended()

    told = site.told("/entered")[0]
    assert (told["Digits"], told["FinishedOnKey"], told["CallStatus"]) == ("123456", "", "in-progress")
    assert call.billed


async def test_a_gather_without_digits_goes_on_to_the_next_verb(desk, site, twilio_number, alice):
    site.answers["/voice"] = GATHER
    await alice.dials(twilio_number)

    await desk.passes(7)

    await alice.hears("no input")
    assert site.told("/entered") == []


async def test_each_digit_gives_another_timeout(desk, site, twilio_number, alice):
    site.answers |= {"/voice": GATHER, "/entered": response()}
    await alice.dials(twilio_number)
    await alice.presses("12")
    await desk.passes(6)
    await alice.presses("3")

    await desk.passes(7)

    assert [told["Digits"] for told in site.told("/entered")] == ["123"]


async def test_the_finish_key_ends_the_entry_and_is_not_part_of_it(desk, site, twilio_number, alice):
    site.answers |= {"/voice": GATHER, "/entered": response()}
    await alice.dials(twilio_number)

    await alice.presses("12#")

    told = site.told("/entered")[0]
    assert (told["Digits"], told["FinishedOnKey"]) == ("12", "#")


async def test_the_finish_key_alone_is_no_entry(desk, site, twilio_number, alice):
    site.answers["/voice"] = GATHER
    await alice.dials(twilio_number)

    await alice.presses("#")

    await alice.hears("no input")


async def test_an_empty_entry_is_posted_where_asked(desk, site, twilio_number, alice):
    gather = '<Gather timeout="3" actionOnEmptyResult="true" action="/entered"/>'
    site.answers |= {"/voice": response(gather), "/entered": response()}
    await alice.dials(twilio_number)

    await desk.passes(3)

    assert site.told("/entered")[0]["Digits"] == ""


async def test_a_gather_without_action_asks_the_document_it_stands_in(desk, site, twilio_number, alice):
    site.answers["/voice"] = lambda seen: (
        response("<Say>Heard.</Say>") if "Digits" in seen.params else response("<Gather/>")
    )
    await alice.dials(twilio_number)

    await alice.presses("1#")

    await alice.hears("heard")


async def test_relative_urls_are_resolved_and_get_puts_parameters_in_the_query(desk, site, twilio_number, alice):
    site.answers |= {
        "/voice": response('<Redirect method="GET">menus/first?s=1</Redirect>'),
        "/menus/first": response("<Say>First.</Say>"),
    }

    await alice.dials(twilio_number)
    await alice.hears("first")

    told = site.told("/menus/first")[0]
    assert (told["s"], told["From"]) == ("1", alice.number)


async def test_rejecting_first_is_not_billed(desk, site, twilio_number, alice):
    site.answers["/voice"] = response('<Reject reason="busy"/>')

    call = await alice.dials(twilio_number)
    await call.ended()

    assert (call.state, call.billed) == ("refused", False)
    assert site.told("/status")[0]["CallStatus"] == "busy"
    assert site.told("/status")[0]["CallDuration"] == "0"


async def test_hanging_up_first_is_billed(desk, site, twilio_number, alice):
    site.answers["/voice"] = response("<Hangup/>")

    call = await alice.dials(twilio_number)
    await call.ended()

    assert (call.billed, site.told("/status")[0]["CallStatus"]) == (True, "completed")


async def test_a_pause_first_lets_the_caller_ring_on(desk, site, twilio_number, alice):
    site.answers["/voice"] = response('<Pause length="4"/>', "<Say>Hello.</Say>")
    dialling = asyncio.create_task(alice.dials(twilio_number))
    await desk.settles()

    await desk.passes(3)
    assert alice.state == "dialling"
    await desk.passes(1)

    assert (await dialling).billed
    await alice.hears("hello")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (web.Response(status=500), "11200"),
        (web.Response(status=404), "11200"),
        (web.Response(text="<Response>", content_type="application/xml"), "12100"),
        (web.Response(text="<Answer/>", content_type="application/xml"), "12100"),
        (web.Response(text="{}", content_type="application/json"), "12300"),
        ("<Response><Shout>hello</Shout></Response>", "12200"),
        ('<!DOCTYPE r [<!ENTITY e "x">]><Response><Say>&e;</Say></Response>', "12100"),
        ("<Response>" + "<Say>" + "x" * 70_000 + "</Say></Response>", "12100"),
    ],
)
async def test_a_wrong_answer_is_an_application_error(desk, site, twilio_number, alice, answer, code):
    site.answers |= {"/voice": answer, "/fallback": web.Response(status=503)}

    call = await alice.dials(twilio_number)
    await alice.hears("application error")
    await call.ended()

    assert desk.complaints[0].code == code


async def test_the_fallback_is_asked_when_the_voice_url_fails(desk, site, twilio_number, alice):
    site.answers |= {"/voice": web.Response(status=500), "/fallback": response("<Say>Sorry, try later.</Say>")}

    await alice.dials(twilio_number)
    await alice.hears("try later")

    told = site.told("/fallback")[0]
    assert (told["ErrorCode"], told["ErrorUrl"]) == ("11200", site.url("/voice"))


async def test_an_unknown_attribute_is_a_warning(desk, site, twilio_number, alice):
    site.answers["/voice"] = response('<Say volume="11">Hello.</Say>')

    await alice.dials(twilio_number)
    await alice.hears("hello")

    assert [complaint.code for complaint in desk.complaints] == ["12200"]


async def test_hanging_up_while_the_application_thinks_runs_nothing_more(desk, site, twilio_number, alice):
    site.answers |= {"/voice": GATHER, "/entered": response("<Say>Too late.</Say>")}
    call = await alice.dials(twilio_number)
    await alice.presses("12345")

    await alice.hangs_up()
    await desk.passes(60)
    await call.ended()

    assert site.told("/entered") == []
    assert "Too late." not in alice.heard


@pytest.mark.parametrize("spelling", [True, "anonymous", "+266696687", "unknown", "restricted"])
async def test_a_hidden_caller_is_spelled_as_twilio_does(desk, site, twilio_number, alice, spelling):
    site.answers["/voice"] = response("<Say>Hello.</Say>")

    await alice.dials(twilio_number, withheld=spelling)

    told = site.told("/voice")[0]
    assert told["From"] == ("anonymous" if spelling is True else spelling)
    assert alice.number not in told.values()
