"""Each page and each state of the handsets, on a phone by day and on a laptop by night."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.eyes import look
from tests.browser.street import TOGETHER, Street, phone

pytestmark = TOGETHER


async def test_strangers_and_owners_can_read_every_page(street: Street, tmp_path: Path):
    exchange = await street.handsets()
    page = await street.person.new_page()
    found = []
    sticker = await street.parked()
    code = sticker.rpartition("/")[2]
    for name, path in (
        ("landing", "/"), ("api", "/api"), ("scan", f"/q/{code}"), ("misuse", f"/q/{code}/misuse"),
    ):  # fmt: skip
        await page.goto(street.town.base + path)
        found += await look(page, name, tmp_path)
    await page.goto(f"{sticker}?lang=hi")
    found += await look(page, "scan-hi", tmp_path)
    way = await street.scanned(sticker)
    found += await look(way, "way", tmp_path)
    found += await look(await missed(street, exchange, way), "owner", tmp_path)
    await street.comes_back(way)
    await expect(way.get_by_role("heading", level=1)).to_have_text("The owner answers")
    found += await look(way, "reply", tmp_path)

    assert found == []


async def test_the_handsets_can_be_read_in_every_state(street: Street, tmp_path: Path):
    await street.handsets()
    stranger, owner = await street.called(await street.scanned(await street.parked()))
    exchange = owner.root.page
    await owner.becomes("ringing")
    found = await look(exchange, "ringing", tmp_path)
    await owner.part("answer").click()
    await owner.hears("They say that its lights are on.")
    await owner.presses("1")
    await stranger.hears("The two phones are connected.")
    found += await look(exchange, "talking", tmp_path)
    await owner.part("hangup").click()
    await stranger.becomes("idle")
    await owner.part("textsTab").click()
    await exchange.locator("#faults summary").click()
    await exchange.locator("details.entry > summary").first.click()
    found += await look(exchange, "idle", tmp_path)

    assert found == []


async def test_on_a_phone_the_handset_that_rings_comes_into_sight(street: Street):
    await street.handsets()
    way = await street.scanned(await street.parked())
    for page in street.person.pages:
        await page.set_viewport_size({"width": 390, "height": 844})
    exchange = street.person.pages[0]

    await exchange.goto(f"{street.desk.url}/#dial={await dialled(way)}")
    owner = phone(exchange, "Owner")
    await owner.becomes("ringing")

    await expect(owner.part("answer")).to_be_in_viewport(ratio=1)


async def dialled(way: Page) -> str:
    """What the page's "Call now" dials."""
    link = await way.get_by_role("link", name="Call now").get_attribute("href")
    assert link
    return link.partition("#dial=")[2]


async def missed(street: Street, exchange: Page, way: Page) -> Page:
    """Nobody picks up, and the owner opens the page of the notice and answers there."""
    stranger, owner = await street.called(way)
    await owner.becomes("ringing")
    await street.desk.passes(30)
    await stranger.becomes("idle")
    await street.works()
    text = await owner.reads("Missed call")
    notice = await street.person.new_page()
    await notice.goto(await text.get_by_role("link").inner_text())
    await notice.get_by_role("button", name="I am coming in 5 minutes.").click()
    return notice
