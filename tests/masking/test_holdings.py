"""A person's rights over what stickers hold, and where the number was somebody else's before."""

from datetime import timedelta

from masking.stickers.holdings import StickerHoldings
from privacy.holdings import Subject
from tests.town import ALICE, NOON, OWNER, Town

CONTACTS = "SELECT place FROM sticker_contact ORDER BY asked_at"


async def two_times(town: Town) -> tuple[StickerHoldings, Subject, str, str]:
    """One number on a sticker of its former holder, and a month later on one of its present holder; each blocked."""
    holdings = StickerHoldings(town.house.numbers)
    codes = []
    for party in (b"a", b"b"):
        codes.append(await town.sticker(OWNER))
        phone = (await town.rows("SELECT phone_id FROM phone"))[0]["phone_id"]
        await town.rows(
            "INSERT INTO block (tenant, phone_id, party_key, made_at, until) VALUES ($1, $2, $3, $4, $5)",
            town.tenant, phone, party, town.clock.now(), town.clock.now() + timedelta(days=365),
        )  # fmt: skip
        town.clock.advance(timedelta(days=30))
    return holdings, Subject(number=OWNER, since=NOON + timedelta(days=30)), codes[0], codes[1]


async def test_a_new_holder_is_told_of_nothing_from_before(town: Town):
    holdings, since, _, theirs = await two_times(town)

    async with town.house.database.work() as conn:
        told = await holdings.export(conn, since)
        everything = await holdings.export(conn, Subject(number=OWNER))

    assert [(record.kind, record.facts.get("code")) for record in told] == [("sticker", theirs), ("block", None)]
    assert all(since.since is not None and record.at >= since.since for record in told)
    assert len(everything) == 4


async def test_a_new_holder_erases_nothing_from_before(town: Town):
    holdings, since, former, theirs = await two_times(town)

    async with town.house.database.transaction() as conn:
        assert await holdings.erase(conn, since) == 1

    assert len(await town.rows(CONTACTS)) == len(await town.rows("SELECT 1 FROM block")) == 1
    assert len(await town.rows("SELECT 1 FROM phone")) == 1
    assert (await town.house.desk.find(former)).state != (await town.house.desk.find(theirs)).state


async def test_all_of_a_person_goes_with_their_number(town: Town):
    holdings, _, _, _ = await two_times(town)

    async with town.house.database.transaction() as conn:
        assert await holdings.erase(conn, Subject(number=OWNER)) == 3
        assert await holdings.erase(conn, Subject(number=ALICE)) == 0

    assert await town.rows("SELECT 1 FROM phone") == await town.rows(CONTACTS) == []
    assert await town.rows("SELECT 1 FROM block") == []
