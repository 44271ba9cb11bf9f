"""Signatures are the vendors' own: golden vectors, and whatever the SDKs' validators accept."""

from hypothesis import given
from hypothesis import strategies as st
from plivo.utils import validate_signature
from plivo.utils.signature_v3 import validate_v3_signature
from twilio.request_validator import RequestValidator

from exchange.signing import (
    plivo_headers,
    plivo_message_headers,
    plivo_nonce,
    twilio_headers,
    twilio_json_headers,
)

NONCE = "05429567804466091622"
CALL = {
    "CallUUID": "97ceeb52-58b6-11e1-86da-77300b68f8bb",
    "From": "+14155550001",
    "To": "+16285550001",
    "CallStatus": "ringing",
    "Direction": "inbound",
}
forms = st.dictionaries(st.text("abcXYZ_09", min_size=1), st.text(max_size=20), max_size=6)


def test_twilio_signs_its_documented_example():
    params = {
        "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234",
        "From": "+14158675309", "To": "+18005551212",
    }  # fmt: skip

    headers = twilio_headers("https://mycompany.com/myapp.php?foo=1&bar=2", params, "12345")

    assert headers == {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}


def test_connection_overrides_are_not_signed():
    plain = twilio_headers("https://app.example/v?a=1", {"A": "1"}, "token")

    assert twilio_headers("https://app.example/v?a=1#rc=5&rp=ct", {"A": "1"}, "token") == plain


def test_a_json_body_is_signed_by_its_hash_in_the_query():
    url = "https://x.io/cb?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"

    signature = twilio_json_headers(url, "12345")["X-Twilio-Signature"]

    assert RequestValidator("12345").validate(url, '{"a":1}', signature)


def test_plivo_signs_messages_without_query_and_body():
    headers = plivo_message_headers("https://answer.url/voice?x=1", "my_auth_token", NONCE)

    assert headers["X-Plivo-Signature-V2"] == "w3iE32v6eykv8j8neayHuL1EifRRJyaw0Kt0+DAaIAM="


def test_plivo_signs_a_post_with_a_query():
    headers = plivo_headers("POST", "https://answer.url/voice?x=1", CALL, "my_auth_token", NONCE)

    assert headers["X-Plivo-Signature-V3"] == "0mFmQQTrxEvBEzAy5lrWINEjrpEVcWjdgzxpF5BLvXs="


def test_plivo_signs_a_get():
    headers = plivo_headers("GET", "https://answer.url/voice", CALL, "my_auth_token", NONCE)

    assert headers["X-Plivo-Signature-V3"] == "a5bPGYsza6XJUGSIQHDZOC1AuBNOam6NMPDFdE8OGr4="


@given(forms, st.booleans())
def test_twilios_validator_accepts_every_form(form, query):
    url = "http://127.0.0.1:8080/voice" + ("?s=1&t=%20" if query else "")

    assert RequestValidator("token").validate(url, form, twilio_headers(url, form, "token")["X-Twilio-Signature"])


@given(forms, st.booleans())
def test_plivos_validator_accepts_every_form(form, query):
    url, nonce = "http://127.0.0.1:8080/voice" + ("?s=1&t=2" if query else ""), plivo_nonce()

    signature = plivo_headers("POST", url, form, "token", nonce)["X-Plivo-Signature-V3"]

    assert validate_v3_signature("POST", url, nonce, "token", signature, dict(form))
    assert not validate_v3_signature("POST", url + "x", nonce, "token", signature, dict(form))


def test_plivos_validator_accepts_a_message_signature():
    nonce = plivo_nonce()

    signature = plivo_message_headers("http://127.0.0.1:8080/text?a=1", "token", nonce)["X-Plivo-Signature-V2"]

    assert validate_signature("http://127.0.0.1:8080/text?b=2", nonce, signature, "token")
    assert len(nonce) == 20
