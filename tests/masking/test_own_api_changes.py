"""What a program may change of a live session and of the people in it, and how their next call goes by it."""

from typing import Any

import pytest

from core.e164 import E164
from tests.masking.test_own_api import PAIR, Program, program, rides
from tests.town import ALICE, BOB, OWNER, Town

__all__ = ["program", "rides"]

TERMS: dict[str, Any] = {"mode": "voice-only", "direction": "one-way", "force_pin": True, "named": True,
                         "cool_off": 60, "ring": 10, "talk": 120}  # fmt: skip
WITH_PIN = {"participants": [{"number": ALICE.value, "pin": "123456"}, {"number": BOB.value}]}


async def line(program: Program, session: Any) -> E164:
    """The number that a session's people dial."""
    return E164(session["participants"][0]["sees"])


async def test_what_a_session_lets_its_people_do_is_changed_and_taken_back(program: Program, rides: str):
    made = await program.made(f"{rides}/sessions", WITH_PIN)
    one = f"{rides}/sessions/{made['id']}"

    for name, value in TERMS.items():
        status, changed = await program.ask("PATCH", one, {name: value})
        assert (status, changed[name]) == (200, value)
    for name in TERMS:
        _, changed = await program.ask("PATCH", one, {name: None})
        assert changed[name] == made[name], name
    assert changed["until"] == made["until"]


async def test_the_next_call_goes_by_what_was_changed(program: Program, rides: str, town: Town):
    made = await program.made(f"{rides}/sessions", PAIR)
    one, dialled = f"{rides}/sessions/{made['id']}", await line(program, made)

    before = await town.twilio.calls(ALICE, dialled)
    await program.ask("PATCH", one, {"talk": 1800, "ring": 12, "direction": "one-way"})
    after = await town.twilio.calls(ALICE, dialled)
    from_two = await town.twilio.calls(BOB, dialled)

    assert (before.get("Dial", "timeLimit"), before.get("Dial", "timeout")) == ("14400", "22")
    assert (after.get("Dial", "timeLimit"), after.get("Dial", "timeout")) == ("1800", "12")
    assert "Dial" not in from_two.verbs


async def test_what_is_said_to_people_is_changed(program: Program, rides: str, town: Town):
    made = await program.made(f"{rides}/sessions", PAIR)
    person = f"{rides}/sessions/{made['id']}/participants/{made['participants'][0]['id']}"

    status, changed = await program.ask("PATCH", person, {
        "announcement": "Guten Tag.", "called_as": "your driver", "friendly_name": "A", "language": "hi"})  # fmt: skip
    spoken = await town.twilio.calls(ALICE, await line(program, made))
    _, without = await program.ask("PATCH", person, {"announcement": None, "friendly_name": "B"})

    assert (status, changed["announcement"], changed["called_as"], changed["friendly_name"]) == (
        200, "Guten Tag.", "your driver", "A")  # fmt: skip
    assert (spoken.find("Say").text, spoken.get("Say", "language")) == ("Guten Tag.", "hi-IN")
    assert (without["announcement"], without["called_as"], without["friendly_name"]) == (None, "your driver", "B")


async def test_a_pin_is_given_changed_and_taken_back(program: Program, rides: str, town: Town):
    made = await program.made(f"{rides}/sessions", PAIR)
    person = f"{rides}/sessions/{made['id']}/participants/{made['participants'][0]['id']}"
    dialled = await line(program, made)

    async def opens(pin: str) -> bool:
        call = town.twilio.new_call()
        asked = await town.twilio.calls(OWNER, dialled, call)
        if "Gather" not in asked.verbs:
            return False
        return "Dial" in (await town.twilio.step(asked.action, call, OWNER, Digits=pin)).verbs

    _, generated = await program.ask("PATCH", person, {"generate_pin": True})
    assert await opens(generated["pin"])
    _, given = await program.ask("PATCH", person, {"pin": "654321"})
    assert [await opens("654321"), await opens(generated["pin"])] == [True, False]
    _, without = await program.ask("PATCH", person, {"pin": None})
    assert (given["has_pin"], without["has_pin"], await opens("654321")) == (True, False, False)


async def test_who_is_awaited_is_named_and_spoken_of_at_once_or_not_at_all(program: Program, rides: str):
    made = await program.made(f"{rides}/sessions", {"participants": [{"number": ALICE.value}, {}]})
    awaited = f"{rides}/sessions/{made['id']}/participants/{made['participants'][1]['id']}"

    refused, _ = await program.ask("PATCH", awaited, {"number": BOB.value, "pin": "12"})
    still = await program.read(awaited)
    status, named = await program.ask("PATCH", awaited, {"number": BOB.value, "friendly_name": "Bob", "language": "hi"})

    assert (refused, still["number"]) == (422, None)
    assert (status, named["number"], named["friendly_name"]) == (200, BOB.value, "Bob")


@pytest.mark.parametrize(
    ("where", "body", "field"),
    [
        ("", {"talk": 59}, "talk"),
        ("", {"mode": "fax"}, "mode"),
        ("", {"force_pin": True}, "force_pin"),
        ("", {"unique_name": "other"}, "unique_name"),
        ("", {"record": True}, None),
        ("first", {"number": None}, "number"),
        ("first", {"number": OWNER.value}, "number"),
        ("first", {"pin": "12"}, "pin"),
        ("first", {"side": 2}, "side"),
        ("first", {"language": "xx"}, "language"),
        ("second", {"language": "hi"}, "language"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    program: Program, rides: str, where: str, body: Any, field: str | None
):
    made = await program.made(f"{rides}/sessions", {"participants": [{"number": ALICE.value}, {}]})
    one = f"{rides}/sessions/{made['id']}"
    people = dict(zip(("first", "second"), made["participants"], strict=True))
    path = f"{one}/participants/{people[where]['id']}" if where else one
    before = await program.read(path)

    status, problem = await program.ask("PATCH", path, body)

    assert (status, problem.get("field")) == (422, field)
    assert await program.read(path) == before


async def test_a_session_whose_number_takes_no_texts_is_not_made_one_of_texts(program: Program, rides: str, town: Town):
    made = await program.made(f"{rides}/sessions", {**PAIR, "mode": "voice-only"})
    await town.rows("UPDATE proxy_number SET texts = false")

    status, problem = await program.ask("PATCH", f"{rides}/sessions/{made['id']}", {"mode": "voice-and-message"})

    assert (status, problem["field"]) == (422, "mode")


async def test_nothing_changes_of_whoever_left_or_of_what_is_over(program: Program, rides: str):
    made = await program.made(f"{rides}/sessions", PAIR)
    one = f"{rides}/sessions/{made['id']}"
    person = f"{one}/participants/{made['participants'][0]['id']}"

    await program.ask("DELETE", person)
    left, _ = await program.ask("PATCH", person, {"friendly_name": "A"})
    await program.ask("POST", f"{one}/close", {})
    over, _ = await program.ask("PATCH", one, {"talk": 120})

    assert (left, over) == (404, 409)


@pytest.mark.parametrize(
    ("people", "status"),
    [([{"number": ALICE.value}, {}], 422), ([{"number": ALICE.value, "generate_pin": True}, {}], 201), ([], 201)],
)
async def test_a_session_that_forces_pins_on_people_gives_somebody_one(
    program: Program, rides: str, people: Any, status: int
):
    """Else nobody could ever call in it. Whoever comes later may bring theirs."""
    told, body = await program.ask("POST", f"{rides}/sessions", {"participants": people, "force_pin": True})

    assert (told, body.get("field")) == (status, "force_pin" if status == 422 else None)
