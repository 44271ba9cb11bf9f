"""Plivo's webhooks in our words. Parameters as plivo.com/docs/voice and /docs/messaging give them."""

import pytest

from carriers.plivo import PlivoDialect
from core.e164 import E164, Caller
from tests.carriers.webhooks import ALICE, OWNER, PROXY, envelope
from voice.events import Dialled, DialResult, Ended, Incoming, LegMoved, LegState, Pressed, TextIn, TextMoved
from voice.ports import Unreadable

PLIVO = PlivoDialect()
CALLER_LEG = {
    "CallUUID": "a-leg",
    "From": ALICE.removeprefix("+"),
    "To": PROXY.removeprefix("+"),
    "CallStatus": "ringing",
    "Direction": "inbound",
    "Event": "StartApp",
}
NEWS = CALLER_LEG | {
    "DialALegUUID": "a-leg",
    "DialBLegUUID": "b-leg",
    "DialBLegFrom": PROXY.removeprefix("+"),
    "DialBLegTo": OWNER.removeprefix("+"),
    "DialBLegStatus": "answer",
}
TEXT = {"MessageUUID": "m-1", "From": ALICE.removeprefix("+"), "To": PROXY.removeprefix("+"), "Type": "sms"}


def read(event, form, **more):
    return PLIVO.read(event, envelope(form | more))


def test_a_call_comes_in():
    told = read("incoming", CALLER_LEG, STIRVerification="Verified", ForwardedFrom=OWNER, SomethingNew="x")

    assert told == Incoming("a-leg", Caller(E164(ALICE)), E164(PROXY), E164(OWNER), "Verified")
    assert read("incoming", CALLER_LEG) == Incoming("a-leg", Caller(E164(ALICE)), E164(PROXY))


@pytest.mark.parametrize("name", ["STIRVerification", "stir_verification", "STIRAttestation"])
def test_the_stir_verdict_is_read_under_each_of_its_names(name):
    assert read("incoming", CALLER_LEG, **{name: "Not Verified"}).attestation == "Not Verified"


def test_keys_pressed_or_none():
    assert read("pressed", CALLER_LEG, Digits="123456") == Pressed("a-leg", "123456", Caller(E164(ALICE)))
    assert read("pressed", CALLER_LEG).digits == ""


@pytest.mark.parametrize("name", ["DialALegUUID", "ALegUUID", "ParentCallUUID"])
def test_a_whisper_is_news_of_the_call_that_came_in(name):
    callee_leg = CALLER_LEG | {"CallUUID": "b-leg", "Direction": "outbound", name: "a-leg"}

    assert read("pressed", callee_leg) == Pressed("a-leg", "")


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("answer", LegState.ANSWERED),
        ("connected", LegState.BRIDGED),
        ("hangup", LegState.ENDED),
        ("an action of tomorrow", LegState.RINGING),
    ],
)
def test_the_callees_leg_moves(action, state):
    assert read("leg", NEWS, DialAction=action) == LegMoved("a-leg", state)


@pytest.mark.parametrize(("by", "state"), [("BLeg", LegState.BLOCK_KEY), ("bleg", LegState.BLOCK_KEY),
                                           ("", LegState.BLOCK_KEY), ("ALeg", LegState.BRIDGED)])  # fmt: skip
def test_only_the_callee_can_press_the_block_key(by, state):
    told = read("leg", NEWS, DialAction="digits", DialDigitsMatch="99", DialDigitsPressedBy=by)

    assert told.state is state


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("completed", DialResult.COMPLETED),
        ("busy", DialResult.BUSY),
        ("failed", DialResult.FAILED),
        ("cancel", DialResult.CANCELLED),
        ("timeout", DialResult.NO_ANSWER),
        ("no-answer", DialResult.NO_ANSWER),
        ("a status of tomorrow", DialResult.FAILED),
    ],
)
def test_a_dial_is_over_and_does_not_tell_whether_two_were_joined(status, result):
    assert read("dialled", CALLER_LEG, DialStatus=status, DialRingStatus="true") == Dialled("a-leg", result, None, None)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("completed", DialResult.COMPLETED),
        ("busy", DialResult.BUSY),
        ("failed", DialResult.FAILED),
        ("cancel", DialResult.CANCELLED),
        ("timeout", DialResult.NO_ANSWER),
        ("no-answer", DialResult.NO_ANSWER),
    ],
)
def test_a_call_is_over(status, result):
    over = read("ended", CALLER_LEG, CallStatus=status, Duration="61", BillDuration="120", HangupCauseName="Busy Line")

    assert over == Ended("a-leg", result, 61)


@pytest.mark.parametrize("status", ["ringing", "in-progress"])
def test_a_call_that_goes_on_is_not_over(status):
    with pytest.raises(Unreadable) as refused:
        read("ended", CALLER_LEG, CallStatus=status)

    assert refused.value.facts == {"field": "CallStatus"}


def test_a_text_comes_in():
    told = read("text", TEXT, Text="Your lights are on", Units="1")

    assert told == TextIn("m-1", Caller(E164(ALICE)), E164(PROXY), "Your lights are on")


def test_a_text_with_pictures_has_its_words_elsewhere():
    pictures = {f"Media{n}": f"https://media.plivo.com/{n}" for n in (2, 1, 10)}
    told = read("text", TEXT, Type="mms", Body="Look", MediaCount="3", **pictures)

    assert (told.body, told.media) == ("Look", tuple(f"https://media.plivo.com/{n}" for n in (1, 2, 10)))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", "queued"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("rejected", "failed"),
    ],
)
def test_a_text_we_sent_moves(status, state):
    assert read("text-status", TEXT, Status=status, ErrorCode="000") == TextMoved("m-1", state)
    assert read("text-status", TEXT, Status=status, ErrorCode="200") == TextMoved("m-1", state, "200")


REQUIRED = [
    ("incoming", CALLER_LEG, "CallUUID"),
    ("incoming", CALLER_LEG, "To"),
    ("pressed", CALLER_LEG, "CallUUID"),
    ("leg", CALLER_LEG | {"DialAction": "answer"}, "CallUUID"),
    ("leg", NEWS, "DialAction"),
    ("dialled", CALLER_LEG | {"DialStatus": "busy"}, "CallUUID"),
    ("dialled", CALLER_LEG, "DialStatus"),
    ("ended", CALLER_LEG | {"CallStatus": "busy"}, "CallUUID"),
    ("ended", CALLER_LEG, "CallStatus"),
    ("text", TEXT, "MessageUUID"),
    ("text", TEXT, "To"),
    ("text-status", TEXT | {"Status": "sent"}, "MessageUUID"),
    ("text-status", TEXT, "Status"),
]


@pytest.mark.parametrize(("event", "form", "field"), REQUIRED)
def test_what_plivo_always_sends_is_named_when_it_is_missing(event, form, field):
    with pytest.raises(Unreadable) as refused:
        PLIVO.read(event, envelope({name: value for name, value in form.items() if name != field}))

    assert refused.value.facts == {"field": field}
