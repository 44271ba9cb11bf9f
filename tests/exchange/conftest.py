"""A desk with time moved by hand, and an application for it to call."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from exchange import Exchange, Handset
from tests.exchange.site import Site

PROXY = "+12025550123"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Every signature must have been genuine by the end of the test."""
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()
    assert not site.forged


@pytest.fixture
async def desk(site: Site) -> AsyncIterator[Exchange]:
    async with Exchange() as desk:
        site.tokens = {"twilio": desk.twilio.auth_token, "plivo": desk.plivo.auth_token}
        yield desk


@pytest.fixture
def twilio_number(desk: Exchange, site: Site) -> str:
    """A Twilio number whose webhooks go to /voice, /text, /status and /fallback."""
    return _number(desk, site, "twilio")


@pytest.fixture
def plivo_number(desk: Exchange, site: Site) -> str:
    """A Plivo number whose webhooks go to /voice, /text, /status and /fallback."""
    return _number(desk, site, "plivo")


def _number(desk: Exchange, site: Site, carrier: str) -> str:
    site.answers["/status"] = web.Response()
    desk.number(
        PROXY, carrier=carrier, voice_url=site.url("/voice"), text_url=site.url("/text"),
        status_url=site.url("/status"), fallback_url=site.url("/fallback"),
    )  # fmt: skip
    return PROXY


@pytest.fixture
def alice(desk: Exchange) -> Handset:
    return desk.handset("+12025550101", "Alice")


@pytest.fixture
def owner(desk: Exchange) -> Handset:
    return desk.handset("+12025550102", "Owner")


@pytest.fixture
def second(desk: Exchange) -> Handset:
    return desk.handset("+12025550103", "Second contact")
