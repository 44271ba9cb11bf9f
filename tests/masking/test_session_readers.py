"""A text goes to everybody on the other side who takes texts of its sender, each with a fate of its own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from core.e164 import E164
from core.ids import new_id
from masking.sessions.given import Party, SessionGiven
from masking.sessions.values import Url
from masking.stickers.blocks import Blocks
from tests.masking.texting import LINES, Office, post_office, text
from tests.pictures import jpeg
from tests.town import ALICE, BOB, SECOND, Town
from voice.events import TextMoved
from voice.ports import CarrierRefused

CAROL = SECOND


@dataclass(frozen=True)
class Family:
    """Alice on one side; Bob and Carol on the other, in this order."""

    service: UUID
    session: UUID
    alice: UUID
    bob: UUID
    carol: UUID
    line: E164


@pytest.fixture
def office(town: Town) -> Office:
    return post_office(town)


async def family(town: Town, **given: Any) -> Family:
    service = await town.service(numbers=[LINES["twilio"]], **given)
    people = Party(number=ALICE, side=1), Party(number=BOB, side=2), Party(number=CAROL, side=2)
    made = await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(), people)
    seated = sorted(made.participants, key=lambda each: (each.side, each.place))
    alice, bob, carol = (each.participant_id for each in seated)
    return Family(service.service_id, made.session.session_id, alice, bob, carol, LINES["twilio"])


async def says(office: Office, home: Family, body: str, sender: E164 = ALICE, name: str = "SM1", **extra: str) -> None:
    await text(office.town.twilio, sender, home.line, body, name, **extra)
    await office.works()


async def readers(town: Town) -> list[tuple[object, object]]:
    """Who was to read a text, and why it went no further."""
    rows = await town.rows("SELECT to_participant, refused FROM interaction")
    return sorted(((row["to_participant"], row["refused"]) for row in rows), key=str)


async def test_everybody_on_the_other_side_reads_it_and_nobody_else(office: Office, town: Town):
    home = await family(town)

    await says(office, home, "Hello")
    await says(office, home, "Hi", BOB, "SM2")

    assert sorted(office.post.sent, key=str) == sorted(
        [(BOB, home.line, "Hello"), (CAROL, home.line, "Hello"), (ALICE, home.line, "Hi")], key=str
    )


async def test_a_repeat_sends_nothing_again_also_to_somebody_who_came_since(office: Office, town: Town):
    home = await family(town)
    await says(office, home, "Hello")
    where = (town.tenant, home.service, home.session)
    await town.house.rooms.parties.add(*where, Party(number=E164("+12025550159"), side=2))

    for _ in range(2):
        town.clock.advance(timedelta(minutes=1))
        await says(office, home, "Hello")

    assert sorted(to.value for to, _, _ in office.post.sent) == sorted([BOB.value, CAROL.value])
    assert len(await town.rows("SELECT 1 FROM interaction")) == 2


async def test_each_text_has_a_fate_of_its_own_and_the_customer_is_told_of_each(office: Office, town: Town):
    home = await family(town, urls={Url.EVENTS: "https://customer.example/events"})
    office.post.fails = [CarrierRefused("Not in service.", code="30003")]
    await text(town.twilio, ALICE, home.line, "Hello", "SM1")
    told = await town.rows("SELECT payload ->> 'kind' AS kind FROM outbox WHERE kind = 'event'")
    await office.works()

    (sent,) = await town.rows("SELECT message_id FROM message WHERE state = 'queued'")
    news = TextMoved("SM1", "delivered")
    (account,) = town.house.accounts.of("twilio")
    await town.house.hooks._texts.moved(account, UUID(str(sent["message_id"])), news)

    rows = await town.rows("SELECT i.to_participant, m.state, m.error FROM message m "
                           "JOIN interaction i ON i.interaction_id = m.message_id ORDER BY m.state")  # fmt: skip
    assert [(row["state"], row["error"]) for row in rows] == [("delivered", None), ("failed", "30003")]
    assert {row["to_participant"] for row in rows} == {home.bob, home.carol}
    assert [row["kind"] for row in told].count("interaction") == 2


async def test_who_said_stop_or_blocked_the_sender_keeps_it_from_no_other(office: Office, town: Town):
    home = await family(town)
    await says(office, home, "STOP", BOB)

    await says(office, home, "Hello", name="SM2")
    after_stop = await readers(town)
    (row,) = await town.rows("SELECT phone_id FROM participant WHERE participant_id = $1", home.carol)
    async with town.house.database.transaction() as conn:
        blocks = Blocks(town.clock, town.house.numbers, town.house.short_keys)
        await blocks.put(conn, town.tenant, UUID(str(row["phone_id"])), ALICE, new_id())
    answer = await text(town.twilio, ALICE, home.line, "Anybody?", "SM3")
    await office.works()

    assert [(to, body) for to, _, body in office.post.sent] == [(CAROL, "Hello")]
    assert after_stop == sorted([(home.carol, None), (home.bob, "opted-out")], key=str)
    assert "not passed on" in answer.text


async def test_the_days_texts_count_for_each_reader(office: Office, town: Town):
    home = await family(town, texts_a_day=3)

    await says(office, home, "One")
    await says(office, home, "Two", name="SM2")

    assert len(office.post.sent) == 3
    assert [why for _, why in await readers(town)].count("quota") == 1


async def test_each_gets_the_pictures_under_an_address_of_their_own(office: Office, town: Town):
    home, place = await family(town), "https://api.twilio.com/m/1"
    office.post.holds[place] = jpeg((40, 30))

    await says(office, home, "Look", NumMedia="1", MediaUrl0=place)

    shown = [address for addresses in office.post.media for address in addresses]
    assert (len(shown), len(set(shown))) == (2, 2)
