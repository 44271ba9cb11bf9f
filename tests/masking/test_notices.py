"""Texts to owners: when they are sent, what holds them back, and what the stranger's page says of them."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from core.e164 import E164
from masking.stickers import brakes
from masking.stickers.holdings import StickerHoldings
from maskline import worker
from maskline.wiring import House
from privacy.holdings import Subject
from tests.town import ALICE, NOON, OWNER, SHARED, VENDOR_IDS, Carrier, Town
from voice.jobs import CallJobs
from voice.ports import CarrierAway

LANDLINE = E164("+442079460958")  # Ofcom's range for drama
SOON = timedelta(seconds=3)


@dataclass
class Post:
    """A carrier that takes every text, or none, and says who got one. away: raised instead, once for each."""

    sent: list[E164] = field(default_factory=list)
    away: list[CarrierAway] = field(default_factory=list)
    forgotten: list[tuple[str, str]] = field(default_factory=list)

    async def text(self, account: object, *, to: E164, **_: Any) -> str:
        if self.away:
            raise self.away.pop()
        self.sent.append(to)
        return f"SM{len(self.sent):032x}"

    async def forget(self, account: object, *, kind: str, carrier_id: str) -> None:
        self.forgotten.append((kind, carrier_id))


@dataclass(frozen=True)
class Office:
    """A town whose worker texts through `post`."""

    town: Town
    post: Post
    house: House

    async def works(self, after: timedelta = SOON) -> None:
        self.town.clock.advance(after)
        await worker.drain(self.house)

    async def missed(self, code: str, carrier: Carrier | None = None) -> str:
        """A stranger scans and calls; nobody picks up. The token of the way."""
        carrier = carrier or self.town.twilio
        way = await self.town.scan(code)
        number, call = way.number, carrier.new_call()
        assert number is not None
        answer = await carrier.calls(ALICE, number, call)
        status = "DialCallStatus" if carrier.name == "twilio" else "DialStatus"
        await carrier.step(answer.action, call, ALICE, **{status: "no-answer"})
        return way.token

    async def told(self, code: str, token: str) -> bool:
        return (await self.town.house.scans.way(code, token)).missed

    async def stickers(self, count: int) -> list[str]:
        return [await self.town.sticker() for _ in range(count)]


@pytest.fixture
def office(town: Town) -> Office:
    post = Post()
    texting = replace(town.house.jobs["notice"].__self__, placer=post)  # type: ignore[attr-defined]
    records = CallJobs(town.house.database, town.house.accounts, post).handlers()  # type: ignore[arg-type]
    return Office(town, post, replace(town.house, jobs=town.house.jobs | {"notice": texting.notice} | records))


async def test_the_page_says_that_the_owner_knows_once_the_text_is_sent(office: Office):
    code = await office.town.sticker()
    token = await office.missed(code)
    assert not await office.told(code, token)

    await office.works()

    assert office.post.sent == [OWNER]
    assert await office.told(code, token)


async def test_a_talk_that_is_learnt_late_is_no_missed_call(office: Office):
    """Plivo's news that the two were joined may come after its news that the dial is over."""
    town = office.town
    code = await town.sticker(carrier="plivo")
    way = await town.scan(code)
    assert way.number is not None
    call = town.plivo.new_call()
    answer = await town.plivo.calls(ALICE, way.number, call)
    await town.plivo.step(answer.action, call, ALICE, DialStatus="no-answer")
    await worker.drain(office.house)

    await town.plivo.step(answer.get("Dial", "callbackUrl"), call, DialAction="connected", DialBLegUUID="b")
    await office.works()

    assert office.post.sent == []
    assert not await office.told(code, way.token)


async def test_a_text_that_the_carrier_never_took_is_not_told_and_not_counted(office: Office):
    code = await office.town.sticker()
    token = await office.missed(code)
    office.post.away = [CarrierAway(maybe_done=False)]

    await office.works()
    assert not await office.told(code, token)
    assert {row["count"] for row in await office.town.rows("SELECT count FROM tally WHERE name ~ '^notice'")} == {0}
    await office.works(timedelta(minutes=1))

    assert office.post.sent == [OWNER]
    assert await office.told(code, token)


async def test_a_notice_older_than_half_an_hour_is_dropped(office: Office):
    code = await office.town.sticker()
    token = await office.missed(code)
    way = await office.town.scan(code)
    await office.town.house.scans.message(code, way.token, "come")

    await office.works(timedelta(minutes=30, seconds=1))

    assert office.post.sent == []
    assert not await office.told(code, token)
    assert await office.town.rows("SELECT 1 FROM outbox WHERE kind = 'notice'") == []


async def test_many_calls_of_one_scan_are_one_notice_in_ten_minutes(office: Office):
    town = office.town
    code = await town.sticker()
    way = await town.scan(code)
    assert way.number is not None
    for wait in (SOON, SOON, timedelta(minutes=10)):
        call = town.twilio.new_call()
        answer = await town.twilio.calls(ALICE, way.number, call)
        await town.twilio.step(answer.action, call, ALICE, DialCallStatus="no-answer")
        await office.works(wait)

    assert office.post.sent == [OWNER, OWNER]


