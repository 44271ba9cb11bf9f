"""The pages of a town, served to browsers: for tests that ask over HTTP, and for those that look with a browser."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp

from maskline.app import Extra, make_app, make_web
from maskline.listening import bind
from maskline.service import site
from sql.statements import statements
from tests.markup import Markup
from tests.town import ALICE, POOL, Town


@asynccontextmanager
async def served(
    town: Town, *, public_url: str | None = None, dial_link: Callable[[str], str] | None = None
) -> AsyncIterator[str]:
    """
    Serves a town's pages as the service does; gives the address they are served at.

    public_url: where they think they are served, if not there. dial_link: the demo's, whose pages then say so.
    """
    listener = bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        house = replace(town.house, public_url=public_url or base)
        shell = await asyncio.to_thread(make_web, house.settings, house.public_url)
        extra = Extra(routes=lambda _house, _shell: [], dial_link=dial_link) if dial_link else None
        async with site(make_app(house, shell, extra), listener):
            yield base
    finally:
        listener.close()


@dataclass
class Browser:
    """A visitor's browser: keeps cookies, sends forms as browsers do. Answers are (status, page)."""

    base: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> tuple[int, Markup]:
        async with self.session.get(self.base + path, headers=headers) as answer:
            return answer.status, Markup(await answer.text())

    async def send(self, path: str, **fields: str) -> tuple[int, Markup]:
        """Posts a form and follows to where it leads."""
        async with self.session.post(self.base + path, data=fields) as answer:
            return answer.status, Markup(await answer.text())

    async def path_after(self, path: str, **fields: str) -> str:
        """Posts a form; where it leads."""
        async with self.session.post(self.base + path, data=fields, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            return answer.headers["Location"]


@asynccontextmanager
async def browsing(base: str, **headers: str) -> AsyncIterator[Browser]:
    """A browser that has been nowhere yet."""
    said = {"Accept": "text/html", "Accept-Language": "en", "Origin": base, **headers}
    async with aiohttp.ClientSession(headers=said, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Browser(base, session)


async def choose(browser: Browser, code: str, reason: str = "lights") -> str:
    """Chooses a reason; the path of the page it leads to."""
    return await browser.path_after(f"/q/{code}", reason=reason)


def dial_links(page: Markup) -> list[str]:
    """What the page's call buttons dial; 112 aside."""
    return [link["href"] for link in page.all("a") if link["href"].startswith("tel:") and link["href"] != "tel:112"]


async def everything(town: Town) -> dict[str, object]:
    """What the database holds, table by table."""
    tables = await town.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    held = {}
    for name in (row["tablename"] for row in tables):
        (row,) = await town.rows(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t")
        held[str(name)] = row["md5"]
    return held


async def statement(town: Town, name: str, scan: object, **more: object) -> None:
    """Runs one of the room's statements on a scan, as the rooms that belong to it do."""
    async with town.house.database.work() as conn:
        await getattr(statements("stickers"), name)(conn, tenant=town.tenant, scan=scan, t=town.clock.now(), **more)


async def missed(town: Town) -> object:
    """Alice calls the one number given out; nobody picks up. Returns the scan."""
    (scan,) = await town.rows("SELECT scan_id FROM scan")
    (way,) = await town.rows("SELECT n.e164 FROM claim k JOIN proxy_number n USING (number_id)")
    number = next(number for number in POOL["twilio"] if number.value == way["e164"])
    await town.twilio.calls(ALICE, number)
    await statement(town, "set_missed", scan["scan_id"])
    return scan["scan_id"]
