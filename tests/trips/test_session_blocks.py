"""Whoever is called may block who calls, by a key, where the service lets them; the customer can undo it."""

from typing import Any

import pytest

from core.e164 import E164
from core.ids import new_id
from masking.sessions.given import Made
from masking.sessions.values import Service
from masking.stickers.blocks import Blocks as OwnersBlocks
from tests.masking.texting import text
from tests.town import ALICE, BOB, Town
from tests.trips.talks import accepts, line, service, session

REFUSED = "They cannot take calls just now."


async def asked(town: Town, alice, bob, carrier: str, number: str) -> None:
    """Alice calls, and Bob blocks her as his carrier lets him."""
    call = await alice.dials(number)
    if carrier == "twilio":
        await bob.answers()
        await bob.hears("9 to block")
        await bob.presses("9")
        await bob.hears("blocked")
    else:
        await accepts(bob)
        await call.bridged()
        await bob.presses("99")
        await bob.hangs_up()
    await call.ended()


async def blocking(town: Town, carrier: str, **given: Any) -> tuple[Service, Made, str]:
    where = await service(town, carrier, blocks=True, **given)
    made = await session(town, where)
    return where, made, await line(town, made)


async def hears_when_calling(handset, number: str) -> str:
    before = len(handset.heard)
    call = await handset.dials(number)
    await call.ended()
    return " ".join(handset.heard[before:])


async def test_who_is_blocked_reaches_them_neither_by_call_nor_by_text(town: Town, connected, alice, bob, carrier):
    _, _, number = await blocking(town, carrier)
    await asked(town, alice, bob, carrier, number)
    await connected.settles()

    refused = await hears_when_calling(alice, number)
    said = await text(
        town.twilio if carrier == "twilio" else town.plivo, ALICE, E164(number), "Hello?", "SM" + "7" * 32
    )

    assert REFUSED in refused
    assert "blocked" not in refused
    assert "not passed on" in said.text
    assert await town.rows("SELECT 1 FROM message") == []
    outcomes = [row["outcome"] for row in await town.rows("SELECT outcome FROM call ORDER BY outcome")]
    assert outcomes == ["blocked", "refused"], "the call that blocked, and the one after it"
    assert connected.leaks == []


async def test_whoever_blocked_can_call_still(town: Town, connected, alice, bob, carrier):
    _, _, number = await blocking(town, carrier)
    await asked(town, alice, bob, carrier, number)
    await connected.settles()

    back = await bob.dials(number)
    await accepts(alice)
    await back.bridged()


async def test_it_holds_in_every_session_of_the_two_until_it_is_undone(town: Town, connected, alice, bob, carrier):
    where, _, number = await blocking(town, carrier)
    await asked(town, alice, bob, carrier, number)
    await connected.settles()
    later = await session(town, where)
    a, b = sorted(later.participants, key=lambda each: each.side)
    place = (town.tenant, where.service_id, later.session.session_id)
    blocks = town.house.rooms.blocks

    refused = await hears_when_calling(alice, await line(town, later))
    shown = await blocks.of(*place, b.participant_id)
    await blocks.undo(*place, b.participant_id, a.participant_id)
    call = await alice.dials(await line(town, later))
    await bob.rings()
    await alice.hangs_up()
    await call.ended()

    assert REFUSED in refused
    assert [each.participant for each in shown] == [a.participant_id]
    assert await blocks.of(*place, a.participant_id) == []
    assert await blocks.of(*place, b.participant_id) == []


async def test_what_an_owner_decided_at_a_sticker_no_customer_sees_or_undoes(
    town: Town, connected, alice, bob, carrier
):
    where, made, number = await blocking(town, carrier)
    await asked(town, alice, bob, carrier, number)
    await connected.settles()
    a, b = sorted(made.participants, key=lambda each: each.side)
    place = (town.tenant, where.service_id, made.session.session_id, b.participant_id)
    assert b.number is not None

    owners = OwnersBlocks(town.clock, town.house.numbers, town.house.short_keys)
    async with town.house.database.transaction() as conn:
        await owners.put(conn, town.tenant, b.number.row, ALICE, new_id())
    await town.house.rooms.blocks.undo(*place, a.participant_id)

    assert await town.house.rooms.blocks.of(*place) == []
    assert REFUSED in await hears_when_calling(alice, number)


@pytest.mark.parametrize("given", [{"blocks": False}, {"blocks": True, "screens": False}])
async def test_nobody_blocks_where_the_service_does_not_ask_or_does_not_screen(
    town: Town, connected, alice, bob, carrier, given
):
    made = await session(town, await service(town, carrier, **given))
    call = await alice.dials(await line(town, made))
    await bob.answers()
    if given.get("screens", True):
        await bob.hears("press 1")
        await bob.presses("9" if carrier == "twilio" else "1")
        await bob.presses("1")
    await call.bridged()
    await bob.presses("99")
    await bob.hangs_up()
    await call.ended()

    assert "block" not in " ".join(bob.heard)
    assert await town.rows("SELECT 1 FROM session_block") == []
    assert BOB.value not in " ".join(alice.heard)
