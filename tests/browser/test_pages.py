"""The scan page and the owner's page in a real browser: with and without scripts, on any screen, read by anyone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from core.route import Reason
from masking.stickers.tokens import Kind
from masking.stickers.values import PlateShown, Way
from tests.masking.served import missed, served, statement
from tests.town import ALICE, POOL, Town

pytestmark = pytest.mark.browser

LEAST_TARGET = 48
"""CSS pixels of anything to press (WCAG 2.2 asks for 24, and for 44 at level AAA)."""
# Everything that can be pressed, with its size; links inside a sentence are as tall as the sentence.
TARGETS = """() => [...document.querySelectorAll('a, button, input, summary')]
    .filter(one => one.type !== 'hidden' && one.checkVisibility())
    .map(one => [one.textContent.trim() || one.name, Math.min(one.offsetWidth, one.offsetHeight)])"""
TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth"""


@asynccontextmanager
async def opened(chromium: Browser, base: str, path: str, **how: object) -> AsyncIterator[Page]:
    """A page in a window of its own; anything its console complains about fails the test."""
    context = await chromium.new_context(locale="en", **how)  # type: ignore[arg-type]
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(base + path)
    yield page
    await context.close()
    assert complaints == []


async def test_a_stranger_needs_no_script(town: Town, chromium: Browser):
    """Chromium's own Origin and Sec-Fetch-Site pass our check, and its policy lets our style through."""
    code = await town.sticker(plate="AB12 CDE", plate_shown=PlateShown.FULL)
    async with served(town) as base, opened(chromium, base, f"/q/{code}", java_script_enabled=False) as page:
        await expect(page.get_by_text("AB12 CDE")).to_be_visible()
        await page.get_by_role("button", name="Its lights are on").click()

        call = page.get_by_role("link", name="Call now")
        assert await call.get_attribute("href") in [f"tel:{number.value}" for number in POOL["twilio"]]
        box = await call.bounding_box()
        assert box is not None
        assert box["height"] >= 60
        await page.get_by_role("button", name="The lights of your vehicle are on.").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Your message is on its way")
        await page.get_by_role("link", name="हिन्दी").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("आपका मैसेज भेजा जा रहा है")


async def test_the_page_tells_the_news_by_itself(town: Town, chromium: Browser):
    """What came of the call shows, and is said aloud, while the page lies open; the time left counts down."""
    code = await town.sticker()
    way = await town.scan(code)
    async with served(town) as base, opened(chromium, base, "/") as page:
        await page.clock.install(time=0)
        await page.clock.pause_at(1_000)  # it runs only where it is told to: loading may take more than a second
        await page.goto(f"{base}/q/{code}/{way.token}")
        left = page.locator("[data-left]")
        await expect(left).to_have_text("2:00")
        await page.clock.run_for(1_000)
        await expect(left).to_have_text("1:59")
        await page.get_by_role("link", name="Call now").focus()

        scan = await missed(town)
        await page.clock.run_for(6_000)

        headline = page.get_by_role("heading", level=1)
        await expect(headline).to_have_text("The owner has been told")
        await expect(headline).to_be_focused()
        await expect(page.get_by_role("status")).to_contain_text("The owner has been told")
        await statement(town, "set_reply", scan, reply="five")
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(page.get_by_role("status")).to_contain_text("I am coming in 5 minutes.")
        assert await page.title() == "The owner answers · Maskline"


async def test_in_the_demo_the_call_opens_the_exchange_with_what_to_dial(town: Town, chromium: Browser):
    code = await town.sticker()
    for _ in range(2):
        await town.scan(code)
    way = await town.scan(code)
    assert way.number is not None
    desk = served(town, dial_link=lambda dial: f"http://127.0.0.1:8090/#dial={dial}")
    async with desk as base, opened(chromium, base, f"/q/{code}/{way.token}") as page:
        await page.context.route("http://127.0.0.1:8090/", lambda route: route.fulfill(body="handsets"))
        async with page.context.expect_page() as exchange:
            await page.get_by_role("link", name="Call now").click()

        assert (await exchange.value).url == f"http://127.0.0.1:8090/#dial={way.number.value},,{way.extension}"


async def test_an_owner_pauses_and_blocks_with_one_more_tap_than_reading(town: Town, chromium: Browser):
    """Nothing that is hard to undo happens by one slip of a thumb."""
    code = await town.sticker()
    link = await notice(town, await town.scan(code))
    async with served(town) as base, opened(chromium, base, link, java_script_enabled=False) as page:
        pause = page.get_by_role("button", name="Pause calls")
        await expect(pause).to_be_hidden()
        await page.get_by_text("Pause calls").first.click()
        await pause.click()
        await expect(page.get_by_role("status")).to_have_text("Calls are paused.")

        await page.locator("summary", has_text="Block this caller").click()
        await page.get_by_role("button", name="Block this caller").click()
        await expect(page.get_by_role("status")).to_have_text("This caller is blocked.")


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_every_page_fits_the_screen_and_the_thumb(town: Town, chromium: Browser, width: int):
    code = await town.sticker(plate="AB12 CDE", plate_shown=PlateShown.FULL)
    for _ in range(2):
        await town.scan(code, Reason.ACCIDENT)
    way = await town.scan(code, Reason.ACCIDENT)
    link = await notice(town, await town.scan(await town.sticker()))
    paths = ("/", f"/q/{code}", f"/q/{code}/{way.token}", f"/q/{code}/misuse", link)
    screen = {"viewport": {"width": width, "height": 700}}
    async with served(town) as base, opened(chromium, base, "/", **screen) as page:
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            for language in ("en", "hi"):
                for path in paths:
                    await page.goto(f"{base}{path}?lang={language}")

                    assert not await page.evaluate(TOO_WIDE), path
                    small = [name for name, size in await page.evaluate(TARGETS) if size < LEAST_TARGET]
                    assert small == [], path


async def notice(town: Town, way: Way) -> str:
    """The path of the owner's page about a call that nobody took."""
    assert way.number is not None
    await town.twilio.calls(ALICE, way.number)
    call = await town.call()
    return f"/me/n/{town.house.scans.tokens.make(Kind.CALL, town.tenant, call['call_id'])}"  # type: ignore[arg-type]
