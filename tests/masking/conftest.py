"""What the tests of pages share."""

from collections.abc import AsyncIterator

import pytest

from tests.masking.served import Browser, browsing, served
from tests.town import Town


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    """A visitor's browser, at a town's pages."""
    async with served(town) as base, browsing(base) as visitor:
        yield visitor
