"""`./run names` as an operator uses it: where nobody named anything, with slips, in pipes, with Postgres away."""

import pytest

from tests.maskline.terminal import Terminal, psql

NUMBER = "+447700900123"
NOBODY = "00000000-0000-4000-8000-00000000000b"
LOOKS = {
    "waiting": ({"waiting": []}, "Nothing waits."),
    "merge": ({"rows": 0}, "Nothing could be merged."),
    "publish": ({"ranked": 0}, "Nothing changed."),
    "rebuild": ({"ranked": 0}, "Counted 0 numbers anew."),
    "check": ({"broken": {}}, "Everything holds."),
    "businesses": ({"businesses": []}, "None is asked."),
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_house_without_names_is_no_mistake(terminal: Terminal, name):
    document, sentence = LOOKS[name]

    assert terminal.well("names", name, "--json").json == document
    assert terminal.well("names", name).lines == [sentence]


def test_the_model_is_told_with_its_version(terminal: Terminal):
    told = terminal.well("names", "model", "--json").json

    assert told["version"] in terminal.well("names", "model").out
    assert told["words"] == 0


def test_what_does_not_hold_ends_with_status_1_and_is_counted(terminal: Terminal, database_url: str):
    terminal.well("names", "hide", typed=NUMBER)
    psql(database_url, "UPDATE named_number SET hidden = false, name = 'Asha', status = 'crowd', confidence = 0.9")

    ran = terminal("names", "check", "--json")

    assert (ran.status, type(ran.status)) == (1, int)
    assert sum(ran.json["broken"].values()) > 0


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("waiting", "x"), ("businesses", "--state", "nonsense"), ("verify",), ("verify", "x"),
     ("disconnects",), ("disconnects", "/nonexistent"), ("disconnects", __file__, "--country", "india"),
     ("disconnects", __file__, "--country", "XX"), ("disconnects", __file__, "--date", "2099-01-01")],
)  # fmt: skip
def test_a_slip_is_told_before_anything_is_done(terminal: Terminal, words):
    ran = terminal("names", *words)

    assert ran.status == 2
    assert "./run names" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("words", [("verify", NOBODY, "--yes"), ("refuse", NOBODY), ("revoke", NOBODY, "--yes")])
def test_a_business_that_nobody_asked_for_is_none(terminal: Terminal, words):
    ran = terminal("names", *words, "--json")

    assert ran.status == 1
    assert ran.json["error"]["type"] == "/problems/business-unknown"


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_list_is_a_download_that_failed(terminal: Terminal, content):
    path = terminal.folder / "list.csv"
    path.write_bytes(content)

    ran = terminal("names", "disconnects", str(path))

    assert ran.status == 1
    assert "empty" in ran.err


@pytest.mark.parametrize("typed", ["", "nonsense", "07700 900123"])
def test_what_is_no_number_hides_nothing(terminal: Terminal, typed):
    assert terminal("names", "hide", typed=typed).status == 1


def test_of_several_numbers_none_is_hidden_rather_than_the_first(terminal: Terminal, database_url: str):
    ran = terminal("names", "hide", typed=f"{NUMBER}\n+447700900124\n")

    assert ran.status == 1
    assert "one number" in ran.err
    assert terminal.well("names", "hide", typed=f"{NUMBER}\n\n").status == 0


@pytest.mark.parametrize("words", [("waiting",), ("publish", "--json"), ("check",), ("model",)])
def test_with_postgres_away_it_says_so_and_ends(terminal: Terminal, words):
    terminal.set(database_url="postgresql://nobody:x@127.0.0.1:9/none?sslmode=disable")

    ran = terminal("names", *words)

    assert ran.status == 1
    assert "DATABASE_URL" in ran.err
    assert "Traceback" not in ran.err


def test_they_run_beside_valkey_that_is_away(terminal: Terminal):
    terminal.set(redis_url="redis://127.0.0.1:9/0")

    assert terminal.well("names", "waiting").lines == ["Nothing waits."]
