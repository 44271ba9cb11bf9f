"""A request with one bit flipped, in its signature, its body or its address, is refused and leaves no trace."""

from random import Random
from urllib.parse import parse_qsl, urlencode

import pytest

from exchange.signing import plivo_headers, plivo_message_headers, plivo_nonce, twilio_headers
from tests.proofs.inside import answered, application, content
from tests.town import ALICE, POOL, SHARED, TOKENS, VENDOR_IDS, Town

FLIPS = 40
_SCHEME = "http"  # left alone: "Http" is the same address
SIGNATURES = {"X-Twilio-Signature", "X-Plivo-Signature-V3", "X-Plivo-Signature-Ma-V3", "X-Plivo-Signature-V2",
              "X-Plivo-Signature-Ma-V2"}  # fmt: skip


def signed(carrier: str, url: str, form: dict[str, str], *, text: bool = False) -> dict[str, str]:
    if carrier == "twilio":
        headers = twilio_headers(url, form, TOKENS["twilio"])
    elif text:
        headers = plivo_message_headers(url, TOKENS["plivo"], plivo_nonce())
    else:
        headers = plivo_headers("POST", url, form, TOKENS["plivo"], plivo_nonce())
    return headers | {"Content-Type": "application/x-www-form-urlencoded"}


def flipped(text: str, rng: Random) -> str:
    """One bit of one character flipped, so that it can still stand in a header or an address."""
    while True:
        place, bit = rng.randrange(len(text)), rng.randrange(7)
        changed = chr(ord(text[place]) ^ (1 << bit))
        if "!" <= changed <= "~":
            return text[:place] + changed + text[place + 1 :]


async def requests(town: Town, carrier: str) -> list[tuple[str, dict[str, str], bool]]:
    """A webhook of each kind, with everything in place for it to change something: (url, form, is a text)."""
    wire = town.twilio if carrier == "twilio" else town.plivo
    way = await town.scan(await town.sticker(carrier=carrier))
    assert way.number is not None
    call = wire.new_call()
    rung = await wire.calls(ALICE, way.number, call)
    asked = await wire.calls(ALICE, SHARED[carrier], waiting := wire.new_call())
    hooks = f"{town.base}/hooks/{carrier}"
    text = {"MessageSid": "SM1", "MessageUUID": "m" * 36, "AccountSid": VENDOR_IDS["twilio"], "Body": "Hello?",
            "Text": "Hello?", "From": ALICE.value, "To": SHARED[carrier].value}  # fmt: skip
    over = {"DialCallStatus": "no-answer", "DialStatus": "no-answer"}
    return [
        (f"{hooks}/voice", wire._call(ALICE, POOL[carrier][0], wire.new_call()), False),
        (rung.action, wire._call(ALICE, way.number, call) | over, False),
        (asked.action, wire._call(ALICE, SHARED[carrier], waiting) | {"Digits": "123456"}, False),
        (f"{hooks}/ended", wire._call(ALICE, way.number, call) | {"CallStatus": "completed"}, False),
        (f"{hooks}/text", text, True),
    ]


@pytest.mark.parametrize("carrier", ["twilio", "plivo"])
async def test_a_flipped_bit_is_refused_and_writes_nothing(town: Town, carrier: str):
    app, rng = application(town), Random(carrier)
    asked = await requests(town, carrier)
    before = await content(town)

    for url, form, text in asked:
        headers, body = signed(carrier, url, form, text=text), urlencode(form)
        signatures = sorted(headers.keys() & SIGNATURES)  # Plivo's, by the account and its main account: one would do
        for _ in range(FLIPS):
            forged = headers | {name: flipped(headers[name], rng) for name in signatures}
            assert (await answered(app, "POST", url, forged, body.encode()))[0] == 403, url
        for _ in range(FLIPS):
            other = signed(carrier, _SCHEME + flipped(url.removeprefix(_SCHEME), rng), form, text=text)
            assert (await answered(app, "POST", url, other, body.encode()))[0] == 403, url
        if carrier == "plivo" and text:
            continue  # neither a text's body nor its query is in Plivo's signature: its nonce counts once instead
        assert (await answered(app, "POST", f"{url}?a=b", headers, body.encode()))[0] == 403, url
        for _ in range(FLIPS):
            forged_body = flipped(body, rng)
            if parse_qsl(forged_body, keep_blank_values=True) != parse_qsl(body, keep_blank_values=True):
                assert (await answered(app, "POST", url, headers, forged_body.encode()))[0] == 403, url

    assert await content(town) == before


@pytest.mark.parametrize("carrier", ["twilio", "plivo"])
async def test_the_same_requests_unflipped_are_taken(town: Town, carrier: str):
    """Else the refusals above would prove nothing."""
    app, asked = application(town), await requests(town, carrier)

    for url, form, text in asked:
        before = await content(town)
        headers = signed(carrier, url, form, text=text)
        status, _ = await answered(app, "POST", url, headers, urlencode(form).encode())

        assert status == 200, url
        assert await content(town) != before, url


@pytest.mark.parametrize("carrier", ["twilio", "plivo"])
async def test_a_request_that_nobody_or_a_stranger_signed_is_refused(town: Town, carrier: str):
    app, asked = application(town), await requests(town, carrier)
    other = {"twilio": "plivo", "plivo": "twilio"}[carrier]
    before = await content(town)

    for url, form, _ in asked:
        plain = {"Content-Type": "application/x-www-form-urlencoded"}
        for headers in (plain, signed(other, url, form)):
            assert (await answered(app, "POST", url, headers, urlencode(form).encode()))[0] == 403, url

    assert await content(town) == before
