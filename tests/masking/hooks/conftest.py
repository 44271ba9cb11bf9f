"""A customer's server, and a town that may post to it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from masking.sessions.values import Url
from maskline.settings import Settings
from tests.customer import Customer, open_customer


@pytest.fixture
async def customer() -> AsyncIterator[Customer]:
    async with open_customer() as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path, keys_file: Path, customer: Customer) -> Settings:
    """As the town's own, but that hooks may lead to this one customer."""
    told: dict[str, Any] = {"_env_file": None, "data_dir": tmp_path, "keys": keys_file, "http_port": 0}
    return Settings(**told, courier_exceptions=(customer.place,))


@pytest.fixture
def hooks(customer: Customer) -> dict[Url, str]:
    """A service's addresses, all of them at the customer's."""
    return {
        Url.INTERCEPT: f"{customer.base}/veto?a=b",
        Url.OUTSIDE: f"{customer.base}/outside",
        Url.EVENTS: f"{customer.base}/events",
    }
