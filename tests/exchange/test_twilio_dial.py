"""Twilio's Dial: the whisper, caller ID, every way it ends, and what the webhooks are told."""

from aiohttp import web

from exchange import Exchange, Handset
from tests.exchange.site import Site, response

EVENTS = "initiated ringing answered completed"
NUMBER = f'<Number url="/whisper" statusCallback="/leg" statusCallbackEvent="{EVENTS}">{{}}</Number>'
WHISPER = response(
    '<Gather numDigits="1" timeout="6" action="/accept"><Say>Press 1 to accept.</Say></Gather>', "<Hangup/>"
)


def masked(site: Site, proxy: str, *people: Handset, attributes: str = "") -> None:
    """The application dials these people with our caller ID, a whisper and every callback."""
    numbers = "".join(NUMBER.format(person.number) for person in people)
    dial = f'<Dial callerId="{proxy}" answerOnBridge="true" timeout="22" action="/end" {attributes}>{numbers}</Dial>'
    site.answers |= {
        "/voice": response(dial), "/whisper": WHISPER, "/accept": response(), "/leg": web.Response(),
        "/end": response("<Say>Goodbye.</Say>"),
    }  # fmt: skip


async def test_a_caller_is_bridged_once_the_callee_accepts(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner)

    call = await alice.dials(twilio_number)
    await owner.answers()
    await owner.hears("press 1")
    assert call.state == "ringing", "answerOnBridge keeps the caller ringing through the whisper"
    await owner.presses("1")
    await call.bridged()
    await desk.passes(30)
    await alice.hangs_up()
    await call.ended()

    assert owner.shown == twilio_number
    assert desk.leaks == []
    assert site.told("/end")[0]["DialCallStatus"] == "completed"
    assert site.told("/end")[0]["DialBridged"] == "true"
    assert site.told("/end")[0]["DialCallDuration"] == "30"
    assert site.told("/status")[0]["CallDuration"] == "30"


async def test_the_first_webhook_says_who_calls_whom(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner)

    call = await alice.dials(twilio_number, forwarded_from="+12025550177")
    told = site.told("/voice")[0]

    assert told["CallSid"] == call.call_id
    assert call.call_id.startswith("CA")
    assert told["AccountSid"] == desk.twilio.account_sid
    assert (told["From"], told["To"], told["Caller"], told["Called"]) == (alice.number, twilio_number) * 2
    assert (told["CallStatus"], told["Direction"], told["ApiVersion"]) == ("ringing", "inbound", "2010-04-01")
    assert told["ForwardedFrom"] == "+12025550177"
    assert told["FromCountry"] == "US"


async def test_the_callees_leg_is_reported_in_order(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner)

    call = await alice.dials(twilio_number)
    await owner.answers()
    await owner.presses("1")
    await call.bridged()
    await desk.passes(61)
    await owner.hangs_up()
    legs = site.told("/leg")

    assert [leg["CallStatus"] for leg in legs] == ["initiated", "ringing", "in-progress", "completed"]
    assert [leg["SequenceNumber"] for leg in legs] == ["0", "1", "2", "3"]
    assert {leg["ParentCallSid"] for leg in legs} == {call.call_id}
    assert {leg["CallSid"] for leg in legs} == {site.told("/end")[0]["DialCallSid"]}
    assert {(leg["From"], leg["To"]) for leg in legs} == {(twilio_number, owner.number)}
    assert {leg["CallbackSource"] for leg in legs} == {"call-progress-events"}
    assert (legs[-1]["CallDuration"], legs[-1]["Duration"]) == ("61", "2")
    assert legs[-1]["Timestamp"].endswith("+0000")


async def test_the_whisper_runs_on_the_callees_own_call(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner)

    call = await alice.dials(twilio_number)
    await owner.answers()
    await owner.hears("press 1")
    told = site.told("/whisper")[0]

    assert (told["ParentCallSid"], told["Direction"], told["CallStatus"]) == (
        call.call_id,
        "outbound-dial",
        "in-progress",
    )


async def test_nobody_picking_up_ends_the_dial_at_its_timeout(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner)
    call = await alice.dials(twilio_number)
    await owner.rings()

    await desk.passes(21)
    assert owner.state == "ringing"
    await desk.passes(1)
    await alice.hears("goodbye")
    await call.ended()

    assert site.told("/end")[0]["DialCallStatus"] == "no-answer"
    assert site.told("/end")[0]["DialBridged"] == "false"
    assert call.billed, "the goodbye answered the call"


async def test_a_declined_call_is_busy(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner)

    await alice.dials(twilio_number)
    await owner.declines()
    await alice.hears("goodbye")

    assert site.told("/end")[0]["DialCallStatus"] == "busy"


async def test_an_engaged_callee_is_busy(desk, site, twilio_number, alice, owner, second):
    masked(site, twilio_number, owner)
    await second.dials(twilio_number)
    await owner.rings()

    await alice.dials(twilio_number)
    await alice.hears("goodbye")

    assert site.told("/end")[0]["DialCallStatus"] == "busy"


