"""The trip of a name: address books in, a name shown, a call that says it, and everything taken back."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.e164 import E164
from tests.masking.served import served
from tests.town import Town
from tests.trips.names import CROWD, Person, people, publish

SHOP, STRANGER = E164("+12125550188"), E164("+12125550189")


@pytest.fixture
async def crowd(town: Town) -> AsyncIterator[list[Person]]:
    async with served(town) as base, people(town, base) as crowd:
        yield crowd


async def test_a_name_comes_with_five_books_and_goes_when_they_are_taken_back(town: Town, crowd: list[Person]):
    for who, name in zip(crowd, ["Rao Motors", "Rao Motors", "RAO MOTORS", "rao motors", "Rao Motor"], strict=False):
        receipt = await who.gives(
            {SHOP.value: name, "+12125550190": "Asha Rao", "112": "Help", "4111111111111111": "x"}
        )
        assert receipt["accepted"] == 2, receipt
        assert sum(receipt["refused"].values()) == 2
    asker = crowd[5]
    assert (await asker.looks_up(SHOP))["name"] is None

    await publish(town)
    shown = await asker.looks_up(SHOP)
    assert (shown["name"], shown["status"]) == ("Rao Motors", "crowd")
    assert 0.5 < shown["confidence"] <= 1

    for who in crowd[:5]:
        assert (await who.ask("POST", "callerid/delist", {"numbers": [SHOP.value]}))[0] in (200, 202)
    await publish(town)
    assert (await asker.looks_up(SHOP))["name"] is None
    assert await town.rows("SELECT 1 FROM name_tag t JOIN named_number n USING (number_ref) WHERE n.name IS NULL") == []


async def test_what_nobody_knows_and_what_is_hidden_are_answered_alike(town: Town, crowd: list[Person]):
    for who in crowd[:5]:
        await who.gives({CROWD[0].value: "Nina Berg", SHOP.value: "Rao Motors"})
    await publish(town)
    asker = crowd[5]
    assert (await asker.looks_up(CROWD[0]))["name"] == "Nina Berg"

    assert (await crowd[0].ask("PATCH", "callerid/mine", {"hidden": True}))[0] == 200
    hidden = await asker.looks_up(CROWD[0]), asker.raw
    assert hidden == (await asker.looks_up(STRANGER), asker.raw)

    await publish(town)
    assert (await asker.looks_up(CROWD[0]))["name"] is None


async def test_nobody_is_asked_for_a_book_that_they_did_not_agree_to_give(crowd: list[Person]):
    status, told = await crowd[0].ask("POST", "callerid/books", f'{{"number": "{SHOP.value}", "name": "x"}}',
                                      "application/jsonl")  # fmt: skip

    assert (status, told["type"]) == (403, "/problems/consent-needed")


async def test_an_owner_sees_what_goes_round_and_strikes_it_out(town: Town, crowd: list[Person]):
    owner, asker = crowd[0], crowd[5]
    for who in crowd[1:]:
        await who.gives({CROWD[0].value: "Nina Former"})
    await publish(town)
    assert (await owner.ask("GET", "callerid/mine"))[1]["names"] == [], "a picture is drawn on the tick, for who looks"
    town.clock.advance(timedelta(hours=1))
    await town.house.naming.renewal.renew()
    mine = (await owner.ask("GET", "callerid/mine"))[1]

    struck = mine["names"][0]
    assert (await owner.ask("POST", "callerid/mine/strikes", {"cluster": struck["cluster"]}))[0] in (200, 201)

    assert (await asker.looks_up(CROWD[0]))["name"] is None
    await publish(town)
    assert (await asker.looks_up(CROWD[0]))["name"] is None


async def test_who_allows_it_is_found_by_those_who_have_their_number(crowd: list[Person]):
    numbers = [CROWD[1].value, CROWD[2].value, STRANGER.value]
    await crowd[1].agrees("be-found")

    status, found = await crowd[0].ask("POST", "callerid/contacts", {"numbers": numbers})

    assert status == 200, found
    assert [each["index"] for each in found] == [0]
    assert CROWD[1].digits not in str(found)
