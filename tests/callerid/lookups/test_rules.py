"""What look-ups cost and tell, as plain rules."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callerid.lookups import rules
from callerid.lookups.values import Budget, Left
from core.ids import new_id

EVENING = datetime(2030, 1, 1, 23, 59, 30, tzinfo=UTC)


def test_a_day_ends_at_midnight_utc():
    assert rules.day_of(EVENING) + 1 == rules.day_of(rules.next_day(EVENING))
    assert rules.next_day(EVENING) == datetime(2030, 1, 2, tzinfo=UTC)
    assert rules.seconds_until(rules.next_day(EVENING), EVENING) == 30


def test_headers_tell_the_budget_and_what_is_left():
    budget = Budget("account", new_id(), 100, 1000)

    assert rules.limit_headers(budget, Left(97, 990), EVENING) == {
        "RateLimit-Policy": '"day";q=100;w=86400, "window";q=1000;w=2592000',
        "RateLimit": '"day";r=97;t=30, "window";r=990',
    }


def test_a_point_too_many_leaves_nothing_and_not_less():
    assert rules.left(Budget("account", new_id(), 10, None), 11, 40) == Left(0, None)


@pytest.mark.parametrize(
    ("said", "script"),
    [("hi", "Deva"), ("hi-Latn", "Latn"), ("ta-IN, en", "Taml"), ("sr-Latn-RS", "Latn"), ("en-GB,hi", "Latn"),
     ("", None), ("*", None), ("RU;q=0.8", "Cyrl")],
)  # fmt: skip
def test_the_script_is_that_of_the_first_language(said, script):
    assert rules.script_of(said) == script


@given(st.integers(0, 100_000), st.integers(0, 2**32 - 1))
def test_the_count_of_savers_lies_in_the_step_that_is_told(count, offset):
    told = rules.savers(count, offset)

    assert 0 <= told.at_least <= count < told.below
    assert told.below - told.at_least >= min(5, told.below)


@given(st.integers(0, 2**32 - 1))
def test_one_more_saver_moves_the_figure_one_time_in_five_at_most(offset):
    told = [rules.savers(count, offset) for count in range(2_000)]
    moves = sum(one != other for one, other in itertools.pairwise(told))

    assert moves <= 100


def test_where_the_figure_moves_differs_from_owner_to_owner():
    edges = {next(count for count in range(9) if rules.savers(count, offset).at_least > 0) for offset in range(5)}

    assert edges == {1, 2, 3, 4, 5}
