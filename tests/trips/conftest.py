"""The whole house, and the desk exchange as both its carriers. Nobody here knows the other's code."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from exchange import Exchange, Handset, PlivoAccount, TwilioAccount
from maskline.settings import Settings
from tests.town import ALICE, BOB, POOL, SESSION, SHARED, TOKENS, VENDOR_IDS, Town
from tests.trips.talks import CAROL


@pytest.fixture
async def desk() -> AsyncIterator[Exchange]:
    """An exchange whose two accounts are the town's; its time is moved by hand."""
    twilio = TwilioAccount(VENDOR_IDS["twilio"], TOKENS["twilio"])
    plivo = PlivoAccount(VENDOR_IDS["plivo"], TOKENS["plivo"])
    async with Exchange(twilio=twilio, plivo=plivo) as desk:
        yield desk


@pytest.fixture
def settings(tmp_path: Path, keys_file: Path, desk: Exchange) -> Settings:
    return Settings(  # type: ignore[call-arg]
        _env_file=None, data_dir=tmp_path, keys=keys_file, http_port=0, twilio_api_url=desk.url, plivo_api_url=desk.url
    )


@pytest.fixture
def connected(town: Town, desk: Exchange) -> Exchange:
    """The exchange with all of the town's numbers pointing at it."""
    for carrier in ("twilio", "plivo"):
        for number in (SHARED[carrier], *POOL[carrier], *SESSION[carrier]):
            hooks = f"{town.base}/hooks/{carrier}"
            desk.number(
                number.value, carrier=carrier, voice_url=f"{hooks}/voice", text_url=f"{hooks}/text#rc=5&rp=ct,rt,5xx",
                status_url=f"{hooks}/ended", fallback_url=f"{hooks}/fallback",
            )  # fmt: skip
    return desk


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def alice(connected: Exchange) -> Handset:
    return connected.handset(ALICE.value, "Alice")


@pytest.fixture
def bob(connected: Exchange) -> Handset:
    return connected.handset(BOB.value, "Bob")


@pytest.fixture
def carol(connected: Exchange) -> Handset:
    return connected.handset(CAROL.value, "Carol")
