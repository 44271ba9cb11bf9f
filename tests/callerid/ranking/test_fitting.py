"""The rules are trained from worlds with answers, and a sign that reason knows is kept."""

from click.testing import CliRunner

from bench.callerid import descent, worlds
from bench.callerid.__main__ import callerid
from bench.callerid.fitting import fit
from bench.callerid.records import Contributor, Marked, Records, Tag
from callerid.ranking import Model

RIGHT, WRONG = "Asha Rao", "Igor Petrov"


class Known:
    """Every number is RIGHT's; odd ones over 100 are nuisances."""

    def right(self, number: int, name: str | None) -> float:
        return float(name is not None and set(name.split()) == set(RIGHT.split()))

    def is_part(self, number: int, word: str) -> bool:
        return word.casefold() in RIGHT.casefold().split()

    def is_spam(self, number: int) -> bool:
        return number > 100

    def is_flooded(self, number: int) -> bool:
        return False


def world() -> Records:
    """Twenty numbers: old, spread tags say RIGHT, a burst from one handset says WRONG; ten nuisances."""
    people = {who: Contributor(who, 0, 150, who, who, True) for who in range(40)}
    farm = {who: Contributor(who, 700, 3, 900, 901, False) for who in range(900, 905)}
    tags = [Tag(n, (n + at) % 40, RIGHT, 60 + 130 * at, 990, "book") for n in range(20) for at in range(4)]
    tags += [Tag(n, who, WRONG, 700 + n, 990, "suggest") for n in range(20) for who in farm]
    tags += [Tag(n, at, "Zugla", 900 + at, 990, "suggest") for n in range(101, 111) for at in range(3)]
    marks = [Marked(n, at, 900 + 5 * at, True) for n in range(101, 111) for at in range(9)]
    return Records([*range(20), *range(101, 111)], tags, marks, people | farm, {})


def test_a_trained_model_prefers_the_independent_crowd():
    trained = fit([(world(), Known())], Model.load(), "of a test")

    assert trained.version == "of a test"
    assert trained.words == {}
    assert trained.weights["choice"]["window"] <= 0 <= trained.weights["choice"]["fresh"]
    assert {"bias", "marks_now"} <= trained.weights["spam"].keys()
    assert all(
        low <= high for (_, low), (_, high) in zip(trained.curves["name"], trained.curves["name"][1:], strict=False)
    )


def test_a_model_is_trained_by_a_command_and_tried_by_another(tmp_path):
    world, model, out = tmp_path / "world", tmp_path / "model.json", tmp_path / "out.jsonl"
    worlds.make("a trial", 120).save(world)

    trained = CliRunner().invoke(callerid, ["train", "--out", str(model), "--name", "trial", "--worlds", "1",
                                            "--numbers", "150"])  # fmt: skip
    tried = CliRunner().invoke(callerid, ["replay", str(world), "--out", str(out), "--model", str(model)])

    assert (trained.exit_code, tried.exit_code) == (0, 0), trained.output + tried.output
    assert Model.load(model).version == "trial"
    assert len(out.read_text().splitlines()) == 120


def test_a_logistic_rule_finds_what_made_its_data():
    rows = [[float(x), float(y)] for x in range(-5, 6) for y in range(-5, 6)]
    wanted = [float(2 * x - y > 0.5) for x, y in rows]
    right, wrong, _ = descent.logistic(rows, wanted, [1.0] * len(rows), [0, 0])
    held, *_ = descent.logistic(rows, wanted, [1.0] * len(rows), [-1, 0])

    assert right > 0 > wrong
    assert held == 0


def test_a_curve_never_falls():
    curve = descent.rising([(0.0, 0.5, 1), (1.0, 0.3, 1), (2.0, 0.9, 1)])

    assert [round(score, 6) for score, _ in curve] == [0.5, 2.0]
    assert [round(share, 6) for _, share in curve] == [0.4, 0.9]
