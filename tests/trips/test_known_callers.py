"""A caller whom names know: by a name that they agreed to, or as a nuisance. Their number stays theirs."""

from uuid import UUID

import pytest

from core.e164 import E164
from core.route import Reason
from exchange import Exchange, Handset
from masking.stickers.desk import Description
from masking.stickers.values import Nuisance
from privacy.numbers import NumberKeys
from tests.admin.arriving import arrives
from tests.town import ALICE, OWNER, SECOND, SHARED, Town
from tests.trips.test_scan_to_talk import dial


@pytest.fixture
def owner(connected: Exchange) -> Handset:
    return connected.handset(OWNER.value, "Owner")


async def known(town: Town, number: E164, **facts: object) -> None:
    """What names know of a number."""
    columns = {"number_key": NumberKeys(town.house.ring, "callerid").key(number), **facts}
    places = ", ".join(f"${at}" for at in range(1, len(columns) + 1))
    await town.rows(
        f"INSERT INTO named_number (number_ref, {', '.join(columns)}) VALUES (gen_random_uuid(), {places})",
        *columns.values(),
    )


async def agreed(town: Town, number: E164, name: str) -> UUID:
    """Somebody signs up, sets their name, and lets it be said in calls."""
    person = (await arrives(town, number)).person.person_id
    await town.house.naming.owners.call_me(person, name)
    await town.house.naming.owners.change(person, says_name=True, agreed="en")
    return person


async def rung(town: Town, alice: Handset, owner: Handset, carrier: str, wish: Nuisance = Nuisance.ANNOUNCE) -> str:
    """What the owner hears when Alice calls about their sticker."""
    code = await town.sticker(carrier=carrier)
    await town.house.desk.describe(code, Description(label="Blue van", nuisance=wish))
    await alice.dials(dial(await town.scan(code)))
    await owner.rings()
    await owner.answers()
    await owner.hears("press 1")
    return " ".join(owner.heard)


async def test_who_agreed_to_be_named_is_named_before_anything_else(town: Town, connected, alice, owner, carrier):
    await agreed(town, ALICE, "Asha Rao")

    heard = await rung(town, alice, owner, carrier)

    assert heard.startswith("Asha Rao is calling.")
    assert owner.shown == SHARED[carrier].value
    assert connected.leaks == []
    kept = await town.rows("SELECT route::text AS route FROM call UNION ALL SELECT route::text FROM call_step")
    assert "Asha" not in str(kept)


async def test_a_verified_name_is_said_rather_than_an_own_one(town: Town, connected, alice, owner, carrier):
    await agreed(town, ALICE, "Asha")
    await town.rows("UPDATE named_number SET verified_name = 'Rao Motors'")

    assert (await rung(town, alice, owner, carrier)).startswith("Rao Motors is calling.")


@pytest.mark.parametrize("wish", [{"says_name": False}, {"hidden": True}])
async def test_who_does_not_want_it_any_more_or_hides_is_not_named(
    town: Town, connected, alice, owner, carrier, wish
):  # fmt: skip
    await town.house.naming.owners.change(await agreed(town, ALICE, "Asha Rao"), **wish)

    assert "Asha" not in await rung(town, alice, owner, carrier)


async def test_who_takes_their_consent_back_is_not_named(town: Town, connected, alice, owner, carrier):
    person = await agreed(town, ALICE, "Asha Rao")
    async with town.house.database.transaction() as conn:
        assert await town.house.people.consents.withdraw(conn, person, "speak-name")

    assert "Asha" not in await rung(town, alice, owner, carrier)


async def test_an_owner_is_warned_of_a_nuisance(town: Town, connected, alice, owner, carrier):
    await known(town, ALICE, spam=0.9)

    assert (await rung(town, alice, owner, carrier)).startswith("Careful.")


async def test_an_owner_who_does_not_care_is_not_warned(town: Town, connected, alice, owner, carrier):
    await known(town, ALICE, spam=0.9)

    assert "Careful" not in await rung(town, alice, owner, carrier, Nuisance.RING)


async def test_an_owner_who_refuses_nuisances_is_not_rung_by_one(town: Town, connected, alice, owner, carrier):
    await known(town, ALICE, spam=0.8)
    code = await town.sticker(carrier=carrier)
    await town.house.desk.describe(code, Description(label="Blue van", nuisance=Nuisance.REFUSE))

    call = await alice.dials(dial(await town.scan(code)))
    await call.ended()

    assert owner.shown is None
    assert "nuisance" not in " ".join(alice.heard)
    assert (await town.call())["outcome"] == "refused"
    assert await town.rows("SELECT 1 FROM claim WHERE kind = 'callback'") == []


