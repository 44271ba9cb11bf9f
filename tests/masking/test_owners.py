"""What an owner can do from a notice and by keys: block, pause, reply; and who holds such a link."""

from datetime import timedelta

import pytest

from core.e164 import E164
from core.route import Reason
from ivr import texts
from masking.stickers.errors import BadChoice, CallerForgotten, LinkExpired
from masking.stickers.tokens import Kind
from tests.town import ALICE, BOB, OWNER, SECOND, SHARED, Carrier, Town

UNAVAILABLE = "cannot take calls just now"
BLOCK_LASTS = timedelta(days=365)


async def rung(town: Town, code: str, reason: Reason = Reason.LIGHTS, caller: E164 | None = ALICE):
    """Somebody scans and calls: the number they dialled, the carrier's id of the call, the answer."""
    way = await town.scan(code, reason)
    assert way.number is not None
    call = town.twilio.new_call()
    return way.number, call, await town.twilio.calls(caller, way.number, call)


async def presses(carrier: Carrier, answer, call: str, key: str):
    """The callee picks up, listens and presses a key (Twilio)."""
    leg = carrier.new_call()
    whisper = await carrier.step(answer.get("Dial/Number", "url"), leg, ParentCallSid=call, Direction="outbound-dial")
    return await carrier.step(whisper.action, leg, ParentCallSid=call, Direction="outbound-dial", Digits=key)


async def notice(town: Town, call: str) -> str:
    """The link of the notice of a missed call."""
    return town.house.owners.tokens.make(Kind.CALL, town.tenant, (await town.call(call))["call_id"])  # type: ignore[arg-type]


async def redial(town: Town, number: E164, caller: E164 = ALICE):
    return await town.twilio.calls(caller, number)


async def calls_back(town: Town, owner: E164 = OWNER):
    """The owner dials the number they saw and stays on the line."""
    call = town.twilio.new_call()
    asked = await town.twilio.calls(owner, SHARED["twilio"], call)
    return await town.twilio.step(asked.action, call, owner, Digits="")


async def test_nine_blocks_the_caller_for_good_and_ends_their_ways(town: Town):
    number, call, answer = await rung(town, await town.sticker())

    said = await presses(town.twilio, answer, call, "9")

    assert said.verbs[-1] == "Hangup"
    assert "Dial" not in (await redial(town, number)).verbs
    assert await town.rows("SELECT 1 FROM claim WHERE kind IN ('bound', 'callback')") == []
    assert (await town.call(call))["outcome"] == "blocked"


async def test_a_block_on_the_page_does_what_the_key_does(town: Town):
    number, call, _ = await rung(town, await town.sticker())

    await town.house.owners.block(await notice(town, call))

    assert "Dial" not in (await redial(town, number)).verbs
    assert await town.rows("SELECT 1 FROM claim WHERE kind IN ('bound', 'callback')") == []


async def test_a_blocked_caller_hears_what_a_caller_of_a_paused_sticker_hears(town: Town):
    code = await town.sticker()
    _, call, _ = await rung(town, code)
    await town.house.owners.block(await notice(town, call))
    _, _, blocked = await rung(town, code)
    other = await town.sticker()
    paused_way = await town.scan(other)
    await town.house.desk.pause(other)
    assert paused_way.number is not None

    paused = await town.twilio.calls(BOB, paused_way.number)

    assert UNAVAILABLE in blocked.said
    assert blocked.text == paused.text


async def test_a_block_holds_for_twelve_months(town: Town):
    code = await town.sticker()
    _, call, _ = await rung(town, code)
    await town.house.owners.block(await notice(town, call))

    town.clock.advance(BLOCK_LASTS - timedelta(seconds=1))
    _, _, before = await rung(town, code)
    town.clock.advance(timedelta(seconds=1) + timedelta(minutes=5))
    _, _, after = await rung(town, code)

    assert "Dial" not in before.verbs
    assert after.texts("Dial/Number") == OWNER.value


async def test_a_block_reaches_every_sticker_of_its_owner(town: Town):
    """The same person would be rung; the caller's ways to their other car end too."""
    first, other = await town.sticker(), await town.sticker()
    number, _, _ = await rung(town, other)
    _, call, _ = await rung(town, first)

    await town.house.owners.block(await notice(town, call))

    assert "Dial" not in (await redial(town, number)).verbs
    assert await town.rows("SELECT 1 FROM claim WHERE kind = 'bound'") == []


