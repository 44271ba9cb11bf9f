"""What a webhook says, as values: printing one tells nobody's number."""

from uuid import UUID

from core.e164 import E164, Caller
from core.route import Route, SealedRef, Verdict
from voice.events import CarrierAccount, Envelope, Incoming, Pressed, TextIn
from voice.plan import Dial, Reply
from voice.turns import Line

NUMBER = E164("+12025550151")
OURS = E164("+12025550100")
ID = UUID(int=1)


def test_an_envelope_is_printed_without_what_it_holds():
    url = f"http://127.0.0.1/hooks/twilio/voice?From={NUMBER.digits}"
    form = (("From", NUMBER.value), ("To", OURS.value))
    envelope = Envelope("GET", url, {"x-from": NUMBER.value}, form, f"From={NUMBER.digits}".encode())

    assert NUMBER.digits not in repr(envelope)
    assert "GET" in repr(envelope)


def test_nothing_that_holds_a_number_prints_it():
    route = Route(tenant=ID, call_id=ID, verdict=Verdict.RING, show=OURS, to=SealedRef("phone", ID, b"box"))
    for value in (
        Incoming("CA1", Caller(NUMBER), OURS, forwarded_from=NUMBER),
        Pressed("CA1", "1", Caller(NUMBER)),
        TextIn("SM1", Caller(NUMBER), OURS, f"ring me at {NUMBER.value}"),
        Reply("Nobody reads this.", NUMBER, OURS),
        Dial(to=NUMBER, show=OURS, whisper=None, accept_key="1", done="", leg="", ring=1, talk=1),
        Line(route, NUMBER, True, str),
    ):
        assert NUMBER.digits not in repr(value)
        assert NUMBER.digits[1:] not in str(value)


def test_an_account_prints_no_token():
    assert "secret" not in repr(CarrierAccount(ID, ID, "twilio", "AC1", ("secret",)))


def test_the_first_value_of_a_field_counts():
    envelope = Envelope("POST", "", {}, (("From", "a"), ("From", "b")), b"")

    assert (envelope.field("From"), envelope.field("To")) == ("a", "")
