"""Signing in at /me/names in a browser: on a phone by day, on a laptop by night, in English and in Hindi."""

import re
from pathlib import Path

from playwright.async_api import expect

from maskline import worker
from tests.browser.eyes import look
from tests.browser.street import TOGETHER, Street
from tests.town import ALICE

pytestmark = TOGETHER


async def test_somebody_signs_in_agrees_and_leaves(street: Street, tmp_path: Path):
    page = await street.person.new_page()
    await page.goto(f"{street.town.base}/me/names")
    found = await look(page, "number", tmp_path)
    await page.get_by_label("Your mobile number").fill(ALICE.value)
    await page.get_by_role("button", name="Text me a code").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")
    found += await look(page, "code", tmp_path)
    await worker.drain(street.town.house)
    text = await street.desk.handset(ALICE.value).receives("code")
    await page.get_by_label("Code", exact=True).fill(re.findall(r"\d{6}", text.body)[0])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("+1 202-555-0152")
    await page.get_by_role("button", name="I agree").first.click()
    await expect(page.get_by_role("status")).to_contain_text("take it back")
    await page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
    found += await look(page, "mine", tmp_path)
    await page.goto(f"{street.town.base}/me/names?lang=hi")
    found += await look(page, "mine-hi", tmp_path)
    await page.goto(f"{street.town.base}/me/names")
    await page.get_by_role("button", name="Sign out here").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in with your number")

    assert found == []
