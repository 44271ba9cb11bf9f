"""A caller whom names know: by a name that they agreed to, or as a nuisance. Their number stays theirs."""

from uuid import UUID

import pytest

from core.e164 import E164
from exchange import Exchange, Handset
from masking.stickers.desk import Description
from masking.stickers.values import Nuisance
from privacy.numbers import NumberKeys
from tests.admin.arriving import arrives
from tests.town import ALICE, OWNER, SHARED, Town
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
