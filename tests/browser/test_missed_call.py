"""Nobody picks up: the owner is told by text, and answers or blocks from the page behind its link."""

from playwright.async_api import Page, expect

from tests.browser.street import TOGETHER, Phone, Street, grouped
from tests.town import OWNER, SHARED

pytestmark = TOGETHER


async def test_an_owner_who_missed_a_call_answers_on_the_strangers_page(street: Street, carrier: str):
    await street.handsets()
    way = await street.scanned(await street.parked(carrier))
    stranger, owner = await street.called(way)
    await owner.becomes("ringing")

    await street.desk.passes(30)
    await stranger.hears("did not pick up")
    await stranger.becomes("idle")
    await street.works()
    await street.comes_back(way)
    await expect(way.get_by_role("heading", level=1)).to_have_text("The owner has been told")
    notice = await noticed(street, owner, SHARED[carrier].value)
    await notice.get_by_role("button", name="I am coming in 5 minutes.").click()
    await expect(notice.get_by_role("status")).to_have_text("Your answer is on their page now.")

    await street.comes_back(way)
    await expect(way.get_by_role("heading", level=1)).to_have_text("The owner answers")
    await expect(way.get_by_role("blockquote")).to_have_text("I am coming in 5 minutes.")


async def test_a_caller_whom_the_owner_blocks_never_rings_again(street: Street):
    await street.handsets()
    sticker = await street.parked()
    stranger, owner = await street.called(await street.scanned(sticker))
    await owner.becomes("ringing")
    await owner.part("decline").click()
    await stranger.becomes("idle")
    await street.desk.settles()
    await street.works()

    notice = await noticed(street, owner, SHARED["twilio"].value)
    await notice.locator("summary", has_text="Block this caller").click()
    await notice.get_by_role("button", name="Block this caller").click()
    await expect(notice.get_by_role("status")).to_have_text("This caller is blocked.")
    await street.called(await street.scanned(sticker))
    await stranger.hears("cannot take calls")

    await stranger.becomes("idle")
    assert street.desk.account().count(f"{OWNER.value} is rung") == 1


async def noticed(street: Street, owner: Phone, sender: str) -> Page:
    """The page behind the link in the text that the owner got from our number, opened from the handset."""
    text = await owner.reads("Missed call about Blue van")
    await expect(owner.root.locator(".text-meta").last).to_contain_text(grouped(sender))
    async with street.person.expect_page() as opened:
        await text.get_by_role("link").click()
    page = await opened.value
    await expect(page.get_by_role("heading", level=1)).to_have_text("Call about your vehicle")
    return page
