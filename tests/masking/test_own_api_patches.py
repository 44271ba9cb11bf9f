"""PATCH is a JSON merge patch (RFC 7396): what is not there stays, and null takes back what was said."""

from typing import Any

import pytest

from tests.masking.test_own_api import PAIR, Program, program, rides

__all__ = ["program", "rides"]

SAID: dict[str, Any] = {
    "default_ttl": 60, "cool_off": 0, "numbering": "each", "selection": "avoid-sticky", "geo": "radius",
    "fallback_countries": ["GB"], "countries": ["US"], "most_live": 5, "pin_length": 4, "ring": 10, "talk": 600,
    "language": "hi", "quiet": {"from": "22:00", "to": "06:30", "timezone": "Asia/Kolkata"}, "calls_a_day": 5,
    "texts_a_day": 6, "minutes_a_day": 7, "person_calls_a_day": 1, "person_texts_a_day": 2, "person_minutes_a_day": 3,
    "session_calls_a_day": 2, "session_texts_a_day": 3, "session_minutes_a_day": 4, "needs_attestation": True,
    "needs_full_attestation": True, "screens": False, "blocks": True, "redacts": True, "holds_texts": True,
    "stop_words": ["ende"], "shows_numbers": True, "intercept_open": False,
    "urls": {url: f"https://example.org/{url}" for url in ("callback", "intercept", "outside", "events")},
}  # fmt: skip
NINETY_DAYS = 7_776_000


async def test_null_takes_back_whatever_was_said_of_a_service(program: Program):
    """It is as in a new one, of which nothing but its name was said."""
    new = await program.made("", {"unique_name": "new"})
    await program.made("", {"unique_name": "rides", **SAID})

    for name in SAID:
        status, changed = await program.ask("PATCH", "/rides", {name: None})
        assert (status, changed[name]) == (200, new[name]), name

    there = await program.read("/rides")
    own = {"id", "unique_name", "made_at", "changed_at"}
    assert {name: there[name] for name in there.keys() - own} == {name: new[name] for name in new.keys() - own}


async def test_what_is_not_there_stays_also_within_an_object(program: Program):
    made = await program.made("", {"unique_name": "rides", **SAID})

    _, quiet = await program.ask("PATCH", "/rides", {"quiet": {"to": "07:00"}})
    _, told = await program.ask("PATCH", "/rides", {"urls": {"events": None}})
    _, utc = await program.ask("PATCH", "/rides", {"quiet": {"timezone": None}})

    assert quiet["quiet"] == {**SAID["quiet"], "to": "07:00"}
    assert told["urls"] == {**SAID["urls"], "events": None}
    assert utc["quiet"] == {"from": "22:00", "to": "07:00", "timezone": "UTC"}
    own = {"changed_at", "quiet", "urls"}
    assert {name: utc[name] for name in utc.keys() - own} == {name: made[name] for name in made.keys() - own}


@pytest.mark.parametrize(
    ("body", "field"),
    [({"unique_name": None}, "unique_name"), ({"quiet": {"from": None}}, "quiet"), ({"colour": None}, "colour")],
)
async def test_what_a_service_cannot_be_without_is_not_taken_back(program: Program, body: Any, field: str):
    await program.made("", {"unique_name": "rides", **SAID})

    status, problem = await program.ask("PATCH", "/rides", body)

    assert (status, problem["field"]) == (422, field)


async def test_an_end_of_a_session_is_taken_back(program: Program, rides: str):
    ends = {"ttl": 3600, "expires_at": "2030-01-01T12:30:00Z"}
    made = await program.made(f"{rides}/sessions", {**PAIR, **ends})
    one = f"{rides}/sessions/{made['id']}"
    assert made["until"] == "2030-01-01T12:30:00Z"

    _, without_end = await program.ask("PATCH", one, {"expires_at": None})
    _, with_both = await program.ask("PATCH", one, {"expires_at": "2030-06-01T12:00:00Z"})
    _, without_ttl = await program.ask("PATCH", one, {"ttl": None})
    _, without_any = await program.ask("PATCH", one, {"expires_at": None})

    assert (without_end["expires_at"], without_end["until"]) == (None, "2030-01-01T13:00:00Z")
    assert with_both["until"] == "2030-01-01T13:00:00Z"
    assert (without_ttl["ttl_counts"], without_ttl["until"]) == (False, "2030-06-01T12:00:00Z")
    assert (without_any["ttl"], without_any["until"]) == (NINETY_DAYS, "2030-04-01T12:00:00Z")


async def test_a_session_without_its_own_ends_goes_by_its_service(program: Program, rides: str):
    await program.ask("PATCH", rides, {"default_ttl": 120})
    made = await program.made(f"{rides}/sessions", {**PAIR, "expires_at": "2030-06-01T12:00:00Z", "ttl": 0})

    _, taken_back = await program.ask("PATCH", f"{rides}/sessions/{made['id']}", {"ttl": None, "expires_at": None})

    assert (taken_back["ttl"], taken_back["until"]) == (120, "2030-01-01T12:02:00Z")


async def test_a_new_thing_takes_null_for_not_said(program: Program, rides: str):
    made = await program.made(f"{rides}/sessions", {**PAIR, "ttl": None, "expires_at": None, "ring": None})
    service = await program.made("", {"unique_name": "nothing", **dict.fromkeys(SAID)})

    assert (made["ttl"], made["expires_at"]) == (NINETY_DAYS, None)
    assert service["cool_off"] == 86_400


async def test_the_description_says_so(program: Program):
    url = f"{program.base}/api/openapi.json"
    async with program.session.get(url) as answer:
        paths = (await answer.json())["paths"]

    for path, name in (("/api/services/{service}", "quiet"), ("/api/services/{service}/sessions/{session}", "ttl")):
        patch = paths[path]["patch"]
        kinds = patch["requestBody"]["content"]
        assert set(kinds) == {"application/json", "application/merge-patch+json"}
        assert "null" in kinds["application/merge-patch+json"]["schema"]["properties"][name]["type"]
        assert "7396" in patch["description"]
