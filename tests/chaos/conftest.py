"""The ground that each test stands on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.ground import Ground, grounded
from tests.servers import OwnServers


@pytest.fixture
async def ground(own_servers: OwnServers, tmp_path: Path) -> AsyncIterator[Ground]:
    """Servers to kill, a furnished house on them, and nothing served yet."""
    async with grounded(own_servers, tmp_path) as ground:
        yield ground
