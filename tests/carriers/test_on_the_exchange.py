"""
Whole conversations with both carriers, over HTTP, as the exchange on the desk speaks for them.

The exchange signs with the vendors' own SDKs, reads our XML as strictly as they do, and knows nothing of our code.
"""

import aiohttp
import pytest

from carriers import DIALECTS
from carriers.placing import CarrierPlacer
from core.e164 import E164, Caller
from exchange import Exchange
from tests.carriers.switchroom import Switchroom
from tests.carriers.webhooks import ALICE, OWNER, PROXY, account
from voice.events import Dialled, DialResult, Ended, Incoming, LegMoved, LegState, Pressed, TextIn, TextMoved
from voice.plan import Dial, Gather, Hangup, Redirect, Reject, Reply, Say
from voice.ports import CarrierRefused


@pytest.fixture(params=list(DIALECTS))
def carrier(request):
    return request.param


@pytest.fixture
async def desk():
    """No callee may ever be shown the caller's own number, and no XML be faulty."""
    async with Exchange() as desk:
        yield desk
        assert desk.leaks == []
        assert desk.complaints == []


@pytest.fixture
async def room(carrier, desk, aiohttp_server):
    twilio = carrier == "twilio"
    vendor_id = desk.twilio.account_sid if twilio else desk.plivo.auth_id
    token = desk.twilio.auth_token if twilio else desk.plivo.auth_token
    room = Switchroom(account(carrier, token, vendor_id=vendor_id))
    server = await aiohttp_server(room.app(), host="127.0.0.1")
    room.base = str(server.make_url("/")).rstrip("/")
    return room


@pytest.fixture
async def placer(desk):
    async with aiohttp.ClientSession() as session:
        yield CarrierPlacer(session, twilio_url=desk.twilio_api_url, plivo_url=desk.plivo_api_url)


@pytest.fixture
async def urls(carrier, desk, room, placer):
    """Where our number points, set over the carrier's own REST API."""
    desk.number(PROXY, carrier=carrier)
    urls = {"voice": room.url("incoming", "arrive"), "text": room.url("text", "text"),
            "ended": room.news("ended", "ended"), "fallback": room.url("incoming", "fallback")}  # fmt: skip
    await placer.point(room.account, E164(PROXY), urls)
    return urls


@pytest.fixture
def alice(desk):
    return desk.handset(ALICE)


@pytest.fixture
def owner(desk):
    return desk.handset(OWNER)


def ringing(room: Switchroom, *, whisper: bool = True) -> Dial:
    return Dial(
        to=E164(OWNER), show=E164(PROXY), whisper=room.url("pressed", "whisper") if whisper else None, accept_key="1",
        done=room.url("dialled", "over"), leg=room.news("leg", "leg"), ring=22, talk=3600, block_key="99",
    )  # fmt: skip


def states(room: Switchroom) -> list[LegState]:
    return [event.state for event in room.heard("leg") if isinstance(event, LegMoved)]


async def test_a_number_points_where_it_was_told_to(room, placer, urls):
    (listed,) = await placer.numbers(room.account)
    text = urls["text"]

    sid = listed.pop("sid")
    assert (sid is None) is (room.account.carrier == "plivo")
    assert listed == {"number": E164(PROXY), "voice_url": urls["voice"], "text_url": text, "ended_url": urls["ended"],
                      "fallback_url": urls["fallback"], "voice": True, "texts": True}  # fmt: skip


async def test_a_stranger_is_joined_to_the_owner_who_accepts(room, urls, alice, owner):
    room.plans["arrive"] = (ringing(room),)
    prompt = Say("Somebody is at your car", "en")
    twilio = room.dialect.asks_in_whisper
    room.plans["whisper"] = (Gather((prompt,), 1, 6, room.url("pressed", "key")), Hangup()) if twilio else (prompt,)
    room.plans["over"] = (Say("Goodbye", "en"), Hangup())

    call = await alice.dials(PROXY)
    await owner.answers()
    await owner.hears("at your car")
    await owner.presses("1")
    await call.bridged()
    await owner.hangs_up()
    await alice.hears("goodbye")
    await call.ended()

    assert owner.shown == PROXY
    assert isinstance(arrived := room.heard("arrive")[0], Incoming)
    assert (arrived.carrier_call, arrived.caller, arrived.dialled) == (call.call_id, Caller(E164(ALICE)), E164(PROXY))
    assert {event.carrier_call for _, event in room.told if not isinstance(event, TextIn | TextMoved)} == {call.call_id}
    assert (LegState.BRIDGED in states(room)) is not twilio
    assert states(room)[-1] is LegState.ENDED
    assert isinstance(over := room.heard("over")[0], Dialled)
    assert (over.result, over.bridged) == (DialResult.COMPLETED, True if twilio else None)
    assert isinstance(end := room.heard("ended")[0], Ended)
    assert end.result is DialResult.COMPLETED


async def test_an_owner_who_does_not_accept_is_never_joined(desk, room, urls, alice, owner):
    """Voicemail, or somebody who hangs on in silence."""
    room.plans["arrive"] = (ringing(room),)
    prompt = Say("Press 1", "en")
    twilio = room.dialect.asks_in_whisper
    room.plans["whisper"] = (Gather((prompt,), 1, 6, room.url("pressed", "key")), Hangup()) if twilio else (prompt,)
    room.plans["key"] = (Hangup(),)
    room.plans["over"] = (Hangup(),)

    call = await alice.dials(PROXY)
    callee = await owner.answers()
    await owner.hears("press 1")
    await desk.passes(60)
    await call.ended()

    assert not callee.leg.was_bridged
    assert LegState.BRIDGED not in states(room)
    if twilio:
        assert room.heard("key") == [Pressed(call.call_id, "")]
        assert isinstance(over := room.heard("over")[0], Dialled)
        assert over.bridged is False


