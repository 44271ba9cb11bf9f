"""A stranger at a parked car and the owner of it, both with nothing but a browser."""

from playwright.async_api import expect

from tests.browser.street import TOGETHER, Phone, Street, grouped
from tests.town import ALICE, OWNER, POOL, SHARED

pytestmark = TOGETHER


async def test_a_scan_rings_the_owner_who_hears_why_and_talks(street: Street, carrier: str):
    await street.handsets()
    way = await street.scanned(await street.parked(carrier))
    await expect(way.get_by_role("heading", level=1)).to_have_text("Call the owner")

    stranger, owner = await street.called(way)
    await owner.becomes("ringing")
    await owner.shows(SHARED[carrier].value)
    await expect(owner.part("maskText")).to_contain_text("Proxy number")
    assert await stranger.part("peer").inner_text() in [grouped(number.value) for number in POOL[carrier]]
    await owner.part("answer").click()
    await owner.hears("They say that its lights are on.")
    await owner.presses("1")
    await joined(stranger, owner)
    await expect(owner.root).not_to_contain_text(grouped(ALICE.value))
    await stranger.part("hangup").click()
    for phone in (stranger, owner):
        await phone.becomes("idle")
        await phone.hears("The call is over after")

    await street.comes_back(way)
    await expect(way.get_by_role("heading", level=1)).to_have_text("Did you get through?")
    assert street.desk.leaks == []
    await recorded(street, "talked")


async def test_a_third_scan_dials_its_digits_by_itself(street: Street, carrier: str):
    """Two scans hold the open ways to a sticker; whoever comes next shares a number and is told apart by six digits."""
    await street.handsets()
    sticker = await street.parked(carrier)
    for _ in range(2):
        await street.town.scan(sticker.rpartition("/")[2])
    way = await street.scanned(sticker)
    digits = (await way.locator("dt", has_text="Your digits").locator("+ dd").inner_text()).replace(" ", "")
    assert digits.isdigit()
    assert len(digits) == 6

    stranger, owner = await street.called(way)
    await owner.becomes("ringing")
    await expect(stranger.part("sent")).to_have_text(f"Keys sent: {digits}")
    await owner.part("answer").click()
    await owner.presses("1")
    await joined(stranger, owner)
    await owner.part("hangup").click()

    await stranger.becomes("idle")
    assert street.desk.leaks == []


async def joined(*phones: Phone) -> None:
    """Both are on the line, and hear each other."""
    for phone in phones:
        await phone.hears("The two phones are connected.")
        await phone.becomes("talking")
        await expect(phone.captions.last).to_be_in_viewport(ratio=0.9)


async def recorded(street: Street, outcome: str) -> None:
    """The one call on record ended so, and its row tells nothing about anybody."""
    await street.desk.settles()
    record = await street.town.call()
    assert record["outcome"] == outcome
    told = " ".join(str(value) for value in record.values())
    assert [number.value for number in (ALICE, OWNER) if number.value in told] == []
