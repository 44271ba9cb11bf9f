"""Twilio's webhooks in our words. Parameters as twilio.com/docs/voice and /docs/messaging give them."""

import pytest

from carriers.twilio import TwilioDialect
from core.e164 import E164, Caller
from tests.carriers.webhooks import ALICE, OWNER, PROXY, changed, envelope
from voice.events import Dialled, DialResult, Ended, Incoming, LegMoved, LegState, Pressed, TextIn, TextMoved
from voice.ports import Unreadable

TWILIO = TwilioDialect()
CALLER_LEG = {
    "CallSid": "CA1",
    "AccountSid": "AC1",
    "From": ALICE,
    "To": PROXY,
    "Caller": ALICE,
    "Called": PROXY,
    "CallStatus": "ringing",
    "ApiVersion": "2010-04-01",
    "Direction": "inbound",
    "FromCity": "",
    "CallToken": "a token never to be passed on",
}
CALLEE_LEG = CALLER_LEG | {
    "CallSid": "CA2",
    "ParentCallSid": "CA1",
    "From": PROXY,
    "To": OWNER,
    "Direction": "outbound-dial",
    "CallbackSource": "call-progress-events",
}
TEXT = {"MessageSid": "SM1", "SmsSid": "SM1", "AccountSid": "AC1", "From": ALICE, "To": PROXY, "NumMedia": "0"}


def read(event, form, **more):
    return TWILIO.read(event, envelope(form | more))


def test_a_call_comes_in():
    told = read("incoming", CALLER_LEG, StirVerstat="TN-Validation-Passed-A", ForwardedFrom=OWNER, SomethingNew="x")

    assert told == Incoming("CA1", Caller(E164(ALICE)), E164(PROXY), E164(OWNER), "TN-Validation-Passed-A")
    assert read("incoming", CALLER_LEG) == Incoming("CA1", Caller(E164(ALICE)), E164(PROXY))


def test_keys_pressed_or_none():
    assert read("pressed", CALLER_LEG, Digits="123456").digits == "123456"
    assert read("pressed", CALLER_LEG, Digits="").digits == ""
    assert read("pressed", CALLER_LEG).digits == ""


def test_a_whisper_is_news_of_the_call_that_came_in():
    assert read("pressed", CALLEE_LEG, Digits="1") == Pressed("CA1", "1")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", LegState.RINGING),
        ("initiated", LegState.RINGING),
        ("ringing", LegState.RINGING),
        ("a status of tomorrow", LegState.RINGING),
        ("in-progress", LegState.ANSWERED),
        ("completed", LegState.ENDED),
        ("busy", LegState.ENDED),
        ("failed", LegState.ENDED),
        ("no-answer", LegState.ENDED),
        ("canceled", LegState.ENDED),
    ],
)
def test_the_callees_leg_moves(status, state):
    assert read("leg", CALLEE_LEG, CallStatus=status) == LegMoved("CA1", state, "CA2")


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("completed", DialResult.COMPLETED),
        ("answered", DialResult.COMPLETED),
        ("busy", DialResult.BUSY),
        ("no-answer", DialResult.NO_ANSWER),
        ("failed", DialResult.FAILED),
        ("canceled", DialResult.CANCELLED),
        ("a status of tomorrow", DialResult.FAILED),
    ],
)
def test_a_dial_is_over(status, result):
    assert read("dialled", CALLER_LEG, DialCallStatus=status) == Dialled("CA1", result)


def test_a_dial_names_the_leg_that_has_a_record_of_its_own():
    assert read("dialled", CALLER_LEG, DialCallStatus="completed", DialCallSid="CA2").leg == "CA2"


