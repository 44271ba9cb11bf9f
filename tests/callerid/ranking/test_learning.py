"""A model learns which words are names from numbers alone, and is stored with its version."""

import pytest

from callerid.ranking import Model
from callerid.ranking.tokens import token
from tests.callerid.ranking.crowd import NOW, book, crowd

GIVEN = ["Asha", "Rohan", "Farah", "Igor", "Elena", "Tomas", "Kavya", "Nadia", "Omar", "Priya", "Sunil", "Vera"]
FAMILY = ["Rao", "Iyer", "Petrov", "Blum", "Costa", "Gill", "Nair", "Novak", "Reyes", "Saxena", "Walsh", "Zaman"]


@pytest.fixture(name="taught")
def _taught():
    """A town in which everybody's number is also saved as "zugla" (a word no list has) or with it, by somebody."""
    model = Model.load()
    for at, (given, family) in enumerate(zip(GIVEN, FAMILY, strict=True)):
        said = [f"{given} {family}", given, f"{family} {given}", f"{given} Zugla" if at % 2 else "Zugla"]
        model.learn({}, book(*crowd(said, first=10 + at)).lesson())
    return model


def test_names_recur_and_other_words_do_not(taught):
    assert taught.agreement(token("Asha")) > 0.4
    assert taught.agreement(token("Zugla")) < 0.15


def test_a_learned_word_is_left_out_of_a_name(taught):
    made = book(*crowd(["Mira Zugla"]))

    assert made.verdict(NOW, taught, sources=1).name == "Mira"
    assert made.verdict(NOW, Model.load(), sources=1).name == "Mira Zugla"


def test_a_model_survives_being_stored(taught):
    assert Model.from_json(taught.to_json()) == taught


def test_what_is_no_model_is_refused():
    with pytest.raises(ValueError):
        Model.from_json('{"version": "1"}')


def test_people_who_act_together_teach_nothing():
    model = Model.load()
    model.learn({}, book(*crowd(["Kamini Jugni"] * 20, first=100, apart=0)).lesson())

    assert model.heard(token("Jugni").key).seen == 0


def test_a_word_that_nobody_repeats_is_nobody_s_name(taught):
    """ "Zugla" alone is what papa and plumber are elsewhere, and no list knows it."""
    assert book(*crowd(["Zugla"])).verdict(NOW, taught, sources=1).name is None
    assert book(*crowd(["Zugla"])).verdict(NOW, Model.load(), sources=1).name == "Zugla"


def test_a_misspelt_name_recurs_as_the_name_itself():
    """Most who write "Kavithha" are the only ones of a number to do so."""
    model = Model.load()
    for at in range(6):
        model.learn({}, book(*crowd(["Kavitha Rao", "Kavithha", "Rao Kavitha", "Kavitha R"], first=10 + at)).lesson())

    assert model.agreement(token("Kavithha")) > 0.5


def test_a_flood_of_words_of_one_letter_is_still_learned_and_unlearned():
    model = Model.load()
    said = [f"{first}{second}" for first in ("Ka", "Ke", "Ki", "Ko") for second in GIVEN + FAMILY]
    lesson = book(*crowd(said, apart=1)).lesson()

    model.learn({}, lesson)
    assert model.heard(token("KaAsha").key).numbers == 1
    model.learn(lesson, {})
    assert model.words == {}
