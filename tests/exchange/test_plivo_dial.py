"""Plivo's Dial: the confirm key, events on callbackUrl, keys during the talk, every way it ends."""

from aiohttp import web

from exchange import Handset
from tests.exchange.site import Site, response


def masked(site: Site, proxy: str, *people: Handset, attributes: str = "") -> None:
    """The application dials these people with our caller ID, a key to confirm and every callback."""
    dial = (
        f'<Dial callerId="{proxy}" timeout="22" action="{site.url("/end")}" callbackUrl="{site.url("/leg")}" '
        f'confirmSound="{site.url("/confirm")}" confirmKey="1" confirmTimeout="20" dialMusic="real" '
        f'digitsMatchBLeg="99" {attributes}>'
    )
    numbers = "".join(f"<Number>{person.number.removeprefix('+')}</Number>" for person in people)
    site.answers |= {
        "/voice": response(dial + numbers + "</Dial>"), "/leg": web.Response(),
        "/confirm": response("<Speak>Press 1 to accept.</Speak>"), "/end": response("<Speak>Goodbye.</Speak>"),
    }  # fmt: skip


async def test_a_caller_is_bridged_once_the_callee_confirms(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner)

    call = await alice.dials(plivo_number)
    await owner.answers()
    await owner.hears("press 1")
    await owner.presses("1")
    await call.bridged()
    await desk.passes(30)
    await owner.hangs_up()
    await alice.hears("goodbye")
    await call.ended()

    assert owner.shown == plivo_number
    assert desk.leaks == []
    end = site.told("/end")[0]
    assert (end["DialStatus"], end["DialHangupCause"], end["DialRingStatus"]) == (
        "completed",
        "NORMAL_CLEARING",
        "true",
    )
    assert end["DialALegUUID"] == call.call_id
    assert end["DialBLegUUID"] == site.told("/leg")[0]["DialBLegUUID"]


async def test_the_first_webhook_says_who_calls_whom_without_plus_signs(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner)

    call = await alice.dials(plivo_number, forwarded_from="+12025550177")

    told = site.told("/voice")[0]
    assert (told["From"], told["To"]) == (alice.number.removeprefix("+"), plivo_number.removeprefix("+"))
    assert (told["CallUUID"], told["ALegUUID"]) == (call.call_id, call.call_id)
    assert (told["CallStatus"], told["Direction"], told["Event"]) == ("ringing", "inbound", "StartApp")
    assert told["ForwardedFrom"] == "12025550177"


async def test_plus_signs_can_be_chosen(desk, site, plivo_number, alice, owner):
    desk.set_faults("plivo", variants={"numbers": "plus"})
    masked(site, plivo_number, owner)

    await alice.dials(plivo_number)

    assert site.told("/voice")[0]["From"] == alice.number


async def test_the_callees_leg_is_reported_event_by_event(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner)
    call = await alice.dials(plivo_number)
    await owner.answers()
    await owner.presses("1")
    await call.bridged()
    await owner.presses("199")
    await desk.passes(61)
    await owner.hangs_up()
    await desk.settles()
    legs = site.told("/leg")

    assert [leg["DialAction"] for leg in legs] == ["answer", "connected", "digits", "hangup"]
    assert {(leg["DialBLegFrom"], leg["DialBLegTo"]) for leg in legs} == {("12025550123", "12025550102")}
    assert (legs[2]["DialDigitsMatch"], legs[2]["DialDigitsPressedBy"]) == ("99", "BLeg")
    assert (legs[3]["DialBLegDuration"], legs[3]["DialBLegBillDuration"]) == ("61", "120")
    assert (legs[3]["DialBLegHangupCauseCode"], legs[3]["DialBLegHangupSource"]) == ("4000", "Callee")


async def test_keys_before_the_bridge_are_not_matched(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner)
    await alice.dials(plivo_number)
    await owner.answers()

    await owner.presses("99")

    assert "digits" not in {leg["DialAction"] for leg in site.told("/leg")}
    assert owner.state == "talking", "a key that does not confirm is ignored"


async def test_a_callee_who_does_not_confirm_is_hung_up(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner)
    call = await alice.dials(plivo_number)
    await owner.answers()
    await owner.hears("press 1")

    await desk.passes(19)
    assert owner.state == "talking"
    await desk.passes(1)
    await alice.hears("goodbye")

    assert owner.state == "idle"
    assert not call.leg.was_bridged
    assert site.told("/end")[0]["DialStatus"] == "no-answer"


async def test_nobody_picking_up_ends_the_dial_at_its_timeout(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner)
    await alice.dials(plivo_number)
    await owner.rings()

    await desk.passes(22)
    await alice.hears("goodbye")

    end = site.told("/end")[0]
    assert (end["DialStatus"], end["DialHangupCause"], end["DialBLegUUID"]) == ("no-answer", "NO_ANSWER", "")


async def test_a_declined_call_is_busy(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner)
    await alice.dials(plivo_number)

    await owner.declines()
    await alice.hears("goodbye")

    assert site.told("/end")[0]["DialStatus"] == "busy"
    assert site.told("/leg")[0]["DialBLegHangupCauseName"] == "Rejected"


async def test_a_caller_who_leaves_stops_the_ringing(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner)
    call = await alice.dials(plivo_number)
    await owner.rings()

    await alice.hangs_up()
    await owner.falls_silent()
    await call.ended()

    assert site.told("/end")[0]["DialStatus"] == "cancel"
    assert site.told("/status")[0]["HangupSource"] == "Caller"


async def test_the_hangup_url_is_told_how_long_it_took(desk, site, plivo_number, alice):
    site.answers["/voice"] = response('<Wait length="65"/>')
    call = await alice.dials(plivo_number)

    await desk.passes(65)
    await call.ended()

    told = site.told("/status")[0]
    assert (told["Event"], told["CallStatus"], told["CallUUID"]) == ("Hangup", "completed", call.call_id)
    assert (told["Duration"], told["BillDuration"]) == ("65", "120")
    assert (told["HangupCauseName"], told["HangupCauseCode"]) == ("End Of XML Instructions", "4010")
    assert told["HangupSource"] == "Plivo"
    assert {"StartTime", "AnswerTime", "EndTime", "TotalCost", "HangupCause"} <= set(told)


async def test_without_a_caller_id_the_callers_number_leaks(desk, site, plivo_number, alice, owner):
    site.answers["/voice"] = response(f"<Dial><Number>{owner.number}</Number></Dial>")

    await alice.dials(plivo_number)
    await owner.rings()

    assert owner.shown == alice.number
    assert [leak.number for leak in desk.leaks] == [alice.number]


async def test_several_numbers_ring_together_and_one_wins(desk, site, plivo_number, alice, owner, second):
    masked(site, plivo_number, owner, second)
    call = await alice.dials(plivo_number)
    await owner.answers()
    await second.answers()

    await second.presses("1")
    await call.bridged()

    await owner.falls_silent()
    assert second.state == "talking"


async def test_without_redirect_the_action_is_told_and_the_next_element_runs(desk, site, plivo_number, alice, owner):
    masked(site, plivo_number, owner, attributes='redirect="false"')
    site.answers["/voice"] = str(site.answers["/voice"]).replace("</Response>", "<Speak>Next.</Speak></Response>")
    await alice.dials(plivo_number)

    await owner.declines()
    await alice.hears("next")

    assert len(site.told("/end")) == 1
    assert "Goodbye." not in alice.heard
