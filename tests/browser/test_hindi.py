"""An owner and a stranger who both speak Hindi, from the first agreement to the talk."""

from playwright.async_api import expect

from tests.browser.street import TOGETHER, Street, phones
from tests.town import COUNTRY, OWNER

pytestmark = TOGETHER


async def test_an_owner_agrees_and_is_rung_in_hindi(street: Street, carrier: str):
    exchange = await street.handsets()
    stranger, owner = phones(exchange)
    desk = street.town.house.desk
    (code,) = await desk.issue(street.town.tenant, 1, COUNTRY[carrier], "hi")
    await desk.ask(code, OWNER, language="hi")
    await street.works()
    await owner.becomes("ringing")
    await owner.part("answer").click()
    asked = await owner.hears("इस गाड़ी की कॉल पाने के लिए 1 दबाइए।")
    assert await asked.get_attribute("lang") == "hi-IN"
    await owner.presses("1")
    await owner.becomes("idle")
    await street.desk.settles()

    page = await street.person.new_page()
    await page.goto(f"{street.town.base}/q/{code}")
    await page.get_by_role("link", name="हिन्दी").click()
    await page.get_by_role("button", name="गाड़ी की लाइट जली रह गई है").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("मालिक को कॉल कीजिए")
    await expect(page.locator("html")).to_have_attribute("lang", "hi")
    stranger, owner = await street.called(page)
    await owner.becomes("ringing")
    await owner.part("answer").click()
    await owner.hears("उनका कहना है कि गाड़ी की लाइट जली रह गई है।")
    await owner.presses("1")

    for phone in (stranger, owner):
        await phone.becomes("talking")
        await phone.hears("The two phones are connected.")
