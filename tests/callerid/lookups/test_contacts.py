"""Which contacts are here: only who allows it, under handles that mean something to one asker, and nothing is kept."""

from datetime import timedelta

import pytest

from callerid.lookups import rules
from callerid.lookups.ports import Here
from core.e164 import E164
from core.ids import new_id
from privacy.holdings import Subject
from tests.callerid.lookups.desk import Desk

ASHA, BEN, NOBODY = "+447700900101", "+447700900102", "+447700900103"


def comes(desk: Desk, number: str, days_ago: int = 0) -> Here:
    here = desk.people.here[E164(number)] = Here(new_id(), desk.town.clock.now() - timedelta(days=days_ago))
    return here


async def test_who_allows_it_is_told_by_their_place_in_the_list(desk: Desk):
    comes(desk, BEN)
    status, told = await desk.ask("contacts", {"numbers": [NOBODY, "07700 900102", "x", BEN]})

    assert status == 200
    assert [each["index"] for each in told] == [1, 3]
    assert told[0]["handle"] == told[1]["handle"]
    assert desk.headers["RateLimit"] == f'"window";r={rules.FULL_SYNC - 2}'


async def test_a_handle_is_the_same_again_and_another_for_somebody_else(desk: Desk):
    person = comes(desk, BEN)
    other = desk.people.signs_up(desk.town.clock.now())
    told = [(await desk.ask("contacts", {"numbers": [BEN]}, token))[1] for token in ("token-0", "token-0", other)]

    assert told[0] == told[1] != told[2]
    assert str(person.person_id) not in str(told)
    assert person.person_id.hex not in str(told)


async def test_the_smaller_question_tells_of_people_who_came_lately_and_has_a_budget_of_its_own(desk: Desk):
    comes(desk, ASHA, days_ago=30)
    comes(desk, BEN, days_ago=3)

    _, told = await desk.ask("contacts", {"numbers": [ASHA, BEN], "recent": True})

    assert [each["index"] for each in told] == [1]
    assert f'"day";r={rules.RECENT_A_DAY - 2};' in desk.headers["RateLimit"]
    _, told = await desk.ask("contacts", {"numbers": [ASHA, BEN]})
    assert [each["index"] for each in told] == [0, 1]


async def test_nothing_is_kept_of_who_was_asked_about(desk: Desk):
    await desk.ask("contacts", {"numbers": [ASHA, NOBODY]})

    assert await desk.town.rows("SELECT * FROM lookup_mark") == []
    budgets = await desk.town.rows("SELECT * FROM lookup_budget")
    assert [each["today"] for each in budgets] == [2, 2, 2, 2], "of account, number, device and network"


async def test_a_full_sync_in_ten_days_and_no_more(desk: Desk, monkeypatch):
    monkeypatch.setattr(rules, "FULL_SYNC", 3)
    first = await desk.ask("contacts", {"numbers": [ASHA, BEN]})
    status, told = await desk.ask("contacts", {"numbers": [ASHA, NOBODY]})

    assert first[0] == 200
    assert (status, told["budget"], told["left"]) == (429, "account", {"window": 1})
    assert told["until"] == "2030-01-11T00:00:00+00:00"
    desk.town.clock.advance(timedelta(days=10))
    assert (await desk.ask("contacts", {"numbers": [ASHA, NOBODY]}))[0] == 200


@pytest.mark.parametrize("numbers", [None, "x", [7], [["+447700900101"]], {"0": ASHA}, ["x"] * 2001])
async def test_what_is_no_list_of_texts_is_refused(desk: Desk, numbers):
    assert (await desk.ask("contacts", {"numbers": numbers}))[0] == 422


async def test_an_owner_hears_about_how_many_saved_their_number_and_nobody_else_does(desk: Desk):
    now = desk.town.clock.now()
    owner, stranger = desk.people.signs_up(now, number=E164(ASHA)), desk.people.signs_up(now, number=E164(BEN))
    await desk.names(ASHA, savers=37)

    _, told = await desk.read("savers", owner)
    _, none = await desk.read("savers", stranger)

    assert told["at_least"] <= 37 < told["below"]
    assert told["below"] - told["at_least"] >= 5
    assert none["at_least"] == 0


async def test_a_person_sees_how_much_they_asked_and_can_have_it_forgotten(desk: Desk):
    await desk.look_up(NOBODY)
    await desk.ask("contacts", {"numbers": [ASHA]})
    account = desk.people.tokens["token-0"].person_id
    holder, database = desk.rooms.holder, desk.town.house.database
    async with database.transaction() as conn:
        (record,) = await holder.export(conn, Subject(account=account))
        erased = await holder.erase(conn, Subject(account=account))
        left = await holder.export(conn, Subject(account=account))

    assert record.facts == {"today": 2, "in_30_days": 2}
    assert (erased, left) == (3, [])
    assert await desk.town.rows("SELECT * FROM lookup_mark") == []


async def test_an_answer_leaves_on_the_grid_as_a_look_ups_does(desk: Desk, monkeypatch):
    """Somebody who is here and does not allow to be found is read a little longer than somebody who is not."""
    left: list[float] = []

    async def leave(arrived: float) -> None:
        left.append(arrived)

    monkeypatch.setattr(desk.rooms.departures, "leave", leave)
    await desk.ask("contacts", {"numbers": [ASHA]})

    assert len(left) == 1


@pytest.mark.parametrize(("path", "body"), [("lookup", {"number": ASHA}), ("contacts", {"numbers": [ASHA]})])
async def test_a_refusal_leaves_on_the_grid_too(desk: Desk, monkeypatch, path, body):
    """It costs nothing, and what is shown of the number was read: its time would tell whether there is anything."""
    left: list[float] = []

    async def leave(arrived: float) -> None:
        left.append(arrived)

    monkeypatch.setattr(desk.rooms.departures, "leave", leave)
    await desk.ask(path, body)
    await desk.town.rows("UPDATE lookup_budget SET today = 30000")
    status, _ = await desk.ask(path, {"number": BEN} if "number" in body else body)

    assert (status, len(left)) == (429, 2)


async def test_one_network_has_a_ceiling_too(desk: Desk, monkeypatch):
    monkeypatch.setattr(rules, "NETWORK_SYNC", 3)
    other = desk.people.signs_up(desk.town.clock.now())
    first = await desk.ask("contacts", {"numbers": [ASHA, BEN]})
    status, told = await desk.ask("contacts", {"numbers": [ASHA, NOBODY]}, other)

    assert first[0] == 200
    assert (status, told["budget"]) == (429, "network")
    assert told["until"] == "2030-01-02T00:00:00+00:00"
