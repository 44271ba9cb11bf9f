"""A sticker changes hands: nothing of the old owner's opens, rings or is told to the new one."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.e164 import E164
from core.route import Reason
from masking.stickers.errors import LinkExpired, WrongState
from masking.stickers.tokens import Kind
from masking.stickers.values import StickerState
from tests.town import ALICE, BOB, OWNER, SECOND, SHARED, Town


async def rung(town: Town, code: str, reason: Reason = Reason.LIGHTS, caller: E164 = ALICE):
    way = await town.scan(code, reason)
    assert way.number is not None
    call = town.twilio.new_call()
    return way.number, call, await town.twilio.calls(caller, way.number, call)


async def transfer(town: Town, code: str, to: E164 = BOB) -> None:
    """A new owner is asked, and agrees a minute later."""
    await town.house.desk.ask(code, to)
    town.clock.advance(timedelta(minutes=1))
    await town.agree(code, to)


async def link(town: Town, kind: Kind, code: str, place: int = 1) -> str:
    """The link that somebody got when they agreed."""
    sticker = await town.house.desk.find(code)
    (contact,) = await town.rows(
        "SELECT phone_id FROM sticker_contact WHERE sticker_id = $1 AND place = $2", sticker.sticker_id, place
    )
    return town.house.owners.tokens.make(kind, town.tenant, sticker.sticker_id, UUID(str(contact["phone_id"])))


async def test_the_old_owners_ways_end_at_once(town: Town):
    code = await town.sticker()
    number, _, _ = await rung(town, code)

    await town.house.desk.ask(code, BOB)

    assert await town.rows("SELECT 1 FROM claim") == []
    assert "Dial" not in (await town.twilio.calls(ALICE, number)).verbs


async def test_nobody_is_rung_before_the_new_owner_agrees(town: Town):
    code = await town.sticker()
    await town.house.desk.ask(code, BOB)

    assert (await town.house.desk.find(code)).state is StickerState.PRINTED
    assert not (await town.house.desk.find(code)).reachable


async def test_the_new_owner_is_rung_once_they_agreed(town: Town):
    code = await town.sticker()
    await transfer(town, code)

    _, _, answer = await rung(town, code)

    assert answer.texts("Dial/Number") == BOB.value


async def test_the_old_owners_call_back_ends(town: Town):
    code = await town.sticker()
    await rung(town, code)
    await transfer(town, code)
    call = town.twilio.new_call()
    asked = await town.twilio.calls(OWNER, SHARED["twilio"], call)

    back = await town.twilio.step(asked.action, call, OWNER, Digits="")

    assert "Dial" not in back.verbs


async def test_the_old_owners_notices_open_nothing_any_more(town: Town):
    """Else they could pause, resume and answer for a vehicle that is no longer theirs."""
    code = await town.sticker()
    _, call, _ = await rung(town, code)
    notice = town.house.owners.tokens.make(Kind.CALL, town.tenant, UUID(str((await town.call(call))["call_id"])))
    await town.house.owners.page(notice)

    await transfer(town, code)

    for act in (town.house.owners.page, town.house.owners.pause, town.house.owners.resume, town.house.owners.block):
        with pytest.raises(LinkExpired):
            await act(notice)


async def test_the_link_that_the_old_owner_got_when_they_agreed_opens_nothing_any_more(town: Town):
    code = await town.sticker()
    old = await link(town, Kind.OWNER, code)
    await town.house.owners.page(old)

    await transfer(town, code)

    with pytest.raises(LinkExpired):
        await town.house.owners.page(old)
    assert not (await town.house.owners.page(await link(town, Kind.OWNER, code))).second


async def test_the_old_owner_cannot_switch_a_sticker_on_that_waits_for_its_new_owner(town: Town):
    code = await town.sticker()
    _, call, _ = await rung(town, code)
    notice = town.house.owners.tokens.make(Kind.CALL, town.tenant, UUID(str((await town.call(call))["call_id"])))
    await town.house.desk.ask(code, BOB)

    with pytest.raises((LinkExpired, WrongState)):
        await town.house.owners.resume(notice)

    assert (await town.house.desk.find(code)).state is StickerState.PRINTED


async def test_the_new_owner_starts_without_the_old_ones_second_contact(town: Town):
    """They agreed to be rung for somebody else."""
    code = await town.sticker(second=SECOND)
    await transfer(town, code)
    _, call, answer = await rung(town, code, Reason.ACCIDENT)

    over = await town.twilio.step(answer.action, call, ALICE, DialCallStatus="no-answer")

    assert "Dial" not in over.verbs
    assert 2 not in (await town.house.desk.find(code)).contacts


async def test_an_owner_who_agrees_anew_keeps_their_second_contact(town: Town):
    code = await town.sticker(second=SECOND)

    await transfer(town, code, OWNER)

    assert 2 in (await town.house.desk.find(code)).contacts


async def test_a_second_contacts_link_lets_them_leave_and_nothing_else(town: Town):
    code = await town.sticker(second=SECOND)
    second = await link(town, Kind.SECOND, code, 2)

    with pytest.raises(WrongState):
        await town.house.owners.pause(second)
    await town.house.owners.leave(second)

    with pytest.raises(LinkExpired):
        await town.house.owners.page(second)
    _, call, answer = await rung(town, code, Reason.ACCIDENT)
    over = await town.twilio.step(answer.action, call, ALICE, DialCallStatus="no-answer")
    assert "Dial" not in over.verbs


async def test_a_key_pressed_as_the_sticker_changes_hands_blocks_for_whoever_pressed_it(town: Town):
    code, other = await town.sticker(), await town.sticker()
    _, call, answer = await rung(town, code)
    await transfer(town, code)
    leg = {"ParentCallSid": call, "Direction": "outbound-dial"}
    whisper = await town.twilio.step(answer.get("Dial/Number", "url"), town.twilio.new_call(), **leg)

    await town.twilio.step(whisper.action, town.twilio.new_call(), Digits="9", **leg)

    assert (await rung(town, code))[2].texts("Dial/Number") == BOB.value
    assert "Dial" not in (await rung(town, other))[2].verbs


async def test_an_owners_link_does_not_let_them_leave(town: Town):
    code = await town.sticker()

    with pytest.raises(WrongState):
        await town.house.owners.leave(await link(town, Kind.OWNER, code))
