"""What customers check our hooks with: Twilio's own validator, and ten lines of docs/events.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from masking.sessions.signing import sign

TOKEN = "0123456789abcdef0123456789abcdef"
FORM = {"From": "+12025550152", "To": "+12025550120", "CallSid": "CA" + "0" * 32, "interactionData": '{"body":"é ✓"}'}


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/",
        "https://hooks.example.org:8443/veto?a=b%20c&a=d",
        "https://hooks.example.org",
        "http://127.0.0.1:9000/veto",
        "https://user:word@hooks.example.org/veto",
    ],
)
def test_twilios_validator_takes_our_signature(url):
    assert RequestValidator(TOKEN).validate(url, FORM, sign(TOKEN, url, FORM.items()))


@given(
    st.dictionaries(st.text(min_size=1), st.lists(st.text(), min_size=1, max_size=3), max_size=6),
    st.text(alphabet="abc/?&=%20", max_size=20),
)
def test_twilios_validator_takes_whatever_form_we_sign(fields, rest):
    url = f"https://hooks.example.org/{rest}"
    pairs = [(name, value) for name, values in fields.items() for value in values]

    assert RequestValidator(TOKEN).validate(url, Fields(fields), sign(TOKEN, url, pairs))


def test_the_part_after_the_hash_is_not_signed():
    assert sign(TOKEN, "https://hooks.example.org/a#rc=2", ()) == sign(TOKEN, "https://hooks.example.org/a", ())


@pytest.mark.parametrize(
    ("token", "url", "form"),
    [
        ("f" * 32, "https://hooks.example.org/", FORM),
        (TOKEN, "https://hooks.example.org/other", FORM),
        (TOKEN, "https://hooks.example.org/", FORM | {"From": "+12025550153"}),
    ],
)
def test_another_token_address_or_form_has_another_signature(token, url, form):
    assert not RequestValidator(token).validate(url, form, sign(TOKEN, "https://hooks.example.org/", FORM.items()))


class Fields(dict[str, list[str]]):
    """A form as web frameworks hand it to the validator, with names that repeat."""

    def getlist(self, name):
        return self[name]
