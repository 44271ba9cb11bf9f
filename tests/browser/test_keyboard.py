"""Everything can be done without a pointer, and where one is always shows."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.street import TOGETHER, Street, phones

pytestmark = TOGETHER

# What holds the focus, and whether an outline of two pixels at least shows it.
FOCUS = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return [one.outerHTML.slice(0, 100), outlined];
}"""
MOST_STOPS = 80


async def test_a_call_is_made_and_taken_with_keys_alone(street: Street):
    await street.handsets()
    page = await street.person.new_page()
    await page.goto(await street.parked())
    await tab_to(page, page.get_by_role("button", name="Its lights are on"))
    await page.keyboard.press("Enter")
    await tab_to(page, page.get_by_role("link", name="Call now"))
    async with street.person.expect_page() as there:
        await page.keyboard.press("Enter")
    exchange = await there.value

    stranger, owner = phones(exchange)
    await owner.becomes("ringing")
    await expect(stranger.root).to_be_focused()
    await tab_to(exchange, owner.root)
    await exchange.keyboard.press("Enter")
    await owner.hears("They say that its lights are on.")
    await exchange.keyboard.press("1")
    await stranger.hears("The two phones are connected.")
    await exchange.keyboard.press("Escape")

    for each in (stranger, owner):
        await each.becomes("idle")
    await expect(owner.root).to_be_focused()


async def test_a_number_is_typed_and_a_text_is_read_with_keys_alone(street: Street):
    exchange = await street.handsets()
    way = await street.scanned(await street.parked())
    number = await way.locator("dt", has_text="Our number").locator("+ dd").inner_text()
    stranger, owner = phones(exchange)
    await exchange.bring_to_front()
    await tab_to(exchange, stranger.root)
    await exchange.keyboard.type(number.replace(" ", "").replace("-", ""))
    await exchange.keyboard.press("Enter")
    await owner.becomes("ringing")
    await street.desk.passes(30)
    await stranger.becomes("idle")
    await street.works()

    await expect(owner.part("unread")).to_be_visible()
    await tab_to(exchange, owner.part("padTab"))
    await exchange.keyboard.press("ArrowRight")
    await tab_to(exchange, owner.root.get_by_role("link"))
    async with street.person.expect_page() as there:
        await exchange.keyboard.press("Enter")
    notice = await there.value
    await tab_to(notice, notice.get_by_role("button", name="I am coming in 5 minutes."))
    await notice.keyboard.press("Enter")

    await expect(notice.get_by_role("status")).to_have_text("Your answer is on their page now.")


async def tab_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until it has the focus. Every stop on the way shows that it has it."""
    await expect(wanted).to_be_visible()
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        stop, shows = await page.evaluate(FOCUS)
        assert shows or stop.startswith("<body"), f"nothing shows where the focus is: {stop}"
        if await wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"{wanted} cannot be reached with Tab")
