"""Somebody who has just cloned Maskline: the demo, started as they start it, and a browser."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from maskline import demo as fiction
from tests.browser.eyes import faults
from tests.browser.street import TOGETHER, grouped, live, person, phone

pytestmark = TOGETHER

HOME = Path(__file__).resolve().parents[2]
VEHICLES = {"twilio": ("Blue van", fiction.OWNER_US), "plivo": ("Grey estate", fiction.OWNER_GB)}


@dataclass(frozen=True, slots=True)
class Demo:
    """What runs, and the addresses that it printed."""

    process: Process
    pages: dict[str, Any]

    async def tells(self) -> dict[str, Any]:
        """The next line that it prints."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        assert line, f"the demo ended (status {await self.process.wait()})"
        said: dict[str, Any] = json.loads(line)
        return said


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    """`./run`, with its rows in a folder of the test's own and on any free ports."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MASKLINE_")}
    ports = dict.fromkeys(("MASKLINE_HTTP_PORT", "MASKLINE_OPS_PORT", "MASKLINE_EXCHANGE_PORT"), "0")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "maskline", "demo", "--json", cwd=HOME, stdout=PIPE,
        env={**clean, **ports, "MASKLINE_DATA_DIR": str(tmp_path / "data")},
    )  # fmt: skip
    try:
        yield Demo(process, await Demo(process, {}).tells())
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def test_a_newcomer_calls_an_owner_on_either_carrier(chrome: Browser, demo: Demo):
    async with person(chrome, viewport={"width": 1280, "height": 800}) as newcomer:
        desk = await opened(newcomer, demo.pages["exchange_page"])
        await expect(desk.locator(".chip")).to_have_count(8)
        await expect(desk.locator(".chip-name", has_text="+")).to_have_count(0)  # their own numbers are no names
        page = await opened(newcomer, demo.pages["demo"])
        for carrier, (vehicle, handset) in VEHICLES.items():
            sticker = await leads(page, page.get_by_role("link", name=vehicle))
            await sticker.get_by_role("button", name="Its lights are on").click()
            exchange = await leads(sticker, sticker.get_by_role("link", name="Call now"))
            await live(exchange)
            stranger, owner = phone(exchange, fiction.STRANGER.label), phone(exchange, handset.label)
            await owner.becomes("ringing")
            for part in (owner.part("answer"), stranger.part("hangup")):
                await expect(part).to_be_in_viewport(ratio=1)
            await owner.shows(fiction.NUMBERS[carrier][0][0].value)
            await owner.part("answer").click()
            await owner.hears("They say that its lights are on.")
            await owner.presses("1")
            for each in (stranger, owner):
                await each.hears("The two phones are connected.")
            await expect(owner.root).not_to_contain_text(grouped(fiction.STRANGER.number.value))
            await stranger.part("hangup").click()
            await owner.hears("The call is over")

            call = (await demo.tells())["call"]
            assert call["outcome"] == "talked"
            assert not any(each.number.digits in json.dumps(call) for each in fiction.HANDSETS)
        await expect(page.get_by_role("cell", name="talked")).to_have_count(2)
        await expect(page.get_by_role("link", name=vehicle)).to_be_focused()  # the news came under nobody's hands
        await expect(page.get_by_role("navigation")).to_have_count(0)  # it speaks English alone
        assert await faults(page) == []
    demo.process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(demo.process.wait(), 60) == 0


async def opened(newcomer: BrowserContext, address: str) -> Page:
    """A window on one of the printed addresses."""
    page = await newcomer.new_page()
    await page.goto(address)
    return page


async def leads(page: Page, link: Locator) -> Page:
    """The window that a link opens."""
    async with page.context.expect_page() as there:
        await link.click()
    return await there.value
