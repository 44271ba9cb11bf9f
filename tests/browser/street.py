"""
A parked car, the desk exchange, and one person with a browser.

The service is the whole of it, as `maskline.app` puts it together for the demo. Time at the exchange is moved by hand,
so nothing here waits for a phone to ring out or a voice to finish.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from exchange import Exchange
from masking.stickers.effects import LATE_NEWS
from masking.stickers.values import PlateShown
from maskline import worker
from tests.town import OWNER, Town

TOGETHER = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
"""The marks of a file whose tests share one browser, and so one event loop."""
PATIENCE = 15_000
"""Milliseconds that anything may take to show, on a busy machine."""
expect.set_options(timeout=PATIENCE)

LIGHTS = {"en": "Its lights are on", "hi": "गाड़ी की लाइट जली रह गई है"}


@dataclass(frozen=True, slots=True)
class Phone:
    """One handset on the exchange's page, by what a person sees and presses there."""

    root: Locator

    def part(self, name: str) -> Locator:
        """A part by its own name, as `exchange/static/index.html` has it."""
        return self.root.locator(f'[data-part="{name}"]')

    @property
    def captions(self) -> Locator:
        """What it was let hear, oldest first."""
        return self.root.locator(".caption")

    async def becomes(self, state: str) -> None:
        """Waits for idle, dialling, ringing or talking."""
        await expect(self.root).to_have_attribute("data-state", state)

    async def shows(self, number: str) -> None:
        """Waits until the other side's number on the screen is this one."""
        await expect(self.part("peer")).to_have_text(grouped(number))

    async def hears(self, words: str) -> Locator:
        """Waits for words in a caption; the newest that has them."""
        caption = self.captions.filter(has_text=words).last
        await expect(caption).to_be_visible()
        return caption

    async def presses(self, keys: str) -> None:
        """Presses keys of the pad, with the mouse."""
        for key in keys:
            await self.root.locator(f'.key[data-key="{key}"]').click()

    async def reads(self, words: str) -> Locator:
        """Opens the texts and waits for one that has these words."""
        await expect(self.part("unread")).to_be_visible()
        await self.part("textsTab").click()
        text = self.root.locator(".text-body", has_text=words).last
        await expect(text).to_be_visible()
        return text


@dataclass(frozen=True, slots=True)
class Street:
    """town: the house behind the pages. desk: the exchange. person: their windows, one cookie jar."""

    town: Town
    desk: Exchange
    token: str
    person: BrowserContext

    async def handsets(self) -> Page:
        """The exchange's page, opened by the address that was printed."""
        page = await self.person.new_page()
        await page.goto(f"{self.desk.url}/?token={self.token}")
        await live(page)
        return page

    async def parked(self, carrier: str = "twilio") -> str:
        """The address of a sticker's page whose owner agreed."""
        code = await self.town.sticker(OWNER, carrier=carrier, plate="AB12 CDE", plate_shown=PlateShown.PARTLY)
        return f"{self.town.base}/q/{code}"

    async def scanned(self, sticker: str, language: str = "en") -> Page:
        """A window on a sticker's page, where "lights on" was chosen."""
        page = await self.person.new_page()
        await page.goto(sticker)
        await page.get_by_role("button", name=LIGHTS[language]).click()
        await page.wait_for_url(f"{sticker}/*")
        return page

    async def called(self, way: Page) -> tuple[Phone, Phone]:
        """Presses Call; the exchange opens. The stranger's handset and the owner's, in the window that opened."""
        async with self.person.expect_page() as opened:
            await way.locator('a[target="exchange"]').click()
        exchange = await opened.value
        await live(exchange)
        return phones(exchange)

    async def comes_back(self, page: Page) -> None:
        """The person looks at a window again, whose page then asks for news at once."""
        await page.bring_to_front()
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    async def works(self) -> None:
        """The worker does what is due: texts go out."""
        self.town.clock.advance(LATE_NEWS)
        await worker.drain(self.town.house)


def phones(exchange: Page) -> tuple[Phone, Phone]:
    """The stranger's handset and the owner's."""
    return phone(exchange, "Stranger"), phone(exchange, "Owner")


def phone(exchange: Page, label: str) -> Phone:
    """The handset with this label."""
    return Phone(exchange.locator(".phone", has=exchange.get_by_role("heading", name=label, exact=True)))


async def live(exchange: Page) -> None:
    """Waits until the exchange's page follows what happens."""
    await expect(exchange.locator('#link[data-link="live"]')).to_be_visible()


def grouped(number: str) -> str:
    """One of the town's numbers as the exchange's page writes it."""
    if number.startswith("+1"):
        return f"+1 {number[2:5]} {number[5:8]} {number[8:]}"
    return f"{number[:3]} {number[3:7]} {number[7:10]} {number[10:]}"


@asynccontextmanager
async def person(chromium: Browser, **how: object) -> AsyncIterator[BrowserContext]:
    """
    Somebody with a browser of their own.

    On leaving: none of their windows complained on its console, and none asked anybody but this machine for anything.
    """
    complaints: list[str] = []
    asked: set[str | None] = set()
    context = await chromium.new_context(**{"locale": "en", **how})  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    context.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    context.on("weberror", lambda failed: complaints.append(str(failed.error)))
    context.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
    yield context
    await context.close()
    assert complaints == []
    assert asked <= {"127.0.0.1", None}  # None: pictures that stand in the page itself
