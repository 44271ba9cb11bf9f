"""The engine: every answer to every menu means something, and no menu asks for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from core.route import Reason, Route, Verdict, Why
from ivr import engine, menus, spoken, words
from ivr.engine import Choice, Kind
from ivr.menus import Menu
from voice.plan import Gather, Say

STEP = "https://masked.example/hooks/twilio/c/token/step"
MENUS = pytest.mark.parametrize("menu", menus.ALL, ids=lambda menu: menu.name)
keys = st.text(alphabet="0123456789*#ABCD", max_size=12) | st.text(max_size=8)


def actions(menu: Menu) -> set[str | None]:
    """Everything that a menu's table can lead to."""
    return {key.action for key in menu.keys.values()} | ({menu.number, menu.silence} - {None})


def texts(said: tuple[Say, ...]) -> list[str]:
    return [one.text for one in said]


@given(menu=st.sampled_from(menus.ALL), presses=st.lists(keys, min_size=3, max_size=8))
def test_random_keys_never_leave_a_menu_and_always_end_within_its_tries(menu, presses):
    choices = [engine.press(menu, presses[0])]
    while choices[-1].kind is Kind.AGAIN:
        choices.append(engine.press(menu, presses[len(choices)], choices[-1].tries))

    last = choices[-1]
    assert len(choices) <= menu.tries
    assert last.action in actions(menu) if last.kind is Kind.ACTION else last.action is None


@given(menu=st.sampled_from(menus.ALL), pressed=keys, tries=st.integers())
def test_any_answer_after_any_number_of_tries_has_a_result(menu, pressed, tries):
    choice = engine.press(menu, pressed, tries)

    assert choice.kind is not Kind.AGAIN or choice.tries < menu.tries
    assert choice.digits == "" or (len(choice.digits) == menu.digits and choice.digits.isascii())
    assert isinstance(engine.reply(menu, choice, "hi"), tuple)


@pytest.mark.parametrize("menu", [menus.EXTENSION, menus.EXTENSION_OR_STAY, menus.EXTENSION_IF_ANY])
def test_six_digits_are_an_extension(menu):
    assert Choice(Kind.ACTION, "extension", digits="012345") == engine.press(menu, "012345", 2)
    assert Choice(Kind.ACTION, "extension", digits="012345") == engine.press(menu, "012345#", 2)


@pytest.mark.parametrize("pressed", ["12345", "1234567", "12345*", "१२३४५६", "12 456", "#", ""])
def test_anything_else_is_a_wrong_try_and_the_third_is_the_last(pressed):
    assert Choice(Kind.AGAIN, tries=1) == engine.press(menus.EXTENSION, pressed)
    assert Choice(Kind.AGAIN, tries=2) == engine.press(menus.EXTENSION, pressed, 1)
    assert Choice(Kind.GIVE_UP, tries=3) == engine.press(menus.EXTENSION, pressed, 2)


@pytest.mark.parametrize("silence", ["", "#"])
def test_whoever_stays_on_the_line_is_connected_to_whom_they_spoke_to_last(silence):
    assert Choice(Kind.ACTION, "stay") == engine.press(menus.EXTENSION_OR_STAY, silence)


@pytest.mark.parametrize(
    ("menu", "pressed", "action"),
    [
        (menus.WHICH, "1", "scanned"),
        (menus.WHICH, "2", "before"),
        (menus.WHISPER, "1", "accept"),
        (menus.WHISPER, "2", "soon"),
        (menus.WHISPER, "9", "block"),
        (menus.SECOND_WHISPER, "1", "accept"),
        (menus.CALLBACK_WHISPER, "1", "accept"),
        (menus.ACTIVATION, "1", "agree"),
        (menus.ACTIVATION, "9", "refuse"),
        (menus.SECOND, "1", "agree"),
        (menus.SECOND, "9", "refuse"),
    ],
)
def test_keys_do_what_the_menu_says(menu, pressed, action):
    assert Choice(Kind.ACTION, action) == engine.press(menu, pressed)


@pytest.mark.parametrize("language", words.languages())
@MENUS
def test_every_key_that_acts_is_spoken_of_and_no_other(menu, language):
    said = " ".join(texts(engine.words(menu, language)))

    spoken_of = {key for key in "0123456789" if key in said}
    assert set(menu.keys) | ({"9"} if menu.name.endswith("one-key") else set()) == spoken_of


@pytest.mark.parametrize("menu", [menus.ACTIVATION, menus.SECOND, menus.WHISPER, menus.CALLBACK_WHISPER])
def test_a_voicemail_agrees_to_nothing(menu):
    first = engine.press(menu, "")

    assert Choice(Kind.AGAIN, tries=1) == first
    assert Choice(Kind.GIVE_UP, tries=2) == engine.press(menu, "", first.tries)


