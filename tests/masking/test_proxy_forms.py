"""Fields as the Proxy API types them: what is taken, and that a refusal names the field and repeats no number."""

from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.e164 import E164
from masking.proxy_api.errors import Refused
from masking.proxy_api.forms import MOST_FIELDS, Form
from masking.sessions.sids import Prefix, outbound, read, sid

ID = UUID("0123456789abcdef0123456789abcdef")
ALICE = "+12025550152"


class Word(StrEnum):
    ONE = "one-word"
    TWO = "two-words"


def form(*pairs: tuple[str, str]) -> Form:
    return Form.read(urlencode(pairs).encode())


def test_what_is_not_there_is_not_said():
    empty = form()

    assert [empty.text("A", 9), empty.whole("A", 0, 9), empty.truth("A"), empty.choice("A", Word)] == [None] * 4
    assert [empty.moment("A"), empty.sid("A", Prefix.SERVICE), empty.number("A"), empty.url("A", [], [])] == [None] * 4
    assert empty.objects("A") == []
    assert not empty.holds("A")


def test_what_is_empty_is_not_said_either():
    empty = form(("A", ""))

    assert [empty.whole("A", 0, 9), empty.truth("A"), empty.choice("A", Word), empty.moment("A")] == [None] * 4
    assert [empty.sid("A", Prefix.SERVICE), empty.number("A")] == [None] * 2
    assert (empty.text("A", 9), empty.url("A", [], []), empty.holds("A")) == ("", "", True)


def test_each_type_is_read():
    fields = form(
        ("T", "Zoë"), ("W", "0042"), ("B", "TRUE"), ("C", "two-words"), ("D", "2030-01-31T12:00:00Z"),
        ("E", "2030-01-31T13:00:00.5+01:00"), ("S", f"KS{ID.hex.upper()}"), ("N", ALICE), ("U", "https://example.org/x?y=1"),
    )  # fmt: skip

    assert fields.text("T", 3, needed=True) == "Zoë"
    assert fields.whole("W", 0, 42) == 42
    assert fields.truth("B") is True
    assert fields.choice("C", Word) is Word.TWO
    assert fields.moment("D") == datetime(2030, 1, 31, 12, tzinfo=UTC)
    assert fields.moment("E") == datetime(2030, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)
    assert fields.sid("S", Prefix.SERVICE) == ID
    assert fields.number("N") == E164(ALICE)
    assert fields.url("U", [], []) == "https://example.org/x?y=1"


@pytest.mark.parametrize(
    "text", ["2030-01-31T12:00:00.500000123Z", "2030-01-31T12:00:00.5Z", "2030-01-31T13:00:00.5+0100"]
)
def test_a_time_is_read_as_every_sdk_writes_it(text: str):
    """Java's writes nanoseconds, where the machine's clock has them."""
    assert form(("D", text)).moment("D") == datetime(2030, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("read_it", "text"),
    [
        (lambda form: form.text("F", 3), "four"),
        (lambda form: form.text("F", 9, needed=True), ""),
        (lambda form: form.text("F", 9), "a\0b"),
        (lambda form: form.objects("F")[0].text("F", 9), '{"F": "\\ud800"}'),
        (lambda form: form.whole("F", 0, 9), "10"),
        (lambda form: form.whole("F", 1, 9), "0"),
        (lambda form: form.whole("F", 0, 9), "-1"),
        (lambda form: form.whole("F", 0, 9), "1.0"),
        (lambda form: form.whole("F", 0, 9), "²"),
        (lambda form: form.whole("F", 0, 9), "9" * 5000),
        (lambda form: form.truth("F"), "yes"),
        (lambda form: form.choice("F", Word), "ONE"),
        (lambda form: form.moment("F"), "2030-01-31"),
        (lambda form: form.moment("F"), "2030-01-31T12:00:00"),
        (lambda form: form.moment("F"), "2030-02-31T12:00:00Z"),
        (lambda form: form.moment("F"), "0001-01-01T00:00:00+14:00"),
        (lambda form: form.sid("F", Prefix.NUMBER), f"KS{ID.hex}"),
        (lambda form: form.sid("F", Prefix.NUMBER), "PN12"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(read_it, text):
    with pytest.raises(Refused) as refused:
        read_it(form(("F", text)))

    assert refused.value.told.code == 20001
    assert refused.value.told.status == 400
    assert str(refused.value.detail).startswith("F: ")


@pytest.mark.parametrize("text", ["2025550152", "+1 202 555 0152", "+", "sip:alice@example.org", f"{ALICE}\n"])
def test_an_identifier_that_is_no_number_has_a_code_of_its_own_and_is_not_repeated(text: str):
    with pytest.raises(Refused) as refused:
        form(("Identifier", text)).number("Identifier")

    assert refused.value.told.code == 80404
    assert "2025550152" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org/", "ftp://example.org/", "example.org", "https://", "https:///path", "https://ours.example.net/x",
        "https://OURS.example.net./x", "https://example.org/#part", "https://example.org/a b", "https://exämple.org/",
        "https://example.org:port/", "https://[::1", "http://127.0.0.1:9001/", "https://example.org/" + "x" * 4000,
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_asked_is_refused(text: str):
    with pytest.raises(Refused) as refused:
        form(("CallbackUrl", text)).url("CallbackUrl", ["ours.example.net"], ["127.0.0.1:9000"])

    assert refused.value.told.code == 20001


def test_an_address_may_be_cleared_and_a_desks_receiver_needs_no_tls():
    assert form(("U", "")).url("U", [], []) == ""
    desk = "http://127.0.0.1:9000/x"
    assert form(("U", desk)).url("U", ["127.0.0.1"], ["127.0.0.1:9000"]) == desk


def test_of_a_repeated_field_the_last_counts_but_objects_are_all_read():
    fields = form(
        ("Ttl", "1"), ("Ttl", "2"),
        ("Participants", '{"Identifier": "+12025550152"}'), ("Participants", '{"FriendlyName": "B", "Sid": null}'),
    )  # fmt: skip

    first, second = fields.objects("Participants")
    assert fields.whole("Ttl", 0, 9) == 2
    assert first.number("Identifier") == E164(ALICE)
    assert second.text("FriendlyName", 9) == "B"
    assert not second.holds("Sid")


@pytest.mark.parametrize(
    "text", ["", "[]", "x", '{"Identifier": 1}', '"+12025550152"', "[" * 100_000, '{"a": {"b": "c"}}']
)
def test_an_object_that_is_none_is_refused(text: str):
    with pytest.raises(Refused):
        form(("Participants", text)).objects("Participants")


@pytest.mark.parametrize("body", [b"A=%ff", b"\xff", b"&".join(b"A=1" for _ in range(MOST_FIELDS + 1))])
def test_a_body_that_is_no_form_is_refused(body: bytes):
    with pytest.raises(Refused):
        Form.read(body)


@given(st.sampled_from(Prefix), st.uuids())
def test_a_sid_names_its_id_and_nothing_elses(prefix: Prefix, id_: UUID):
    made = sid(prefix, id_)

    assert len(made) == 34
    assert read(prefix, made) == read(prefix, prefix + id_.hex.upper()) == id_
    assert all(read(other, made) is None for other in Prefix if other is not prefix)
    assert outbound(id_) == outbound(id_) != id_


@given(st.text(max_size=40))
def test_what_is_no_sid_names_nothing(text: str):
    known = len(text) == 34 and text[:2] == "KS"

    assert known or read(Prefix.SERVICE, text) is None