@pytest.mark.parametrize(("told", "bridged"), [("true", True), ("True", True), ("false", False), ("", None)])
def test_a_dial_tells_whether_two_people_were_joined(told, bridged):
    over = read("dialled", CALLER_LEG, DialCallStatus="completed", DialBridged=told, DialCallDuration="42")

    assert over == Dialled("CA1", DialResult.COMPLETED, bridged, 42)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("completed", DialResult.COMPLETED),
        ("busy", DialResult.BUSY),
        ("no-answer", DialResult.NO_ANSWER),
        ("failed", DialResult.FAILED),
        ("canceled", DialResult.CANCELLED),
    ],
)
def test_a_call_is_over(status, result):
    """CallDuration counts seconds; Duration beside it counts minutes."""
    assert read("ended", CALLER_LEG, CallStatus=status, CallDuration="61", Duration="2") == Ended("CA1", result, 61)


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress"])
def test_a_call_that_goes_on_is_not_over(status):
    with pytest.raises(Unreadable) as refused:
        read("ended", CALLER_LEG, CallStatus=status)

    assert refused.value.facts == {"field": "CallStatus"}


@pytest.mark.parametrize("seconds", ["", "-1", "1.5", "soon", "٤٢", "99999999999"])
def test_a_duration_that_is_none_is_left_out(seconds):
    assert read("ended", CALLER_LEG, CallStatus="completed", CallDuration=seconds).seconds is None


def test_a_text_comes_in_with_its_pictures():
    pictures = {"NumMedia": "11"} | {f"MediaUrl{n}": f"https://api.twilio.com/{n}" for n in (10, 2, 0, 1)}
    told = read("text", TEXT, Body="Your lights are on", MediaContentType0="image/png", **pictures)

    assert told == TextIn(
        "SM1",
        Caller(E164(ALICE)),
        E164(PROXY),
        "Your lights are on",
        tuple(f"https://api.twilio.com/{n}" for n in (0, 1, 2, 10)),
    )


def test_a_text_without_words_is_a_text():
    assert read("text", TEXT).body == ""


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("accepted", "queued"),
        ("queued", "queued"),
        ("sending", "queued"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_a_text_we_sent_moves(status, state):
    assert read("text-status", TEXT, MessageStatus=status) == TextMoved("SM1", state)
    assert read("text-status", TEXT, SmsStatus=status, ErrorCode="30005") == TextMoved("SM1", state, "30005")


REQUIRED = [
    ("incoming", CALLER_LEG, "CallSid"),
    ("incoming", CALLER_LEG, "To"),
    ("pressed", CALLER_LEG, "CallSid"),
    ("leg", CALLEE_LEG, "CallSid"),
    ("leg", CALLEE_LEG, "CallStatus"),
    ("dialled", CALLER_LEG | {"DialCallStatus": "busy"}, "CallSid"),
    ("dialled", CALLER_LEG | {"DialCallStatus": "busy"}, "DialCallStatus"),
    ("ended", CALLER_LEG | {"CallStatus": "busy"}, "CallSid"),
    ("ended", CALLER_LEG | {"CallStatus": "busy"}, "CallStatus"),
    ("text", TEXT | {"SmsSid": ""}, "MessageSid"),
    ("text", TEXT, "To"),
    ("text-status", TEXT | {"SmsSid": "", "MessageStatus": "sent"}, "MessageSid"),
    ("text-status", TEXT, "MessageStatus"),
]


@pytest.mark.parametrize(("event", "form", "field"), REQUIRED)
def test_what_twilio_always_sends_is_named_when_it_is_missing(event, form, field):
    with pytest.raises(Unreadable) as refused:
        TWILIO.read(event, envelope({name: value for name, value in form.items() if name != field}))

    assert refused.value.facts == {"field": field}


def test_of_a_repeated_field_the_first_counts():
    given = envelope(CALLER_LEG)
    doubled = changed(given, form=(*given.form, ("CallSid", "CA9"), ("Digits", "1"), ("Digits", "2")))

    assert TWILIO.read("pressed", doubled) == Pressed("CA1", "1", Caller(E164(ALICE)))
