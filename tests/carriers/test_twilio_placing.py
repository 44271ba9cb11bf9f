"""Twilio's REST API as we ask it."""

import pytest

from core.e164 import E164
from tests.carriers.webhooks import OWNER, PROXY, account
from voice.plan import Say
from voice.ports import CarrierAway, CarrierRefused

AT = "/2010-04-01/Accounts/AC1"
TWILIO = account("twilio")
URLS = {kind: f"https://m.example/hooks/twilio/{kind}" for kind in ("voice", "text", "ended", "fallback")}


async def test_a_call_names_both_numbers_and_where_it_goes_on(placer, vendor):
    vendor.answers[("POST", f"{AT}/Calls.json")] = (201, {"sid": "CA1", "status": "queued"})

    made = await placer.call(
        TWILIO, to=E164(OWNER), show=E164(PROXY), answer_url="https://m.example/answer",
        ended_url="https://m.example/ended#rc=5&rp=ct,rt,5xx", ring=25,
    )  # fmt: skip

    assert made == "CA1"
    assert vendor.only().said == {
        "To": OWNER,
        "From": PROXY,
        "Url": "https://m.example/answer",
        "StatusCallback": "https://m.example/ended#rc=5&rp=ct,rt,5xx",
        "Timeout": "25",
    }


@pytest.mark.parametrize("status_url", [None, "https://m.example/status"])
async def test_a_text_names_both_numbers_and_who_hears_of_it(status_url, placer, vendor):
    vendor.answers[("POST", f"{AT}/Messages.json")] = (201, {"sid": "SM1"})

    made = await placer.text(
        TWILIO, to=E164(OWNER), show=E164(PROXY), body="Lights & <doors> 🚗", status_url=status_url
    )

    told = {"StatusCallback": status_url} if status_url else {}
    assert made == "SM1"
    assert vendor.only().said == {"To": OWNER, "From": PROXY, "Body": "Lights & <doors> 🚗", **told}


@pytest.mark.parametrize(("kind", "path"), [("call", f"{AT}/Calls/X1.json"), ("text", f"{AT}/Messages/X1.json")])
@pytest.mark.parametrize("answer", [(204, None), (404, {"code": 20404}), (404, "gone")])
async def test_a_record_is_deleted_and_one_already_gone_is_fine(kind, path, answer, placer, vendor):
    vendor.answers[("DELETE", path)] = answer

    await placer.forget(TWILIO, kind=kind, carrier_id="X1")

    assert (vendor.only().method, vendor.only().path) == ("DELETE", path)


async def test_a_record_that_is_not_finished_is_deleted_later(placer, vendor):
    vendor.answers[("DELETE", f"{AT}/Calls/CA1.json")] = (409, {"code": 20009})

    with pytest.raises(CarrierAway):
        await placer.forget(TWILIO, kind="call", carrier_id="CA1")


async def test_a_record_that_may_not_be_deleted_is_a_refusal(placer, vendor):
    vendor.answers[("DELETE", f"{AT}/Calls/CA1.json")] = (401, {"code": 20003})

    with pytest.raises(CarrierRefused) as refused:
        await placer.forget(TWILIO, kind="call", carrier_id="CA1")

    assert refused.value.facts == {"code": "20003"}


async def test_an_id_cannot_lead_to_another_address(placer, vendor):
    await placer.forget(TWILIO, kind="call", carrier_id="../../AC2/Calls/CA1")

    assert (
        vendor.only().path == f"{AT}/Calls/..%2F..%2FAC2%2FCalls%2FCA1.json".replace("%2F", "/")
        or "AC2" not in (vendor.only().path.split("/")[3])
    )


def entry(number: str, **more: object) -> dict[str, object]:
    return {
        "sid": f"PN{number[-3:]}",
        "phone_number": number,
        "voice_url": "",
        "sms_url": None,
        "status_callback": "",
        "voice_fallback_url": None,
        "trunk_sid": None,
        **more,
    }


