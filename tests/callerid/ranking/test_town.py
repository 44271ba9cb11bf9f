"""A small town, written by hand: what the engine says of every number of it, as long as nobody means to change that."""

import pytest

from callerid.ranking import Evidence, Kind, Model
from tests.callerid.ranking.crowd import AGED, FRESH, NOW, book, crowd, tag

FARM = [tag("Kutta Jugni", 140, 300 + who, AGED, device=300 + who // 2) for who in range(8)]
TOWN: dict[str, tuple[list[Evidence], str | None]] = {
    "a person many keep": (crowd(["Asha Rao", "asha", "Asha Rao Ji", "A Rao", "आशा राव", "Rao Asha"]), "Asha Rao"),
    "a person under fire": ([*crowd(["Ravi Nair", "ravi nair", "Nair Ravi", "Ravi"]), *FARM], "Ravi Nair"),
    "a shop": (
        crowd(["Novelty Bakery", "novelty bakery", "Novelty", "Bakery", "Novelty Bakery Old"]),
        "Novelty Bakery",
    ),
    "a new owner": (
        [*crowd(["Vera Blum"] * 5, apart=8), *crowd(["Omar Gill", "omar gill", "Omar"], 110, 12, 40)],
        None,
    ),
    "two who disagree": (crowd(["Asha Rao", "Ravi Nair"]), None),
    "one alone": (crowd(["Asha Rao"]), None),
    "nobody's name": (crowd(["Papa", "Mama", "Chacha"]), None),
    "fresh accounts only": ([tag("Ravi Nair", 148, who, FRESH, Kind.SUGGEST, device=1) for who in range(9)], None),
}


@pytest.mark.parametrize("number", [each for each in TOWN if each != "a new owner"])
def test_the_town_is_named_as_it_was(number, model):
    tags, name = TOWN[number]

    assert book(*tags).verdict(NOW, model).name == name


def test_a_new_owner_is_told_by_the_feed(model):
    made = book(*TOWN["a new owner"][0])
    made.disconnected(95)

    assert made.verdict(NOW, model).name == "Omar Gill"


def test_the_surer_a_name_the_more_people_say_it(model):
    said = ["Asha Rao", "asha rao", "Rao Asha", "Asha", "Asha Rao Ji", "आशा राव", "A Rao"]
    sure = [book(*crowd(said[:many])).verdict(NOW, model, sources=1).confidence for many in (1, 3, 7)]

    assert sure == sorted(sure)
    assert all(0 <= each <= 1 for each in sure)


def test_the_shipped_model_knows_no_word():
    assert Model.load().words == {}
