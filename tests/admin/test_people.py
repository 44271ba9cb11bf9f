"""Signing up and in, and numbers that change hands: nobody gets an account that may be another's."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from admin.people.errors import NewLately, PersonGone
from admin.people.people import People
from admin.people.values import CLOSES_AFTER, MOST_DEVICES, QUIET_FOR, Arrival, device_name
from core.e164 import E164
from maskline import worker
from tests.admin.arriving import arrives
from tests.privacy.proving import ANNA, BEN, HOME, code_of

DAY = timedelta(days=1)


async def people(town) -> int:
    return len(await town.rows("SELECT 1 FROM person"))


async def test_whoever_proves_a_number_first_is_new_here(town):
    welcome = await arrives(town)

    assert welcome.fresh
    assert welcome.person.region == "US"
    assert await town.house.people.people.number(welcome.person.person_id) == ANNA


async def test_proving_it_again_is_signing_in_with_one_more_device(town):
    first = await arrives(town, device="Phone")
    second = await arrives(town, device="Laptop")

    assert (second.person.person_id, second.fresh) == (first.person.person_id, False)
    names = [each.name for each in await town.house.people.members.devices(first.person.person_id)]
    assert sorted(names) == ["Laptop", "Phone"]


async def test_signing_up_on_two_devices_at_once_makes_one_person(town):
    """Two proofs of one number, for the purposes of two rooms, would race just so."""
    room, now = town.house.people.people, town.clock.now()

    async def one(name: str):
        async with town.house.database.transaction() as conn:
            return await room._person(conn, now, ANNA, Arrival(device=name, language="en"))

    results = await asyncio.gather(*(one(f"phone {n}") for n in range(5)))

    assert len({found.person_id for found, _ in results}) == 1
    assert sum(fresh for _, fresh in results) == 1
    assert await people(town) == 1
    assert await room.number(results[0][0].person_id) == ANNA


async def test_the_number_stands_sealed_and_keyed_as_no_other_room_keys_it(town):
    await arrives(town)

    (row,) = await town.rows("SELECT * FROM person")
    assert ANNA.digits not in str(row)
    assert row["number_key"] != town.house.numbers.key(ANNA)


async def test_a_token_stands_as_a_hash_alone(town):
    welcome = await arrives(town)

    (row,) = await town.rows("SELECT * FROM device")
    assert welcome.token not in str(row)
    assert welcome.token not in repr(welcome)


async def test_of_too_many_devices_the_one_longest_unused_goes(town):
    first = await arrives(town)
    now = town.clock.now()
    await town.rows(
        "INSERT INTO device SELECT gen_random_uuid(), $1, sha256(n::text::bytea), 'old ' || n, false, $2, $3"
        " FROM generate_series(1, $4) n",
        first.person.person_id, now - 9 * DAY, (now - 9 * DAY).date(), MOST_DEVICES,
    )  # fmt: skip

    await arrives(town, device="Newest")

    devices = await town.house.people.members.devices(first.person.person_id)
    assert len(devices) == MOST_DEVICES
    assert {"Phone", "Newest"} <= {each.name for each in devices}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  My\nphone  ", "My phone"),
        ("\u202e\u0000", ""),
        ("x" * 300, "x" * 64),
        ("फ़ोन", "फ़ोन"),
        ("<b>", "<b>"),
        ("of +1 202 555 0170", ""),
    ],
)
def test_a_device_is_called_something_that_can_be_shown(given, shown):
    assert device_name(given) == shown


# ── numbers that change hands ────────────────────────────────────────────────────────────────────────────────────────


async def test_after_a_long_silence_whoever_proves_the_number_is_somebody_new(town, clock):
    former = await arrives(town)
    clock.advance(QUIET_FOR + DAY)

    newcomer = await arrives(town)

    assert newcomer.fresh
    assert newcomer.person.person_id != former.person.person_id
    with pytest.raises(PersonGone):
        await town.house.people.people.number(former.person.person_id)


async def test_whoever_used_a_device_lately_keeps_their_account(town, clock):
    former = await arrives(town)
    clock.advance(QUIET_FOR)
    await town.house.people.members.here(former.token)
    clock.advance(QUIET_FOR)

    assert (await arrives(town)).person.person_id == former.person.person_id


async def test_whoever_says_that_they_are_new_sees_nothing_of_the_former_one(town):
    former = await arrives(town)

    newcomer = await arrives(town, new=True)

    assert newcomer.fresh
    assert await town.house.people.members.member(former.token, HOME) is None
    assert await town.house.people.members.here(former.token) is not None


async def test_a_number_is_new_to_somebody_once_in_three_months(town, clock):
    """Else one phone could be as many people as it liked."""
    await arrives(town)
    newcomer = await arrives(town, new=True)

    with pytest.raises(NewLately):
        await arrives(town, new=True)
    assert (await arrives(town)).person.person_id == newcomer.person.person_id


@dataclass
class Operator:
    """The rooms of names, with a feed of an operator's. told: what became of which number."""

    given: E164 | None = None
    told: list[tuple[str, E164]] = field(default_factory=list)

    async def given_back(self, conn, number, after):
        return number == self.given

    async def doubted(self, conn, number):
        return number == self.given

    async def taken(self, conn, number):
        self.told.append(("taken", number))

    async def changed_hands(self, conn, number, *, stays_hidden):
        self.told.append(("stays hidden" if stays_hidden else "passed on", number))

    async def left(self, conn, number):
        self.told.append(("left", number))

    async def proven(self, conn, number, *, same):
        self.told.append(("proven again" if same else "proven", number))


