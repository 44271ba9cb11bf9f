"""Texts to India come from a registered header and name their template; texts elsewhere do not."""

import phonenumbers
import pytest
from aiohttp import ClientSession

from carriers.dlt import Dlt
from carriers.placing import CarrierPlacer
from core.e164 import E164
from tests.carriers.webhooks import OWNER, PROXY, account

DLT = Dlt("1101000000000000001", "MSKLNE", {"missed-hi": "1107000000000000002"})
ANSWERS = {"plivo": (202, {"message_uuid": ["M1"]}), "twilio": (201, {"sid": "SM1"})}
PATHS = {"plivo": "/v1/Account/V1/Message/", "twilio": "/2010-04-01/Accounts/V1/Messages.json"}


def indian() -> E164:
    """A number that phonenumbers takes for a mobile one of India's."""
    example = phonenumbers.example_number_for_type("IN", phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    return E164(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request) -> str:
    return str(request.param)


async def sent(carrier: str, vendor, url: str, to: E164, template: str | None) -> dict[str, object]:
    vendor.answers[("POST", PATHS[carrier])] = ANSWERS[carrier]
    async with ClientSession(trust_env=False) as session:
        placer = CarrierPlacer(session, twilio_url=url, plivo_url=url, dlt=DLT)
        await placer.text(
            account(carrier, vendor_id="V1"), to=to, show=E164(PROXY), body="Hello", status_url=None, template=template
        )
    said: dict[str, object] = vendor.only().said
    return said


async def test_a_text_to_india_comes_from_the_registered_header(carrier, vendor, vendor_url):
    said = await sent(carrier, vendor, vendor_url, indian(), "missed-hi")

    assert said["src" if carrier == "plivo" else "From"] == "MSKLNE"


async def test_a_text_elsewhere_comes_from_our_number(carrier, vendor, vendor_url):
    said = await sent(carrier, vendor, vendor_url, E164(OWNER), "missed-hi")

    assert str(said["src" if carrier == "plivo" else "From"]).lstrip("+") == E164(PROXY).digits
    assert not any(name.startswith("dlt") for name in said)


async def test_plivo_is_told_the_entity_and_the_template_where_one_is_registered(vendor, vendor_url):
    said = await sent("plivo", vendor, vendor_url, indian(), "missed-hi")

    assert (said["dlt_entity_id"], said["dlt_template_id"]) == ("1101000000000000001", "1107000000000000002")


async def test_a_template_that_is_not_registered_is_not_made_up(vendor, vendor_url):
    said = await sent("plivo", vendor, vendor_url, indian(), "missed-en")

    assert "dlt_template_id" not in said
