"""A stranger at a parked car, from the scan to the end of the talk, through the carriers' own wire."""

import pytest

from core.route import Reason
from exchange import Exchange, Handset
from masking.stickers.effects import LATE_NEWS
from masking.stickers.values import Way
from maskline import worker
from tests.town import OWNER, SECOND, SHARED, Town


@pytest.fixture
def owner(connected: Exchange) -> Handset:
    return connected.handset(OWNER.value, "Owner")


def dial(way: Way) -> str:
    assert way.number is not None
    return f"{way.number.value},,{way.extension}" if way.extension else way.number.value


async def test_the_owner_sees_our_number_hears_why_and_is_joined(town: Town, connected, alice, owner, carrier):
    way = await town.scan(await town.sticker(carrier=carrier), Reason.LIGHTS)

    call = await alice.dials(dial(way))
    await owner.rings()
    await owner.answers()
    await owner.hears("lights are on")
    await owner.presses("1")
    await call.bridged()
    await alice.hangs_up()
    await call.ended()

    assert owner.shown == SHARED[carrier].value
    assert connected.leaks == []
    record = await town.call()
    assert (record["state"], record["outcome"]) == (5, "talked")


async def test_an_extension_dialled_by_the_phone_itself_reaches_the_owner(town: Town, connected, alice, owner, carrier):
    code = await town.sticker(carrier=carrier)
    way = [await town.scan(code) for _ in range(3)][-1]
    assert way.extension

    call = await alice.dials(dial(way))
    await owner.rings()
    await owner.answers()
    await owner.presses("1")
    await call.bridged()

    assert connected.leaks == []


async def test_a_voicemail_that_answers_is_never_joined(town: Town, connected, alice, owner, carrier):
    way = await town.scan(await town.sticker(carrier=carrier))

    call = await alice.dials(dial(way))
    await owner.rings()
    await owner.answers()
    await connected.passes(60)
    await call.ended()

    assert "did not pick up" in " ".join(alice.heard)
    assert (await town.call())["outcome"] == "no-answer"


async def test_nobody_picks_up_and_the_owner_is_told_by_text(town: Town, connected, alice, owner, carrier):
    code = await town.sticker(carrier=carrier)
    way = await town.scan(code)

    call = await alice.dials(dial(way))
    await owner.rings()
    await connected.passes(30)
    await call.ended()
    town.clock.advance(LATE_NEWS)
    await worker.drain(town.house)

    (notice,) = owner.inbox
    assert "Missed call about Blue van" in notice.body
    assert notice.from_ == SHARED[carrier].value
    assert (await town.house.scans.way(code, way.token)).missed


async def test_the_owner_calls_the_stranger_back(town: Town, connected, alice, owner, carrier):
    way = await town.scan(await town.sticker(carrier=carrier))
    first = await alice.dials(dial(way))
    await owner.rings()
    await alice.hangs_up()
    await first.ended()

    back = await owner.dials(SHARED[carrier].value)
    await connected.passes(8)
    await alice.rings()
    await alice.answers()
    await alice.presses("1")
    await back.bridged()

    assert way.number is not None
    assert alice.shown == way.number.value
    assert connected.leaks == []


async def test_an_owner_who_presses_nine_is_never_rung_by_this_caller_again(town: Town, connected, alice, owner):
    code = await town.sticker()
    call = await alice.dials(dial(await town.scan(code)))
    await owner.rings()
    await owner.answers()
    await owner.presses("9")
    await call.ended()

    again = await alice.dials(dial(await town.scan(code)))
    await again.ended()

    assert (await town.rows("SELECT count(*) AS n FROM block"))[0]["n"] == 1
    assert owner.state == "idle"
    assert "cannot take calls" in " ".join(alice.heard)


async def test_an_owner_who_comes_in_five_minutes_says_so_with_one_key(town: Town, connected, alice, owner):
    call = await alice.dials(dial(await town.scan(await town.sticker())))
    await owner.rings()
    await owner.answers()
    await owner.presses("2")
    await call.ended()

    assert "coming in five minutes" in " ".join(alice.heard)


async def test_after_an_accident_the_second_contact_rings(town: Town, connected, alice, owner, carrier):
    second = connected.handset(SECOND.value, "Second contact")
    way = await town.scan(await town.sticker(carrier=carrier, second=SECOND), Reason.ACCIDENT)

    call = await alice.dials(dial(way))
    await owner.rings()
    await owner.declines()
    await second.rings()
    await second.answers()
    await second.presses("1")
    await call.bridged()

    assert second.shown == SHARED[carrier].value
    assert connected.leaks == []


async def test_a_person_agrees_by_pressing_one(town: Town, connected, owner, carrier):
    (code,) = await town.house.desk.issue(town.tenant, 1, {"twilio": "US", "plivo": "GB"}[carrier])
    await town.house.desk.ask(code, OWNER)

    await worker.drain(town.house)
    await owner.rings()
    await owner.answers()
    await owner.hears("registering this phone")
    await owner.presses("1")
    await connected.settles()

    assert (await town.house.desk.find(code)).state == "activated"


async def test_a_person_who_says_nothing_has_not_agreed(town: Town, connected, owner, carrier):
    (code,) = await town.house.desk.issue(town.tenant, 1, {"twilio": "US", "plivo": "GB"}[carrier])
    await town.house.desk.ask(code, OWNER)

    await worker.drain(town.house)
    await owner.rings()
    await owner.answers()
    await connected.passes(60)

    assert (await town.house.desk.find(code)).state == "printed"