async def test_all_pages_of_numbers_are_read(placer, vendor):
    following = f"{AT}/IncomingPhoneNumbers.json?PageSize=1000&Page=1&PageToken=PAPN1"
    pages = {
        "0": {"incoming_phone_numbers": [entry(PROXY, voice_url="https://m.example/v", sms_url="https://m.example/t",
              status_callback="https://m.example/e", voice_fallback_url="https://m.example/f")],
              "next_page_uri": following},
        "1": {"incoming_phone_numbers": [entry("+12025550102", capabilities={"voice": True, "sms": False}),
              entry("55555")], "next_page_uri": None},
    }  # fmt: skip
    vendor.answers[("GET", f"{AT}/IncomingPhoneNumbers.json")] = lambda asked: (
        200,
        pages[asked.query.get("Page", "0")],
    )

    numbers = await placer.numbers(TWILIO)

    bare = {"voice_url": "", "text_url": "", "ended_url": "", "fallback_url": "", "sid": "PN102", "voice": True,
            "texts": False}  # fmt: skip
    assert numbers == [
        {"number": E164(PROXY), "voice_url": "https://m.example/v", "text_url": "https://m.example/t",
         "ended_url": "https://m.example/e", "fallback_url": "https://m.example/f", "sid": "PN101", "voice": True,
         "texts": True},
        {"number": E164("+12025550102"), **bare},
    ]  # fmt: skip
    assert [asked.query.get("PageToken") for asked in vendor.asked] == [None, "PAPN1"]


@pytest.mark.parametrize("address", ["https://elsewhere.example/page", "@elsewhere.example/page"])
async def test_a_next_page_elsewhere_is_not_asked_for(address, placer, vendor):
    """It would be told our token."""
    page = {"incoming_phone_numbers": [], "next_page_uri": address}
    vendor.answers[("GET", f"{AT}/IncomingPhoneNumbers.json")] = (200, page)

    with pytest.raises(CarrierAway, match="not on Twilio's API"):
        await placer.numbers(TWILIO)


async def test_a_number_is_pointed_at_us(placer, vendor):
    found = {"incoming_phone_numbers": [entry("+120255501019"), entry(PROXY)], "next_page_uri": None}
    vendor.answers[("GET", f"{AT}/IncomingPhoneNumbers.json")] = (200, found)
    vendor.answers[("POST", f"{AT}/IncomingPhoneNumbers/PN101.json")] = (200, entry(PROXY))

    await placer.point(TWILIO, E164(PROXY), URLS)

    assert vendor.asked[0].query == {"PhoneNumber": PROXY}
    assert vendor.asked[1].said == {
        "VoiceUrl": URLS["voice"],
        "VoiceMethod": "POST",
        "VoiceApplicationSid": "",
        "SmsUrl": URLS["text"],
        "SmsMethod": "POST",
        "SmsApplicationSid": "",
        "StatusCallback": URLS["ended"],
        "StatusCallbackMethod": "POST",
        "VoiceFallbackUrl": URLS["fallback"],
        "VoiceFallbackMethod": "POST",
    }


async def test_only_the_webhooks_named_are_changed(placer, vendor):
    vendor.answers[("GET", f"{AT}/IncomingPhoneNumbers.json")] = (200, {"incoming_phone_numbers": [entry(PROXY)]})
    vendor.answers[("POST", f"{AT}/IncomingPhoneNumbers/PN101.json")] = (200, entry(PROXY))

    await placer.point(TWILIO, E164(PROXY), {"ended": URLS["ended"]})

    assert vendor.asked[1].said == {"StatusCallback": URLS["ended"], "StatusCallbackMethod": "POST"}


@pytest.mark.parametrize(
    ("listed", "code"), [([], "20404"), ([entry(PROXY, trunk_sid="TK1")], "trunk")], ids=["not ours", "on a trunk"]
)
async def test_a_number_that_cannot_be_pointed_says_why(listed, code, placer, vendor):
    vendor.answers[("GET", f"{AT}/IncomingPhoneNumbers.json")] = (200, {"incoming_phone_numbers": listed})

    with pytest.raises(CarrierRefused) as refused:
        await placer.point(TWILIO, E164(PROXY), URLS)

    assert refused.value.facts == {"code": code}
    assert len(vendor.asked) == 1


async def test_nothing_is_spoken_into_a_call_that_a_dial_has_joined(placer, vendor):
    with pytest.raises(CarrierRefused):
        await placer.speak(TWILIO, "CA1", Say("One minute is left.", "en"), leg="both")

    assert vendor.asked == []
