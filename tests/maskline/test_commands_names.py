"""What staff do about owners of numbers, from the terminal."""

import pytest

from tests.maskline.terminal import Terminal, psql

NUMBER = "+447700900123"


@pytest.fixture
def hidden(terminal: Terminal) -> Terminal:
    terminal.well("names", "hide", typed=NUMBER)
    return terminal


def test_staff_hide_a_number_at_its_holders_request_and_show_it_again(hidden: Terminal):
    counted = hidden.well("names", "show", "--json", typed=NUMBER).json

    assert counted == {"hidden": False}


def test_a_list_of_numbers_given_back_is_counted_then_taken_in(hidden: Terminal):
    path = hidden.folder / "list.csv"
    path.write_text(f"number,date\n{NUMBER},2025-01-06\nnonsense,2025-01-06\n")

    dry = hidden.well("names", "disconnects", str(path), "--dry-run", "--json").json
    done = hidden.well("names", "disconnects", str(path), "--json").json
    again = hidden.well("names", "disconnects", str(path))

    assert dry == done | {"dry_run": True}
    assert done == {"read": 1, "bad": 1, "bad_lines": [3], "known": 1, "news": 1, "ended": 0, "dry_run": False}
    assert "1 numbers read, 1 of them known, 0 of them news" in again.out
    assert "1 lines are bad: 3" in again.out
    assert NUMBER[-6:] not in again.out + again.err


def test_a_list_without_dates_asks_for_one(terminal: Terminal):
    path = terminal.folder / "list.csv"
    path.write_text(f"{NUMBER}\n")

    ran = terminal("names", "disconnects", str(path))
    with_date = terminal.well("names", "disconnects", str(path), "--date", "2025-01-06", "--json").json

    assert ran.status == 1
    assert "Give --date" in ran.err
    assert with_date["read"] == 1


def test_numbers_without_a_country_code_are_of_the_country_that_is_named(hidden: Terminal):
    path = hidden.folder / "list.csv"
    path.write_text("07700 900123;31/12/2024\n")

    told = hidden.well("names", "disconnects", str(path), "--country", "gb", "--json").json

    assert (told["read"], told["known"]) == (1, 1)


def test_a_business_is_listed_verified_and_revoked(hidden: Terminal, database_url: str):
    psql(
        database_url,
        """
        INSERT INTO name_business (business_id, number_ref, person_id, name, category, evidence, state, asked_at)
        SELECT '00000000-0000-4000-8000-00000000000b', number_ref, number_ref, 'Stone & Sons', 'craft', 'REG-1234',
               'asked', '2025-01-01 00:00+00' FROM named_number""",
    )
    (waiting,) = hidden.well("names", "businesses", "--json").json["businesses"]
    assert (waiting["name"], waiting["evidence"]) == ("Stone & Sons", "REG-1234")

    verified = hidden.well("names", "verify", waiting["business"], "--yes", "--json").json
    refused = hidden("names", "refuse", waiting["business"])
    revoked = hidden.well("names", "revoke", waiting["business"], "--yes", "--json").json

    assert (verified["state"], revoked["state"], revoked["until"]) == ("verified", "revoked", None)
    assert refused.status == 1
    assert "The business's state does not allow this" in refused.err
    assert "None is asked." in hidden.well("names", "businesses").out


def test_nobody_verifies_by_a_slip(terminal: Terminal):
    ran = terminal("names", "verify", "00000000-0000-4000-8000-00000000000b")

    assert ran.status == 1
    assert "add --yes" in ran.err


def test_a_number_is_asked_for_and_never_an_argument(terminal: Terminal):
    ran = terminal("names", "hide", NUMBER)

    assert ran.status == 1
    assert "never given as an argument" in ran.err
