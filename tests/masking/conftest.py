"""What the tests of pages, and those of the Proxy API, share."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from tests.masking.served import Browser, browsing, served
from tests.town import Town

if TYPE_CHECKING:
    from tests.masking.sdk import Sdk


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    """A visitor's browser, at a town's pages."""
    async with served(town) as base, browsing(base) as visitor:
        yield visitor


@pytest.fixture
async def sdk(town: Town) -> "AsyncIterator[Sdk]":
    """Twilio's own SDK at a town's Proxy API."""
    from tests.masking.sdk import sdk_at  # twilio takes long to import, and most tests do not need it

    async with sdk_at(town) as opened:
        yield opened
