"""The test that compares times finds what is there, and nothing where there is nothing."""

from random import Random

import pytest

from bench.lookup_askers import Asker
from bench.lookups import _AREAS, Scene
from bench.numbers import Directory
from bench.telling import rank_test


def test_times_of_one_kind_are_not_told_apart():
    rng = Random(1)
    one, other = ([rng.gauss(2, 0.3) for _ in range(2_000)] for _ in range(2))

    found = rank_test(one, other)

    assert found.p > 0.01
    assert abs(found.share - 0.5) < 0.03


def test_a_shift_that_no_eye_would_see_is_found():
    rng = Random(2)
    one, other = [rng.gauss(2.03, 0.3) for _ in range(5_000)], [rng.gauss(2, 0.3) for _ in range(5_000)]

    found = rank_test(one, other)

    assert found.p < 0.001
    assert found.share > 0.5


def test_ties_count_half():
    found = rank_test([1.0, 1.0, 2.0], [1.0, 2.0, 2.0])

    assert found.share == pytest.approx(1 / 3)
    assert rank_test([5.0] * 30, [5.0] * 30).share == 0.5


def test_no_client_asks_twice_or_for_neighbours():
    """Else what is measured would be free, or refused."""
    scene = Scene([Asker(name) for name in "abc"], Directory().callers(Directory.SIZE))
    places = [scene._place(place) for place in range(3 * _AREAS * 10)]

    assert len(set(places)) == len(places)
    for client in range(3):
        areas = [number // 100 for asked, number in places if asked == client]
        assert max(areas.count(area) for area in set(areas)) <= 10
