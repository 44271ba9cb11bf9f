"""`./run plan`, from the terminal: a figure, the reasons for it, JSON and a picture."""

from xml.etree import ElementTree

import pytest

from tests.maskline.terminal import Terminal

SMALL = ("plan", "--sessions", "1000", "--parties-a", "100000", "--parties-b", "2000")


def test_a_plan_is_told_with_its_reasons(terminal: Terminal):
    ran = terminal.well(*SMALL, "--skew", "0.7")

    assert ran.lines[0] == "Have 44 numbers for 1000 live sessions in one country."
    assert "44 for the busiest person" in ran.out
    assert "10 so that no number carries more than 100 sessions" in ran.out
    assert "Erlang B" in ran.out
    assert "give them sessions with PINs" in ran.out


def test_a_plan_is_told_to_programs(terminal: Terminal):
    told = terminal.well(*SMALL, "--cool-off", "24", "--minutes", "60", "--json").json

    assert set(told) == {"numbers", "by_busiest", "by_cap", "busiest", "load", "blocked", "enough"}
    assert (told["busiest"], told["by_busiest"], told["numbers"]) == (5, 125, 125)
    assert set(told["enough"]) == {"0.01", "0.001"}


def test_a_plan_is_drawn(terminal: Terminal):
    file = terminal.folder / "plan.svg"

    ran = terminal.well(*SMALL, "--svg", str(file))

    drawn = ElementTree.fromstring(file.read_text())
    words = " ".join(text.text or "" for text in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert f"Drawn into {file}." in ran.out
    assert "10 numbers: " in words
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == 1


def test_a_plan_without_cool_off_says_that_services_have_one(terminal: Terminal):
    """Else whoever leaves both alone buys a small part of the numbers that they need."""
    told = "services have 24 hours unless told otherwise: --cool-off 24"

    assert told in terminal.well(*SMALL).out
    assert told not in terminal.well(*SMALL, "--cool-off", "0.5").out


@pytest.mark.parametrize(
    "words",
    [("--sessions", "0"), ("--skew", "-1"), ("--minutes", "0"), ("--most-live", "0"), ("--skew", "nan"),
     ("--cool-off", "nan"), ("--minutes", "nan")],
)  # fmt: skip
def test_what_cannot_be_reckoned_is_refused(terminal: Terminal, words):
    assert terminal(*SMALL, *words).status == 2


def test_it_needs_neither_keys_nor_a_database(terminal: Terminal):
    terminal.set(database_url="postgresql://nobody@/none?host=/tmp/nowhere", keys=terminal.folder / "none")

    assert terminal(*SMALL).status == 0
