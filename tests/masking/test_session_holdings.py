"""What sessions hold about a person is given out to them, and erased without anybody meeting a stranger."""

from datetime import timedelta

import pytest

from core.e164 import E164
from masking.sessions.errors import NoNumber
from masking.sessions.given import Party, SessionGiven
from privacy.holdings import Record, Subject, erase_everywhere, export_everywhere
from tests.town import ALICE, BOB, OWNER, SESSION, Town

COOL = timedelta(hours=24)


async def held(town: Town, number: E164) -> list[Record]:
    records, _ = await export_everywhere(
        town.house.database, town.house.holders, Subject(number), at=town.clock.now(), actor="command"
    )
    return [record for record in records if record.room == "masking.sessions"]


async def erased(town: Town, number: E164, **more: object) -> int:
    receipt = await erase_everywhere(
        town.house.database, town.house.holders, Subject(number, **more), at=town.clock.now(), actor="command"  # type: ignore[arg-type]
    )  # fmt: skip
    return receipt.counts["masking.sessions"]


async def test_they_see_where_they_take_part_and_what_they_stopped(town: Town):
    service = await town.service(unique_name="rides")
    await town.session(service=service, unique_name="order 7")
    await town.rows("INSERT INTO service_opt_out VALUES ($1, $2, $3, $4) RETURNING 1", town.tenant, service.service_id,
                    town.house.numbers.key(ALICE), town.clock.now())  # fmt: skip

    found = {record.kind: record.facts for record in await held(town, ALICE)}

    assert found["opt-out"] == {"service": "rides"}
    assert found["session"] == {"service": "rides", "session": "order 7", "side": 1, "ended": None, "left": None}
    assert await held(town, OWNER) == []


async def test_an_erased_person_is_in_no_session_and_their_number_is_nowhere(town: Town):
    service = await town.service()
    people = (
        Party(number=ALICE, friendly_name="Alice", called_as="your driver", announcement="Hello"),
        Party(number=BOB),
    )
    await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(), people)

    assert await erased(town, ALICE) == 1

    (row,) = await town.rows("SELECT * FROM participant WHERE side = 1")
    assert [row[name] for name in ("phone_id", "friendly_name", "called_as", "announcement")] == [None] * 4
    assert row["deleted_at"] == town.clock.now()
    assert await town.rows("SELECT 1 FROM phone WHERE number_key = $1", town.house.numbers.key(ALICE)) == []
    assert await held(town, ALICE) == []
    assert len(await held(town, BOB)) == 1


async def test_their_claim_cools_so_that_the_other_side_meets_no_stranger(town: Town):
    service = await town.service(numbers=SESSION["twilio"][:1])
    await town.session(service=service)
    await erased(town, ALICE)

    claims = await town.rows("SELECT until, reuse_after FROM claim ORDER BY until")
    assert claims[0] == {"until": town.clock.now(), "reuse_after": town.clock.now() + COOL}
    with pytest.raises(NoNumber):
        await town.session(ALICE, OWNER, service=service)


async def test_who_held_the_number_before_is_not_touched(town: Town):
    service = await town.service()
    await town.session(service=service)
    town.clock.advance(timedelta(days=1))
    await town.session(ALICE, OWNER, service=service)

    assert await erased(town, ALICE, since=town.clock.now()) == 1

    assert len(await held(town, ALICE)) == 1
    assert await town.rows("SELECT 1 FROM phone WHERE number_key = $1", town.house.numbers.key(ALICE))


async def test_a_text_on_its_way_to_them_is_not_sent(town: Town):
    made = await town.session()
    phone = made.participants[0].number
    assert phone is not None
    await town.rows(
        "INSERT INTO message (tenant, message_id, session_id, account_id, number_id, phone_id, body, state, made_at,"
        " changed_at) VALUES ($1, $2, $2, $2, $2, $3, 'x', 'accepted', $4, $4) RETURNING 1",
        town.tenant, made.session.session_id, phone.row, town.clock.now(),
    )  # fmt: skip

    await erased(town, ALICE)

    assert await town.rows("SELECT phone_id, body FROM message") == [{"phone_id": None, "body": None}]
