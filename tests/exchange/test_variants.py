"""Each choice where a vendor's behaviour is not known does what it says."""

import pytest
from aiohttp import web

from tests.exchange.site import response


def _screened(site, proxy, *people, carrier="twilio"):
    """A Dial to these people with a whisper (Twilio) or a confirm key (Plivo)."""
    end = site.url("/end")
    if carrier == "twilio":
        numbers = "".join(f'<Number url="/whisper">{person.number}</Number>' for person in people)
        dial = f'<Dial callerId="{proxy}" timeout="20" action="{end}">{numbers}</Dial>'
    else:
        numbers = "".join(f"<Number>{person.number}</Number>" for person in people)
        confirm = f'confirmSound="{site.url("/whisper")}" confirmKey="1" confirmTimeout="9"'
        dial = f'<Dial callerId="{proxy}" timeout="20" {confirm} action="{end}">{numbers}</Dial>'
    prompt = "<Gather timeout='9'/>" if carrier == "twilio" else "<Speak>Press 1.</Speak>"
    site.answers |= {"/voice": response(dial), "/whisper": response(prompt), "/end": response()}


@pytest.mark.parametrize("choice", ["no-answer", "canceled"])
async def test_twilio_words_for_a_caller_who_left(desk, site, twilio_number, alice, owner, choice):
    desk.set_faults("twilio", variants={"caller_left": choice})
    _screened(site, twilio_number, owner)
    await alice.dials(twilio_number)
    await owner.rings()

    await alice.hangs_up()

    assert site.told("/end")[0]["DialCallStatus"] == choice


@pytest.mark.parametrize(("choice", "state"), [("accepted", "ringing"), ("answered", "idle")])
async def test_twilio_may_stop_the_others_at_the_first_answer(
    desk, site, twilio_number, alice, owner, second, choice, state
):
    desk.set_faults("twilio", variants={"others_ring_until": choice})
    _screened(site, twilio_number, owner, second)
    await alice.dials(twilio_number)
    await second.rings()

    await owner.answers()
    await desk.settles()

    assert second.state == state


async def test_twilio_may_sign_without_the_port(desk, site, twilio_number, alice):
    desk.set_faults("twilio", variants={"signed_port": "dropped"})
    site.answers["/voice"] = response("<Say>Hello.</Say>")

    await alice.dials(twilio_number)
    await alice.hears("hello")  # and the application's validator, the SDK's, has accepted the signature


@pytest.mark.parametrize("choice", ["busy", "no-answer", "failed"])
async def test_twilio_words_for_a_rejected_call(desk, site, twilio_number, alice, choice):
    desk.set_faults("twilio", variants={"reject_status": choice})
    site.answers["/voice"] = response("<Reject/>")

    call = await alice.dials(twilio_number)
    await call.ended()

    assert site.told("/status")[0]["CallStatus"] == choice


async def test_twilio_may_skip_an_unknown_verb(desk, site, twilio_number, alice):
    desk.set_faults("twilio", variants={"unknown_verb": "skipped"})
    site.answers["/voice"] = response("<Shout>Hello.</Shout><Say>Skipped.</Say>")

    await alice.dials(twilio_number)

    await alice.hears("skipped")
    assert [complaint.code for complaint in desk.complaints] == ["12200"]


@pytest.mark.parametrize("choice", ["no-answer", "completed", "timeout"])
async def test_plivo_words_for_a_call_that_nobody_confirmed(desk, site, plivo_number, alice, owner, choice):
    desk.set_faults("plivo", variants={"confirm_failed": choice})
    _screened(site, plivo_number, owner, carrier="plivo")
    await alice.dials(plivo_number)
    await owner.answers()

    await desk.passes(9)

    assert site.told("/end")[0]["DialStatus"] == choice


@pytest.mark.parametrize("choice", ["no-answer", "timeout"])
async def test_plivo_words_for_a_call_that_nobody_took(desk, site, plivo_number, alice, owner, choice):
    desk.set_faults("plivo", variants={"ring_timeout": choice})
    _screened(site, plivo_number, owner, carrier="plivo")
    await alice.dials(plivo_number)

    await desk.passes(20)

    assert site.told("/end")[0]["DialStatus"] == choice


@pytest.mark.parametrize(("choice", "told"), [("sent", 1), ("not-sent", 0)])
async def test_plivo_may_forget_the_action_of_a_caller_who_left(desk, site, plivo_number, alice, owner, choice, told):
    desk.set_faults("plivo", variants={"action_after_caller_left": choice, "caller_left": "no-answer"})
    _screened(site, plivo_number, owner, carrier="plivo")
    await alice.dials(plivo_number)
    await owner.rings()

    await alice.hangs_up()

    assert [end["DialStatus"] for end in site.told("/end")] == ["no-answer"] * told


@pytest.mark.parametrize(("choice", "told"), [("sent", 1), ("not-sent", 0)])
async def test_plivo_may_say_nothing_of_a_refused_call(desk, site, plivo_number, alice, choice, told):
    desk.set_faults("plivo", variants={"event_when_never_answered": choice})
    site.answers |= {"/voice": response('<Hangup reason="rejected"/>'), "/status": web.Response()}

    call = await alice.dials(plivo_number)
    await call.ended()

    assert len(site.told("/status")) == told
