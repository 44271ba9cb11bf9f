"""Who signed a Twilio webhook: Twilio's own vectors and SDK say yes, and one changed bit says no."""

import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from carriers.twilio import TwilioDialect
from carriers.twilio.signature import signed_with
from exchange.signing import twilio_headers
from tests.carriers.bits import BITS, FORMS, PATHS, PLACES, QUERIES, flipped
from tests.carriers.webhooks import ALICE, PROXY, SITE, account, changed, envelope, from_twilio
from voice.events import Envelope
from voice.ports import SignatureRejected

TWILIO = TwilioDialect()
FORM = {"CallSid": "CA1", "AccountSid": "AC1", "From": ALICE, "To": PROXY, "FromCity": ""}
SETTINGS = "x-twilio-webhooks-signature-settings"

# Twilio's documented example, with the numbers that Twilio signed (tests/rules/test_text.py knows them).
EXAMPLE_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
EXAMPLE = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
)


def example(signature: str, url: str = EXAMPLE_URL, **more: str) -> Envelope:
    return Envelope("POST", url, {"x-twilio-signature": signature, **more}, EXAMPLE, b"a form")


def test_twilios_documented_example_is_accepted():
    assert signed_with("12345", example("RSOYDt4T1cUTdK1PDd93/VVr8B8="))
    assert not signed_with("12346", example("RSOYDt4T1cUTdK1PDd93/VVr8B8="))