def test_the_owner_hears_the_vehicle_the_reason_and_the_keys():
    asked = engine.ask(menus.WHISPER, "en", STEP, label="the red one", reason=Reason.LIGHTS)

    assert asked == Gather(
        (
            Say("A call about your vehicle the red one.", "en"),
            Say("They say that its lights are on.", "en"),
            Say("Press 1 to accept, 2 to say that you are coming in five minutes, or 9 to block this caller.", "en"),
        ),
        digits=1,
        timeout=6,
        step=STEP,
    )


def test_a_vehicle_without_a_label_is_your_vehicle():
    said = engine.words(menus.WHISPER_ONE_KEY, "hi", reason=Reason.TOW)

    assert texts(said)[:2] == ["आपकी गाड़ी के बारे में कॉल है।", "उनका कहना है कि गाड़ी टो होने वाली है।"]


def test_a_label_is_for_the_owner_and_never_for_the_stranger():
    for menu in (menus.EXTENSION, menus.EXTENSION_OR_STAY, menus.EXTENSION_IF_ANY, menus.WHICH, menus.CALLBACK_WHISPER):
        assert "the red one" not in " ".join(texts(engine.words(menu, "en", label="the red one")))


@pytest.mark.parametrize("language", words.languages())
@MENUS
def test_asking_again_is_shorter_and_in_the_same_language(menu, language):
    first = engine.words(menu, language, label="a", reason=Reason.LIGHTS)
    again = engine.words(menu, language, label="a", reason=Reason.LIGHTS, tries=1)

    assert first[-1] == again[-1]
    assert len(again) <= 2
    assert {language} == {say.language for say in first + again}


def test_extensions_are_kept_out_of_the_carriers_logs():
    assert engine.ask(menus.EXTENSION, "en", STEP).secret
    assert not engine.ask(menus.WHICH, "en", STEP).secret


@pytest.mark.parametrize("language", words.languages())
def test_whoever_runs_out_of_tries_hears_so_except_a_callee_who_never_answered(language):
    for menu in menus.ALL:
        said = engine.reply(menu, Choice(Kind.GIVE_UP, tries=menu.tries), language)
        assert bool(said) is ("whisper" not in menu.name)


def test_the_owner_who_blocks_or_is_coming_hears_that_it_was_understood():
    said = {key: texts(engine.reply(menus.WHISPER, engine.press(menus.WHISPER, key), "en")) for key in "129"}

    assert said["1"] == []
    assert said["2"] == ["Thank you. They are told that you are coming in five minutes."]
    assert said["9"] == ["This caller is blocked."]


def test_a_wrong_extension_and_too_few_digits_sound_the_same():
    assert spoken.refusal(Why.WRONG, "en") == spoken.refusal(Why.NO_MORE_TRIES, "en")
    assert spoken.refusal(Why.WRONG, "en") == engine.reply(menus.EXTENSION, engine.press(menus.EXTENSION, "1", 2), "en")


def a_route(
    verdict: Verdict, *, attempt: int = 1, claim_kind: str | None = None, stay: bool = False, why: Why | None = None
) -> Route:
    return Route(
        tenant=new_id(), call_id=new_id(), verdict=verdict, attempt=attempt, claim_kind=claim_kind, stay=stay, why=why
    )


def test_a_route_names_the_question_that_its_caller_meets():
    assert menus.EXTENSION is engine.question(a_route(Verdict.ENTER))
    assert menus.EXTENSION is engine.question(a_route(Verdict.ENTER, why=Why.WRONG))
    assert menus.EXTENSION_OR_STAY is engine.question(a_route(Verdict.ENTER, stay=True))
    assert menus.EXTENSION_IF_ANY is engine.question(a_route(Verdict.ENTER, why=Why.STRANGER))
    assert menus.WHICH is engine.question(a_route(Verdict.WHICH))
    with pytest.raises(ValueError):
        engine.question(a_route(Verdict.RING))


@pytest.mark.parametrize("one_key", [True, False])
def test_a_route_names_the_whisper_that_its_callee_hears(one_key):
    owner = menus.WHISPER_ONE_KEY if one_key else menus.WHISPER
    second = menus.SECOND_WHISPER_ONE_KEY if one_key else menus.SECOND_WHISPER

    assert owner is engine.whisper(a_route(Verdict.RING, claim_kind="open"), one_key=one_key)
    assert second is engine.whisper(a_route(Verdict.RING, claim_kind="bound", attempt=2), one_key=one_key)
    assert menus.CALLBACK_WHISPER is engine.whisper(a_route(Verdict.RING, claim_kind="callback"), one_key=one_key)


def test_menus_are_found_by_the_name_that_urls_carry():
    assert len(menus.ALL) == len(menus.BY_NAME)
    assert all(menus.BY_NAME[menu.name] is menu for menu in menus.ALL)
