"""Marks are people's words: few, old, or of one farm, they say little; address books speak against them."""

import pytest

from callerid.ranking import Mark
from tests.callerid.ranking.crowd import AGED, NOW, book, crowd, mark


def marked(made, count, last=NOW, apart=2, spam=True):
    """`count` people's marks, one every `apart` weeks up to `last`."""
    for who in range(count):
        made.mark(mark(spam, last - apart * who, who + (0 if spam else 500)))
    return made


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
