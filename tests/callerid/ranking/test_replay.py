"""`python -m bench.callerid replay`: a folder in, one line a number out, and a clear word about a bad file."""

import json

import pytest
from click.testing import CliRunner

from bench.callerid.__main__ import callerid

PEOPLE: list[dict[str, object]] = [
    {"id": who, "created": 10, "book_size": 150, "ip24": 100 + who, "device": 200 + who, "attested": True, "age": "?"}
    for who in range(6)
]
NAMES = ["Asha Rao", "asha", "Rao Asha", "Asha Rao 2", "Papa"]
TAGS: list[dict[str, object]] = [
    {"number": 1, "contributor": who, "raw": raw, "first_seen": 100 + 90 * who, "last_seen": 900, "kind": "book"}
    for who, raw in enumerate(NAMES)
]
MARKS: list[dict[str, object]] = [{"number": 2, "contributor": who, "day": 880 + who, "spam": True} for who in range(6)]


@pytest.fixture(name="world")
def _world(tmp_path):
    """A number that five people keep, and one that six people marked."""
    folder = tmp_path / "world"
    folder.mkdir()
    numbers: list[dict[str, object]] = [{"id": 1, "e164": "withheld", "region": "IN"}, {"id": 2}, {"id": 3}]
    files: dict[str, list[dict[str, object]]] = {
        "numbers": numbers,
        "tags": TAGS,
        "marks": MARKS,
        "contributors": PEOPLE,
    }
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "disconnects.json").write_text('{"3": 500}')
    return folder


def replay(world, *options):
    """The outcome, and the lines it wrote."""
    out = world.parent / "out.jsonl"
    done = CliRunner().invoke(callerid, ["replay", str(world), "--out", str(out), *options])
    return done, [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []


def test_every_number_gets_a_line(world):
    done, lines = replay(world)

    assert done.exit_code == 0, done.output
    assert [set(line) for line in lines] == [{"id", "name", "confidence", "spam"}] * 3
    assert [(line["id"], line["name"]) for line in lines] == [(1, "Asha Rao"), (2, None), (3, None)]
    assert lines[1]["spam"] > lines[0]["spam"]


def test_more_sources_can_be_asked_for(world):
    assert replay(world, "--sources", "5")[1][0]["name"] is None


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("tags.jsonl", "{", "line 1"),
        ("tags.jsonl", '{"number": 1}', "'raw' is missing"),
        ("tags.jsonl", json.dumps(TAGS[0] | {"raw": 5}), "raw is no text"),
        ("tags.jsonl", json.dumps(TAGS[0] | {"kind": "guess"}), "kind is none of book"),
        ("contributors.jsonl", '["x"]', "line 1"),
        ("marks.jsonl", json.dumps(MARKS[0] | {"day": "soon"}), "line 1"),
        ("marks.jsonl", json.dumps(MARKS[0]) + "\n\n" + json.dumps(MARKS[1] | {"spam": "perhaps"}), "line 3"),
        ("marks.jsonl", json.dumps(MARKS[0] | {"day": 1e308}), "day is no day"),
        ("marks.jsonl", '{"number": 1e999, "contributor": 1, "day": 1, "spam": true}', "number is no whole number"),
        ("tags.jsonl", json.dumps(TAGS[0] | {"number": 1.5}), "number is no whole number"),
        ("tags.jsonl", json.dumps(TAGS[0] | {"kind": ["book"]}), "kind is none of book"),
        ("tags.jsonl", json.dumps(TAGS[0] | {"first_seen": 10**300}), "first_seen is no day"),
        ("tags.jsonl", "[" * 100_000, "line 1"),
        ("numbers.jsonl", '{"id": true}', "id is no whole number"),
        ("disconnects.json", "[1]", "one object"),
        ("disconnects.json", '{"1": "soon"}', "one object"),
    ],
)
def test_a_bad_line_is_named(world, file, text, says):
    (world / file).write_text(text)
    done, lines = replay(world)

    assert done.exit_code == 2
    assert lines == []
    assert says in done.output
    assert "Traceback" not in done.output


def test_figures_in_quotation_marks_and_a_mark_of_bytes_are_read_as_they_are_meant(world):
    plain = replay(world)[1]
    for name in ("tags", "marks", "contributors", "numbers"):
        rows = [json.loads(line) for line in (world / f"{name}.jsonl").read_text().splitlines()]
        quoted = [{key: str(value) for key, value in row.items()} for row in rows]
        (world / f"{name}.jsonl").write_text("\ufeff" + "".join(json.dumps(row) + "\r\n" for row in quoted))
    fine = [json.dumps(mark | {"spam": "false"}) for mark in MARKS]

    assert replay(world)[1] == plain
    (world / "marks.jsonl").write_text("\n".join(fine))
    assert replay(world)[1][1]["spam"] < 0.05


def test_one_person_who_says_it_often_says_it_once(world):
    """As in the service, where a newer name or mark of the same person replaces the older."""
    often = [TAGS[0] | {"contributor": 77, "raw": "Usha Iyer", "first_seen": day} for day in range(0, 900, 30)]
    (world / "tags.jsonl").write_text("\n".join(json.dumps(tag) for tag in often))
    (world / "marks.jsonl").write_text("\n".join(json.dumps(MARKS[0] | {"day": day}) for day in range(700, 890)))
    lines = replay(world)[1]

    assert lines[0]["name"] is None
    assert lines[1]["spam"] < 0.5
    (world / "tags.jsonl").write_text("\n".join(json.dumps(tag) for tag in [*often, *TAGS]))
    assert replay(world)[1][0]["name"] == "Asha Rao"


def test_a_missing_folder_or_file_is_named(world):
    (world / "marks.jsonl").unlink()

    assert "marks.jsonl cannot be read" in replay(world)[0].output
    assert "is no folder" in replay(world / "nowhere")[0].output
