"""A new token root: what we signed and gave away before it is still read."""

import asyncio
from datetime import UTC, datetime, timedelta

from core.ids import new_id
from masking.stickers.tokens import Kind, Named
from maskline.settings import Settings
from maskline.wiring import House, open_house
from privacy.keys import KeyRing

LATER = datetime.now(UTC) + timedelta(days=1)
CALL, TENANT, SCAN = new_id(), new_id(), new_id()


def add_root(settings: Settings) -> None:
    KeyRing.load(settings.keys_file).with_new("token", LATER).save(settings.keys_file)


def signed(house: House) -> tuple[str, str]:
    """The token of a step's address, and of a visitor's page."""
    url = house.hooks._links.step("twilio", CALL, "key-1-1")
    return url.split("/")[-2], house.owners.tokens.make(Kind.SCAN, TENANT, SCAN)


def read(house: House, step: str, page: str) -> tuple[object, object]:
    """What those say."""
    return house.hooks._links.read(step, "key-1-1"), house.owners.tokens.read(page)


async def test_links_that_are_out_keep_working_after_a_new_token_root(
    database_url: str, redis_url: str, settings: Settings
):
    async with open_house(settings, database_url, redis_url) as house:
        step, page = signed(house)

    await asyncio.to_thread(add_root, settings)
    async with open_house(settings, database_url, redis_url) as house:
        new_step, new_page = signed(house)

        assert (new_step != step, new_page != page) == (True, True)
        assert read(house, new_step, new_page) == (CALL, Named(Kind.SCAN, TENANT, SCAN))
        assert read(house, step, page) == (CALL, Named(Kind.SCAN, TENANT, SCAN))
        assert house.hooks._links.read(step, "key-1-2") is None


def test_a_root_that_was_taken_out_signs_for_nothing_more(settings: Settings):
    ring = KeyRing.load(settings.keys_file).with_new("token", LATER)
    both, alone = ring.derive_each("token", "voice links"), ring.without("token", 1).derive_each("token", "voice links")

    assert both == (ring.derive("token", "voice links", 2), ring.derive("token", "voice links", 1))
    assert alone == both[:1]
