"""
What every test has: real servers on request, no blocking of the event loop by our code, no browser where none is.

And no luck: what Hypothesis draws is the same in each run. To look for more: --hypothesis-profile=search.
"""

import shutil
from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import settings

from tests.patience import be_patient

pytest_plugins = ["tests.servers", "tests.town", "tests.maskline.terminal"]

_ROOMS = (
    *("core", "sql", "privacy", "voice", "ivr", "carriers", "masking", "callerid", "admin", "maskline", "exchange"),
)
# What runs before anything is served, or is there to be killed.
_MAY_BLOCK = ("sql.migrate", "maskline.embedded")

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=1500, deadline=None)
settings.load_profile("same")
be_patient()


@pytest.fixture(scope="session", autouse=True)
def _nothing_blocks_the_loop() -> Iterator[None]:
    """A blocking call (a file, a sleep, a socket) that our code makes inside a running event loop raises."""
    with blockbuster_ctx(list(_ROOMS), excluded_modules=list(_MAY_BLOCK)):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the browser's tests out where Debian's chromium is missing; `./run test` says so."""
    if shutil.which("chromium"):
        return
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="chromium is missing (Debian: apt-get install chromium)"))
