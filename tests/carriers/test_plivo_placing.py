"""Plivo's REST API as we ask it."""

from collections.abc import Mapping

import pytest

from core.e164 import E164
from tests.carriers.webhooks import OWNER, PROXY, account
from voice.plan import Say
from voice.ports import CarrierAway

AT = "/v1/Account/MA1"
PLIVO = account("plivo", vendor_id="MA1")
KINDS = ("voice", "text", "ended", "fallback")
URLS = {kind: f"https://m.example/hooks/plivo/{kind}#rc=5&rp=ct,rt,5xx" for kind in KINDS}


def page(*entries: Mapping[str, object], more: bool = False) -> dict[str, object]:
    return {"meta": {"limit": 20, "next": f"{AT}/Number/?offset=20" if more else None}, "objects": list(entries)}


async def test_a_call_names_both_numbers_and_where_it_goes_on(placer, vendor):
    vendor.answers[("POST", f"{AT}/Call/")] = (201, {"message": "call fired", "request_uuid": "R1", "api_id": "A1"})

    made = await placer.call(
        PLIVO, to=E164(OWNER), show=E164(PROXY), answer_url="https://m.example/answer",
        ended_url="https://m.example/ended#rc=5", ring=25,
    )  # fmt: skip

    assert made == "R1"
    assert vendor.only().said == {
        "from": PROXY.removeprefix("+"),
        "to": OWNER.removeprefix("+"),
        "answer_url": "https://m.example/answer",
        "hangup_url": "https://m.example/ended#rc=5",
        "ring_timeout": 25,
    }


@pytest.mark.parametrize(("leg", "named"), [("caller", "aleg"), ("callee", "bleg"), ("both", "both")])
async def test_words_are_mixed_into_the_talk_of_a_leg(leg, named, placer, vendor):
    vendor.answers[("POST", f"{AT}/Call/C1/Speak/")] = (202, {"message": "speak started", "api_id": "A1"})

    await placer.speak(PLIVO, "C1", Say("One minute is left.", "hi"), leg=leg)

    assert vendor.only().said == {"text": "One minute is left.", "legs": named, "mix": True, "language": "hi-IN"}


@pytest.mark.parametrize("status_url", [None, "https://m.example/status#rc=5"])
async def test_a_text_leaves_neither_words_nor_number_in_plivos_logs(status_url, placer, vendor):
    vendor.answers[("POST", f"{AT}/Message/")] = (202, {"message": "message(s) queued", "message_uuid": ["M1"]})

    made = await placer.text(PLIVO, to=E164(OWNER), show=E164(PROXY), body="Lights & <doors> 🚗", status_url=status_url)

    told = {"url": "https://m.example/status"} if status_url else {}
    assert made == "M1"
    assert vendor.only().said == {
        "src": PROXY.removeprefix("+"),
        "dst": OWNER.removeprefix("+"),
        "text": "Lights & <doors> 🚗",
        "type": "sms",
        "log": "false",
        **told,
    }


@pytest.mark.parametrize("answer", [{"message_uuid": []}, {"message_uuid": None}, {"message_uuid": [7]}])
async def test_a_text_without_an_id_may_have_gone_out(answer, placer, vendor):
    vendor.answers[("POST", f"{AT}/Message/")] = (202, answer)

    with pytest.raises(CarrierAway) as away:
        await placer.text(PLIVO, to=E164(OWNER), show=E164(PROXY), body="Hello", status_url=None)

    assert away.value.facts == {"maybe_done": True}


@pytest.mark.parametrize("kind", ["call", "text"])
async def test_forgetting_never_hangs_up_a_call(kind, placer, vendor):
    """DELETE on a Plivo call hangs it up, and Plivo deletes no records."""
    await placer.forget(PLIVO, kind=kind, carrier_id="X1")

    assert vendor.asked == []


async def test_all_pages_of_numbers_are_read_and_each_application_once(placer, vendor):
    application = f"{AT}/Application/77/"
    first: list[Mapping[str, object]] = [{"number": f"120255501{n:02}", "application": application} for n in range(20)]
    rest: list[Mapping[str, object]] = [
        {"number": "12025550130", "application": None},
        {"number": "55555", "application": application},
    ]
    vendor.answers[("GET", f"{AT}/Number/")] = lambda asked: (
        (200, page(*first, more=True)) if asked.query["offset"] == "0" else (200, page(*rest))
    )
    vendor.answers[("GET", application)] = (
        200,
        {"app_id": "77", "answer_url": "https://m.example/v", "message_url": "https://m.example/t",
         "hangup_url": "https://m.example/e", "fallback_answer_url": ""},
    )  # fmt: skip

    numbers = await placer.numbers(PLIVO)

    assert [entry["number"] for entry in numbers] == [E164(f"+120255501{n:02}") for n in (*range(20), 30)]
    assert numbers[0] == {"number": E164("+12025550100"), "voice_url": "https://m.example/v",
                          "text_url": "https://m.example/t", "ended_url": "https://m.example/e",
                          "fallback_url": "", "sid": None, "voice": True, "texts": True}  # fmt: skip
    assert {numbers[20][name] for name in ("voice_url", "text_url", "ended_url", "fallback_url")} == {""}
    assert [asked.path for asked in vendor.asked] == [f"{AT}/Number/", f"{AT}/Number/", application]


SETTINGS = {
    "answer_url": URLS["voice"],
    "answer_method": "POST",
    "message_url": "https://m.example/hooks/plivo/text",
    "message_method": "POST",
    "hangup_url": URLS["ended"],
    "hangup_method": "POST",
    "fallback_answer_url": URLS["fallback"],
    "fallback_method": "POST",
    "log_incoming_messages": False,
}


async def test_the_first_number_makes_the_application(placer, vendor):
    other = {"app_id": "66", "app_name": "somebody-elses"}
    vendor.answers[("GET", f"{AT}/Application/")] = (200, page(other))
    vendor.answers[("POST", f"{AT}/Application/")] = (201, {"message": "created", "app_id": "77"})
    vendor.answers[("POST", f"{AT}/Number/12025550101/")] = (202, {"message": "changed"})

    await placer.point(PLIVO, E164(PROXY), URLS)

    assert vendor.asked[1].said == {"app_name": "maskline", **SETTINGS}
    assert vendor.asked[2].said == {"app_id": "77"}


async def test_the_next_number_brings_the_application_up_to_date(placer, vendor):
    ours = {"app_id": "77", "app_name": "maskline"}
    vendor.answers[("GET", f"{AT}/Application/")] = (200, page(ours))
    vendor.answers[("POST", f"{AT}/Application/77/")] = (202, {"message": "changed"})
    vendor.answers[("POST", f"{AT}/Number/12025550101/")] = (202, {"message": "changed"})

    await placer.point(PLIVO, E164(PROXY), URLS)

    assert vendor.asked[0].query["app_name"] == "maskline"
    assert vendor.asked[1].said == SETTINGS
    assert vendor.asked[2].said == {"app_id": "77"}


async def test_an_application_needs_an_answer_url_to_be_made(placer, vendor):
    vendor.answers[("GET", f"{AT}/Application/")] = (200, page())

    with pytest.raises(ValueError, match="voice"):
        await placer.point(PLIVO, E164(PROXY), {"ended": URLS["ended"]})

    assert [asked.method for asked in vendor.asked] == ["GET"]