async def arrives_heeding(town, operator: Operator, number: E164, keeper: UUID | None = None):
    """Somebody signs in where the rooms of names are asked."""
    house = town.house
    room = house.people.people
    heeding = People(
        house.database, house.clock, house.sealer, room._keys, house.people.proofs, room._secrets, b"c" * 32, operator
    )
    started = await heeding.start(number, "text", "en", network=HOME)
    arrival = Arrival(device="", language="en", keeper=keeper)
    return await heeding.finish(started.proof_id, code_of(town, started.proof_id), arrival, network=HOME)


async def test_a_number_that_its_operator_gave_back_is_somebody_elses(town):
    operator, former = Operator(given=ANNA), await arrives(town)

    newcomer = await arrives_heeding(town, operator, ANNA)

    assert newcomer.person.person_id != former.person.person_id
    assert operator.told == [("taken", ANNA), ("passed on", ANNA), ("proven", ANNA)]


async def test_what_was_said_of_a_number_is_void_once_its_person_moves_to_another(town):
    operator, anna = Operator(), await arrives(town)

    await arrives_heeding(town, operator, BEN, keeper=anna.person.person_id)

    assert set(operator.told[:2]) == {("taken", ANNA), ("taken", BEN)}
    assert operator.told[2:] == [("left", ANNA), ("proven", BEN)]


async def test_whoever_lost_their_number_takes_their_account_to_another(town):
    former = await arrives(town)
    await arrives(town, new=True)

    moved = await arrives(town, BEN, keeper=former.person.person_id)

    assert (moved.person.person_id, moved.fresh) == (former.person.person_id, False)
    assert await town.house.people.people.number(moved.person.person_id) == BEN
    assert moved.person.region == "GB"


async def test_nobody_takes_an_account_to_a_number_that_is_somebodys(town):
    anna, ben = await arrives(town), await arrives(town, BEN)

    again = await arrives(town, BEN, keeper=anna.person.person_id)

    assert again.person.person_id == ben.person.person_id
    assert await town.house.people.people.number(anna.person.person_id) == ANNA


async def test_whoever_lost_their_number_is_deleted_after_thirty_days(town, clock):
    former = await arrives(town)
    await arrives(town, new=True)
    clock.advance(CLOSES_AFTER)
    await worker.drain(town.house)

    assert await people(town) == 1
    assert await town.house.people.members.here(former.token) is None


async def test_whoever_proved_another_number_meanwhile_stays(town, clock):
    former = await arrives(town)
    await arrives(town, new=True)
    await arrives(town, BEN, keeper=former.person.person_id)
    clock.advance(CLOSES_AFTER)
    await worker.drain(town.house)

    assert await people(town) == 2


async def test_a_code_for_another_purpose_signs_nobody_in(town):
    started = await town.house.people.proofs.start(ANNA, "opt-out", "text", "en", network=HOME)

    with pytest.raises(Exception, match="no longer be used"):
        await town.house.people.people.finish(
            started.proof_id, code_of(town, started.proof_id), Arrival(device="", language="en"), network=HOME
        )
    assert await people(town) == 0


async def test_what_is_noted_names_nobody(town):
    welcome = await arrives(town)
    await arrives(town, new=True)

    entries = await town.rows("SELECT actor, action, reference, counts::text FROM audit_entry ORDER BY at")
    actions = {entry["action"] for entry in entries}
    assert {"person.signed-up", "person.lost-number"} <= actions
    assert ANNA.digits not in str(entries)
    assert welcome.token not in str(entries)


async def test_whoever_loses_a_second_number_has_thirty_days_from_then(town, clock):
    former = await arrives(town)
    await arrives(town, new=True)
    clock.advance(10 * DAY)
    await arrives(town, BEN, keeper=former.person.person_id)
    clock.advance(15 * DAY)
    await arrives(town, BEN, new=True)

    clock.advance(CLOSES_AFTER - 25 * DAY)
    await worker.drain(town.house)
    assert await people(town) == 3
    clock.advance(25 * DAY)
    await worker.drain(town.house)

    assert await people(town) == 2
    assert await town.house.people.members.here(former.token) is None


async def test_whoever_is_refused_as_new_signs_in_with_the_same_code(town):
    await arrives(town)
    newcomer = await arrives(town, new=True)
    room = town.house.people.people
    started = await room.start(ANNA, "text", "en", network=HOME)
    code = code_of(town, started.proof_id)
    with pytest.raises(NewLately):
        await room.finish(started.proof_id, code, Arrival(device="", language="en", new=True), network=HOME)

    again = await room.finish(started.proof_id, code, Arrival(device="", language="en"), network=HOME)

    assert again.person.person_id == newcomer.person.person_id
