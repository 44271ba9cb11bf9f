"""What customers are told of their services, as bytes: numbered, checkable, and without numbers."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from masking.sessions import events
from masking.sessions.events import CODES, Event, News
from masking.sessions.signing import sign_event
from masking.sessions.values import Interaction, Kind

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
NOW = NOON.timestamp()
TOKEN = "0123456789abcdef0123456789abcdef"
DOCS = (Path(__file__).parent.parent.parent / "docs" / "events.md").read_text()


def interaction(**but):
    told: dict[str, Any] = {
        "tenant": UUID(int=1), "interaction_id": UUID(int=2), "session_id": UUID(int=3), "kind": Kind.VOICE,
        "from_participant": UUID(int=4), "to_participant": UUID(int=5), "refused": None, "at": NOON,
        "changed_at": NOON, "call_state": 4, "outcome": None, "talk_seconds": None, "message_state": None,
        "error": None, "body": None,
    }  # fmt: skip
    return Interaction(**(told | but))


def event(**but):
    told: dict[str, Any] = {
        "tenant": UUID(int=1), "event_id": UUID(int=2), "service_id": UUID(int=3), "seq": 17, "kind": "closed",
        "session_id": None, "facts": {"reason": "api"}, "at": NOON,
    }  # fmt: skip
    return Event(**(told | but))


def checker(now: float) -> Callable[[str, str, bytes], bool]:
    """The function on the page for customers, as it stands there. now: what its clock says."""
    listing = re.search(r"```python\n(.*?)```", DOCS, re.DOTALL)
    assert listing is not None
    assert len(listing[1].splitlines()) <= 10
    scope: dict[str, Any] = {}
    exec(listing[1], scope)
    scope["time"] = SimpleNamespace(time=lambda: now)
    check: Callable[[str, str, bytes], bool] = scope["is_ours"]
    return check


@pytest.fixture
def is_ours():
    return checker(NOW)


def test_ten_lines_are_enough_to_check_a_signature(is_ours):
    body, now = events.body(event()), int(NOW)

    assert is_ours(TOKEN, sign_event(TOKEN, now, body), body)
    assert not is_ours(TOKEN, sign_event("f" * 32, now, body), body)
    assert not is_ours(TOKEN, sign_event(TOKEN, now, body), body.replace(b"17", b"18"))
    assert not is_ours(TOKEN, sign_event(TOKEN, now, body).replace(f"t={now}", f"t={now + 1}"), body)


def test_an_old_event_cannot_be_played_again(is_ours):
    body = events.body(event())

    assert not is_ours(TOKEN, sign_event(TOKEN, int(NOW) - 600, body), body)


def test_the_page_for_customers_tells_every_kind_and_code():
    for news in News:
        assert f"`{news}`" in DOCS
    for code in CODES.values():
        assert str(code) in DOCS


def test_an_event_says_what_happened_where_and_when():
    assert json.loads(events.body(event(session_id=UUID(int=9)))) == {
        "seq": 17, "id": str(UUID(int=2)), "kind": "closed", "at": "2030-01-01T12:00:00.000Z",
        "service": str(UUID(int=3)), "session": str(UUID(int=9)), "facts": {"reason": "api"},
    }  # fmt: skip


def test_a_repeat_has_the_same_bytes():
    assert events.body(event()) == events.body(event())
    assert events.event_id(7, NOON) == events.event_id(7, NOON)
    assert len({events.event_id(7, NOON), events.event_id(8, NOON), events.event_id(7, NOON + timedelta(1))}) == 3


def test_numbers_stand_there_only_when_they_are_handed_in():
    plain, shown = event(), events.body(event(), {"p": "+12025550152"})

    assert b"+1202" not in events.body(plain)
    assert json.loads(shown)["facts"] == {"reason": "api", "numbers": {"p": "+12025550152"}}
    assert plain.facts == {"reason": "api"}


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ({}, {"inbound": "in-progress", "outbound": "in-progress"}),
        ({"call_state": None}, {"inbound": "ringing", "outbound": "queued"}),
        ({"call_state": 5, "outcome": "talked", "talk_seconds": 7},
         {"inbound": "completed", "outbound": "completed", "seconds": 7}),
        ({"call_state": 5, "outcome": "no-answer"}, {"inbound": "completed", "outbound": "no-answer", "seconds": 0}),
        ({"kind": Kind.MESSAGE, "message_state": "failed", "error": "30003"},
         {"type": "message", "inbound": "received", "outbound": "failed", "error": "30003"}),
        ({"from_participant": None}, {"from": None}),
    ],
)  # fmt: skip
def test_a_call_or_text_is_told_in_twilios_words(told, facts):
    said = events.interaction_facts(interaction(**told))

    assert said.items() >= facts.items()
    assert ("seconds" in said) == ("seconds" in facts)


def test_what_a_hook_decided_has_twilios_code():
    assert events.other_facts("intercepted", UUID(int=2)) == {"interaction": str(UUID(int=2)), "code": 80909}
    assert events.other_facts("started", UUID(int=2)) == {"interaction": str(UUID(int=2))}


@pytest.mark.parametrize(
    ("age", "waiting", "late"),
    [(timedelta(days=3), 10_000, False), (timedelta(days=3, seconds=1), 1, True), (timedelta(), 10_001, True)],
)
def test_news_is_given_up_after_three_days_or_behind_ten_thousand(age, waiting, late):
    assert events.too_late(NOON - age, waiting, NOON) is late
