"""Who gets which number in a session, and what is refused before anything is kept."""

import pytest

from core.e164 import E164
from masking.claims.errors import DestinationRefused
from masking.sessions.errors import (
    AlreadyIn,
    BadField,
    NameTaken,
    NoNumber,
    NumberNotOurs,
    NumberTaken,
    SessionFull,
)
from masking.sessions.given import Party, ServiceGiven, SessionGiven
from masking.sessions.values import Geo, Mode, Numbering, Selection, SessionState
from tests.town import ALICE, BOB, OWNER, SECOND, SESSION, Town

BRITON = E164("+447700900150")
EMPTY = {"session": 0, "participant": 0, "claim": 0, "phone": 0}


async def everything(town: Town) -> dict[str, int]:
    return {table: (await town.rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in EMPTY}  # type: ignore[misc]


async def test_two_people_get_one_number_and_a_claim_each(town: Town):
    made = await town.session()

    assert {each.proxy for each in made.participants} <= set(SESSION["twilio"])
    assert len({each.number_id for each in made.participants}) == 1
    assert [(each.side, each.place) for each in made.participants] == [(1, 1), (2, 1)]
    claims = await town.rows("SELECT * FROM claim")
    assert [claim["target_id"] for claim in claims] == [made.session.session_id] * 2
    assert made.session.state is SessionState.OPEN
    assert [town.house.rooms.parties.open(each) for each in made.participants] == [ALICE, BOB]


async def test_a_number_stands_once_and_sealed_however_many_sessions_name_it(town: Town):
    service = await town.service()
    await town.session(service=service)
    await town.session(BOB, ALICE, service=service)

    phones = await town.rows("SELECT sealed FROM phone")
    assert len(phones) == 2
    assert all(ALICE.digits.encode() not in phone["sealed"] for phone in phones)  # type: ignore[operator]


async def test_nobody_has_one_number_in_two_live_sessions(town: Town):
    service = await town.service(numbers=SESSION["twilio"])
    others = [BOB, OWNER, SECOND]
    had = {(await town.session(ALICE, other, service=service)).participants[0].proxy for other in others}

    assert had == set(SESSION["twilio"])
    with pytest.raises(NoNumber) as caught:
        await town.session(ALICE, E164("+12025550160"), service=service)
    assert caught.value.facts["why"] == "free"
    assert await everything(town) == {"session": 3, "participant": 6, "claim": 6, "phone": 4}


async def test_other_people_share_a_number_up_to_its_limit(town: Town):
    service = await town.service(numbers=SESSION["twilio"][:1], most_live=2)
    await town.session(ALICE, BOB, service=service)
    await town.session(OWNER, SECOND, service=service)

    with pytest.raises(NoNumber):
        await town.session(E164("+12025550160"), E164("+12025550161"), service=service)


async def test_each_side_gets_a_number_of_its_own_country(town: Town):
    service = await town.service(numbering=Numbering.EACH)

    made = await town.session(ALICE, BRITON, service=service)

    assert made.participants[0].proxy in SESSION["twilio"]
    assert made.participants[1].proxy in SESSION["plivo"]


async def test_both_sides_of_one_country_see_one_number_where_they_can(town: Town):
    made = await town.session(service=await town.service(numbering=Numbering.EACH))

    assert made.participants[0].proxy == made.participants[1].proxy


async def test_where_a_country_has_no_number_another_serves_if_it_may(town: Town):
    strict = await town.service(numbers=SESSION["twilio"], numbering=Numbering.EACH)
    with pytest.raises(NoNumber) as caught:
        await town.session(ALICE, BRITON, service=strict)
    assert caught.value.facts["why"] == "country"
    services, given = town.house.rooms.services, ServiceGiven(fallback_countries=("US",))
    await services.change(town.tenant, strict.service_id, given)

    made = await town.session(ALICE, BRITON, service=strict)

    assert {each.proxy for each in made.participants} <= set(SESSION["twilio"])


async def test_numbers_of_the_same_area_are_chosen_where_asked(town: Town):
    service = await town.service(geo=Geo.AREA_CODE)
    made = await town.session(service=service)
    assert made.participants[0].proxy in SESSION["twilio"]

    with pytest.raises(NoNumber):
        await town.session(E164("+12125550150"), E164("+12125550151"), service=service)


async def test_a_reserved_number_goes_to_who_asks_for_it_alone(town: Town):
    service = await town.service(numbers=())
    pool, tenant = town.house.rooms.pool, town.tenant
    number = await pool.add(tenant, service.service_id, SESSION["twilio"][0], reserved=True)
    with pytest.raises(NoNumber) as caught:
        await town.session(service=service)
    assert caught.value.facts["why"] == "reserved"

    parties = (Party(number=ALICE, ask_for=number.number_id), Party(number=BOB))
    made = await town.house.rooms.sessions.create(tenant, service.service_id, SessionGiven(), parties)
    assert {each.proxy for each in made.participants} == {SESSION["twilio"][0]}

    parties = (Party(number=ALICE, ask_for=number.number_id), Party(number=OWNER))
    with pytest.raises(NumberTaken):
        await town.house.rooms.sessions.create(tenant, service.service_id, SessionGiven(), parties)


async def test_a_number_of_another_pool_cannot_be_asked_for(town: Town):
    mine, other = await town.service(numbers=SESSION["twilio"][:1]), await town.service(numbers=SESSION["twilio"][1:])
    (number, *_) = await town.rows("SELECT number_id FROM service_number WHERE service_id = $1", other.service_id)
    party = Party(number=ALICE, ask_for=number["number_id"])  # type: ignore[arg-type]

    with pytest.raises(NumberNotOurs):
        await town.house.rooms.sessions.create(town.tenant, mine.service_id, SessionGiven(), (party,))
    assert await everything(town) == EMPTY


@pytest.mark.parametrize(("selection", "same"), [(Selection.PREFER_STICKY, True), (Selection.AVOID_STICKY, False)])
async def test_a_person_meets_the_number_they_know_or_never_again(town: Town, selection: Selection, same: bool):
    service = await town.service(selection=selection, numbers=SESSION["twilio"][:2])
    first = await town.session(service=service)
    await town.house.rooms.sessions.close(town.tenant, service.service_id, first.session.session_id)
    second = await town.session(service=service)

    assert (second.participants[0].proxy == first.participants[0].proxy) is same
    if not same:
        with pytest.raises(NoNumber) as caught:
            await town.session(ALICE, OWNER, service=service)
        assert caught.value.facts["why"] == "unused"


async def test_a_number_without_texts_serves_calls_alone(town: Town):
    service = await town.service(numbers=SESSION["twilio"][:1])
    await town.rows("UPDATE proxy_number SET texts = false WHERE e164 = $1 RETURNING 1", SESSION["twilio"][0].value)
    with pytest.raises(NoNumber) as caught:
        await town.session(service=service)
    assert caught.value.facts["why"] == "none"

    assert await town.session(service=service, mode=Mode.VOICE)


@pytest.mark.parametrize(
    ("number", "kind"), [("+12025550100", "ours"), ("+19005550100", "premium"), ("+33639980150", "country")]
)
async def test_who_may_not_be_rung_is_in_no_session(town: Town, number: str, kind: str):
    with pytest.raises(DestinationRefused) as caught:
        await town.session(b=E164(number))

    assert caught.value.facts["kind"] == kind
    assert await everything(town) == EMPTY


async def test_the_service_says_which_countries_it_serves(town: Town):
    with pytest.raises(DestinationRefused):
        await town.session(service=await town.service(countries=("GB",)))


async def test_one_phone_is_in_a_session_once(town: Town):
    with pytest.raises(AlreadyIn):
        await town.session(ALICE, ALICE)

    assert await everything(town) == EMPTY


async def test_each_side_holds_ten(town: Town):
    service = await town.service()
    parties = [Party(number=E164(f"+120255501{n:02d}"), side=1) for n in range(60, 71)]

    with pytest.raises(SessionFull):
        await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(), parties)
    made = await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(), parties[:10])
    assert [each.place for each in made.participants] == list(range(1, 11))


async def test_a_name_is_taken_once_in_a_service(town: Town):
    service = await town.service()
    made = await town.session(service=service, unique_name="order 7")
    sessions = town.house.rooms.sessions

    with pytest.raises(NameTaken):
        await town.session(OWNER, SECOND, service=service, unique_name="order 7")
    assert await sessions.get(town.tenant, service.service_id, "order 7") == made.session


async def test_what_cannot_be_kept_is_refused(town: Town):
    services, service = town.house.rooms.services, await town.service()
    bad = (
        *(ServiceGiven(ring=4), ServiceGiven(talk=59), ServiceGiven(countries=("usa",)), ServiceGiven(language="xx")),
        *(ServiceGiven(most_live=0), ServiceGiven(unique_name="x" * 192)),
    )
    for given in bad:
        with pytest.raises(BadField):
            await services.change(town.tenant, service.service_id, given)
    assert await services.get(town.tenant, service.service_id) == service
