"""Ways around the budgets that somebody with one phone and much patience would try."""

import pytest

from callerid.lookups import rules
from callerid.lookups.errors import LookupsUsedUp
from callerid.lookups.values import Asker
from callerid.ports import Member
from core.e164 import E164
from tests.admin.arriving import arrives
from tests.callerid.lookups.asking import number
from tests.town import Town


async def signs_up(town: Town) -> Member:
    """Somebody with a phone, always the same one."""
    welcome = await arrives(town)
    member = await town.house.people.members.member(welcome.token, "")
    assert member is not None
    return member


async def leaves(town: Town, member: Member) -> None:
    here = await town.house.people.people.describe(member.person_id, None, None)
    await town.house.people.rights.delete(here)


async def asker_of(town: Town, member: Member) -> Asker:
    door = town.house.lookups.door
    return door.marks.member(member, await door.holders.key(member), b"network")


async def answered(town: Town, asker: Asker, start: int) -> tuple[int, str]:
    """How many numbers that nobody knows are answered, and which budget ends it."""
    for asked in range(rules.LookupLimits().a_day):
        try:
            await town.house.lookups.lookups.look_up(asker, number(start + asked))
        except LookupsUsedUp as refusal:
            return asked, refusal.facts["budget"]
    raise AssertionError("it never ends")


async def test_an_account_that_is_deleted_and_made_anew_has_no_fresh_budget(town: Town):
    member = await signs_up(town)
    assert await answered(town, await asker_of(town, member), 0) == (50, "account")

    await leaves(town, member)
    again = await signs_up(town)

    assert again.person_id != member.person_id
    assert await answered(town, await asker_of(town, again), 100) == (0, "number")


async def test_nor_a_fresh_one_for_contacts(town: Town, monkeypatch):
    monkeypatch.setattr(rules, "FULL_SYNC", 3)
    contacts, asked = town.house.lookups.http._contacts, [E164("+447700900101"), E164("+447700900102")]
    holders = town.house.lookups.door.holders
    member = await signs_up(town)
    await contacts.find(member, await holders.key(member), b"", asked, recent=False)

    await leaves(town, member)
    again = await signs_up(town)

    with pytest.raises(LookupsUsedUp) as refused:
        await contacts.find(again, await holders.key(again), b"", asked, recent=False)
    assert refused.value.facts["budget"] == "number"


async def test_what_is_kept_of_a_deleted_account_says_only_how_much_was_asked_with_its_number(town: Town):
    member = await signs_up(town)
    await answered(town, await asker_of(town, member), 0)
    await leaves(town, member)

    assert await town.rows("SELECT * FROM lookup_mark") == []
    kept = await town.rows("SELECT today FROM lookup_budget")
    assert [row["today"] for row in kept] == [100, 100, 100], "its number's, its device's, its network's"
