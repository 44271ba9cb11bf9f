"""What people of a session hear: nobody is named who did not agree, and nobody is joined who did not accept."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from core.e164 import E164
from core.route import Outcome, Route, SealedRef, Verdict, Why
from ivr import words
from masking.claims.guard import Guard
from masking.sessions.answers import SHORT_TALK, SessionAnswers
from tests.town import BOB, SHARED
from voice.plan import Dial, Gather, Hangup, Plan, Say
from voice.states import MISSED, State
from voice.turns import Effect, Line, Standing, Turn

ROOM = SessionAnswers(Guard(["US", "GB"]))
CALL = UUID(int=7)
RINGS = Route(
    tenant=UUID(int=1), call_id=CALL, verdict=Verdict.RING, target="session", target_id=UUID(int=2),
    claim_kind="session", show=SHARED["twilio"], to=SealedRef("phone", UUID(int=3), b""), side=1,
)  # fmt: skip
LANGUAGES = pytest.mark.parametrize("language", words.languages())


def line(route: Route = RINGS, *, to: E164 | None = BOB, asks: bool = True, **said: Any) -> Line:
    return Line(replace(route, **said), to, asks, lambda step: f"https://masked.example/{step}")


def met(route: Route = RINGS, **said: Any) -> Plan:
    turn = ROOM.arrive(line(route, **said))
    assert turn is not None
    return turn.plan


def whispered(**said: Any) -> Plan:
    turn = ROOM.whisper(line(**said))
    assert turn is not None
    return turn.plan


def spoken(plan: Plan) -> str:
    prompts = [verb.prompt if isinstance(verb, Gather) else (verb,) for verb in plan]
    return " ".join(one.text for prompt in prompts for one in prompt if isinstance(one, Say))


def test_the_other_side_rings_under_the_sessions_number_with_no_word_before():
    (dial,) = met()

    assert isinstance(dial, Dial)
    assert (dial.to, dial.show, dial.accept_key) == (BOB, SHARED["twilio"], "1")
    assert dial.whisper == "https://masked.example/whisper-1"


def test_other_rooms_calls_are_left_to_them():
    foreign = line(target="sticker")

    assert ROOM.arrive(foreign) is None
    assert ROOM.whisper(foreign) is None
    assert ROOM.press(foreign, "key-1-1", "1") is None
    assert ROOM.over(foreign, Standing(Outcome.BUSY)) is None


def test_a_service_that_does_not_screen_joins_at_once_unless_something_is_to_be_said():
    plain, told, named = met(screens=False), met(screens=False, announce="Your order."), met(screens=False, label="A")

    assert [dial.whisper for (dial,) in (plain, told, named)] == [None, *["https://masked.example/whisper-1"] * 2]
    assert {dial.accept_key for (dial,) in (plain, told, named)} == {None}


def test_without_screening_the_whisper_ends_by_itself():
    plan = whispered(screens=False, label="your driver", announce="Your order is near.", callee_language="en")

    assert [Say("A call from your driver.", "en"), Say("Your order is near.", "en")] == list(plan)


def test_whoever_is_called_hears_who_calls_what_the_service_says_and_which_key_accepts():
    (asked, end) = whispered(label="your driver", announce="Your order is near.", talk=120)

    assert isinstance(asked, Gather)
    assert spoken((asked,)) == (
        "A call from your driver. Your order is near. You can talk for 2 minutes. Press 1 to accept."
    )
    assert end == Hangup()


def test_nobody_is_named_who_did_not_agree():
    assert spoken(whispered()) == "A masked call. Press 1 to accept."


def test_a_carrier_that_waits_for_the_key_itself_gets_the_same_words():
    assert spoken(whispered(asks=False, talk=60)) == "A masked call. You can talk for one minute. Press 1 to accept."


def test_a_long_talk_is_not_spoken_of():
    assert "talk" not in spoken(whispered(talk=SHORT_TALK + 60))


def test_a_side_with_an_announcement_hears_it_before_the_ringing():
    said, dial = met(announced="Calls may cost you.")

    assert said == Say("Calls may cost you.", "en")
    assert isinstance(dial, Dial)


def test_one_accepts_and_silence_twice_joins_nobody():
    accepted = ROOM.press(line(), "key-1-1", "1")
    again = ROOM.press(line(), "key-1-1", "")
    gave_up = ROOM.press(line(), "key-1-2", "")

    assert accepted == Turn((), state=State.BRIDGED, outcome=Outcome.TALKED)
    assert again is not None
    assert again.state is None
    assert spoken(again.plan) == "Press 1 to accept."
    assert gave_up == Turn((Hangup(),))


@pytest.mark.parametrize("key", ["2", "9", "11", "*"])
def test_keys_of_stickers_mean_nothing_here(key):
    turn = ROOM.press(line(), "key-1-2", key)

    assert turn == Turn((Hangup(),))


@pytest.mark.parametrize("outcome", sorted(MISSED - {Outcome.CALLER_LEFT}))
def test_who_is_missed_makes_the_next_of_their_side_ring_and_then_it_is_told(outcome):
    first = ROOM.over(line(), Standing(outcome))
    last = ROOM.over(line(), Standing(outcome, attempt=2))

    assert first == Turn(effect=Effect.SECOND)
    assert last is not None
    assert spoken(last.plan).startswith("Th")
    assert last.effect is None


def test_a_caller_who_left_makes_nobody_else_ring():
    turn = ROOM.over(line(), Standing(Outcome.CALLER_LEFT))

    assert turn == Turn((Hangup(),))


@LANGUAGES
@pytest.mark.parametrize("outcome", Outcome)
def test_no_end_speaks_of_owners_or_vehicles(outcome, language):
    turn = ROOM.over(line(language=language), Standing(outcome, attempt=2))

    assert turn is not None
    said = spoken(turn.plan).lower()
    assert not any(word in said for word in ("owner", "vehicle", "sticker", "मालिक", "गाड़ी", "स्टिकर"))


@LANGUAGES
@pytest.mark.parametrize("why", Why)
def test_no_refusal_speaks_of_stickers(why, language):
    plan = met(verdict=Verdict.REFUSE, why=why, language=language)

    assert plan[-1] == Hangup()
    assert not any(word in spoken(plan).lower() for word in ("sticker", "vehicle", "owner", "स्टिकर", "गाड़ी", "मालिक"))


def test_the_pin_is_asked_for_in_as_many_digits_as_it_has_and_stays_out_of_logs():
    asked, _ = met(verdict=Verdict.ENTER, why=Why.PIN, digits=9, tries=1)

    assert isinstance(asked, Gather)
    assert (asked.digits, asked.secret, asked.step) == (9, True, "https://masked.example/pin-1-2")


@pytest.mark.parametrize(
    "said",
    [
        {"to": E164("+19005550199")},
        {"to": E164("+33639980001")},
        {"countries": ("GB",)},
    ],
)
def test_a_number_that_may_not_be_dialled_is_refused_again_before_the_dial(said):
    turn = ROOM.arrive(line(**said))

    assert turn is not None
    assert turn.outcome is Outcome.REFUSED
    assert not any(isinstance(verb, Dial) for verb in turn.plan)


def test_nobody_is_rung_whose_number_cannot_be_opened():
    turn = ROOM.arrive(line(to=None))

    assert turn is not None
    assert turn.outcome is Outcome.REFUSED
    assert spoken(turn.plan) == "They cannot take calls just now. Goodbye."


@LANGUAGES
def test_a_key_blocks_where_the_service_lets_it_and_they_hear_that_it_did(language: str):
    ring = line(callee_language=language, blocks=True)
    turn = ROOM.press(ring, "key-1-1", "9")

    assert turn is not None
    assert (turn.outcome, turn.effect) == (Outcome.BLOCKED, Effect.BLOCK)
    assert spoken(turn.plan)
    assert isinstance(turn.plan[-1], Hangup)
    assert spoken(whispered(callee_language=language, blocks=True)) != spoken(whispered(callee_language=language))


def test_a_key_blocks_nobody_where_the_service_does_not_let_it():
    turn = ROOM.press(line(), "key-1-1", "9")

    assert turn is not None
    assert (turn.outcome, turn.effect) == (None, None)
    assert isinstance(turn.plan[0], Gather)


@pytest.mark.parametrize(
    ("said", "keys"), [({"blocks": True}, "99"), ({}, None), ({"blocks": True, "screens": False}, None)]
)
def test_a_carrier_that_hears_keys_during_the_talk_listens_for_the_block(said: dict[str, Any], keys: str | None):
    (dial,) = met(**said)

    assert isinstance(dial, Dial)
    assert dial.block_key == keys
