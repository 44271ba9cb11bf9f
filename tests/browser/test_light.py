"""A slow phone on a slow net: the pages of a sticker are small and few."""

from playwright.async_api import expect

from tests.browser.street import LIGHTS, TOGETHER, Street

pytestmark = TOGETHER

MOST_BYTES, MOST_REQUESTS = 20 * 1024, 2
# What chromium's own tools call "slow 3G": 50 kB/s, and 400 ms to and fro.
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


async def test_a_sticker_opens_on_a_slow_phone_with_two_small_requests(street: Street):
    """Bytes are those on the wire, headers included, and nothing was kept from an earlier visit."""
    page = await street.person.new_page()
    await page.clock.install(time=0)
    await page.clock.pause_at(1_000)  # so that it does not look for news, however long loading takes
    wire = await street.person.new_cdp_session(page)
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    for command, how in (
        ("Network.enable", {}), ("Network.setCacheDisabled", {"cacheDisabled": True}),
        ("Network.emulateNetworkConditions", SLOW_3G), ("Emulation.setCPUThrottlingRate", {"rate": 4}),
    ):  # fmt: skip
        await wire.send(command, how)

    await page.goto(await street.parked(), wait_until="networkidle")
    await expect(page.get_by_role("button", name=LIGHTS["en"])).to_be_visible()
    fits(sizes)
    sizes.clear()
    await page.get_by_role("button", name=LIGHTS["en"]).click()
    await expect(page.get_by_role("link", name="Call now")).to_be_visible()
    await page.wait_for_load_state("networkidle")

    fits(sizes)


def fits(sizes: list[int]) -> None:
    """Not more requests, and not more bytes, than a slow phone bears."""
    assert 1 <= len(sizes) <= MOST_REQUESTS
    assert sum(sizes) < MOST_BYTES
