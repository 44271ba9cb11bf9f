"""How many numbers sessions need: as others have simulated it (FIELD 6.1), and as Erlang tabulated it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masking.sessions.capacity import Asked, erlang_b, heaviest, lines, plan, simulate

FIELD = [
    (1_000, 100_000, 2_000, 0.0, 5),
    (1_000, 100_000, 2_000, 0.7, 44),
    (10_000, 1_000_000, 5_000, 0.0, 11),
    (10_000, 1_000_000, 5_000, 0.7, 262),
    (10_000, 3_000, 3_000, 0.0, 13),
]
"""Live sessions, people on both sides, skew, numbers; one number a session, first come, first served."""


@pytest.mark.parametrize(("sessions", "a", "b", "skew", "numbers"), FIELD)
def test_the_planner_finds_the_numbers_that_others_found(sessions: int, a: int, b: int, skew: float, numbers: int):
    """Within 5 %, or one number where that is less."""
    need = simulate(sessions, a, b, skew)

    assert need.numbers == pytest.approx(numbers, rel=0.05, abs=1)
    assert need.busiest == pytest.approx(numbers, rel=0.05, abs=1)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 60), st.integers(1, 20), st.integers(1, 20), st.floats(0, 2), st.integers(0, 9))
def test_no_fewer_numbers_than_the_busiest_has_sessions_and_fewer_than_twice_as_many(sessions, a, b, skew, seed):
    """One number a session is edge colouring: first come, first served needs at most one less than twice the degree."""
    need = simulate(sessions, a, b, skew, seed=seed)

    assert need.busiest <= need.numbers <= max(2 * need.busiest - 1, 1)


@pytest.mark.parametrize(
    ("load", "count", "blocked"),
    [(1, 1, 0.5), (2, 3, 0.2105), (4.46, 10, 0.01), (10, 10, 0.2146), (84.06, 100, 0.01), (0, 1, 0.0)],
)
def test_erlangs_formula_gives_what_his_tables_give(load: float, count: int, blocked: float):
    assert erlang_b(load, count) == pytest.approx(blocked, abs=0.0002)


@given(st.floats(0.01, 500), st.sampled_from([0.5, 0.1, 0.01, 0.001]))
def test_enough_lines_are_enough_and_one_fewer_is_not(load: float, blocked: float):
    count = lines(load, blocked)

    assert erlang_b(load, count) <= blocked < erlang_b(load, count - 1)


def test_erlangs_formula_stays_a_share_for_large_loads():
    assert 0 < erlang_b(12_000, 12_576) < 1e-5
    assert erlang_b(12_000, 0) == 1


@pytest.mark.parametrize(("people", "skew", "share"), [(4, 0.0, 0.25), (3, 1.0, 6 / 11), (1, 2.0, 1.0)])
def test_the_busiest_persons_share_is_zipfs(people: int, skew: float, share: float):
    assert heaviest(people, skew) == pytest.approx(share)


def test_a_plan_holds_for_the_busiest_person_and_for_the_cap():
    busy = plan(Asked(sessions=1_000, a=100_000, b=2_000, skew=0.7))
    crowd = plan(Asked(sessions=1_000, a=100_000, b=2_000, most_live=50))

    assert (busy.by_busiest, busy.by_cap, busy.numbers) == (44, 10, 44)
    assert (crowd.by_busiest, crowd.by_cap, crowd.numbers) == (5, 20, 20)
    assert busy.enough[0.01] < busy.enough[0.001]
    assert busy.blocked == erlang_b(busy.load, 44)


def test_cool_off_is_paid_for_the_busiest_person_alone():
    """Their numbers are held while they cool: twice as many where that takes as long as a session."""
    asked = Asked(sessions=1_000, a=100_000, b=2_000, skew=0.7, lasts=3600.0)

    without, with_it = plan(asked), plan(replace(asked, cool_off=3600.0))

    assert with_it.by_busiest == 2 * without.by_busiest
    assert with_it.load == pytest.approx(2 * without.load)
    assert with_it.by_cap == without.by_cap


def test_the_same_question_has_the_same_answer():
    asked = Asked(sessions=300, a=40, b=30, skew=1.0, cool_off=60.0, lasts=600.0)

    assert plan(asked) == plan(asked)
