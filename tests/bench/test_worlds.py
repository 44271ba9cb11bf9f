"""The made-up worlds and their scorer: the same on every machine, and no kinder than people are."""

from collections import Counter

import pytest

from bench.callerid.scoring import Shown, judge, score, unsafe
from bench.callerid.worlds import Truth, World, make


@pytest.fixture(scope="module")
def world() -> World:
    return make("tests", 1500)


def test_the_same_seed_makes_the_same_world(world):
    again = make("tests", 1500)

    assert (again.tags, again.marks, again.disconnects) == (world.tags, world.marks, world.disconnects)
    assert make("others", 1500).tags != world.tags


def test_numbers_are_reserved_for_fiction(world):
    assert all(number["e164"][-6:-2] == "5501" and len(number["e164"]) == 12 for number in world.numbers)


def test_a_crowd_is_as_small_and_as_unkind_as_people_say(world):
    crowd = Counter(tag.number for tag in world.tags)

    assert 0.10 < sum(count == 1 for count in crowd.values()) / len(crowd) < 0.30
    assert 0.05 < sum(truth.former is not None for truth in world.truth.values()) / len(world.truth) < 0.12
    assert {truth.attack_kind for truth in world.truth.values()} >= {"insult", "flood", "impersonation", "false name"}


def test_the_most_frequent_string_is_as_poor_an_answer_as_it_is_known_to_be(world):
    crowd: dict[int, list[str]] = {}
    for tag in world.tags:
        crowd.setdefault(tag.number, []).append(tag.raw)
    shown = {number: Shown(Counter(each).most_common(1)[0][0], 0.9) for number, each in crowd.items()}

    figures = score(world, shown)

    assert 0.65 < figures["ident"] < 0.85
    assert figures["harm"] > 0.1
    assert figures["unsafe"] > 0
    assert figures["naive"] > 0.3


def test_the_truth_scores_full_marks_and_silence_none(world):
    truth = {n: " ".join(part.split("|")[1] for part in t.parts) for n, t in world.truth.items()}
    right = score(world, {n: Shown(name, 1.0, float(world.truth[n].kind == "nuisance")) for n, name in truth.items()})
    silent = score(world, {})

    # A word of the truth may be unknown to the scorer where nobody ever wrote it.
    assert right["strict"] > 0.85
    assert right["harm"] < 0.12
    assert (right["auc"], right["flooded"], right["unsafe"]) == (1.0, 0.0, 0.0)
    assert (silent["ident"], silent["shown"], silent["harm"], silent["ece"]) == (0, 0, 0, 0)
    assert silent["auc"] == 0.5


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        (None, "none"),
        ("Gautam Joshi", "full"),
        ("GOWTHAM J", "full"),
        ("Gautam", "part"),
        ("Gautam Welder", "part and more"),
        ("Shri Gautam Joshi", "full"),
        ("Joshi", "family"),
        ("Kiran Pillai", "stale"),
        ("Pitaji", "relation"),
        ("Gautam Gadha", "attack"),
        ("Malcolm", "other"),
    ],
)
def test_the_judge_knows_what_a_name_is(name, verdict):
    world = World()
    world.truth[1] = Truth("person", ("given:3|gautam", "surname:4|joshi"), ("given:12|kiran", "surname:9|pillai"),
                           attack="gadha crook", attack_kind="insult", level="naive")  # fmt: skip
    world.meanings = {
        "gautam": {"given:3"}, "gowtham": {"given:3"}, "joshi": {"surname:4"}, "kiran": {"given:12"},
        "pillai": {"surname:9"}, "welder": {"descriptor"}, "shri": {"honorific"}, "pitaji": {"relation"},
        "gadha": {"insult"}, "malcolm": {"given:46"},
    }  # fmt: skip

    assert judge(world, 1, name) == verdict


@pytest.mark.parametrize("name", ["<b>x</b>", "\u202ex", "=1", "@a", "x http://y", "a" * 65, "a\x00"])
def test_what_may_not_be_put_on_a_screen_is_unsafe(name):
    assert unsafe(name)
    assert not unsafe("Asha Rao")
