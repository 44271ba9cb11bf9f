"""The pages of names in a real browser: hiding a number without an account, and a person's own names."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.eyes import look
from tests.browser.test_keyboard import tab_to
from tests.browser.test_pages import LEAST_TARGET, TARGETS, TOO_WIDE, opened
from tests.callerid.owners.conftest import Names
from tests.callerid.owners.proving import code_of, token_of, wrong_code
from tests.masking.served import served
from tests.town import ALICE, Town

pytestmark = pytest.mark.browser

HOUR = timedelta(hours=1)


@pytest.fixture
async def base(town: Town) -> AsyncIterator[str]:
    async with served(town) as address:
        yield address


@pytest.fixture
def crowd(town: Town) -> Names:
    return Names(town.house.database, town.house.naming.owners.marks, town.clock)


async def signed_in(town: Town, base: str, page: Page) -> None:
    """ALICE's browser holds the cookie that signing in gives."""
    await page.context.add_cookies([{"name": "names", "value": await token_of(town, ALICE), "url": base}])


async def called(town: Town, crowd: Names) -> None:
    """People call ALICE several names, she has looked, and a tick has passed."""
    await crowd.crowd(ALICE, {"Alice Cheap": 9, "Alice Stone": 30, "ஆலிஸ் ஸ்டோன்": 6}, spam=0.7)
    people = town.house.people
    here = await people.members.here(await token_of(town, ALICE))
    await town.house.naming.owners.mine(here.person.person_id)
    town.clock.advance(HOUR)
    await town.house.naming.renewal.renew()


@asynccontextmanager
async def mistaken(chromium: Browser, base: str, path: str) -> AsyncIterator[Page]:
    """As `opened`, for somebody who makes mistakes: the console notes that a page said so, and no more."""
    context = await chromium.new_context(locale="en", java_script_enabled=False)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    await page.goto(base + path)
    yield page
    await context.close()
    assert [each for each in complaints if not re.search(r"status of (409|422)", each)] == []
    assert complaints


async def entered(page: Page) -> str:
    """The id of the code that the page asks for, once it does."""
    await page.wait_for_url("**/code/*")
    return urlsplit(page.url).path.rpartition("/")[2]


async def test_a_number_is_hidden_without_a_script_or_an_account(
    town: Town, chromium: Browser, base: str, crowd: Names
):
    await crowd.crowd(ALICE, {"Alice Cheap": 9})
    async with opened(chromium, base, "/names", java_script_enabled=False) as page:
        await page.get_by_label("Your mobile number").fill("+1 202 555 0152")
        await page.get_by_role("button", name="Text me a code").click()
        await page.get_by_label("Code").fill(code_of(town, await entered(page)))
        await page.get_by_role("button", name="Hide my number").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Your number is hidden")
        assert await crowd.shown(ALICE) == (None, "unknown")
        assert urlsplit(page.url).path == "/names/done"


async def test_it_is_done_with_keys_alone(town: Town, chromium: Browser, base: str, crowd: Names):
    async with opened(chromium, base, "/names/show") as page:
        await tab_to(page, page.get_by_label("Your mobile number"))
        await page.keyboard.type("+12025550152")
        await page.keyboard.press("Enter")
        await tab_to(page, page.get_by_label("Code"))
        await page.keyboard.type(code_of(town, await entered(page)))
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("heading", level=1)).to_have_text("Your number may be shown again")


async def test_what_is_wrong_is_said_beside_the_field(town: Town, chromium: Browser, base: str):
    async with mistaken(chromium, base, "/names") as page:
        number = page.get_by_label("Your mobile number")
        await number.fill("+1 555")
        await page.get_by_role("button", name="Text me a code").click()
        await expect(page.get_by_role("alert")).to_contain_text("not a phone number")
        await expect(number).to_have_attribute("aria-invalid", "true")

        await number.fill("+12025550152")
        await page.get_by_role("button", name="Text me a code").click()
        await page.get_by_label("Code").fill(wrong_code(town, await entered(page)))
        await page.get_by_role("button", name="Hide my number").click()
        await expect(page.get_by_role("alert")).to_contain_text("You can try 4 times more")


async def test_whoever_is_not_signed_in_is_led_to_where_they_can(chromium: Browser, base: str):
    async with opened(chromium, base, "/me/names/mine") as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in with your number")


