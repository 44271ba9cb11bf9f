"""Plivo XML other than Dial, and how a call ends when the application is wrong."""

import asyncio

import pytest
from aiohttp import web

from tests.exchange.site import Site, response


def menu(site: Site, attributes: str = "", after: str = "<Speak>No input.</Speak>") -> None:
    digits = f'<GetDigits action="{site.url("/entered")}" numDigits="6" {attributes}>'
    digits += "<Speak>Enter the digits.</Speak></GetDigits>"
    site.answers |= {"/voice": response(digits, after), "/entered": response("<Speak>Thank you.</Speak>")}


async def test_digits_after_commas_are_entered_when_somebody_listens(desk, site, plivo_number, alice):
    menu(site)

    call = await alice.dials(plivo_number + ",,123456")
    await alice.hears("thank you")
    await call.ended()

    assert site.told("/entered")[0]["Digits"] == "123456"


async def test_two_seconds_after_the_last_digit_the_entry_is_over(desk, site, plivo_number, alice):
    menu(site)
    await alice.dials(plivo_number)
    await alice.presses("12")

    await desk.passes(2)

    assert site.told("/entered")[0]["Digits"] == "12"


async def test_no_digits_go_on_to_the_next_element_after_the_tries(desk, site, plivo_number, alice):
    menu(site, 'retries="2" timeout="5"')
    await alice.dials(plivo_number)

    await desk.passes(5)
    assert alice.heard.count("Enter the digits.") == 2
    await desk.passes(5)

    await alice.hears("no input")
    assert site.told("/entered") == []


async def test_invalid_digits_are_told_and_asked_again(desk, site, plivo_number, alice):
    menu(site, 'validDigits="12" invalidDigitsSound="https://app.example/wrong.mp3" retries="2"')
    await alice.dials(plivo_number)

    await alice.presses("3#")
    await alice.hears("wrong.mp3")
    await alice.presses("21#")

    assert [told["Digits"] for told in site.told("/entered")] == ["21"]


async def test_get_input_takes_keys(desk, site, plivo_number, alice):
    site.answers |= {
        "/voice": response(f'<GetInput action="{site.url("/entered")}" inputType="dtmf"><Speak>Go.</Speak></GetInput>'),
        "/entered": response(),
    }
    await alice.dials(plivo_number)

    await alice.presses("7#")

    assert site.told("/entered")[0] | {"Digits": "7", "InputType": "dtmf"} == site.told("/entered")[0]


async def test_rejecting_is_not_billed(desk, site, plivo_number, alice):
    site.answers["/voice"] = response('<Hangup reason="busy"/>')

    call = await alice.dials(plivo_number)
    await call.ended()

    assert (call.state, call.billed) == ("refused", False)
    assert site.told("/status")[0]["BillDuration"] == "0"


async def test_what_is_said_before_the_answer_is_not_billed(desk, site, plivo_number, alice):
    site.answers["/voice"] = response(
        "<PreAnswer><Speak>Closed today.</Speak></PreAnswer>", '<Hangup reason="rejected"/>'
    )

    call = await alice.dials(plivo_number)
    await call.ended()

    assert "Closed today." in alice.heard
    assert not call.billed


async def test_a_scheduled_hangup_ends_the_call_later(desk, site, plivo_number, alice):
    site.answers["/voice"] = response('<Hangup schedule="10"/>', '<Wait length="60"/>')
    call = await alice.dials(plivo_number)

    await desk.passes(9)
    assert call.state == "answered"
    await desk.passes(1)
    await call.ended()

    assert site.told("/status")[0]["HangupCauseName"] == "Scheduled Hangup"


async def test_a_redirect_is_followed(desk, site, plivo_number, alice):
    site.answers |= {
        "/voice": response(f"<Redirect>{site.url('/next')}</Redirect>"),
        "/next": response("<Speak>Next.</Speak>"),
    }

    await alice.dials(plivo_number)

    await alice.hears("next")


async def test_get_puts_parameters_in_a_signed_query(desk, site, plivo_number, alice):
    site.answers |= {
        "/voice": response(f'<Redirect method="GET">{site.url("/next?z=1")}</Redirect>'),
        "/next": response("<Speak>Next.</Speak>"),
    }

    await alice.dials(plivo_number)
    await alice.hears("next")

    told = site.told("/next")[0]
    assert (told["z"], told["To"]) == ("1", plivo_number.removeprefix("+"))


async def test_relative_urls_are_not_resolved(desk, site, plivo_number, alice):
    site.answers |= {"/voice": response("<Redirect>/next</Redirect>"), "/next": response()}

    call = await alice.dials(plivo_number)
    await call.ended()

    assert site.told("/next") == []
    assert site.told("/status")[0]["HangupCauseName"] == "Error Reaching Redirect URL"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (web.Response(status=500), "Error Reaching Answer URL"),
        (web.Response(text="<Response>", content_type="application/xml"), "Invalid Answer XML"),
        (web.Response(text="<Response/>", content_type="text/html"), "Invalid Answer XML"),
        ("<Response><Say>hello</Say></Response>", "Invalid Answer XML"),
    ],
)
async def test_a_wrong_answer_ends_the_call_with_plivos_cause(desk, site, plivo_number, alice, answer, cause):
    site.answers |= {"/voice": answer, "/fallback": answer}

    call = await alice.dials(plivo_number)
    await call.ended()

    assert site.told("/status")[0]["HangupCauseName"] == cause
    assert site.told("/status")[0]["HangupSource"] == "Error"
    assert not call.billed


async def test_the_fallback_is_asked_when_the_answer_url_fails(desk, site, plivo_number, alice):
    site.answers |= {"/voice": web.Response(status=500), "/fallback": response("<Speak>Try later.</Speak>")}

    await alice.dials(plivo_number)

    await alice.hears("try later")


async def test_the_fallback_does_not_stand_in_for_an_action(desk, site, plivo_number, alice):
    menu(site)
    site.answers |= {"/entered": web.Response(status=500), "/fallback": response("<Speak>Try later.</Speak>")}

    call = await alice.dials(plivo_number + ",123456")
    await call.ended()

    assert site.told("/status")[0]["HangupCauseName"] == "Error Reaching Action URL"


async def test_an_answer_may_take_forty_seconds_and_fifty_five_with_the_second_try(desk, site, plivo_number, alice):
    site.answers["/fallback"] = response("<Speak>Try later.</Speak>")
    site.hang["/voice"] = asyncio.Event()
    dialling = asyncio.create_task(alice.dials(plivo_number))
    await desk.passes(54.9, answered=False)
    assert [entry.note for entry in desk.wire] == ["no answer within 40 s"]

    await desk.passes(0.2, answered=False)
    site.hang["/voice"].set()
    await dialling

    assert desk.wire[1].note == "again; no answer within 15 s"
    await alice.hears("try later")


@pytest.mark.parametrize("spelling", [True, "Anonymous", "private"])
async def test_a_hidden_caller_is_spelled_as_plivo_does(desk, site, plivo_number, alice, spelling):
    site.answers["/voice"] = response("<Speak>Hello.</Speak>")

    await alice.dials(plivo_number, withheld=spelling)

    assert site.told("/voice")[0]["From"] == ("anonymous" if spelling is True else spelling)