async def test_an_owner_who_does_not_pick_up_is_told_of(desk, room, urls, alice, owner):
    room.plans["arrive"] = (ringing(room),)
    room.plans["over"] = (Say("Nobody answered", "en"), Hangup())

    await alice.dials(PROXY)
    await owner.rings()
    await desk.passes(30)
    await alice.hears("nobody answered")

    assert isinstance(over := room.heard("over")[0], Dialled)
    assert over.result is DialResult.NO_ANSWER


async def test_an_owner_blocks_during_the_talk_where_the_carrier_can_listen(carrier, room, urls, alice, owner):
    room.plans["arrive"] = (ringing(room, whisper=False),)

    call = await alice.dials(PROXY)
    await owner.answers()
    await call.bridged()
    await owner.presses("99")
    await alice.hangs_up()

    assert (LegState.BLOCK_KEY in states(room)) is (carrier == "plivo")


async def test_keys_and_silence_reach_the_same_step(desk, room, urls, alice):
    room.plans["arrive"] = (Gather((Say("Six digits, please", "en"),), 6, 7, room.url("pressed", "enter")),)
    room.plans["enter"] = (Hangup(),)

    pressing = await alice.dials(PROXY)
    await alice.hears("six digits")
    await alice.presses("123#56")
    await pressing.ended()
    silent = await alice.dials(PROXY)
    await desk.passes(20)
    await silent.ended()

    assert room.heard("enter") == [
        Pressed(pressing.call_id, "123#56", Caller(E164(ALICE))),
        Pressed(silent.call_id, "", Caller(E164(ALICE))),
    ]


async def test_a_step_may_be_asked_for_without_keys(room, urls, alice):
    room.plans["arrive"] = (Redirect(room.url("pressed", "next")),)
    room.plans["next"] = (Say("Here we are", "hi"), Hangup())

    await alice.dials(PROXY)

    await alice.hears("here we are")
    assert [event.digits for event in room.heard("next") if isinstance(event, Pressed)] == [""]


async def test_a_rejected_call_is_billed_to_nobody(room, urls, alice):
    room.plans["arrive"] = (Reject(busy=True),)

    call = await alice.dials(PROXY)
    await call.ended()

    assert call.state == "refused"
    assert not call.billed
    assert isinstance(room.heard("ended")[0], Ended)


@pytest.mark.parametrize("spelling", ["anonymous", "+266696687", "unknown", "restricted"])
async def test_a_caller_who_hides_is_nobody(spelling, room, urls, alice):
    room.plans["arrive"] = (Hangup(),)

    await (await alice.dials(PROXY, withheld=spelling)).ended()

    assert isinstance(arrived := room.heard("arrive")[0], Incoming)
    assert arrived.caller.withheld


async def test_a_call_we_place_shows_our_number(room, urls, placer, owner):
    room.plans["agree"] = (Say("Press 1 to receive calls", "en"), Hangup())

    placed = await placer.call(
        room.account, to=E164(OWNER), show=E164(PROXY), answer_url=room.url("pressed", "agree"),
        ended_url=room.news("ended", "placed"), ring=25,
    )  # fmt: skip
    call = await owner.answers()
    await owner.hears("press 1")
    await call.ended()

    assert owner.shown == PROXY
    assert room.heard("agree") == [Pressed(placed, "", Caller(None))]
    assert isinstance(end := room.heard("placed")[0], Ended)
    assert (end.carrier_call, end.result) == (placed, DialResult.COMPLETED)


async def test_texts_go_out_and_their_way_is_told(desk, room, urls, placer, owner):
    told = room.news("text-status", "status")
    sent = await placer.text(room.account, to=E164(OWNER), show=E164(PROXY), body="Lights on 🚗", status_url=told)
    await owner.receives("lights on")
    await desk.settles()

    assert room.heard("status")[-1] == TextMoved(sent, "delivered")


async def test_a_text_is_answered(room, urls, alice):
    room.plans["text"] = (Reply("Nobody reads <this> number", E164(ALICE), E164(PROXY)),)

    await alice.texts(PROXY, "Hello & goodbye")

    assert isinstance(came := room.heard("text")[0], TextIn)
    assert (came.sender, came.recipient, came.body) == (Caller(E164(ALICE)), E164(PROXY), "Hello & goodbye")
    assert (await alice.receives("nobody reads")).from_ == PROXY


async def test_a_record_is_forgotten_twice_without_harm(carrier, desk, room, urls, placer, alice):
    room.plans["arrive"] = (Hangup(),)
    call = await alice.dials(PROXY)
    await call.ended()

    for _ in range(2):
        await placer.forget(room.account, kind="call", carrier_id=call.call_id)

    assert (call.call_id in desk.office.switch.legs) is (carrier == "plivo")


async def test_a_refusal_tells_the_code_and_no_number(carrier, room, urls, placer):
    with pytest.raises(CarrierRefused) as refused:
        await placer.text(room.account, to=E164(OWNER), show=E164("+12025550199"), body="Hello", status_url=None)

    assert refused.value.facts == {"code": "21606" if carrier == "twilio" else "400"}
