"""What holds for asking either carrier: once, as ourselves, and without a word about numbers when it fails."""

import asyncio
import traceback

import aiohttp
import pytest

from carriers.placing import CarrierPlacer
from core.e164 import E164
from tests.carriers.vendor import Vendor
from tests.carriers.webhooks import OWNER, PROXY, account
from voice.ports import CarrierAway, CarrierRefused, Placer

CREATE_CALL = {"twilio": "/2010-04-01/Accounts/AC1/Calls.json", "plivo": "/v1/Account/AC1/Call/"}
CREATE_TEXT = {"twilio": "/2010-04-01/Accounts/AC1/Messages.json", "plivo": "/v1/Account/AC1/Message/"}
MADE = {"twilio": {"sid": "X1"}, "plivo": {"request_uuid": "X1", "message_uuid": ["X1"]}}
REPEATS_THE_NUMBER = {"code": 21211, "message": f"{OWNER} is not valid", "error": f"{OWNER} is not valid"}
BOTH = pytest.mark.parametrize("carrier", ["twilio", "plivo"])


async def call(placer: Placer, carrier: str) -> str:
    return await placer.call(
        account(carrier), to=E164(OWNER), show=E164(PROXY), answer_url="https://m.example/a",
        ended_url="https://m.example/e", ring=25,
    )  # fmt: skip


async def text(placer: Placer, carrier: str) -> str:
    return await placer.text(account(carrier), to=E164(OWNER), show=E164(PROXY), body="Hello", status_url=None)


@BOTH
async def test_the_carrier_is_asked_once_with_the_accounts_first_token(carrier, placer, vendor):
    vendor.answers[("POST", CREATE_CALL[carrier])] = (201, MADE[carrier])
    rotating = account(carrier, "the new token", "the old token")

    made = await placer.call(
        rotating, to=E164(OWNER), show=E164(PROXY), answer_url="https://m.example/a", ended_url="https://m.example/e",
        ring=25,
    )  # fmt: skip

    assert made == "X1"
    assert vendor.only().user == "AC1:the new token"


@BOTH
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_carrier_in_trouble_is_asked_once_and_may_have_done_it(carrier, status, placer, vendor):
    """plivo's own client would post this call three times."""
    vendor.answers[("POST", CREATE_CALL[carrier])] = (status, "upstream error")

    with pytest.raises(CarrierAway) as away:
        await call(placer, carrier)

    assert away.value.facts == {"maybe_done": True}
    assert len(vendor.asked) == 1


@BOTH
async def test_a_carrier_that_has_too_much_to_do_has_done_nothing(carrier, placer, vendor):
    vendor.answers[("POST", CREATE_TEXT[carrier])] = (429, {"code": 20429})

    with pytest.raises(CarrierAway) as away:
        await text(placer, carrier)

    assert away.value.facts == {"maybe_done": False}


@BOTH
async def test_a_carrier_that_cannot_be_reached_has_done_nothing(carrier, session, unused_tcp_port):
    nowhere = f"http://127.0.0.1:{unused_tcp_port}"

    with pytest.raises(CarrierAway) as away:
        await call(CarrierPlacer(session, twilio_url=nowhere, plivo_url=nowhere), carrier)

    assert away.value.facts == {"maybe_done": False}


@BOTH
async def test_a_carrier_that_hangs_up_on_the_request_may_have_done_it(carrier, placer, vendor):
    vendor.drops = True

    with pytest.raises(CarrierAway) as away:
        await call(placer, carrier)

    assert away.value.facts == {"maybe_done": True}
    assert len(vendor.asked) == 1


async def test_a_carrier_that_takes_the_request_and_says_nothing_may_have_done_it(session, aiohttp_server):
    silent = Vendor(hangs=asyncio.Event())
    url = str((await aiohttp_server(silent.app(), host="127.0.0.1")).make_url("/"))

    with pytest.raises(CarrierAway) as away:
        await call(CarrierPlacer(session, twilio_url=url, seconds=1), "twilio")
    assert silent.hangs is not None
    silent.hangs.set()

    assert away.value.facts == {"maybe_done": True}
    assert len(silent.asked) == 1


@BOTH
@pytest.mark.parametrize("answer", ["<html>", "[]", "{}"])
async def test_an_answer_that_names_nothing_may_hide_a_call(carrier, answer, placer, vendor):
    vendor.answers[("POST", CREATE_CALL[carrier])] = (200, answer)

    with pytest.raises(CarrierAway) as away:
        await call(placer, carrier)

    assert away.value.facts == {"maybe_done": True}


@BOTH
async def test_a_redirect_is_not_followed(carrier, placer, vendor):
    """It could carry a person's number to another host."""
    vendor.answers[("POST", CREATE_CALL[carrier])] = (307, "/elsewhere")

    with pytest.raises(CarrierRefused) as refused:
        await call(placer, carrier)

    assert refused.value.facts == {"code": "307"}
    assert len(vendor.asked) == 1


@BOTH
@pytest.mark.parametrize("place", [call, text])
async def test_no_number_stands_in_a_refusal_or_in_an_address(carrier, place, placer, vendor):
    vendor.answers |= {("POST", path[carrier]): (400, REPEATS_THE_NUMBER) for path in (CREATE_CALL, CREATE_TEXT)}

    with pytest.raises(CarrierRefused) as refused:
        await place(placer, carrier)

    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value.document())
    address = vendor.only().path + repr(vendor.only().query)
    assert OWNER.removeprefix("+") not in told
    assert OWNER.removeprefix("+") not in address


async def test_twilios_code_comes_with_what_to_do(placer, vendor):
    vendor.answers[("POST", CREATE_TEXT["twilio"])] = (400, {"code": 21610, "message": f"{OWNER} said STOP"})

    with pytest.raises(CarrierRefused) as refused:
        await text(placer, "twilio")

    assert refused.value.facts == {"code": "21610"}
    assert refused.value.detail == "The recipient has opted out with STOP."


async def test_plivo_has_no_codes_so_the_status_is_one(placer, vendor):
    vendor.answers[("POST", CREATE_TEXT["plivo"])] = (401, "Could not verify your access level for that URL.")

    with pytest.raises(CarrierRefused) as refused:
        await text(placer, "plivo")

    assert refused.value.facts == {"code": "401"}
    assert refused.value.detail == "The carrier does not know this account or its token."


async def test_a_session_that_trusts_the_environment_is_refused():
    async with aiohttp.ClientSession(trust_env=True) as trusting:
        with pytest.raises(ValueError, match="trust_env"):
            CarrierPlacer(trusting)


async def test_a_proxy_named_in_the_environment_is_not_asked(placer, vendor, monkeypatch, unused_tcp_port):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_tcp_port}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_tcp_port}")
    vendor.answers[("POST", CREATE_CALL["twilio"])] = (201, MADE["twilio"])

    assert await call(placer, "twilio") == "X1"


async def test_the_placer_is_what_the_worker_asks_for(placer):
    asks: Placer = placer

    with pytest.raises(KeyError):
        await asks.numbers(account("a carrier we do not speak with"))
