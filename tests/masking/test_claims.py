"""Whom a claim connects, and for how long: DESIGN 4a from the outside, over the carriers' wire."""

from datetime import timedelta

import pytest

from core.e164 import E164
from core.route import Reason
from masking.stickers.values import Way
from tests.town import ALICE, BOB, NOON, OWNER, SHARED, Answer, Carrier, Town

OTHER_OWNER = E164("+12025550160")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
A_SECOND = timedelta(seconds=1)


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest, town: Town) -> Carrier:
    return town.twilio if request.param == "twilio" else town.plivo


async def enter(town: Town, number: E164, *digits: str, caller: E164 | None = ALICE) -> Answer:
    """A call that enters extensions, one after the other ("" lets the question pass)."""
    call = town.twilio.new_call()
    answer = await town.twilio.calls(caller, number, call)
    for keys in digits:
        answer = await town.twilio.step(answer.action, call, caller, Digits=keys)
    return answer


async def extension(town: Town, owner: E164 = OWNER) -> Way:
    """A third visitor's way: an extension on the shared number."""
    code = await town.sticker(owner=owner)
    way = [await town.scan(code) for _ in range(3)][-1]
    assert way.extension is not None
    return way


def wrong(way: Way) -> str:
    return f"{(int(way.extension or '0') + 1) % 1_000_000:06d}"


def rings(answer: Answer) -> str | None:
    """Whom an answer dials."""
    found = answer.xml.find("Dial/Number")
    return found.text if found is not None else None


async def test_an_open_claim_lasts_two_minutes(town: Town):
    first, second = await town.scan(await town.sticker()), await town.scan(await town.sticker())
    assert first.number is not None
    assert second.number is not None

    town.clock.advance(timedelta(seconds=119))
    in_time = await town.twilio.calls(ALICE, first.number)
    town.clock.advance(A_SECOND)
    late = await town.twilio.calls(BOB, second.number)

    assert rings(in_time) == OWNER.value
    assert rings(late) is None
    assert "has ended" in late.said


async def test_only_the_first_caller_binds_an_open_claim(town: Town, carrier: Carrier):
    way = await town.scan(await town.sticker(carrier=carrier.name))
    assert way.number is not None

    first = await carrier.calls(ALICE, way.number)
    second = await carrier.calls(BOB, way.number)
    again = await carrier.calls(ALICE, way.number)

    assert ["Dial" in answer.verbs for answer in (first, second, again)] == [True, False, True]


async def test_a_bound_caller_reaches_the_owner_for_a_day_after_their_last_call(town: Town):
    way = await town.scan(await town.sticker())
    assert way.number is not None
    await town.twilio.calls(ALICE, way.number)

    town.clock.advance(DAY - A_SECOND)
    renewed = await town.twilio.calls(ALICE, way.number)
    town.clock.advance(DAY - A_SECOND)
    again = await town.twilio.calls(ALICE, way.number)
    town.clock.advance(DAY)
    late = await town.twilio.calls(ALICE, way.number)

    assert [rings(answer) for answer in (renewed, again, late)] == [OWNER.value, OWNER.value, None]


async def test_a_withheld_caller_is_put_through_once_and_never_known_again(town: Town):
    way = await town.scan(await town.sticker())
    assert way.number is not None

    first = await town.twilio.calls(None, way.number)
    second = await town.twilio.calls(None, way.number)

    assert (rings(first), rings(second)) == (OWNER.value, None)


async def test_an_extension_lasts_fifteen_minutes_and_binds_one(town: Town):
    way = await extension(town)
    town.clock.advance(15 * MINUTE - A_SECOND)

    first = await enter(town, SHARED["twilio"], way.extension or "")
    second = await enter(town, SHARED["twilio"], way.extension or "", caller=BOB)

    assert (rings(first), rings(second)) == (OWNER.value, None)


async def test_an_extension_that_ran_out_connects_nobody(town: Town):
    way = await extension(town)
    town.clock.advance(15 * MINUTE)

    assert rings(await enter(town, SHARED["twilio"], way.extension or "")) is None


async def test_a_stranger_on_a_pool_number_may_enter_an_extension(town: Town):
    way = await extension(town)
    town.clock.advance(5 * MINUTE)
    pool = (await town.rows("SELECT e164 FROM proxy_number WHERE role = 'pool' AND country = 'US' LIMIT 1"))[0]["e164"]

    assert rings(await enter(town, E164(str(pool)), way.extension or "")) == OWNER.value


async def test_wrong_unknown_and_expired_extensions_sound_the_same(town: Town):
    way = await extension(town)
    answers = [await enter(town, SHARED["twilio"], digits) for digits in (wrong(way), "123", "abc")]
    town.clock.advance(15 * MINUTE)
    answers.append(await enter(town, SHARED["twilio"], way.extension or ""))

    assert len({answer.said for answer in answers}) == 1


async def test_three_tries_are_given(town: Town):
    way = await extension(town)

    third = await enter(town, SHARED["twilio"], wrong(way), wrong(way), way.extension or "")
    over = await enter(town, SHARED["twilio"], wrong(way), wrong(way), wrong(way))

    assert rings(third) == OWNER.value
    assert "Gather" not in over.verbs


async def test_after_ten_wrong_extensions_a_day_the_right_one_is_refused_too(town: Town):
    way = await extension(town)
    for _ in range(5):
        await enter(town, SHARED["twilio"], wrong(way), wrong(way))

    assert rings(await enter(town, SHARED["twilio"], way.extension or "")) is None
    assert rings(await enter(town, SHARED["twilio"], way.extension or "", caller=BOB)) == OWNER.value