async def test_a_blocked_stranger_is_not_called_back_either(town: Town):
    """Another of their calls may be the one that the way back leads to."""
    code = await town.sticker()
    number, first, _ = await rung(town, code)
    town.clock.advance(timedelta(minutes=1))
    await redial(town, number)

    await town.house.owners.block(await notice(town, first))

    assert "Dial" not in (await calls_back(town)).verbs


async def test_a_block_leaves_the_way_back_to_others(town: Town):
    code = await town.sticker()
    _, call, _ = await rung(town, code)
    town.clock.advance(timedelta(minutes=1))
    await rung(town, code, caller=BOB)

    await town.house.owners.block(await notice(town, call))

    assert (await calls_back(town)).texts("Dial/Number") == BOB.value


async def test_whom_the_second_contact_blocked_rings_them_no_more(town: Town):
    code = await town.sticker(second=SECOND)
    _, call, answer = await rung(town, code, Reason.ACCIDENT)
    second = await town.twilio.step(answer.action, call, ALICE, DialCallStatus="no-answer")
    await presses(town.twilio, second, call, "9")

    _, again, answer = await rung(town, code, Reason.ACCIDENT)
    over = await town.twilio.step(answer.action, again, ALICE, DialCallStatus="no-answer")

    assert answer.texts("Dial/Number") == OWNER.value
    assert "Dial" not in over.verbs


async def test_a_second_contact_who_reports_an_accident_is_not_rung_by_their_own_call(town: Town):
    code = await town.sticker(second=SECOND)
    _, call, answer = await rung(town, code, Reason.ACCIDENT, caller=SECOND)

    over = await town.twilio.step(answer.action, call, SECOND, DialCallStatus="no-answer")

    assert "Dial" not in over.verbs


async def test_a_withheld_caller_cannot_be_blocked_by_name(town: Town):
    _, call, _ = await rung(town, await town.sticker(), caller=None)

    with pytest.raises(CallerForgotten):
        await town.house.owners.block(await notice(town, call))


async def test_a_caller_is_forgotten_when_their_short_key_is(town: Town):
    _, call, _ = await rung(town, await town.sticker())
    await town.rows("DELETE FROM short_key RETURNING 1")
    town.house.short_keys.forget_cache()
    link = await notice(town, call)

    page = await town.house.owners.page(link)
    with pytest.raises(CallerForgotten):
        await town.house.owners.block(link)

    assert (page.can_block, page.blocked) == (False, False)


async def test_a_pause_from_a_notice_holds_until_it_is_resumed(town: Town):
    code = await town.sticker()
    number, call, _ = await rung(town, code)
    link = await notice(town, call)

    await town.house.owners.pause(link)
    paused = await redial(town, number)
    await town.house.owners.resume(link)

    assert UNAVAILABLE in paused.said
    assert (await redial(town, number)).texts("Dial/Number") == OWNER.value


async def test_a_reply_stands_on_the_page_for_fifteen_minutes(town: Town):
    code = await town.sticker()
    way = await town.scan(code)
    assert way.number is not None
    call = town.twilio.new_call()
    await town.twilio.calls(ALICE, way.number, call)
    reply = texts.REPLIES[0]

    await town.house.owners.reply(await notice(town, call), reply.id)

    assert (await town.house.scans.way(code, way.token)).reply == reply
    town.clock.advance(timedelta(minutes=15, seconds=1))
    assert (await town.house.scans.way(code, way.token)).reply is None


async def test_a_reply_that_is_not_on_the_list_is_refused(town: Town):
    _, call, _ = await rung(town, await town.sticker())

    with pytest.raises(BadChoice):
        await town.house.owners.reply(await notice(town, call), "call me on my own number")


async def test_a_notice_can_be_used_for_two_days(town: Town):
    _, call, _ = await rung(town, await town.sticker())
    link = await notice(town, call)
    town.clock.advance(timedelta(days=2))
    await town.house.owners.page(link)

    town.clock.advance(timedelta(seconds=1))

    with pytest.raises(LinkExpired):
        await town.house.owners.page(link)
