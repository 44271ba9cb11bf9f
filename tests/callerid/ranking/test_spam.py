"""Marks are people's words: few, old, or of one farm, they say little; address books speak against them."""

from random import Random

import pytest

from callerid.ranking import Coarse, Kind, Mark, Model, Placed
from callerid.ranking.complaints import complaints, word_rates
from callerid.ranking.tokens import token
from tests.callerid.ranking.crowd import AGED, FRESH, NOW, book, crowd, mark, tag


@pytest.fixture(name="heard")
def _heard():
    """A town where sixty numbers are called "zugla", and most of them are marked."""
    model = Model.load()
    for at in range(60):
        town = book(*crowd(["Zugla", f"Zugla {'Offer' if at % 2 else 'Tips'}", "Papa"], first=at))
        model.learn({}, (marked(town, 3) if at % 4 else town).lesson())
    return model


def marked(made, count, last=NOW, apart=2, spam=True):
    """`count` people's marks, one every `apart` weeks up to `last`."""
    for who in range(count):
        made.mark(mark(spam, last - apart * who, who + (0 if spam else 500)))
    return made


def blame(made, model):
    return complaints(made, model, word_rates(made, model))


def test_many_recent_independent_marks_make_a_nuisance(model):
    assert marked(book(), 12).verdict(NOW, model).spam >= 0.5


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_a_mark_makes_none(count, model):
    assert marked(book(), count).verdict(NOW, model).spam < 0.3


def test_marks_fade(model):
    fresh, old = (marked(book(), 8, last, 1).verdict(NOW, model).spam for last in (NOW, NOW - 80))

    assert fresh >= 0.5
    assert old < 0.3


def test_not_spam_marks_speak_against(model):
    made = marked(book(), 6)
    hot = made.verdict(NOW, model).spam

    assert marked(made, 10, spam=False).verdict(NOW, model).spam < hot


def test_a_flood_does_not_stick_to_a_firm_that_people_keep(model):
    made = book(*crowd(["Novelty Bakery"] * 8))
    for who in range(30):
        made.mark(mark(True, NOW - who % 2, who))

    assert made.verdict(NOW, model).spam < 0.5


def test_one_handset_marking_twenty_times_is_one_person(model):
    made = book()
    for _ in range(20):
        made.mark(Mark(True, NOW, "", AGED, 1, 1))

    assert made.verdict(NOW, model).spam < 0.3


def test_being_verified_does_not_change_spam(model):
    made = marked(book(), 12)

    assert made.verdict(NOW, model, verified="Novelty Bakery").spam == made.verdict(NOW, model).spam


def test_one_person_s_words_and_mark_make_no_nuisance(heard):
    made = book(tag("Zugla", 100, 1))
    made.mark(Mark(True, NOW, "", AGED, 1, 1))

    assert made.verdict(NOW, heard).spam < 0.5


def test_what_people_keep_a_nuisance_as_is_learned(heard):
    """A word of ours that no list has: of other numbers that have it, most are marked."""
    said = crowd(["Zugla", "zugla offer", "Zugla", "Zugla 2"])

    assert book(*said).verdict(NOW, heard).spam >= 0.5
    assert book(*said).verdict(NOW, Model.load()).spam < 0.3


def test_a_complaint_in_one_month_does_not_drown_those_who_keep_a_name(heard):
    farm = [tag("Zugla", 140 + who % 4, 100 + who) for who in range(12)]

    assert book(*crowd(["Asha Rao", "Asha Rao"]), *farm).verdict(NOW, heard).spam < 0.5


def rivals(weeks):
    """A firm that somebody kept long ago, and twenty aged accounts that mark it and name it within so many weeks."""
    made = book(tag("Novelty Bakery", 60, 900))
    for who in range(20):
        week = 140 - who % weeks
        made.add(tag("Zugla", week, who, kind=Kind.SUGGEST))
        made.mark(Mark(True, week, "", AGED, who, who))
    return made


def test_a_hired_crowd_that_marks_and_names_a_firm_within_two_months_does_not_brand_it(heard):
    assert rivals(weeks=9).verdict(NOW, heard).spam < 0.5
    assert rivals(weeks=36).verdict(NOW, heard).spam >= 0.5


def test_a_new_nuisance_need_not_wait_for_two_months(heard):
    made = rivals(weeks=9)
    made.remove(tag("Novelty Bakery", 60, 900), Placed(0, 0))

    assert made.verdict(NOW, heard).spam >= 0.5


def test_a_number_s_own_marks_say_nothing_about_its_own_words(model):
    """Rivals flood a plumber; nobody else's number has that word."""
    flooded = marked(book(tag("Plumber")), 30, apart=3)
    model.learn({}, flooded.lesson())

    assert model.heard(token("Plumber").key).unwanted == 1
    assert blame(flooded, model)["blamed"] == 0


def test_rivals_of_a_firm_and_its_branches_do_not_teach_that_its_name_is_a_complaint(model):
    branches = [marked(book(*crowd(["Novelty Bakery"] * 4, first=10 + at)), 30, apart=3) for at in range(3)]
    for each in branches:
        model.learn({}, each.lesson())
    calm = book(*crowd(["Novelty Bakery"] * 4))
    model.learn({}, calm.lesson())

    assert blame(calm, model)["blamed"] == 0
    assert calm.verdict(NOW, model).spam < 0.3


def test_what_a_number_s_people_have_long_called_it_takes_more_others_to_become_a_complaint():
    """Somebody puts a firm's rare name on numbers of their own, and marks those."""
    model = Model.load()
    firm = book(*crowd(["Quovex Bakery", "Quovex"] * 4, first=20, apart=11))
    model.learn({}, firm.lesson())
    for at in range(10):
        model.learn({}, marked(book(tag("Quovex", 100, at)), 2).lesson())

    assert firm.verdict(NOW, model).spam < 0.3
    assert blame(book(tag("Quovex", 100)), model)["blamed"] > 0


def test_a_mark_taken_back_is_unlearned():
    model, made = Model.load(), book(*crowd(["Zugla"]))
    plain = made.lesson()
    model.learn({}, plain)
    one = mark(True, 100, 1)
    made.mark(one)
    model.learn(plain, made.lesson())
    assert model.heard(token("Zugla").key).unwanted == 1

    marked_lesson = made.lesson()
    made.unmark(one)
    model.learn(marked_lesson, made.lesson())
    assert model.heard(token("Zugla").key).unwanted == 0


def test_fresh_accounts_on_one_handset_teach_nothing_about_words():
    made = book(*crowd(["Zugla"]))
    for _ in range(5):
        made.mark(Mark(True, NOW, "", FRESH, 1, 1))

    assert made.lesson()[token("Zugla").key].unwanted == 0


@pytest.mark.parametrize("seed", range(5))
def test_complaints_do_not_hang_on_the_order_of_what_is_stored(heard, seed):
    random = Random(seed)
    sources = [Coarse(age, size, vouched) for age in (1, 2, 3) for size in (0, 1) for vouched in (True, False, None)]
    names = ["Zugla", "Asha Rao", "Zugla Offer", "Rao Zugla", "asha"]
    said = [tag(random.choice(names), random.randrange(40), who, each) for who, each in enumerate(sources)]

    assert blame(book(*said), heard) == blame(book(*random.sample(said, len(said))), heard)
