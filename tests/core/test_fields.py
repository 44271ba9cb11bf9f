"""What a program sent, read field by field; each room refuses with a problem of its own."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fields import Fields
from core.problem import Problem


class Refused(Problem):
    """A room's own."""

    status, slug, title = 422, "test-refused", "Refused"


def refusal(body: bytes, *known: str) -> str:
    with pytest.raises(Refused) as caught:
        Fields.read(body, Refused, *known)
    return f"{caught.value.facts['field']}: {caught.value.detail}"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b"{", b"\xff", "{}".encode("utf-16"), b"[" * 100_000, b"9" * 5000, b"null"]
)
def test_what_is_no_object_in_utf8_is_refused(body):
    assert refusal(body) == "body: Send one JSON object, in UTF-8."


def test_a_field_that_nobody_knows_is_refused_and_not_repeated():
    assert refusal(b'{"+447700900123": 1}', "number", "script") == "body: Send nothing but number, script."


def test_a_mark_at_the_beginning_does_no_harm():
    assert Fields.read(b'\xef\xbb\xbf{"name": "Asha"}', Refused, "name").text("name") == "Asha"


@pytest.mark.parametrize("value", ['"a\\u0000b"', '"\\ud800"', "7", "null", "[]"])
def test_what_cannot_be_stored_as_text_is_refused(value):
    with pytest.raises(Refused):
        Fields.read(b'{"name": %s}' % value.encode(), Refused, "name").text("name")


def test_each_kind_is_read_as_what_it_must_be():
    fields = Fields.read(
        b'{"hidden": false, "cluster": 7, "way": "voice"}', Refused, "hidden", "cluster", "way", "name"
    )

    assert (fields.truth("hidden"), fields.truth("shown")) == (False, None)
    assert (fields.whole("cluster", 7), fields.choice("way", ("text", "voice"), "text")) == (7, "voice")
    assert (fields.text("name", "usual"), fields.get("name")) == ("usual", None)


@pytest.mark.parametrize("value", ["true", "-1", "8", "1.0", '"7"', "1e99"])
def test_a_whole_number_is_one_and_in_its_range(value):
    with pytest.raises(Refused):
        Fields.read(b'{"cluster": %s}' % value.encode(), Refused, "cluster").whole("cluster", 7)


@given(st.binary(max_size=200))
def test_whatever_is_sent_nothing_else_is_raised(body):
    with contextlib.suppress(Refused):
        Fields.read(body, Refused)