async def test_a_person_names_strikes_and_hides(town: Town, chromium: Browser, base: str, crowd: Names):
    await called(town, crowd)
    async with opened(chromium, base, "/", java_script_enabled=False) as page:
        await signed_in(town, base, page)
        await page.goto(f"{base}/me/names/mine")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Alice Cheap")

        strike = page.get_by_role("button", name="Strike it out")
        await expect(strike.first).to_be_hidden()
        await page.locator("summary", has_text="Alice Cheap").click()
        await page.locator("details[open]").get_by_role("button", name="Strike it out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("No name is shown for your number")
        await expect(page.get_by_text("Whoever you call may see")).to_have_count(0)
        await expect(page.locator(".card", has_text="Alice Cheap")).to_contain_text("struck out")

        await page.get_by_label("The name you want shown").fill("Alice Stone")
        await page.get_by_role("button", name="Show this name").click()
        await expect(page.get_by_role("status")).to_have_text("Done.")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Alice Stone")
        await page.get_by_role("button", name="I agree: say my name").click()
        await expect(page.get_by_role("button", name="Do not say my name")).to_be_visible()

        await page.locator("summary", has_text="Hide my number").click()
        await page.get_by_role("button", name="Hide my number").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Your number is hidden")
        await expect(page.get_by_text("Whoever you call may see")).to_have_count(0)
        await expect(page.get_by_role("button", name="Show this name")).to_have_count(0)
        await expect(page.locator("button.main")).to_have_text("Show my number's name again")
    assert await crowd.shown(ALICE) == (None, "unknown")


async def test_a_refused_name_is_said_beside_its_field(town: Town, chromium: Browser, base: str):
    async with mistaken(chromium, base, "/") as page:
        await signed_in(town, base, page)
        await page.goto(f"{base}/me/names/mine")
        await page.get_by_label("The name you want shown").fill("Royal Bank")
        await page.get_by_role("button", name="Show this name").click()

        await expect(page.get_by_role("alert")).to_contain_text("belongs to a bank")
        await expect(page.get_by_label("The name you want shown")).to_have_value("Royal Bank")
        await page.locator("summary", has_text="Be shown as a business").click()
        await page.get_by_label("Name of the business").fill("Stone & Sons")
        await page.get_by_label("What it does").select_option("craft")
        await page.get_by_label("Where we can check it").fill("http://plain.example.org")
        await page.get_by_role("button", name="Ask us to check it").click()
        await expect(page.get_by_role("alert")).to_contain_text("begins with https://")
        await expect(page.get_by_label("Where we can check it")).to_be_focused()
        await expect(page.get_by_label("Name of the business")).to_have_value("Stone & Sons")
        await expect(page.get_by_label("What it does")).to_have_value("craft")
        await page.get_by_label("Where we can check it").fill("https://stone.example.org")
        await page.get_by_role("button", name="Ask us to check it").click()
        await expect(page.get_by_text("We are checking it.")).to_be_visible()


async def test_every_page_can_be_read_on_a_phone_by_day_and_a_laptop_at_night(
    town: Town, chromium: Browser, base: str, crowd: Names, tmp_path: Path
):  # fmt: skip
    await called(town, crowd)
    found = []
    async with opened(chromium, base, "/names") as page:
        for language in ("en", "hi"):
            for name, path in (("names", "/names"), ("show", "/names/show"), ("done", "/names/done")):
                await page.goto(f"{base}{path}?lang={language}")
                found += await look(page, f"{name}-{language}", tmp_path)
        await page.goto(f"{base}/names")
        await page.get_by_label("Your mobile number").fill("+12025550152")
        await page.get_by_role("button", name="Text me a code").click()
        found += await look(page, "code", tmp_path)
        await signed_in(town, base, page)
        for language in ("en", "hi"):
            await town.rows("UPDATE named_number SET disconnected_week = 300, owned_week = NULL")  # by a carrier's list
            await page.goto(f"{base}/me/names?lang={language}")
            await expect(page.get_by_role("alert")).to_be_visible()
            await town.rows("UPDATE named_number SET disconnected_week = NULL, owned_week = 300")
            found += await look(page, f"account-{language}", tmp_path)
            await page.goto(f"{base}/me/names/mine?lang={language}")
            found += await look(page, f"mine-{language}", tmp_path)
            await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found += await look(page, f"mine-{language}-open", tmp_path)

    assert found == []


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_every_page_fits_the_screen_and_the_thumb(
    town: Town, chromium: Browser, base: str, crowd: Names, width: int
):  # fmt: skip
    await called(town, crowd)
    async with opened(chromium, base, "/names", viewport={"width": width, "height": 700}) as page:
        await signed_in(town, base, page)
        for language in ("en", "hi"):
            for path in ("/names", "/names/show", "/names/done", "/me/names/mine", "/me/names"):
                await page.goto(f"{base}{path}?lang={language}")
                await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

                assert not await page.evaluate(TOO_WIDE), path
                small = [name for name, size in await page.evaluate(TARGETS) if size < LEAST_TARGET]
                assert small == [], path