def test_the_sha256_settings_header_changes_the_hash():
    settings = {SETTINGS: "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}

    assert signed_with("12345", example("033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=", **settings))
    assert not signed_with("12345", example("RSOYDt4T1cUTdK1PDd93/VVr8B8=", **settings))
    assert not signed_with("12345", example("033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="))


@pytest.mark.parametrize("algorithm", ["HMAC_MD5", "NONE", "sha256", "HMAC_SHA1,algorithm=HMAC_SHA256"])
def test_an_algorithm_counts_only_if_it_is_known_and_named_first(algorithm):
    settings = {SETTINGS: f"key=k,algorithm={algorithm}"}

    assert not signed_with("12345", example("033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=", **settings))


@pytest.mark.parametrize("settings", ["", "key=k", "key=k,algorithm=", "nonsense"])
def test_settings_that_name_no_algorithm_mean_sha1(settings):
    assert signed_with("12345", example("RSOYDt4T1cUTdK1PDd93/VVr8B8=", **{SETTINGS: settings}))


JSON = b'{"a":1}'
JSON_URL = f"https://x.io/cb?bodySHA256={hashlib.sha256(JSON).hexdigest()}"


def json_envelope(body: bytes) -> Envelope:
    return Envelope("POST", JSON_URL, {"x-twilio-signature": "qx3y8xjceIaIWBpvMsO32GDSJcg="}, (), body)


def test_a_json_body_is_covered_by_its_hash():
    assert signed_with("12345", json_envelope(JSON))
    assert not signed_with("12345", json_envelope(b'{"a":2}'))


def test_a_body_that_nothing_covers_is_refused():
    bare = twilio_headers("https://x.io/cb", {}, "12345")["X-Twilio-Signature"]
    unsigned = Envelope("POST", "https://x.io/cb", {"x-twilio-signature": bare}, (), b'{"a":1}')
    smuggled = Envelope("GET", "https://x.io/cb", {"x-twilio-signature": bare}, (("CallSid", "CA1"),), b"CallSid=CA1")

    assert signed_with("12345", changed(unsigned, body=b""))
    assert not signed_with("12345", unsigned)
    assert not signed_with("12345", smuggled)


@pytest.mark.parametrize("signed", ["https://m.example:443/v?a=1", "https://m.example/v?a=1"])
@pytest.mark.parametrize("seen", ["https://m.example:443/v?a=1", "https://m.example/v?a=1"])
def test_the_port_may_or_may_not_be_written(signed, seen):
    given = Envelope("POST", seen, _lower(twilio_headers(signed, FORM, "t")), tuple(FORM.items()), b"a form")

    assert signed_with("t", given)


def test_an_unusual_port_may_be_left_out_but_not_changed():
    headers = _lower(twilio_headers("http://m.example:8443/v", FORM, "t"))
    bare = _lower(twilio_headers("http://m.example/v", FORM, "t"))

    assert signed_with("t", Envelope("POST", "http://m.example:8443/v", headers, tuple(FORM.items()), b"a form"))
    assert signed_with("t", Envelope("POST", "http://m.example:8443/v", bare, tuple(FORM.items()), b"a form"))
    assert not signed_with("t", Envelope("POST", "http://m.example:8444/v", headers, tuple(FORM.items()), b"a form"))


def test_connection_overrides_are_not_part_of_what_is_signed():
    given = from_twilio(FORM)

    assert signed_with("a token", changed(given, url=given.url + TWILIO.event_suffix))


def test_repeated_names_count_once_and_sorted():
    headers = _lower(twilio_headers(SITE + "/v", {"Media": ["b", "a", "b"], "CallSid": "CA1"}, "t"))
    form = (("Media", "b"), ("CallSid", "CA1"), ("Media", "a"), ("Media", "b"))

    assert signed_with("t", Envelope("POST", SITE + "/v", headers, form, b"a form"))


def test_a_get_is_signed_by_its_url():
    url = SITE + "/v?CallSid=CA1&From=%2B12025550110"
    form = (("CallSid", "CA1"), ("From", ALICE))

    assert signed_with("t", Envelope("GET", url, _lower(twilio_headers(url, {}, "t")), form, b""))
    assert not signed_with("t", Envelope("GET", url + "1", _lower(twilio_headers(url, {}, "t")), form, b""))


def test_the_form_says_which_account_signed():
    ours, other = account("twilio", "a token"), account("twilio", "a token", vendor_id="AC2", number=2)

    assert TWILIO.verify(from_twilio(FORM), [other, ours]) is ours
    with pytest.raises(SignatureRejected):
        TWILIO.verify(from_twilio(FORM), [other])


def test_each_live_token_of_an_account_may_sign():
    rotating = account("twilio", "the new token", "the old token")

    assert TWILIO.verify(from_twilio(FORM, token="the old token"), [rotating]) is rotating
    assert TWILIO.verify(from_twilio(FORM, token="the new token"), [rotating]) is rotating
    with pytest.raises(SignatureRejected):
        TWILIO.verify(from_twilio(FORM, token="an older token"), [rotating])


def test_a_body_without_an_account_is_tried_with_each_twilio_account():
    plivo, ours = account("plivo", "12345"), account("twilio", "12345", number=2)

    assert TWILIO.verify(json_envelope(JSON), [plivo, ours]) is ours
    with pytest.raises(SignatureRejected):
        TWILIO.verify(json_envelope(JSON), [plivo])


@pytest.mark.parametrize("headers", [{}, {"x-twilio-signature": ""}, {"x-twilio-signature": "\udc80é"}])
def test_a_missing_or_garbled_signature_is_refused(headers):
    with pytest.raises(SignatureRejected):
        TWILIO.verify(changed(from_twilio(FORM), headers=headers), [account("twilio")])


def test_text_that_is_no_unicode_is_refused_and_breaks_nothing():
    form = (*FORM.items(), ("Body", "\ud800"))

    with pytest.raises(SignatureRejected):
        TWILIO.verify(changed(from_twilio(FORM), form=form), [account("twilio")])


@given(FORMS, PATHS, QUERIES)
def test_whatever_the_sdk_signs_is_accepted(form, path, query):
    signature = RequestValidator("t").compute_signature(SITE + path + query, form)

    assert signed_with("t", envelope(form, path + query, {"X-Twilio-Signature": signature}))


@given(FORMS, PATHS, QUERIES, st.sampled_from(["url", "signature", "name", "value"]), PLACES, BITS)
def test_any_flipped_bit_is_refused(form, path, query, where, place, bit):
    good = from_twilio(form, path + query, "t")
    signature, pairs = good.headers["x-twilio-signature"], list(good.form)
    if where == "url":
        bad = changed(good, url=flipped(good.url, place, bit))
    elif where == "signature":
        bad = changed(good, headers={"x-twilio-signature": flipped(signature, place, bit)})
    else:
        full = [at for at, pair in enumerate(pairs) if pair[where == "value"]]
        assume(full)
        at = full[place % len(full)]
        name, value = pairs[at]
        pairs[at] = (name, flipped(value, place, bit)) if where == "value" else (flipped(name, place, bit), value)
        bad = changed(good, form=tuple(pairs))

    assert signed_with("t", good)
    assert not signed_with("t", bad)


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
