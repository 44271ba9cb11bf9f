"""The countries that a service serves mean the same when a session is made, when it is called and when it is texted."""

import pytest

from core.e164 import E164
from masking.claims.errors import DestinationRefused
from masking.claims.guard import Guard
from masking.sessions.given import Party, SessionGiven
from tests.masking.texting import Office, post_office
from tests.town import ALICE, SESSION, Town

JAMAICAN, NEIGHBOUR = E164("+18765550101"), E164("+18765550102")
"""They share +1 with the US, and see numbers from there; it is another country, and another price."""


@pytest.fixture
def office(town: Town) -> Office:
    town.house.guard.allow(["US", "GB", "JM"])
    return post_office(town)


async def test_a_country_that_shares_its_code_is_served_only_where_it_is_named(office: Office, town: Town):
    service = await town.service(numbers=SESSION["twilio"], countries=("US",))

    with pytest.raises(DestinationRefused):
        await town.session(ALICE, JAMAICAN, service=service)


async def test_a_country_that_is_named_is_reached_by_calls_texts_and_calls_that_are_asked_for(
    office: Office, town: Town
):
    service = await town.service(numbers=SESSION["twilio"][:1], countries=("JM",))
    parties = Party(number=JAMAICAN, side=1), Party(number=NEIGHBOUR, side=2)
    sessions, interactions = town.house.rooms.sessions, town.house.rooms.interactions
    made = await sessions.create(town.tenant, service.service_id, SessionGiven(), parties)
    where = town.tenant, service.service_id, made.session.session_id

    called = await town.twilio.calls(NEIGHBOUR, SESSION["twilio"][0])
    await interactions.send(*where, made.participants[0].participant_id, "Hello")
    await interactions.call(*where, made.participants[0].participant_id)
    await office.works()

    assert called.texts("Dial/Number") == JAMAICAN.value
    assert [to for to, _, _ in office.post.sent] == [JAMAICAN]
    assert [to for to, _ in office.post.rung] == [JAMAICAN]


@pytest.mark.parametrize(
    ("countries", "region", "served"),
    [((), "FR", True), (("GB",), "GB", True), (("GB",), "JE", True), (("GB",), "FR", False), (("JE",), "GB", False),
     (("US",), "JM", False), (("US",), None, False)],
)  # fmt: skip
def test_who_names_britain_means_jersey_too_and_not_the_other_way_round(
    monkeypatch: pytest.MonkeyPatch, countries: tuple[str, ...], region: str | None, served: bool
):
    """Jersey's numbers look like Britain's."""
    monkeypatch.setattr(Guard, "region", lambda _guard, _number: region)

    assert Guard().serves(countries, ALICE) is served