async def test_a_number_that_is_none_fails(desk, site, twilio_number, alice):
    site.answers |= {"/voice": response('<Dial action="/end" callerId="+12025550123">12</Dial>'), "/end": response()}

    call = await alice.dials(twilio_number)
    await call.ended()

    assert site.told("/end")[0]["DialCallStatus"] == "failed"
    assert [complaint.code for complaint in desk.complaints] == ["13223"]


async def test_a_caller_who_gives_up_is_not_billed_and_the_callee_stops_ringing(
    desk, site, twilio_number, alice, owner
):
    masked(site, twilio_number, owner)
    call = await alice.dials(twilio_number)
    await owner.rings()

    await alice.hangs_up()
    await owner.falls_silent()

    assert not call.billed
    assert site.told("/status")[0]["CallStatus"] == "no-answer"
    assert site.told("/leg")[-1]["CallStatus"] == "canceled"
    assert site.told("/end")[0]["CallStatus"] == "no-answer"


async def test_without_a_caller_id_the_callers_number_leaks(desk, site, twilio_number, alice, owner):
    site.answers["/voice"] = response(f"<Dial>{owner.number}</Dial>")

    await alice.dials(twilio_number)
    await owner.rings()

    assert owner.shown == alice.number
    assert [(leak.number, leak.shown_to) for leak in desk.leaks] == [(alice.number, owner.number)]


async def test_a_hidden_callers_dial_leaks_nothing(desk, site, twilio_number, alice, owner):
    site.answers["/voice"] = response(f"<Dial>{owner.number}</Dial>")

    await alice.dials(twilio_number, withheld=True)
    await owner.rings()

    assert (owner.shown, desk.leaks) == ("anonymous", [])


async def test_a_caller_id_of_somebody_else_is_refused(desk, site, twilio_number, alice, owner):
    site.answers["/voice"] = response(f'<Dial callerId="+12025550199">{owner.number}</Dial>')

    call = await alice.dials(twilio_number)
    await alice.hears("application error")
    await call.ended()

    assert owner.shown is None
    assert [complaint.code for complaint in desk.complaints] == ["13214"]


async def test_hiding_behind_a_word_is_no_caller_id(desk, site, twilio_number, alice, owner):
    site.answers["/voice"] = response(f'<Dial callerId="anonymous">{owner.number}</Dial>')

    await alice.dials(twilio_number, withheld=True)
    await alice.hears("application error")

    assert desk.complaints[0].code == "13214"


async def test_several_numbers_ring_together_and_the_first_to_accept_wins(
    desk, site, twilio_number, alice, owner, second
):
    masked(site, twilio_number, owner, second)
    call = await alice.dials(twilio_number)
    await owner.answers()
    assert (await second.rings()).state == "ringing"

    await second.answers()
    await second.presses("1")
    await call.bridged()
    await owner.falls_silent()

    assert second.state == "talking"


async def test_the_talk_ends_at_its_limit(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner, attributes='timeLimit="60"')
    call = await alice.dials(twilio_number)
    await owner.answers()
    await owner.presses("1")
    await call.bridged()

    await desk.passes(60)
    await alice.hears("goodbye")

    assert owner.state == "idle"
    assert site.told("/end")[0]["DialCallDuration"] == "60"


async def test_star_hangs_up_on_the_callee_where_asked(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner, attributes='hangupOnStar="true"')
    call = await alice.dials(twilio_number)
    await owner.answers()
    await owner.presses("1")
    await call.bridged()

    await alice.presses("*")

    await owner.falls_silent()
    await alice.hears("goodbye")


async def test_a_callee_who_hangs_up_in_the_whisper_was_not_bridged(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner)
    await alice.dials(twilio_number)
    await owner.answers()
    await owner.hears("press 1")

    await owner.hangs_up()
    await alice.hears("goodbye")

    assert site.told("/end")[0]["DialBridged"] == "false"
    assert site.told("/end")[0]["DialCallStatus"] == "completed"


async def test_the_other_story_of_the_whisper_can_be_chosen(desk: Exchange, site, twilio_number, alice, owner):
    desk.set_faults("twilio", variants={"whisper_hangup": "no-answer"})
    masked(site, twilio_number, owner)
    await alice.dials(twilio_number)
    await owner.answers()

    await desk.passes(6)
    await alice.hears("goodbye")

    assert site.told("/end")[0]["DialCallStatus"] == "no-answer"


async def test_a_dial_in_a_whisper_is_an_application_error_for_the_callee(desk, site, twilio_number, alice, owner):
    masked(site, twilio_number, owner)
    site.answers["/whisper"] = response("<Dial>+12025550177</Dial>")
    await alice.dials(twilio_number)

    await owner.answers()
    await owner.hears("application error")
    await alice.hears("goodbye")

    assert site.told("/end")[0]["DialBridged"] == "false"
