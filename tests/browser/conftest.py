"""
Debian's chromium, driven through playwright.

chromium    a browser that has been nowhere yet, of the test's own
chrome      one for all tests that run in the session's event loop (`street.TOGETHER`): starting one takes two seconds
street      the whole service and the desk exchange, both carriers, and somebody with a window of `chrome`
carrier     twilio, plivo
"""

import asyncio
import contextlib
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from core.clock import SetClock
from exchange import Exchange, PlivoAccount, TwilioAccount
from maskline.app import Extra, make_app, make_web
from maskline.listening import bind
from maskline.service import site
from maskline.settings import Settings
from maskline.wiring import open_house
from tests.browser.street import Street, person
from tests.town import ALICE, OWNER, POOL, SHARED, TOKENS, VENDOR_IDS, Carrier, Town, furnish

_QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@asynccontextmanager
async def _launched() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with _launched() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chrome() -> AsyncIterator[Browser]:
    async with _launched() as browser:
        yield browser


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def street(
    chrome: Browser, database_url: str, redis_url: str, settings: Settings, clock: SetClock
) -> AsyncIterator[Street]:
    token, listener = secrets.token_urlsafe(24), bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    twilio = TwilioAccount(VENDOR_IDS["twilio"], TOKENS["twilio"])
    plivo = PlivoAccount(VENDOR_IDS["plivo"], TOKENS["plivo"])
    shell = await asyncio.to_thread(make_web, settings, base)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(listener.close)
        desk = await stack.enter_async_context(Exchange(twilio=twilio, plivo=plivo, ui_token=token))
        there = settings.model_copy(update={"twilio_api_url": desk.url, "plivo_api_url": desk.url})
        house = await stack.enter_async_context(
            open_house(there, database_url, redis_url, public_url=base, clock=clock)
        )
        extra = Extra(routes=lambda *_: [], dial_link=lambda dial: f"{desk.url}/#dial={dial}")
        await stack.enter_async_context(site(make_app(house, shell, extra), listener))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        tenant = await furnish(house, clock)
        connect(desk, base)
        town = Town(house, clock, tenant, base, Carrier("twilio", session, base), Carrier("plivo", session, base))
        yield Street(town, desk, token, await stack.enter_async_context(person(chrome)))


def connect(desk: Exchange, base: str) -> None:
    """Points the town's numbers at the service, and puts two handsets on the desk."""
    for carrier in ("twilio", "plivo"):
        hooks = f"{base}/hooks/{carrier}"
        for number in (SHARED[carrier], *POOL[carrier]):
            desk.number(
                number.value, carrier=carrier, voice_url=f"{hooks}/voice", text_url=f"{hooks}/text#rc=5&rp=ct,rt,5xx",
                status_url=f"{hooks}/ended", fallback_url=f"{hooks}/fallback",
            )  # fmt: skip
    desk.handset(ALICE.value, "Stranger")
    desk.handset(OWNER.value, "Owner")
