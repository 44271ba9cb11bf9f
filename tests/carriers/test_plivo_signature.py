"""Who signed a Plivo webhook: Plivo's own vectors and SDK say yes, and one changed bit says no."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from plivo.utils import validate_signature, validate_v3_signature

from carriers.plivo import PlivoDialect
from carriers.plivo.signature import signed_with
from exchange.signing import plivo_headers, plivo_message_headers
from tests.carriers.bits import BITS, FORMS, PATHS, PLACES, QUERIES, flipped
from tests.carriers.webhooks import (
    ALICE,
    NONCE,
    PROXY,
    SITE,
    account,
    changed,
    envelope,
    from_plivo,
    text_from_plivo,
)
from voice.events import Envelope
from voice.ports import SignatureRejected, Unreadable

PLIVO = PlivoDialect()
Pairs = tuple[tuple[str, str], ...]
CALL = {"CallUUID": "97ceeb52", "From": ALICE.lstrip("+"), "To": PROXY.lstrip("+"), "CallStatus": "ringing"}
TEXT = {"MessageUUID": "a1b2", "From": ALICE.lstrip("+"), "To": PROXY.lstrip("+"), "Text": "Lights are on"}
NONCES = {"x-plivo-signature-v3-nonce": NONCE, "x-plivo-signature-v2-nonce": NONCE}

# Plivo's documented example, with the numbers that Plivo signed (tests/rules/test_text.py knows them).
EXAMPLE: Pairs = (
    ("CallUUID", "97ceeb52-58b6-11e1-86da-77300b68f8bb"),
    ("From", "+14155550001"),
    ("To", "+16285550001"),
    ("CallStatus", "ringing"),
    ("Direction", "inbound"),
)
V3_POST = "0mFmQQTrxEvBEzAy5lrWINEjrpEVcWjdgzxpF5BLvXs="
V3_GET = "a5bPGYsza6XJUGSIQHDZOC1AuBNOam6NMPDFdE8OGr4="
V2 = "w3iE32v6eykv8j8neayHuL1EifRRJyaw0Kt0+DAaIAM="


def example(header: str, signature: str, method: str, url: str, form: Pairs = EXAMPLE) -> Envelope:
    return Envelope(method, url, NONCES | {f"x-plivo-signature-{header}": signature}, form, b"")


@pytest.mark.parametrize("header", ["v3", "ma-v3"])
def test_plivos_documented_examples_are_accepted(header):
    assert signed_with("my_auth_token", example(header, V3_POST, "POST", "https://answer.url/voice?x=1"))
    assert signed_with("my_auth_token", example(header, V3_GET, "GET", "https://answer.url/voice"))
    assert not signed_with("another_token", example(header, V3_GET, "GET", "https://answer.url/voice"))


def test_the_examples_do_not_pass_for_each_other():
    assert not signed_with("my_auth_token", example("v3", V3_POST, "GET", "https://answer.url/voice?x=1"))
    assert not signed_with("my_auth_token", example("v3", V3_GET, "POST", "https://answer.url/voice"))


@pytest.mark.parametrize("header", ["v2", "ma-v2"])
def test_a_text_is_signed_by_its_address_and_nonce(header):
    form = (("MessageUUID", "a1b2"), ("Text", "Hello"))

    assert signed_with("my_auth_token", example(header, V2, "POST", "https://answer.url/voice?x=1", form))
    assert not signed_with("my_auth_token", example(header, V2, "POST", "https://answer.url/voices", form))


def test_a_call_never_counts_as_signed_by_v2():
    """V2 leaves the body open: whoever saw one signature could write any call under it."""
    headers = plivo_message_headers(SITE + "/hooks/plivo/voice", "a token", NONCE)
    disguised = {**CALL, "MessageUUID": "a1b2"}

    with pytest.raises(SignatureRejected):
        PLIVO.verify(envelope(CALL, "/hooks/plivo/voice", headers), [account("plivo")])
    for event in ("incoming", "pressed", "leg", "dialled", "ended"):
        with pytest.raises(Unreadable) as refused:
            PLIVO.read(event, envelope(disguised, "/hooks/plivo/voice", headers))
        assert refused.value.facts == {"field": "CallUUID"}


def test_one_of_several_candidates_is_enough():
    signature = from_plivo(CALL).headers["x-plivo-signature-v3"]
    several = NONCES | {"x-plivo-signature-v3": f"nonsense, {signature},,more"}

    assert signed_with("a token", changed(from_plivo(CALL), headers=several))
    assert not signed_with("a token", changed(from_plivo(CALL), headers=NONCES | {"x-plivo-signature-v3": "a,b,,"}))


@pytest.mark.parametrize("left_out", ["x-plivo-signature-v3-nonce", "both signatures"])
def test_a_missing_signature_or_nonce_is_refused(left_out):
    kept = {
        name: value
        for name, value in from_plivo(CALL).headers.items()
        if name != left_out and (left_out != "both signatures" or name.endswith("nonce"))
    }

    with pytest.raises(SignatureRejected):
        PLIVO.verify(changed(from_plivo(CALL), headers=kept), [account("plivo")])


def test_a_signature_over_no_nonce_is_refused():
    """Plivo always sends one; without it a signature would be good for ever."""
    signed = plivo_headers("POST", SITE + "/hooks", dict(CALL), "a token", "")

    assert not signed_with("a token", envelope(CALL, "/hooks", signed))


def test_garbled_headers_and_text_are_refused_and_break_nothing():
    garbled = NONCES | {"x-plivo-signature-v3": "\udc80é", "x-plivo-signature-v2": "\udc80"}

    assert not signed_with("a token", changed(from_plivo(CALL), headers=garbled, form=(("Text", "\ud800"),)))


def test_plivo_names_no_account_so_each_is_tried():
    twilio, other = account("twilio", "a token"), account("plivo", "another", number=2)
    ours = account("plivo", "the new token", "a token", number=3)

    assert PLIVO.verify(from_plivo(CALL), [twilio, other, ours]) is ours
    assert PLIVO.verify(text_from_plivo(TEXT), [twilio, other, ours]) is ours
    with pytest.raises(SignatureRejected):
        PLIVO.verify(from_plivo(CALL), [twilio, other])


def test_connection_overrides_are_not_part_of_what_is_signed():
    given = from_plivo(CALL)

    assert signed_with("a token", changed(given, url=given.url + PLIVO.event_suffix))


def test_repeated_names_are_signed_each_and_sorted():
    headers = plivo_headers("POST", SITE + "/v?m=b&m=a", {"Media": ["b", "a", "b"], "CallUUID": "u"}, "t", NONCE)
    form = (("Media", "b"), ("CallUUID", "u"), ("Media", "b"), ("Media", "a"))
    lower = {name.lower(): value for name, value in headers.items()}

    assert signed_with("t", Envelope("POST", SITE + "/v?m=b&m=a", lower, form, b""))
    assert not signed_with("t", Envelope("POST", SITE + "/v?m=b&m=a", lower, form[1:], b""))


@given(FORMS, PATHS, QUERIES, st.sampled_from(["POST", "GET"]))
def test_whatever_the_sdk_signs_is_accepted(form, path, query, method):
    good = from_plivo(form, path + query if method == "POST" else path, "t", method)
    if method == "POST":
        signature = good.headers["x-plivo-signature-v3"]
        assert validate_v3_signature("POST", good.url, NONCE, "t", signature, dict(form))

    assert signed_with("t", good)


@given(FORMS, PATHS, QUERIES, st.sampled_from(["url", "signature", "nonce", "name", "value"]), PLACES, BITS)
def test_any_flipped_bit_of_a_call_is_refused(form, path, query, where, place, bit):
    good = from_plivo(form, path + query, "t")
    pairs, header = list(good.form), "x-plivo-signature-v3-nonce" if where == "nonce" else "x-plivo-signature-v3"
    if where == "url":
        bad = changed(good, url=flipped(good.url, place, bit))
    elif where in ("signature", "nonce"):
        one = {name: value for name, value in good.headers.items() if name != "x-plivo-signature-ma-v3"}
        bad = changed(good, headers=one | {header: flipped(one[header], place, bit)})
    else:
        full = [at for at, pair in enumerate(pairs) if pair[where == "value"]]
        assume(full)
        at = full[place % len(full)]
        name, value = pairs[at]
        pairs[at] = (name, flipped(value, place, bit)) if where == "value" else (flipped(name, place, bit), value)
        bad = changed(good, form=tuple(pairs))

    assert signed_with("t", good)
    assert not signed_with("t", bad)


@given(PATHS, st.sampled_from(["url", "v2", "v2-nonce"]), PLACES, BITS)
def test_any_flipped_bit_of_a_texts_address_or_signature_is_refused(path, where, place, bit):
    good = text_from_plivo(TEXT, path, "t")
    header = f"x-plivo-signature-{where}"
    if where == "url":
        bad = changed(good, url=flipped(good.url, place, bit))
    else:
        one = {name: value for name, value in good.headers.items() if name != "x-plivo-signature-ma-v2"}
        bad = changed(good, headers=one | {header: flipped(one[header], place, bit)})

    assert validate_signature(good.url, NONCE, good.headers["x-plivo-signature-v2"], "t")
    assert signed_with("t", good)
    assert not signed_with("t", bad)
