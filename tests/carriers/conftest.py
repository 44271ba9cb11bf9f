"""A stand-in for both carriers' REST APIs, and a placer that asks it."""

import aiohttp
import pytest

from carriers.placing import CarrierPlacer
from tests.carriers.vendor import Vendor


@pytest.fixture
def vendor():
    return Vendor()


@pytest.fixture
async def session():
    async with aiohttp.ClientSession(trust_env=False) as session:
        yield session


@pytest.fixture
async def placer(vendor, session, aiohttp_server):
    server = await aiohttp_server(vendor.app(), host="127.0.0.1")
    url = str(server.make_url("/"))
    return CarrierPlacer(session, twilio_url=url, plivo_url=url)


@pytest.fixture
async def vendor_url(vendor, aiohttp_server):
    """Where the vendor listens, for a placer of the test's own."""
    server = await aiohttp_server(vendor.app(), host="127.0.0.1")
    return str(server.make_url("/"))
