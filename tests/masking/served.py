"""The pages of a town, served to browsers: for tests that ask over HTTP, and for those that look with a browser."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

import masking.stickers
from masking.stickers.http import ScanPages, tel_link
from masking.stickers.http_owner import OwnerPages
from masking.stickers.misuse import Reports
from maskline.service import bind, site
from maskline.settings import Network
from maskline.web import Web
from tests.town import Town

ROOM = Path(masking.stickers.__file__).parent


async def application(
    town: Town, public_url: str, *, dial_link: Callable[[str], str] = tel_link, demo: bool = False,
    trusted: tuple[Network, ...] = (),
) -> web.Application:  # fmt: skip
    """The pages of a town's house, as the service has them."""
    house = town.house
    shell = await asyncio.to_thread(Web, public_url, {"stickers": ROOM}, trusted)
    reports = Reports(house.database, town.clock, house.limiter, house.short_keys)
    secure = public_url.startswith("https://")
    scans = ScanPages(house.scans, reports, shell, town.clock, secure=secure, dial_link=dial_link, demo=demo)
    app = shell.application()
    app.add_routes([*scans.routes(), *OwnerPages(house.owners, shell, town.clock).routes()])
    return app


@asynccontextmanager
async def served(
    town: Town, *, public_url: str | None = None, dial_link: Callable[[str], str] = tel_link, demo: bool = False,
    trusted: tuple[Network, ...] = (),
) -> AsyncIterator[str]:  # fmt: skip
    """
    Serves a town's pages; gives the address they are served at.

    public_url: where they think they are served, if not there.
    """
    listener = bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        app = await application(town, public_url or base, dial_link=dial_link, demo=demo, trusted=trusted)
        async with site(app, listener):
            yield base
    finally:
        listener.close()
