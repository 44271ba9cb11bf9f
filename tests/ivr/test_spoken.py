"""What callers are told: something for every reason and every end, and nothing that gives anybody away."""

import pytest

from core.route import Outcome, Reason, Why
from ivr import messages, spoken, words
from ivr.spoken import Callee
from voice.plan import Hangup, Say

LANGUAGES = pytest.mark.parametrize("language", words.languages())
ENGLISH_OF_THE_OWNER = {
    Outcome.NO_ANSWER: "The owner did not pick up.",
    Outcome.BUSY: "The owner's line is busy.",
    Outcome.DECLINED: "The owner cannot take calls just now.",
    Outcome.BLOCKED: "The owner cannot take calls just now.",
    Outcome.FAILED: "The owner's phone cannot be reached just now.",
    Outcome.APOLOGY: "Sorry, something went wrong on our side. Please try again in a minute.",
}


@LANGUAGES
@pytest.mark.parametrize("why", Why)
def test_every_refusal_is_said_in_the_callers_language(why, language):
    said = spoken.refusal(why, language)

    assert said[0].text
    assert words.say(language, messages.GOODBYE) == said[-1]
    assert {language} == {say.language for say in said}


def test_refusals_differ_where_a_caller_can_do_something_about_them():
    alike = {Why.WRONG: Why.NO_MORE_TRIES}
    said = [spoken.refusal(why, "en") for why in Why if why not in alike]

    assert len(set(said)) == len(said)


@LANGUAGES
@pytest.mark.parametrize("callee", Callee)
@pytest.mark.parametrize("ended", Outcome)
def test_every_end_of_a_call_has_words_or_nobody_to_hear_them(ended, callee, language):
    said = spoken.outcome(ended, language, callee=callee)

    assert bool(said) is (ended not in {Outcome.TALKED, Outcome.CALLER_LEFT})
    assert {language} >= {say.language for say in said}


@pytest.mark.parametrize(("ended", "text"), ENGLISH_OF_THE_OWNER.items())
def test_the_caller_hears_how_it_ended(ended, text):
    assert (Say(text, "en"), Say("Goodbye.", "en")) == spoken.outcome(ended, "en")


def test_an_owner_who_calls_back_hears_of_the_stranger():
    said = spoken.outcome(Outcome.NO_ANSWER, "en", callee=Callee.STRANGER, told=True)

    assert (Say("The person who called you did not pick up.", "en"), Say("Goodbye.", "en")) == said


def test_a_caller_hears_that_the_owner_is_coming():
    said = spoken.outcome(Outcome.DECLINED, "en", soon=True)

    assert Say("The owner is coming in five minutes.", "en") == said[0]


@LANGUAGES
def test_only_a_call_that_was_missed_has_been_told_to_the_owner(language):
    told = words.say(language, messages.OWNER_TOLD)
    saying = {ended for ended in Outcome if told in spoken.outcome(ended, language, told=True)}

    assert {Outcome.NO_ANSWER, Outcome.BUSY, Outcome.FAILED} == saying
    assert told not in spoken.outcome(Outcome.NO_ANSWER, language, told=False)


@LANGUAGES
def test_paused_quiet_revoked_blocked_and_declined_sound_alike(language):
    declined = spoken.outcome(Outcome.DECLINED, language)

    assert declined == spoken.refusal(Why.UNAVAILABLE, language)
    assert declined == spoken.outcome(Outcome.BLOCKED, language)
    assert declined == spoken.outcome(Outcome.BLOCKED, language, told=True)


@LANGUAGES
def test_after_an_accident_whoever_is_not_connected_hears_whom_to_call_instead(language):
    danger = words.say(language, messages.IN_DANGER)

    assert danger in spoken.outcome(Outcome.NO_ANSWER, language, reason=Reason.ACCIDENT)
    assert danger in spoken.refusal(Why.UNAVAILABLE, language, reason=Reason.ACCIDENT)
    assert danger not in spoken.outcome(Outcome.NO_ANSWER, language, reason=Reason.LIGHTS)
    assert danger not in spoken.refusal(Why.NOT_OURS, language, reason=Reason.ACCIDENT)


@LANGUAGES
@pytest.mark.parametrize("reason", Reason)
def test_a_reason_has_words_for_the_page_the_ear_and_a_text(reason, language):
    brief = spoken.reason_brief(reason, language)

    assert spoken.reason_shown(reason, language)
    assert spoken.reason_said(reason, language).language == language
    assert 0 < len(brief) <= 30


def test_the_fallback_apologises_in_the_catalogues_words_without_reading_them():
    apologies = [words.say(language, messages.APOLOGY) for language in ("en", "hi")]

    assert (*apologies, Hangup()) == spoken.FALLBACK


@LANGUAGES
def test_a_caller_is_never_left_in_silence_while_somebody_is_rung(language):
    assert len(spoken.trying_second(language)) == 1
