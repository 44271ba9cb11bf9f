"""
A crash of Postgres empties the table of short keys, and so the house no longer knows callers of before.

It is the one thing acknowledged that is lost (DESIGN section 4): the house says so, makes new keys by itself, and what
is agreed from then on holds.
"""

import pytest

from tests.chaos.crowd import Heard, Way
from tests.chaos.ground import Ground
from tests.town import ALICE, OWNER, SHARED

KEYS = "SELECT key_id FROM short_key"


async def crash(ground: Ground) -> None:
    """Postgres dies and comes back, while the service goes on."""
    before = await ground.town.rows(KEYS)
    await ground.kill("postgres")
    await ground.revive("postgres")
    await ground.comes_back(ground.runner.last)
    assert len(before) == 2
    assert await ground.town.rows(KEYS) == []


@pytest.fixture
async def rung(ground: Ground) -> tuple[Ground, Heard, Way]:
    """After a crash: the ground, a call that rang before it, and somebody who had scanned and not called yet."""
    first, second = await ground.ways(2)
    await ground.serve()
    heard = await ground.crowd.calls(first)
    assert heard.connected
    await crash(ground)
    return ground, heard, second


async def test_whoever_scanned_before_is_connected_and_whoever_called_before_must_scan_again(
    rung: tuple[Ground, Heard, Way],
):
    ground, before, scanned = rung

    first = await ground.crowd.calls(scanned)
    redial = await ground.crowd.calls(before.way)
    again = await ground.crowd.calls(scanned)

    assert first.connected
    assert redial.answer is not None
    assert "scan the sticker" in redial.answer.said
    assert again.connected
    assert len(await ground.town.rows(KEYS)) == 2


async def test_an_owner_who_calls_back_hears_that_it_cannot_be(rung: tuple[Ground, Heard, Way]):
    ground, _, _ = rung
    twilio, call = ground.town.twilio, ground.town.twilio.new_call()
    asked = await twilio.calls(OWNER, SHARED["twilio"], call)

    back = await twilio.step(asked.action, call, OWNER, Digits="")

    assert back.status == 200
    assert "Dial" not in back.verbs
    assert "The phone of the person who called you cannot be reached" in back.said


async def test_a_way_that_is_bound_after_the_crash_lasts(ground: Ground):
    """The caller was being asked for digits while Postgres crashed, so that the service still has the old keys."""
    code = await ground.town.sticker()
    way = [await ground.town.scan(code) for _ in range(3)][-1]
    assert way.extension is not None
    twilio, call = ground.town.twilio, ground.town.twilio.new_call()
    await ground.serve()
    asked = await twilio.calls(ALICE, SHARED["twilio"], call)
    await crash(ground)

    rung = await twilio.step(asked.action, call, ALICE, Digits=way.extension)
    redial_call = twilio.new_call()
    redial = await twilio.calls(ALICE, SHARED["twilio"], redial_call)
    stayed = await twilio.step(redial.action, redial_call, ALICE, Digits="")

    assert rung.texts("Dial/Number") == OWNER.value
    assert stayed.texts("Dial/Number") == OWNER.value