async def test_one_phone_gets_so_many_notices_a_day_whichever_sticker_they_are_about(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(brakes, "OWNER_A_DAY", 2)
    codes = await office.stickers(3)
    for code in codes:
        await office.missed(code)

    await office.works()

    assert office.post.sent == [OWNER, OWNER]
    assert "a notice was not sent: notice-owner" in caplog.messages
    assert OWNER.digits not in caplog.text
    office.town.clock.advance(timedelta(days=1))
    await office.missed(codes[0])
    await office.works()
    assert len(office.post.sent) == 3


async def test_a_tenant_pays_for_so_many_notices_a_day_to_one_country(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(brakes, "COUNTRY_A_DAY", 1)
    other = E164("+447700900155")
    for owner in (OWNER, E164("+12025550155"), other):
        await office.missed(await office.town.sticker(owner))

    await office.works()

    assert sorted(number.region or "" for number in office.post.sent) == ["GB", "US"]


async def test_notices_at_the_same_instant_do_not_pass_the_cap(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(brakes, "OWNER_A_DAY", 1)
    for code in await office.stickers(3):
        await office.missed(code)
    office.town.clock.advance(SOON)

    await asyncio.gather(worker.drain(office.house), worker.drain(office.house))

    assert office.post.sent == [OWNER]


async def test_who_said_stop_gets_no_text_about_any_sticker_until_they_say_start(office: Office):
    town = office.town
    code = await town.sticker()
    for number, body in enumerate(("STOP", "START")):
        form = {
            "MessageSid": f"SM{number:032x}", "AccountSid": VENDOR_IDS["twilio"], "From": OWNER.value,
            "To": SHARED["twilio"].value, "Body": body, "NumMedia": "0",
        }  # fmt: skip
        await town.twilio.post(f"{town.base}/hooks/twilio/text", form)
        await office.missed(code)
        await office.works()

    assert office.post.sent == [OWNER]


async def test_no_text_goes_to_a_landline(office: Office):
    await office.missed(await office.town.sticker(LANDLINE))

    await office.works()

    assert office.post.sent == []


async def test_no_text_goes_where_nobody_may_be_dialled_any_more(office: Office):
    await office.missed(await office.town.sticker())
    office.house.guard.allow(("GB",))

    await office.works()

    assert office.post.sent == []


@pytest.mark.parametrize(("number", "takes"), [(OWNER, True), (E164("+447700900150"), True), (LANDLINE, False)])
def test_only_what_may_be_a_mobile_takes_texts(number: E164, takes: bool):
    assert brakes.takes_texts(number) is takes


async def test_a_stop_is_told_to_whoever_said_it_and_outlives_their_number(town: Town):
    """Else somebody who enters the number again would have it texted."""
    holdings, said_at = StickerHoldings(town.house.numbers), NOON
    await town.rows("INSERT INTO opt_out VALUES ($1, $2, $3)", town.tenant, town.house.numbers.key(OWNER), said_at)

    async with town.house.database.transaction() as conn:
        (told,) = await holdings.export(conn, Subject(number=OWNER))
        later = await holdings.export(conn, Subject(number=OWNER, since=said_at + timedelta(days=1)))
        await holdings.erase(conn, Subject(number=OWNER))

    assert (told.kind, told.at, later) == ("opt-out", said_at, [])
    assert len(await town.rows("SELECT 1 FROM opt_out")) == 1


async def test_the_carrier_forgets_both_legs_and_the_text(office: Office):
    """Its record of the leg to the owner, and of the text, holds the owner's number."""
    town = office.town
    way = await town.scan(await town.sticker())
    assert way.number is not None
    call, leg = town.twilio.new_call(), town.twilio.new_call()
    answer = await town.twilio.calls(ALICE, way.number, call)
    await town.twilio.step(answer.action, call, ALICE, DialCallStatus="no-answer", DialCallSid=leg)
    await town.twilio.ends(call)
    await office.works()
    assert office.post.forgotten == []

    await office.works(timedelta(minutes=10))

    assert sorted(office.post.forgotten) == sorted([("call", call), ("call", leg), ("text", f"SM{1:032x}")])
    assert await town.rows("SELECT 1 FROM outbox") == []


async def test_a_leg_is_forgotten_where_the_caller_hung_up_before_the_dial_was_over(office: Office):
    town = office.town
    way = await town.scan(await town.sticker())
    assert way.number is not None
    call, leg = town.twilio.new_call(), town.twilio.new_call()
    answer = await town.twilio.calls(ALICE, way.number, call)
    news = answer.get("Dial/Number", "statusCallback")
    for _ in range(2):
        await town.twilio.step(news, leg, ParentCallSid=call, CallStatus="no-answer", Direction="outbound-dial")

    await office.works(timedelta(minutes=10))

    assert office.post.forgotten == [("call", leg)]
