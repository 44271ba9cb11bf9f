"""Who calls: a number, or nobody, whichever way a network spells nobody."""

import pytest

from carriers import DIALECTS
from core.e164 import E164, Caller
from tests.carriers.webhooks import ALICE, PROXY, envelope
from voice.events import Incoming, Pressed, TextIn

CALL = {"twilio": "CallSid", "plivo": "CallUUID"}
TEXT = {"twilio": "MessageSid", "plivo": "MessageUUID"}
WITHHELD = [
    *("", "+", " ", "anonymous", "Anonymous", "ANONYMOUS", "unknown", "Unknown", "restricted", "Restricted"),
    *("unavailable", "Unavailable", "private", "Private", "blocked", "withheld", "null", "0", "+0", "00000000"),
    *("+266696687", "266696687", "+7378742833", "7378742833", "+7378742883", "+17378742833", "+2562533", "2562533"),
    *("+8656696", "8656696", "+86282452253", "86282452253", "+7748283", "+464"),
    *("sip:alice@example.com", "sip:+12025550110@example.com", "sips:anonymous@anonymous.invalid", "client:alice"),
    *("alice", "+1202555011O", "+1 202 555 0110", "+1234567890123456", "12345", "+12345", "whatsapp:+12025550110"),
]


def incoming(carrier: str, **fields: str) -> Incoming:
    event = DIALECTS[carrier].read("incoming", envelope({CALL[carrier]: "1", "To": PROXY} | fields))
    assert isinstance(event, Incoming)
    return event


@pytest.mark.parametrize("carrier", DIALECTS)
@pytest.mark.parametrize("written", WITHHELD)
def test_a_withheld_caller_is_nobody_however_spelt(carrier, written):
    assert incoming(carrier, From=written).caller == Caller(None)


@pytest.mark.parametrize("carrier", DIALECTS)
def test_a_caller_that_is_not_sent_at_all_is_nobody(carrier):
    assert incoming(carrier).caller.withheld


@pytest.mark.parametrize("carrier", DIALECTS)
def test_a_number_is_a_number(carrier):
    assert incoming(carrier, From=ALICE).caller == Caller(E164(ALICE))


def test_plivo_may_leave_the_plus_out_and_twilio_never_does():
    bare = ALICE.removeprefix("+")

    assert incoming("plivo", From=bare).caller == Caller(E164(ALICE))
    assert incoming("twilio", From=bare).caller == Caller(None)


@pytest.mark.parametrize("carrier", DIALECTS)
def test_who_calls_is_told_with_the_keys_on_the_callers_own_leg_only(carrier):
    """Elsewhere From is one of our own numbers, and must not be taken for a caller."""
    form = {CALL[carrier]: "1", "From": ALICE, "Digits": "123456"}
    own, placed, whisper = (
        DIALECTS[carrier].read("pressed", envelope(form | {"Direction": direction}))
        for direction in ("inbound", "outbound-api", "outbound-dial")
    )

    assert own == Pressed("1", "123456", Caller(E164(ALICE)))
    assert placed == whisper == Pressed("1", "123456", Caller(None))


@pytest.mark.parametrize("carrier", DIALECTS)
@pytest.mark.parametrize("written", WITHHELD)
def test_a_text_without_a_number_comes_from_nobody(carrier, written):
    event = DIALECTS[carrier].read("text", envelope({TEXT[carrier]: "1", "To": PROXY, "From": written}))

    assert isinstance(event, TextIn)
    assert event.sender == Caller(None)


@pytest.mark.parametrize("carrier", DIALECTS)
def test_a_forwarded_call_says_who_forwarded_it(carrier):
    assert incoming(carrier, ForwardedFrom=PROXY).forwarded_from == E164(PROXY)
    assert incoming(carrier, ForwardedFrom="anonymous").forwarded_from is None
    assert incoming(carrier).forwarded_from is None


@pytest.mark.parametrize("carrier", DIALECTS)
def test_a_dialled_address_that_is_no_number_is_kept_as_none(carrier):
    assert incoming(carrier, To="sip:desk@example.com").dialled is None
