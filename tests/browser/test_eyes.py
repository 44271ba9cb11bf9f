"""That the looks test would see what is wrong: a check that finds nothing anywhere proves nothing."""

from playwright.async_api import Browser

from tests.browser.eyes import faults, grown
from tests.browser.street import TOGETHER

pytestmark = TOGETHER

BAD = """<!doctype html><title>t</title>
<body style="background: #fff"><h1 id="h">One</h1><h1 id="h">Two</h1>
<p style="color: #888">grey</p><p style="color: rgb(0 0 0 / 40%)">see-through</p><p style="color: #767676">enough</p>
<p style="color: #888; font-size: 24px">large</p>
<div style="background: oklch(0.3 0.1 250)"><b style="color: #333">dark</b></div>
<button></button><a href="#"></a><a href="#" aria-label="named"></a><input>
<div style="width: 4000px">wide</div>"""


async def test_the_eyes_see_what_is_faint_nameless_and_too_wide(chrome: Browser):
    page = await chrome.new_page()
    await page.set_content(BAD)

    found = await faults(page)

    kinds = [fault.partition(":")[0] for fault in found]
    assert kinds == [
        "faint grey", "faint see-through", "faint dark", "2 h1", "no language or no title", "nameless - button",
        "nameless - link", "nameless - textbox", "twice the id h", "wider than the screen",
    ]  # fmt: skip


async def test_the_eyes_see_what_large_text_pushes_off_the_screen(chrome: Browser):
    page = await chrome.new_page(viewport={"width": 390, "height": 844})
    await page.set_content("<p style='font-size: 1.2rem; white-space: nowrap'>+1 202-555-0101 is our number")

    assert await faults(page) == ["0 h1", "no language or no title"]
    (found,) = await grown(page)
    assert found.startswith("wider by")
    assert await grown(page) == [found]
