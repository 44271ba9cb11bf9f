"""What the bench says of its figures."""

import io
import json

import pytest
from click.testing import CliRunner
from rich.console import Console

from bench import __main__ as program
from bench.load import Lap, WrongAnswer
from bench.report import Figure, machine, show, write
from bench.rounds import alternate, middle, ratio

FAST = Figure(name="webhook", ours="700/s", floor="1000/s", value=0.7, bar=0.45, goal=0.65)
SLOW = Figure(name="webhook", ours="300/s", floor="1000/s", value=0.3, bar=0.45, goal=0.65)


@pytest.mark.parametrize(
    ("value", "bar", "goal", "smaller", "verdict", "ok"),
    [
        (0.7, 0.45, 0.65, False, "goal", True),
        (0.5, 0.45, 0.65, False, "ok", True),
        (0.3, 0.45, 0.65, False, "short of the bar", False),
        (1.9, 3, 2, True, "goal", True),
        (2.5, 3, 2, True, "ok", True),
        (3.5, 3, 2, True, "short of the bar", False),
        (1.0, None, None, False, "", None),
    ],
)
def test_a_figure_is_held_against_its_bar_and_its_goal(value, bar, goal, smaller, verdict, ok):
    figure = Figure(name="x", ours="1", value=value, bar=bar, goal=goal, smaller=smaller)

    assert (figure.verdict, figure.ok) == (verdict, ok)


def test_the_table_and_the_json_tell_the_same(tmp_path):
    output = io.StringIO()
    show([FAST, SLOW], "a machine", Console(file=output, width=120))
    write([FAST, SLOW], "a machine", tmp_path / "figures.json")

    shown, written = output.getvalue(), json.loads((tmp_path / "figures.json").read_text())
    for word in ("webhook", "700/s", "1000/s", "0.7", "≥ 0.45", "≥ 0.65", "short of the bar", "a machine"):
        assert word in shown
    assert written["machine"] == "a machine"
    assert [(figure["value"], figure["ok"]) for figure in written["figures"]] == [(0.7, True), (0.3, False)]


def test_the_machine_is_told_in_one_line():
    assert "Python" in machine()
    assert "\n" not in machine()


async def test_sides_take_turns_and_the_first_round_only_warms_up():
    ran: list[str] = []

    def side(name, seconds):
        async def lap():
            ran.append(name)
            return Lap(seconds, (0.001,))

        return lap

    laps = await alternate({"ours": side("ours", 2.0), "floor": side("floor", 1.0)}, 2)

    assert ran == ["ours", "floor"] * 3
    assert len(laps["ours"]) == len(laps["floor"]) == 2
    assert ratio(laps, "ours", "floor", lambda lap: lap.rate) == 0.5
    assert middle(laps["ours"]) == {"rate": 0.5, "p50": 1.0, "p99": 1.0}


@pytest.mark.parametrize(("found", "status"), [([FAST], 0), ([FAST, SLOW], 1)], ids=["all met", "one short"])
def test_the_exit_status_says_whether_every_bar_was_met(monkeypatch, found, status, tmp_path):
    async def measured(_chosen, figures, _console):
        figures += found

    monkeypatch.setattr(program, "measure", measured)

    done = CliRunner().invoke(program.bench, ["--json", str(tmp_path / "figures.json")])

    assert done.exit_code == status
    assert len(json.loads((tmp_path / "figures.json").read_text())["figures"]) == len(found)


def test_a_wrong_answer_ends_the_bench_and_what_was_measured_is_told(monkeypatch, tmp_path):
    async def measured(_chosen, figures, _console):
        figures.append(FAST)
        raise WrongAnswer("HTTP/1.1 500 Internal Server Error, and not <Dial >")

    monkeypatch.setattr(program, "measure", measured)

    done = CliRunner().invoke(program.bench, ["--json", str(tmp_path / "figures.json")])

    assert done.exit_code == 2
    assert "500" in done.output
    assert len(json.loads((tmp_path / "figures.json").read_text())["figures"]) == 1
