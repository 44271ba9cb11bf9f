"""Clients of our APIs, from the terminal: a token is shown once, and counts until it is revoked."""

import re

import pytest

from maskline.wiring import House
from tests.maskline.terminal import Terminal


def test_a_client_is_made_listed_renewed_and_revoked(terminal: Terminal):
    made = terminal.well("clients", "create", "--name", "bookings", "--scopes", "proxy, api", "--json").json
    renewed = terminal.well("clients", "rotate", "bookings", "--yes", "--json").json
    listed = terminal.well("clients", "list", "--json")
    revoked = terminal.well("clients", "revoke", "bookings", "--yes", "--json").json
    after = terminal.well("clients", "list", "--json").json["clients"]

    assert re.fullmatch(r"AC[0-9a-f]{32}", made["account_sid"])
    assert re.fullmatch(r"[0-9a-f]{32}", made["token"])
    assert (made["name"], made["scopes"], made["revoked_at"]) == ("bookings", ["proxy", "api"], None)
    assert renewed["account_sid"] == made["account_sid"]
    assert renewed["token"] != made["token"]
    assert [each["name"] for each in listed.json["clients"]] == ["bookings"]
    assert made["token"] not in listed.out
    assert renewed["token"] not in listed.out
    assert [each["revoked_at"] for each in after] == [revoked["revoked_at"]]


def test_a_client_is_given_a_budget_of_look_ups(terminal: Terminal):
    made = terminal.well("clients", "create", "--name", "names", "--scopes", "names", "--json").json
    changed = terminal.well("clients", "lookups", "names", "500", "--json").json
    listed = terminal.well("clients", "list", "--json").json["clients"]

    assert (made["lookups_a_day"], changed["lookups_a_day"]) == (10_000, 500)
    assert [each["lookups_a_day"] for each in listed] == [500]


def test_people_are_told_where_to_point_their_sdk(terminal: Terminal):
    terminal.set(public_url="https://calls.example.org")

    ran = terminal.well("clients", "create", "--name", "bookings", "--scopes", "proxy")

    assert re.search(r"^Account SID  AC[0-9a-f]{32}$", ran.out, re.MULTILINE)
    assert re.search(r"^Token        [0-9a-f]{32}$", ran.out, re.MULTILINE)
    assert "client.proxy.base_url = 'https://calls.example.org'" in ran.out
    assert "bookings" in terminal.well("clients", "list").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "--name", "a", "--scopes", "proxy,all"), "Choose from proxy, api, api:read"),
        (("create", "--name", "a", "--scopes", ""), "Choose from proxy, api, api:read"),
        (("create", "--name", "-"), "Write 1 to 64 letters"),
        (("lookups", "nobody", "5"), "There is no such client"),
        (("revoke", "nobody", "--yes"), "There is no such client"),
        (("rotate", "nobody", "--yes"), "./run clients list"),
        (("revoke", "nobody"), "add --yes if you mean it"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(terminal: Terminal, words, said):
    ran = terminal("clients", *words)

    assert ran.status == 1
    assert said in ran.err


def test_a_name_is_used_once(terminal: Terminal):
    terminal.well("clients", "create", "--name", "a")

    ran = terminal("clients", "create", "--name", "a")

    assert ran.status == 1
    assert "There is a client of this name already" in ran.err


async def test_a_process_that_serves_hears_of_a_revoked_client(terminal: Terminal, served: House):
    made = (await terminal.later("clients", "create", "--name", "a", "--json")).json
    assert await served.clients.principal(made["account_sid"], made["token"]) is not None

    await terminal.later("clients", "revoke", "a", "--yes")
    await served.refresh()  # what a process does once it is told: maskline.roles

    assert await served.clients.principal(made["account_sid"], made["token"]) is None
