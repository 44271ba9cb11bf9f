"""What a customer's out-of-session hook answers: Twilio's JSON as Twilio documents it, and as much TwiML as is safe."""

from datetime import UTC, datetime

import pytest
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial as TwilioDial
from twilio.twiml.voice_response import VoiceResponse

from core.e164 import E164
from masking.sessions.hook_answers import AutoCreate, NotUnderstood, auto_create
from masking.sessions.twiml import MOST_VERBS, call_plan, left_out, text_plan
from masking.sessions.values import Mode
from voice.plan import Dial, Hangup, Pause, Reject, Reply, Say

# Byte for byte from twilio.com/docs/proxy/out-session-callback-response-guide, with a number reserved for fiction.
DOCUMENTED = (
    b'{"uniqueName":"autoCreatedSession23423","ttl":3360,"mode":"voice-and-message",'
    b'"participantIdentifier":"+12025550155"}'
)
ALICE, BOB, OURS = E164("+12025550152"), E164("+12025550155"), E164("+12025550120")


def dial_to(to, ring, talk):
    return Dial(to=to, show=OURS, whisper=None, accept_key="1", done="done", leg="leg", ring=ring or 22,
                talk=talk or 3600)  # fmt: skip


def called(document):
    return call_plan(document if isinstance(document, bytes) else str(document).encode(), "en", dial_to)


def texted(document):
    return text_plan(document if isinstance(document, bytes) else str(document).encode(), ALICE, OURS)


def test_the_documented_answer_is_understood():
    assert auto_create(DOCUMENTED) == AutoCreate(
        unique_name="autoCreatedSession23423", ttl=3360, mode=Mode.BOTH, other=BOB
    )


def test_everything_but_the_other_person_may_be_left_out():
    assert auto_create(b'{"participantIdentifier":"+12025550155","more":[1]}') == AutoCreate(other=BOB)


def test_an_end_and_a_number_of_its_own_may_be_asked_for():
    told = auto_create(
        b'{"participantIdentifier":"+12025550155","dateExpiry":"2030-01-01T12:00:00Z",'
        b'"participantProxyIdentifier":"+12025550120"}'
    )

    assert told == AutoCreate(other=BOB, shows=OURS, expires_at=datetime(2030, 1, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b"\xff", b"[" * 60_000,
        b"{}", b'{"participantIdentifier":"agent-7"}', b'{"participantIdentifier":"12025550155"}',
        b'{"participantIdentifier":["+12025550155"]}',
        b'{"participantIdentifier":"+12025550155","ttl":"3360"}',
        b'{"participantIdentifier":"+12025550155","ttl":true}',
        b'{"participantIdentifier":"+12025550155","ttl":-1}',
        b'{"participantIdentifier":"+12025550155","mode":"fax"}',
        b'{"participantIdentifier":"+12025550155","mode":["voice-only"]}',
        b'{"participantIdentifier":"+12025550155","uniqueName":7}',
        b'{"participantIdentifier":"+12025550155","uniqueName":"\\ud800"}',
        b'{"participantIdentifier":"+12025550155","uniqueName":"\\u0000"}',
        b'{"participantIdentifier":"+12025550155","uniqueName":"' + b"n" * 192 + b'"}',
        b'{"participantIdentifier":"+12025550155","dateExpiry":"tomorrow"}',
        b'{"participantIdentifier":"+12025550155","dateExpiry":"2030-01-01T12:00:00"}',
    ],
)  # fmt: skip
def test_json_that_says_something_else_is_refused_whole(body):
    with pytest.raises(NotUnderstood) as refused:
        auto_create(body)

    assert "2025550155" not in str(refused.value)


def test_words_and_a_hangup_are_passed_on():
    answer = VoiceResponse()
    answer.say("We are closed.  Call\n tomorrow.", language="en-GB", loop=2)
    answer.pause(length=2)
    answer.hangup()

    said = Say("We are closed. Call tomorrow.", "en-GB")
    assert called(answer) == (said, said, Pause(2), Hangup())


def test_what_is_empty_hangs_up():
    assert called(VoiceResponse()) == (Hangup(),)
    assert called(b"<Response/>") == (Hangup(),)
    assert texted(MessagingResponse()) == ()


