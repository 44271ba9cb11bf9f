"""The handle itself: waits fail readably, time moves in order, and dialling what cannot be dialled says so."""

from datetime import UTC, datetime, timedelta

import pytest

from exchange import DidNotHappen, Exchange, HandTimers, RealTimers
from exchange.timers import wait
from tests.exchange.site import response


async def test_what_does_not_happen_is_told_with_the_call_and_the_wire(site):
    async with Exchange(patience=0.05) as desk:
        site.tokens = {"twilio": desk.twilio.auth_token}
        site.answers["/voice"] = response("<Say>Hello.</Say>")
        desk.number("+12025550123", carrier="twilio", voice_url=site.url("/voice"))
        alice = desk.handset("+12025550101")
        await alice.dials("+12025550123")

        with pytest.raises(DidNotHappen) as failure:
            await alice.hears("something else")

    assert "did not hear 'something else'" in str(failure.value)
    assert "hears say 'Hello.'" in str(failure.value)
    assert "/voice 200" in str(failure.value)


async def test_alarms_ring_in_order_and_a_cancelled_one_does_not():
    timers, rung = HandTimers(datetime(2030, 1, 1, tzinfo=UTC)), []
    timers.after(3, lambda: rung.append((3, timers.now())))
    timers.after(1, lambda: rung.append((1, timers.now())))
    timers.after(2, lambda: rung.append((2, timers.now()))).cancel()

    timers.move_to(timers.now() + timedelta(seconds=10))

    start = datetime(2030, 1, 1, tzinfo=UTC)
    assert rung == [(1, start + timedelta(seconds=1)), (3, start + timedelta(seconds=3))]
    assert timers.now() == start + timedelta(seconds=10)


async def test_what_an_alarm_causes_settles_before_the_next(desk, site, twilio_number, alice):
    """Two pauses in two documents take their full time one after the other, within one move of time."""
    site.answers |= {
        "/voice": response("<Say>One.</Say><Pause length='5'/><Redirect>/two</Redirect>"),
        "/two": response("<Pause length='5'/><Say>Two.</Say>"),
    }
    call = await alice.dials(twilio_number)

    await desk.passes(9)
    assert call.state == "answered"
    await desk.passes(1)

    assert alice.heard == ["One.", "Two."]
    assert (call.leg.seconds(), call.state) == (10, "ended")


async def test_real_time_passes_by_itself_and_cannot_be_moved():
    timers = RealTimers()
    before = timers.now()
    await wait(timers, 0.01)
    assert timers.now() > before

    async with Exchange(timers=timers) as desk:
        with pytest.raises(TypeError):
            await desk.passes(1)


async def test_a_number_that_nobody_holds_cannot_be_dialled(alice):
    with pytest.raises(LookupError):
        await alice.dials("+12025550188")
    with pytest.raises(ValueError):
        await alice.dials("not a number")


async def test_a_handset_cannot_have_an_accounts_number(desk, twilio_number):
    with pytest.raises(ValueError):
        desk.handset(twilio_number)


async def test_a_handset_in_a_call_cannot_dial_another(desk, site, twilio_number, alice):
    site.answers["/voice"] = response("<Gather timeout='60'/>")
    await alice.dials(twilio_number)

    with pytest.raises(LookupError):
        await alice.dials(twilio_number)


async def test_a_handset_without_a_number_hides_it(desk, site, plivo_number):
    site.answers["/voice"] = response("<Speak>Hello.</Speak>")
    hidden = desk.handset()

    await hidden.dials(plivo_number)

    assert site.told("/voice")[0]["From"] == "anonymous"


async def test_another_caller_id_can_be_shown(desk, site, twilio_number, alice):
    site.answers["/voice"] = response("<Say>Hello.</Say>")

    await alice.dials(twilio_number, showing=twilio_number)

    assert site.told("/voice")[0]["From"] == twilio_number


async def test_speech_takes_its_time_where_asked(site):
    async with Exchange(speech_rate=10.0) as desk:
        site.tokens = {"twilio": desk.twilio.auth_token}
        site.answers["/voice"] = response("<Say>Twenty characters ok</Say>")
        desk.number("+12025550123", carrier="twilio", voice_url=site.url("/voice"))
        call = await desk.handset("+12025550101").dials("+12025550123")

        await desk.passes(1.9)
        assert call.state == "answered"
        await desk.passes(0.2)
        assert call.state == "ended"


async def test_a_comma_waits_two_seconds_where_asked(site):
    async with Exchange(comma=2.0) as desk:
        site.tokens = {"twilio": desk.twilio.auth_token}
        site.answers |= {"/voice": response("<Gather numDigits='2' timeout='9' action='/e'/>"), "/e": response()}
        desk.number("+12025550123", carrier="twilio", voice_url=site.url("/voice"))
        await desk.handset("+12025550101").dials("+12025550123,,12")

        await desk.passes(3.9)
        assert site.told("/e") == []
        await desk.passes(0.1)

    assert site.told("/e")[0]["Digits"] == "12"
