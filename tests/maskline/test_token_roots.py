"""A new token root: what we signed and gave away before it is still read."""

import asyncio
from datetime import timedelta

import pytest

from core.clock import SetClock
from core.e164 import Caller
from core.ids import new_id
from masking.stickers.tokens import Kind, Named
from maskline.settings import Settings
from maskline.wiring import House, open_house
from privacy.keys import KeyRing
from tests.town import ALICE, NOON, SHARED, furnish
from voice.events import CarrierAccount, TextIn
from voice.plan import Plan
from voice.ports import SignatureRejected

LATER = NOON + timedelta(days=1)
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


async def an_account(house: House) -> CarrierAccount:
    """An account with numbers on Plivo, in a tenant of its own."""
    await furnish(house, SetClock(house.clock.now()))
    return house.accounts.of("plivo")[0]


async def arrives(house: House, account: CarrierAccount, name: str, nonce: str | None, body: str = "Hello?") -> Plan:
    """Alice's text comes in."""
    return await house.hooks._texts.arrive(
        account, TextIn(carrier_text=name, sender=Caller(ALICE), recipient=SHARED["plivo"], body=body, nonce=nonce)
    )


async def test_links_that_are_out_keep_working_after_a_new_token_root(
    database_url: str, redis_url: str, settings: Settings, clock: SetClock
):
    async with open_house(settings, database_url, redis_url, clock=clock) as house:
        step, page = signed(house)

    await asyncio.to_thread(add_root, settings)
    async with open_house(settings, database_url, redis_url, clock=clock) as house:
        new_step, new_page = signed(house)

        assert (new_step != step, new_page != page) == (True, True)
        assert read(house, new_step, new_page) == (CALL, Named(Kind.SCAN, TENANT, SCAN))
        assert read(house, step, page) == (CALL, Named(Kind.SCAN, TENANT, SCAN))
        assert house.hooks._links.read(step, "key-1-2") is None


async def test_a_text_that_was_taken_before_a_new_token_root_is_not_taken_again(
    database_url: str, redis_url: str, settings: Settings, clock: SetClock
):
    async with open_house(settings, database_url, redis_url, clock=clock) as house:
        account = await an_account(house)
        first = await arrives(house, account, "SM1", "nonce")

    await asyncio.to_thread(add_root, settings)
    async with open_house(settings, database_url, redis_url, clock=clock) as house:
        assert len(first) == 1
        assert await arrives(house, account, "SM1", "nonce") == first  # a repeat
        assert await arrives(house, account, "SM2", None) == ()  # one reply a day
        with pytest.raises(SignatureRejected):
            await arrives(house, account, "SM3", "nonce")


async def test_a_repeated_stop_does_not_undo_a_start_across_a_new_token_root(
    database_url: str, redis_url: str, settings: Settings, clock: SetClock
):
    async with open_house(settings, database_url, redis_url, clock=clock) as house:
        account = await an_account(house)
        await arrives(house, account, "SM1", None, "STOP")
        await arrives(house, account, "SM2", None, "START")

    await asyncio.to_thread(add_root, settings)
    async with open_house(settings, database_url, redis_url, clock=clock) as house:
        await arrives(house, account, "SM1", None, "STOP")
        async with house.database.work() as conn:
            assert await conn.fetch("SELECT 1 FROM opt_out") == []


def test_a_root_that_was_taken_out_signs_for_nothing_more(settings: Settings):
    ring = KeyRing.load(settings.keys_file).with_new("token", LATER)
    both, alone = ring.derive_each("token", "voice links"), ring.without("token", 1).derive_each("token", "voice links")

    assert both == (ring.derive("token", "voice links", 2), ring.derive("token", "voice links", 1))
    assert alone == both[:1]
