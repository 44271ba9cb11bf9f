"""One person's tags become one name, the right words of it are shown, and "unknown" is said where nothing is known."""

import pytest

from callerid.ranking import Kind, Status
from callerid.ranking.lessons import Heard
from callerid.ranking.tokens import token
from tests.callerid.ranking.crowd import NOW, book, crowd, mark, names_of, tag


def test_all_ways_to_write_one_name_are_one(model):
    made = book(
        *crowd(["Amit Sharma", "A Sharma", "Sharma Amit", "AMIT SHARMA JI", "Amit Sharma Plumber", "amit.sharma 2"])
    )

    assert names_of(made, model) == ["Amit Sharma"]


def test_another_surname_is_another_name(model):
    assert len(names_of(book(*crowd(["Amit Sharma", "Amit Sharma", "Amit Verma"])), model)) == 2


def test_anil_is_not_amit(model):
    assert len(names_of(book(*crowd(["Amit", "Anil"])), model)) == 2


def test_words_typed_without_their_space_are_the_same_name(model):
    assert len(names_of(book(*crowd(["Anushka Agarwal", "anushkaagarwal", "Anushk Aagarwal"])), model)) == 1


def test_the_whole_name_is_preferred_to_its_commonest_half(model):
    made = book(*crowd(["Asha", "Asha Rao", "Asha", "Asha Rao Ji", "asha", "Rao Asha"]))

    assert made.verdict(NOW, model).name == "Asha Rao"


def test_a_lone_name_keeps_its_initial(model):
    assert book(*crowd(["Arun K", "K. Arun", "Arun"])).verdict(NOW, model).name in {"Arun K", "K Arun"}


@pytest.mark.parametrize(
    "said",
    [["Papa"], ["அம்மா"], ["мама"], ["Do not pick"], ["unknown"], ["xyz"], ["1234567890"], ["??"], ["❤️"]],
)
def test_what_is_no_name_has_no_two_sources_and_is_not_shown(said, model):
    assert book(*crowd(said)).verdict(NOW, model).name is None


@pytest.mark.parametrize("word", ["Papa", "அம்மா", "мама", "Fraud", "Unknown"])
def test_a_relation_an_insult_or_junk_is_not_shown_even_when_two_say_so(word, model):
    made = book(*crowd([word, word, word]))

    assert made.verdict(NOW, model).name is None


def test_one_source_is_not_shown_unless_one_is_asked_for(model):
    made = book(tag("Asha Rao"))

    assert made.verdict(NOW, model).name is None
    assert made.verdict(NOW, model).status is Status.UNKNOWN
    assert made.verdict(NOW, model, sources=1).name == "Asha Rao"


def test_an_owners_own_name_is_shown_as_self_declared_until_two_agree(model):
    made = book(tag("Asha Rao", 100, 0, kind=Kind.SELF))
    alone = made.verdict(NOW, model)
    for each in crowd(["Asha", "asha rao"], who=10):
        made.add(each)

    assert (alone.name, alone.status) == ("Asha Rao", Status.SELF_DECLARED)
    assert made.verdict(NOW, model).status is Status.CONFIRMED


def test_the_askers_script_is_preferred_where_the_name_was_written_in_it(model):
    made = book(*crowd(["Amit Sharma", "अमित शर्मा", "Amit Sharma"]))

    assert made.verdict(NOW, model).name == "Amit Sharma"
    assert made.verdict(NOW, model, asker_script="DEVANAGARI").name == "अमित शर्मा"
    assert made.verdict(NOW, model, asker_script="TAMIL").name == "Amit Sharma"


def test_a_struck_name_stays_struck_when_it_comes_again(model):
    made = book(*crowd(["Nuisance Chintu", "nuisance chintu", "Asha Rao", "Asha Rao"]))
    made.strike(0, NOW, model)
    made = type(made).from_rows(made.to_rows())
    for each in crowd(["Chintu Nuisance", "Nuisance Chintu Plumber"] * 4, who=40):
        made.add(each)

    assert made.verdict(NOW, model).name == "Asha Rao"
    assert {each.struck for each in made.names(NOW, model) if "Chintu" in each.name} == {True}


def test_a_new_owners_name_follows_the_number_being_given_back(model):
    made = book(*crowd(["Asha Rao"] * 6, apart=10))
    for each in crowd(["Igor Petrov", "igor petrov"], first=110, who=30):
        made.add(each)
    made.disconnected(90)

    assert made.verdict(NOW, model).name == "Igor Petrov"


def test_nothing_from_before_the_number_was_given_back_marks_it(model):
    made = book()
    for who in range(12):
        made.mark(mark(True, 140 - who, who))
    hot = made.verdict(NOW, model).spam
    made.disconnected(145)

    assert hot >= 0.5
    assert made.verdict(NOW, model).spam < 0.3


@pytest.mark.parametrize(
    ("said", "name"),
    [(["Anna Smith"], "Anna Smith"), (["Ravi Anna"], "Ravi"), (["Anna"], None), (["Anna Smith", "Anna"], "Anna Smith")],
)
def test_a_relation_that_is_a_name_elsewhere_is_kept_before_a_surname(said, name, model):
    """A brother in Tamil: who is new here has not heard yet which of both "Anna" is."""
    assert book(*crowd(said)).verdict(NOW, model, sources=1).name == name


def test_a_word_heard_a_few_times_does_not_turn_a_bank_into_a_person(model):
    farm = ["HDFC Bank Official"] * 9 + ["HzFC Bank Official", "Hdfc Bank Official"]
    model.words[token("Official").key] = Heard(agree=3.0, seen=6.0, numbers=2, unwanted=0, alone=0.0)
    for word in ("HDFC", "Bank"):  # the words that claim it are left out of the name, being none
        model.words[token(word).key] = Heard(agree=0.0, seen=60.0, numbers=20, unwanted=0, alone=0.0)

    made = book(*(tag(name, 115 + at // 2, 10 + at) for at, name in enumerate(farm)))

    assert made.verdict(NOW, model, sources=1).name is None