async def test_an_extension_rings_no_refusing_owner_either(town: Town, connected, alice, owner, carrier):
    await known(town, ALICE, spam=0.8)
    code = await town.sticker(carrier=carrier)
    await town.house.desk.describe(code, Description(label="Blue van", nuisance=Nuisance.REFUSE))
    way = [await town.scan(code) for _ in range(3)][-1]
    assert way.extension

    call = await alice.dials(dial(way))
    await call.ended()

    assert owner.shown is None
    assert (await town.call())["outcome"] == "refused"
    assert await town.rows("SELECT 1 FROM claim WHERE kind = 'callback'") == []


async def test_whom_few_complain_of_rings_everybody(town: Town, connected, alice, owner, carrier):
    await known(town, ALICE, spam=0.7)

    assert "Careful" not in await rung(town, alice, owner, carrier, Nuisance.REFUSE)


async def refusing(town: Town, carrier: str, second: E164 | None = None) -> str:
    """The code of a sticker whose owner wants no nuisances."""
    code = await town.sticker(carrier=carrier, second=second)
    await town.house.desk.describe(code, Description(label="Blue van", nuisance=Nuisance.REFUSE))
    return code


@pytest.mark.parametrize("scans", [1, 3])
async def test_after_an_accident_whoever_calls_rings_and_the_owner_is_warned(
    town: Town, connected, alice, owner, carrier, scans
):  # fmt: skip
    """The third scan of a town with two open claims a sticker gets an extension: the other path to the owner."""
    await known(town, ALICE, spam=0.9)
    code = await refusing(town, carrier)
    way = [await town.scan(code, Reason.ACCIDENT) for _ in range(scans)][-1]

    await alice.dials(dial(way))
    await owner.rings()
    await owner.answers()
    await owner.hears("press 1")

    assert " ".join(owner.heard).startswith("Careful.")


async def test_after_an_accident_the_second_contact_is_rung_and_warned_too(
    town: Town, connected, alice, owner, carrier
):
    await known(town, ALICE, spam=0.9)
    second = connected.handset(SECOND.value, "Second contact")
    code = await refusing(town, carrier, SECOND)

    await alice.dials(dial(await town.scan(code, Reason.ACCIDENT)))
    await owner.rings()
    await owner.declines()
    await second.rings()
    await second.answers()
    await second.hears("press 1")

    assert " ".join(second.heard).startswith("Careful.")


async def test_a_stranger_who_is_called_back_does_not_hear_the_owners_name(
    town: Town, connected, alice, owner, carrier
):
    """What an owner agreed to is for calls that they make; a stranger beside a car never learns whose it is."""
    await agreed(town, OWNER, "Asha Rao")
    way = await town.scan(await town.sticker(carrier=carrier))
    first = await alice.dials(dial(way))
    await owner.rings()
    await alice.hangs_up()
    await first.ended()

    await owner.dials(SHARED[carrier].value)
    await connected.passes(8)
    await alice.rings()
    await alice.answers()
    await alice.hears("press 1")

    assert "Asha" not in " ".join(alice.heard)


async def test_a_call_goes_on_without_a_name_that_cannot_be_read(town: Town, connected, alice, owner, carrier):
    await agreed(town, ALICE, "Asha Rao")
    way = await town.scan(await town.sticker(carrier=carrier))
    call = await alice.dials(dial(way))
    await owner.rings()
    await town.rows("ALTER TABLE consent RENAME TO gone")

    await owner.answers()
    await owner.hears("press 1")
    await owner.presses("1")
    await call.bridged()

    assert "Asha" not in " ".join(owner.heard)


async def test_a_call_does_not_wait_for_a_name(town: Town, connected, alice, owner, carrier):
    await agreed(town, ALICE, "Asha Rao")
    way = await town.scan(await town.sticker(carrier=carrier))
    await alice.dials(dial(way))
    await owner.rings()

    async with town.house.database.transaction() as conn:
        await conn.execute("LOCK TABLE person")
        await owner.answers()
        await owner.hears("press 1")

    assert "Asha" not in " ".join(owner.heard)
