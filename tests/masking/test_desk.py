"""Issuing, activating, pausing and revoking stickers: nobody is rung who did not press 1."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.e164 import E164
from core.route import Reason
from masking.claims.errors import DestinationRefused, NoSharedNumber
from masking.stickers.desk import Description
from masking.stickers.errors import AlreadyRefused, BadDescription, NoSticker, TooManyConsentCalls, WrongState
from masking.stickers.values import ContactState, StickerState
from maskline import worker
from maskline.settings import Settings
from tests.carriers.vendor import Vendor
from tests.masking.vendors import CALLS, placed, served, texted
from tests.town import ALICE, BOB, OWNER, SECOND, SHARED, Answer, Town


@pytest.fixture
async def _vendor() -> AsyncIterator[tuple[Vendor, str]]:
    async with served() as vendor:
        yield vendor


@pytest.fixture
def vendor(_vendor: tuple[Vendor, str]) -> Vendor:
    return _vendor[0]


@pytest.fixture
def settings(tmp_path: Path, keys_file: Path, _vendor: tuple[Vendor, str]) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, keys=keys_file, twilio_api_url=_vendor[1])  # type: ignore[call-arg]


async def issued(town: Town) -> str:
    (code,) = await town.house.desk.issue(town.tenant, 1, "US")
    return code


async def answers(town: Town, vendor: Vendor, keys: str | None) -> Answer:
    """The worker places the call; the person picks up and presses a key, or nothing."""
    await worker.drain(town.house)
    asked = placed(vendor)[-1].said
    leg = {"Direction": "outbound-api"}
    call = str((await town.rows("SELECT carrier_call FROM call WHERE purpose = 'consent'"))[0]["carrier_call"])
    heard = await town.twilio.step(asked["Url"], call, None, **leg)
    return heard if keys is None else await town.twilio.step(heard.action, call, None, Digits=keys, **leg)


async def state(town: Town, code: str) -> tuple[StickerState, ContactState | None]:
    sticker = await town.house.desk.find(code)
    return sticker.state, sticker.contacts.get(1)


async def test_whoever_presses_one_activates_their_sticker(town: Town, vendor: Vendor):
    code = await issued(town)
    await town.house.desk.ask(code, OWNER)

    await answers(town, vendor, "1")
    await worker.drain(town.house)

    assert await state(town, code) == (StickerState.ACTIVATED, ContactState.AGREED)
    assert [(asked.said["To"], asked.said["From"]) for asked in placed(vendor)] == [
        (OWNER.value, SHARED["twilio"].value)
    ]
    assert [asked.said["To"] for asked in texted(vendor)] == [OWNER.value]


@pytest.mark.parametrize("keys", [None, "", "9", "7", "11"])
async def test_a_sticker_stays_off_unless_one_is_pressed(town: Town, vendor: Vendor, keys: str | None):
    code = await issued(town)
    await town.house.desk.ask(code, OWNER)

    await answers(town, vendor, keys)
    await worker.drain(town.house)

    assert (await state(town, code))[0] is StickerState.PRINTED
    assert len(placed(vendor)) == 1
    assert texted(vendor) == []


async def test_one_pressed_at_the_second_question_counts(town: Town, vendor: Vendor):
    code = await issued(town)
    await town.house.desk.ask(code, OWNER)
    asked_again = await answers(town, vendor, "7")

    await town.twilio.step(asked_again.action, "CA" + "0" * 32, None, Digits="1", Direction="outbound-api")

    assert (await state(town, code))[0] is StickerState.ACTIVATED


@pytest.mark.parametrize("answer", [(500, {"code": 20500}), (201, "not json")])
async def test_a_phone_is_rung_once_even_where_the_carrier_does_not_tell(town: Town, vendor: Vendor, answer):
    vendor.answers["POST", CALLS] = answer
    await town.house.desk.ask(await issued(town), OWNER)

    for _ in range(3):
        await worker.drain(town.house)
        town.clock.advance(timedelta(hours=1))

    assert len(placed(vendor)) == 1


async def test_a_call_that_was_surely_not_placed_is_tried_again(town: Town, vendor: Vendor):
    vendor.answers["POST", CALLS] = (429, {"code": 20429})
    await town.house.desk.ask(await issued(town), OWNER)
    await worker.drain(town.house)
    vendor.answers["POST", CALLS] = (201, {"sid": "CA" + "1" * 32})
    town.clock.advance(timedelta(minutes=1))

    await worker.drain(town.house)

    assert len(placed(vendor)) == 2


async def test_whoever_refused_is_not_asked_again(town: Town, vendor: Vendor):
    code = await issued(town)
    await town.house.desk.ask(code, OWNER)
    await answers(town, vendor, "9")

    with pytest.raises(AlreadyRefused):
        await town.house.desk.ask(code, OWNER)


async def test_a_refusal_is_remembered_when_somebody_else_was_asked_since(town: Town, vendor: Vendor):
    code = await issued(town)
    await town.house.desk.ask(code, OWNER)
    await answers(town, vendor, "9")
    await town.house.desk.ask(code, BOB)
    town.clock.advance(timedelta(days=300))

    with pytest.raises(AlreadyRefused):
        await town.house.desk.ask(code, OWNER)


async def test_a_refusal_lasts_as_long_as_a_block(town: Town, vendor: Vendor):
    code = await issued(town)
    await town.house.desk.ask(code, OWNER)
    await answers(town, vendor, "9")
    await town.house.desk.ask(code, BOB)
    town.clock.advance(timedelta(days=365, seconds=1))

    await town.house.desk.ask(code, OWNER)


async def test_a_sticker_asks_three_times_a_day(town: Town):
    code = await issued(town)
    for number in (OWNER, ALICE, BOB):
        await town.house.desk.ask(code, number)

    with pytest.raises(TooManyConsentCalls):
        await town.house.desk.ask(code, SECOND)

    town.clock.advance(timedelta(days=1, seconds=1))
    await town.house.desk.ask(code, SECOND)


async def test_one_of_our_own_numbers_cannot_own_a_sticker(town: Town):
    with pytest.raises(DestinationRefused) as refused:
        await town.house.desk.ask(await issued(town), SHARED["twilio"])

    assert refused.value.facts["kind"] == "ours"


async def test_a_number_outside_our_countries_cannot_own_a_sticker(town: Town):
    with pytest.raises(DestinationRefused):
        await town.house.desk.ask(await issued(town), E164("+33639980101"))


async def test_a_second_contact_is_rung_only_once_they_agreed(town: Town, vendor: Vendor):
    code = await town.sticker()
    await town.house.desk.ask(code, SECOND, place=2)

    async def after_an_accident() -> Answer:
        way = await town.scan(code, Reason.ACCIDENT)
        assert way.number is not None
        call = town.twilio.new_call()
        answer = await town.twilio.calls(ALICE, way.number, call)
        return await town.twilio.step(answer.action, call, ALICE, DialCallStatus="no-answer")

    before = await after_an_accident()
    await answers(town, vendor, "1")
    after = await after_an_accident()

    assert "Dial" not in before.verbs
    assert after.texts("Dial/Number") == SECOND.value


async def test_a_sticker_without_a_number_of_its_country_cannot_ask(town: Town):
    (code,) = await town.house.desk.issue(town.tenant, 1, "FR")

    with pytest.raises(NoSharedNumber):
        await town.house.desk.ask(code, OWNER)


async def test_revoking_ends_every_way_and_stays(town: Town):
    code = await town.sticker()
    way = await town.scan(code)
    assert way.number is not None
    await town.twilio.calls(ALICE, way.number)

    await town.house.desk.revoke(code)

    assert await town.rows("SELECT 1 FROM claim WHERE kind <> 'open'") == []
    for again in (town.house.desk.resume(code), town.house.desk.pause(code), town.house.desk.ask(code, BOB)):
        with pytest.raises(WrongState):
            await again


async def test_a_printed_sticker_cannot_be_switched_on_or_off(town: Town):
    code = await issued(town)

    for move in (town.house.desk.resume(code), town.house.desk.pause(code)):
        with pytest.raises(WrongState):
            await move


async def test_a_code_that_is_none_is_told_so(town: Town):
    for code in ("", "short", "0" * 16, "z" * 400):
        with pytest.raises(NoSticker):
            await town.house.desk.find(code)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 41}, "label"),
        ({"label": "a\nb"}, "label"),
        ({"plate": "x" * 17}, "plate"),
        ({"language": "xx"}, "language"),
        ({"callback_minutes": 1441}, "callback_minutes"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
    ],
)
async def test_what_cannot_be_said_of_a_vehicle_is_refused(town: Town, said: dict[str, object], field: str):
    with pytest.raises(BadDescription) as refused:
        await town.house.desk.describe(await issued(town), Description(**said))  # type: ignore[arg-type]

    assert refused.value.facts["field"] == field
