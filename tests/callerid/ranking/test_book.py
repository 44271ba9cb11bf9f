"""A book counts, forgets what is withdrawn, and stays small."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callerid.ranking import NOWHERE, Book, Evidence, Model, choosing
from callerid.ranking.book import MOST_CLUSTERS
from callerid.ranking.choosing import MOST_JUDGED
from tests.callerid.ranking.crowd import FRESH, NOW, add_all, book, crowd, mark, tag

SAID = st.sampled_from(["Asha Rao", "asha", "Rao Asha", "आशा राव", "Papa", "Usha Iyer", "A Rao", "Asha Plumber", "❤️"])
TAGS = st.builds(lambda raw, week, who: tag(raw, week, who), SAID, st.integers(0, 149), st.integers(0, 40))


@given(st.lists(TAGS, max_size=12), st.lists(TAGS, min_size=1, max_size=6))
def test_tags_added_and_withdrawn_leave_no_trace(kept, withdrawn):
    made = book(*kept)
    before = made.to_rows()
    for each, placed in reversed(list(zip(withdrawn, add_all(made, withdrawn), strict=True))):
        made.remove(each, placed)

    assert made.to_rows() == before


@given(st.permutations(crowd(["Asha Rao", "asha", "Rao Asha", "Papa", "Asha Plumber", "Usha Iyer", "A Rao"], apart=0)))
def test_the_order_within_a_week_does_not_change_the_name(tags):
    name = book(*tags).verdict(NOW, Model.load()).name

    assert name is not None
    assert sorted(name.split()) == ["Asha", "Rao"]


@given(
    st.lists(TAGS, max_size=15), st.lists(st.tuples(st.booleans(), st.integers(0, 149), st.integers(0, 9)), max_size=9)
)
def test_a_book_survives_being_stored(tags, marks):
    made = book(*tags)
    for spam, week, who in marks:
        made.mark(mark(spam, week, who))
    again = Book.from_rows(made.to_rows())
    model = Model.load()

    assert again.to_rows() == made.to_rows()
    assert again.verdict(NOW, model, sources=1) == made.verdict(NOW, model, sources=1)


@given(st.permutations([mark(True, week, 100 + week) for week in range(0, NOW, 7)]))
def test_the_spam_score_does_not_depend_on_the_order_of_marks_to_the_last_bit(marks):
    made, other = Book(), Book()
    for each in sorted(marks, key=lambda one: one.week):
        made.mark(each)
    for each in marks:
        other.mark(each)

    assert other.verdict(NOW, Model.load()).spam == made.verdict(NOW, Model.load()).spam


def test_a_withdrawn_tag_takes_its_lesson_with_it():
    made, model = book(*crowd(["Asha Rao", "asha"])), Model.load()
    model.learn({}, made.lesson())
    before, known = made.lesson(), dict(model.words)
    third = tag("Asha Plumber", 90, 9)
    placed = made.add(third)
    model.learn(before, made.lesson())
    taught = made.lesson()
    made.remove(third, placed)
    model.learn(taught, made.lesson())

    assert model.words.keys() == known.keys()
    assert all(model.words[key] == pytest.approx(known[key]) for key in known)


def test_a_mark_withdrawn_leaves_no_trace():
    made = book()
    before = made.to_rows()
    made.mark(mark(True, 100, 1))
    made.unmark(mark(True, 100, 1))

    assert made.to_rows() == before


def test_what_was_never_counted_cannot_be_withdrawn():
    made = book(tag("Asha Rao", 100, 1))
    placed = made.add(tag("Asha Rao", 101, 2))

    with pytest.raises(ValueError):
        made.remove(tag("Asha Rao", 102, 2), placed)
    with pytest.raises(ValueError):
        made.unmark(mark(False, 100, 1))


def test_a_name_that_left_an_address_book_counts_no_more_but_that_it_left_does(model):
    made = book()
    tags = crowd(["Asha Rao", "Asha Rao", "Asha Rao"])
    placed = add_all(made, tags)
    made.leave(tags[0], placed[0], 120)

    assert made.verdict(NOW, model).sources == 2
    assert made.clusters[0].tally.left.total() == 1


def test_a_flood_of_different_names_does_not_fill_memory():
    made = Book()
    for at in range(MOST_CLUSTERS + 500):
        letters = "".join(chr(97 + at // 26**place % 26) * (place + 1) for place in range(3))
        made.add(Evidence(f"Q{letters}z W{letters[::-1]}k", 100, device=at, network=at))

    assert len(made.clusters) <= MOST_CLUSTERS


def test_a_name_without_a_word_is_counted_nowhere():
    made = Book()

    assert made.add(tag("☎️ 12345")) == NOWHERE
    made.remove(tag("☎️ 12345"), NOWHERE)
    assert made.to_rows() == Book().to_rows()


def flood():
    """A hundred new accounts, each with three words of its own."""
    drawn = random.Random(1)
    for who in range(100, 200):
        parts = ["".join(drawn.choices(("bcdfgklmnprst", "aeiou")[at % 2])[0] for at in range(1, 9)) for _ in range(3)]
        yield tag(" ".join(parts), 140, who, FRESH)


def test_a_flood_of_wordings_neither_hides_a_name_nor_holds_a_verdict_up():
    made, model = book(*crowd(["Asha Rao", "Asha Rao", "Rao Asha"], apart=20), *flood()), Model.load()

    names = made.names(NOW, model)

    assert len(made.clusters) > MOST_JUDGED
    assert len(names) <= MOST_JUDGED
    assert names[0].name == "Asha Rao"


def test_a_wording_that_is_too_light_to_be_judged_can_be_struck():
    made, model = book(*crowd(["Asha Rao", "Asha Rao"])), Model.load()
    placed = add_all(made, list(flood()))[-1]

    made.strike(placed.cluster_no, NOW, model)

    assert choosing.is_struck(made, made.clusters[placed.cluster_no])