def test_a_call_may_be_refused():
    busy = VoiceResponse()
    busy.reject(reason="busy")

    assert called(busy) == (Reject(busy=True),)
    assert called(b"<Response><Reject/></Response>") == (Reject(),)


def test_a_dial_shows_our_number_and_records_nothing():
    answer = VoiceResponse()
    dial = TwilioDial(caller_id=ALICE.value, record="record-from-answer", timeout=10, time_limit=99_999)
    dial.number(BOB.value, url="https://hooks.example.org/whisper")
    answer.append(dial)
    answer.say("Nobody is there.")

    assert called(answer) == (dial_to(BOB, 10, 14_400),)


def test_a_dial_may_hold_its_number_itself():
    assert called(b"<Response><Dial timeout='900'>+1 202 555 0155</Dial></Response>") == (dial_to(BOB, 60, None),)


@pytest.mark.parametrize(
    "inside",
    [
        "<Play>https://hooks.example.org/a.mp3</Play>", "<Record/>", "<Gather/>", "<Enqueue/>", "<Redirect/>",
        "<Dial><Sip>sip:agent@example.org</Sip></Dial>", "<Dial><Conference>room</Conference></Dial>",
        "<Dial><Number>+12025550155</Number><Number>+12025550156</Number></Dial>", "<Dial>911</Dial>", "<Dial/>",
        "<Say loop='0x1'>a</Say>", "<Pause length='-1'/>", "<Say>" + "a" * 4001 + "</Say>",
        "<Pause/>" * (MOST_VERBS + 1), "<Say>first</Say><Play>then</Play>",
    ],
)  # fmt: skip
def test_twiml_that_is_not_supported_is_refused_whole(inside):
    with pytest.raises(NotUnderstood):
        called(f"<Response>{inside}</Response>")


@pytest.mark.parametrize(
    "document",
    [
        b"", b"hello", b"<html/>", b"<Response>", b"\xff\xfe", b'<?xml version="1.0" encoding="x"?><Response/>',
        b'<!DOCTYPE r [<!ENTITY a "aaaa">]><Response><Say>&a;</Say></Response>',
        b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><Response/>',
    ],
)  # fmt: skip
def test_what_is_no_twiml_or_brings_entities_is_refused(document):
    for read in (called, texted):
        with pytest.raises(NotUnderstood):
            read(document)


def test_a_text_is_answered_once():
    answer = MessagingResponse()
    answer.message("We are closed.", to=ALICE.value)

    assert texted(answer) == (Reply("We are closed.", ALICE, OURS),)
    assert texted(b"<Response><Message><Body>Hi</Body></Message></Response>") == (Reply("Hi", ALICE, OURS),)


@pytest.mark.parametrize(
    "inside",
    [
        "<Message>a</Message><Message>b</Message>", "<Message to='+12025550156'>a</Message>", "<Message/>",
        "<Message><Body>a</Body><Media>https://hooks.example.org/a.png</Media></Message>", "<Say>a</Say>",
        "<Message>" + "a" * 1601 + "</Message>", "<Redirect>/</Redirect>",
    ],
)  # fmt: skip
def test_a_text_is_answered_to_nobody_else_and_with_nothing_else(inside):
    with pytest.raises(NotUnderstood):
        texted(f"<Response>{inside}</Response>")


def test_what_a_dial_asks_for_beyond_a_number_is_named_and_nothing_that_the_answer_wrote():
    every = "".join(f" {name}='{BOB.value}'" for name in ("action", "callerId", "hangupOnStar", "record", "x-own"))
    answer = f"<Response><Dial{every}><Number url='https://{BOB.digits}.example'>{BOB.value}</Number></Dial></Response>"

    assert left_out(answer.encode(), OURS) == (
        "Dial action", "Dial callerId", "Dial hangupOnStar", "Dial record", "Number url"
    )  # fmt: skip
    assert left_out(f"<Response><Dial callerId='{OURS.value}'>{BOB.value}</Dial></Response>".encode(), OURS) == ()
    assert left_out(b"<Response><Say>Hello.</Say><Hangup/></Response>", OURS) == ()
