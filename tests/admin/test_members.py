"""Who is signed in: a token counts until it is signed out, and the rooms of names see no more than they need."""

from datetime import timedelta

import pytest

from admin.people import store
from admin.people.errors import DeviceUnknown
from admin.people.members import REMEMBERED
from callerid.lookups.ports import Here
from callerid.ports import Member
from core.e164 import E164
from core.ids import new_id
from maskline.wiring_people import furnish_people
from privacy.keys import KeyRing
from privacy.proof_codes import Codes
from tests.admin.arriving import arrives
from tests.privacy.proving import ANNA, BEN, HOME
from tests.town import Town

DAY = timedelta(days=1)


def other_process(town: Town, ring: KeyRing | None = None):
    """The members of a second process on the same database. ring: with newer roots."""
    house = town.house
    return furnish_people(
        house.clock, house.database, ring or house.ring, house.sealer, house.numbers, house.accounts, house.placer,
        town.links, house.limiter, house.short_keys, house.settings, lambda: house.holders,
    ).members  # fmt: skip


async def test_a_member_is_as_much_of_a_person_as_names_need(town):
    welcome = await arrives(town)

    member = await town.house.people.members.member(welcome.token, "192.0.2.0/24")

    assert member == Member(welcome.person.person_id, welcome.device.device_id, "US", town.clock.now(), False,
                            "192.0.2.0/24")  # fmt: skip


@pytest.mark.parametrize("token", ["", "x", "\ud800", "x" * 100_000])
async def test_nobody_is_signed_in_with_anything_else(town, token):
    await arrives(town)

    assert await town.house.people.members.member(token, HOME) is None


async def test_a_device_that_is_signed_out_counts_no_more(town, clock):
    welcome, other = await arrives(town), await arrives(town, device="Laptop")
    members, elsewhere = town.house.people.members, other_process(town)
    await elsewhere.here(welcome.token)

    await members.sign_out(welcome.person.person_id, welcome.device.device_id)

    assert await members.here(welcome.token) is None
    assert await members.here(other.token) is not None
    clock.advance(REMEMBERED)
    assert await elsewhere.here(welcome.token) is None


async def test_signing_out_everywhere_leaves_no_device(town):
    welcome = await arrives(town)
    await arrives(town)
    stranger = await arrives(town, BEN)

    assert await town.house.people.members.sign_out_everywhere(welcome.person.person_id) == 2
    assert await town.house.people.members.here(welcome.token) is None
    assert await town.house.people.members.here(stranger.token) is not None


async def test_nobody_signs_out_a_device_of_somebody_else(town):
    anna, ben = await arrives(town), await arrives(town, BEN)
    members = town.house.people.members

    for device in (ben.device.device_id, new_id()):
        with pytest.raises(DeviceUnknown):
            await members.sign_out(anna.person.person_id, device)
    assert await members.here(ben.token) is not None


async def test_the_day_of_the_last_use_is_noted_and_no_time(town, clock):
    welcome = await arrives(town)
    clock.advance(3 * DAY)
    await town.house.people.members.here(welcome.token)

    (row,) = await town.rows("SELECT d.used_on, p.seen_on FROM device d JOIN person p USING (person_id)")
    assert row == {"used_on": clock.now().date(), "seen_on": clock.now().date()}


async def test_a_token_counts_under_a_new_root_and_still_once_the_old_one_is_gone(town, clock):
    welcome = await arrives(town)
    both = town.house.ring.with_new("token", clock.now())
    await other_process(town, both).here(welcome.token)

    assert await other_process(town, both.without("token", 1)).here(welcome.token) is not None


async def test_a_code_counts_under_a_new_root(town, clock):
    """A restart with a new root in the middle of somebody's sign-in ends nothing."""
    started = await town.house.people.proofs.start(BEN, "sign-in", "text", "en", network=HOME)
    old = Codes(town.house.ring.derive_each("token", "proof codes")).code(started.proof_id)
    both = town.house.ring.with_new("token", clock.now())

    assert Codes(both.derive_each("token", "proof codes")).fits(started.proof_id, old)


async def test_a_token_that_is_signed_out_while_it_is_looked_up_counts_no_more(town, monkeypatch):
    welcome = await arrives(town)
    members, find = town.house.people.members, store.by_token

    async def late(conn, hashes):
        found = await find(conn, hashes)
        monkeypatch.undo()
        await members.sign_out(welcome.person.person_id, welcome.device.device_id)
        return found

    monkeypatch.setattr(store, "by_token", late)
    await members.here(welcome.token)

    assert await members.here(welcome.token) is None


async def test_a_callers_name_is_found_while_their_account_is_being_changed(town):
    """Somebody rings and waits: no look-up in a call waits for a row that signing in has locked."""
    welcome = await arrives(town)
    people, found = town.house.people, []
    async with town.house.database.transaction() as busy, town.house.database.work() as conn:
        await busy.execute("SELECT FROM person FOR UPDATE")
        await conn.execute("SET lock_timeout = '100ms'")
        found.append(await people.by_number.holder(conn, ANNA))
        await conn.execute("RESET lock_timeout")

    assert found == [welcome.person.person_id]


async def test_whoever_is_found_is_found_by_either_way_of_writing_their_number(town):
    line = ANNA.value[2:]
    old, new = E164(f"+521{line}"), E164(f"+52{line}")
    people, person, t = town.house.people, new_id(), town.clock.now()
    key = people.by_number._keys.key(new)
    await town.rows("INSERT INTO person (person_id, number_key, sealed, region, language, made_at, proven_at, seen_on)"
                    " VALUES ($1, $2, 'x', 'MX', 'en', $3, $3, $4)", person, key, t, t.date())  # fmt: skip
    async with town.house.database.transaction() as conn:
        await people.consents.give(conn, person, "be-found", 1, "en")

        found = await people.by_number.findable(conn, [old, ANNA, new])

    assert found == {old: Here(person, t), new: Here(person, t)}