async def test_midnight_gives_no_new_guesses(town: Town):
    """A caller is known by another key from midnight on."""
    town.clock.advance(timedelta(hours=11, minutes=55))
    for _ in range(5):
        await enter(town, SHARED["twilio"], "000000", "000000")
    town.clock.advance(10 * MINUTE)
    way = await extension(town)

    assert rings(await enter(town, SHARED["twilio"], way.extension or "")) is None


async def test_a_shared_number_takes_so_many_wrong_extensions_an_hour(town: Town):
    way = await extension(town)
    await town.rows(
        "INSERT INTO tally SELECT n.tenant, 'extension-number', uuid_send(n.number_id), $1::timestamptz,"
        " $1::timestamptz + interval '1 hour', 299"
        "  FROM proxy_number n WHERE n.e164 = $2 RETURNING 1", town.clock.now(), SHARED["twilio"].value,
    )  # fmt: skip
    await enter(town, SHARED["twilio"], wrong(way), caller=BOB)

    assert rings(await enter(town, SHARED["twilio"], way.extension or "")) is None


async def test_a_caller_of_two_vehicles_is_asked_which(town: Town, carrier: Carrier):
    """Their own claim and somebody's fresh scan meet on one pool number."""
    mine = await town.scan(await town.sticker(carrier=carrier.name))
    assert mine.number is not None
    await carrier.calls(ALICE, mine.number)
    town.clock.advance(5 * MINUTE)
    other = await town.sticker(OTHER_OWNER, carrier=carrier.name)
    way = await town.scan(other)
    while way.number != mine.number:
        town.clock.advance(MINUTE)
        way = await town.scan(other)
        town.clock.advance(MINUTE)
    call = carrier.new_call()
    asked = await carrier.calls(ALICE, mine.number, call)

    before = await carrier.step(asked.action, call, ALICE, Digits="2")
    call = carrier.new_call()
    asked = await carrier.calls(ALICE, mine.number, call)
    scanned = await carrier.step(asked.action, call, ALICE, Digits="1")

    assert (rings(before) or "").lstrip("+") == OWNER.digits
    assert (rings(scanned) or "").lstrip("+") == OTHER_OWNER.digits


async def test_a_caller_who_is_asked_which_may_have_called_again_meanwhile(town: Town):
    """Two phones behind one number: the second call renews the claim that the first is asked about."""
    mine, other = await town.scan(await town.sticker()), await town.sticker(OTHER_OWNER)
    assert mine.number is not None
    await town.twilio.calls(ALICE, mine.number)
    await town.rows("DELETE FROM claim WHERE kind = 'open' RETURNING 1")
    await town.rows("UPDATE proxy_number SET removed_at = $1 WHERE role = 'pool' AND e164 <> $2 RETURNING 1", NOON,
                    mine.number.value)  # fmt: skip
    assert (await town.scan(other)).number == mine.number
    call = town.twilio.new_call()
    asked = await town.twilio.calls(ALICE, mine.number, call)
    second = town.twilio.new_call()
    asked_too = await town.twilio.calls(ALICE, mine.number, second)
    await town.twilio.step(asked_too.action, second, ALICE, Digits="2")

    first = await town.twilio.step(asked.action, call, ALICE, Digits="2")

    assert rings(first) == OWNER.value


async def test_an_owner_calls_back_for_half_an_hour_after_the_end(town: Town):
    way = await town.scan(await town.sticker())
    assert way.number is not None
    call = town.twilio.new_call()
    await town.twilio.calls(ALICE, way.number, call)
    town.clock.advance(20 * MINUTE)
    await town.twilio.ends(call)

    town.clock.advance(30 * MINUTE - A_SECOND)
    in_time = await enter(town, SHARED["twilio"], "", caller=OWNER)
    town.clock.advance(A_SECOND)
    late = await enter(town, SHARED["twilio"], "", caller=OWNER)

    assert (rings(in_time), rings(late)) == (ALICE.value, None)


async def test_an_owner_who_wants_no_way_back_has_none(town: Town):
    way = await town.scan(await town.sticker(callback_minutes=0))
    assert way.number is not None
    await town.twilio.calls(ALICE, way.number)

    assert await town.rows("SELECT 1 FROM claim WHERE kind = 'callback'") == []


async def test_the_last_stranger_is_called_back(town: Town):
    for caller in (ALICE, BOB):
        way = await town.scan(await town.sticker())
        assert way.number is not None
        await town.twilio.calls(caller, way.number)
        town.clock.advance(MINUTE)

    assert rings(await enter(town, SHARED["twilio"], "", caller=OWNER)) == BOB.value


async def test_a_withheld_stranger_is_not_called_back(town: Town):
    way = await town.scan(await town.sticker())
    assert way.number is not None
    await town.twilio.calls(None, way.number)

    assert rings(await enter(town, SHARED["twilio"], "", caller=OWNER)) is None


@pytest.mark.parametrize("how", ["pause", "revoke", "quiet"])
async def test_paused_quiet_and_revoked_read_alike_by_phone(town: Town, how: str):
    code = await town.sticker(timezone="UTC")
    way = await town.scan(code, Reason.LIGHTS)
    assert way.number is not None
    await town.twilio.calls(ALICE, way.number)

    if how == "quiet":
        await town.rows("UPDATE sticker SET quiet_from = '11:00', quiet_to = '13:00' RETURNING 1")
        answer = await town.twilio.calls(ALICE, way.number)
    elif how == "pause":
        await town.house.desk.pause(code)
        answer = await town.twilio.calls(ALICE, way.number)
    else:  # its claims are gone, so only a call that is being connected could still meet the sticker
        await town.rows("UPDATE sticker SET state = 'revoked' RETURNING 1")
        answer = await town.twilio.calls(ALICE, way.number)

    assert answer.said == "The owner cannot take calls just now. Goodbye."
    assert rings(answer) is None
