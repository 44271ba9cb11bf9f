"""Texts: notices that fit, answers to keywords, and ready-made messages with ids that stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.route import Reason
from ivr import texts, words
from ivr.texts import Keyword, Notice

LANGUAGES = pytest.mark.parametrize("language", words.languages())
LINK = "https://masked.example/me/n/" + "x" * 22
LABEL = "Red Alto of Asha"


@LANGUAGES
@pytest.mark.parametrize("label", [LABEL, None])
@pytest.mark.parametrize("kind", Notice)
def test_a_notice_says_what_it_is_about_and_ends_with_its_link(kind, label, language):
    text = texts.notice(kind, language, label=label, reason=Reason.TOW, message=texts.PRESETS[0], link=LINK)

    assert (label or "") in text
    assert "%" not in text
    assert text.endswith(f" {LINK}") is (kind is not Notice.REGISTERING)


@pytest.mark.parametrize("kind", Notice)
@pytest.mark.parametrize("message", texts.PRESETS, ids=lambda preset: preset.id)
def test_an_english_notice_fits_two_texts_and_a_missed_call_one(kind, message):
    text = texts.notice(kind, "en", label=LABEL, reason=Reason.TOW, message=message, link=LINK)

    assert text.isascii()
    assert len(text) <= (160 if kind is Notice.MISSED else 306)


@pytest.mark.parametrize("kind", Notice)
@pytest.mark.parametrize("message", texts.PRESETS, ids=lambda preset: preset.id)
def test_a_hindi_notice_fits_three_texts(kind, message):
    """Outside GSM's alphabet a text of several parts holds 67 UTF-16 units a part."""
    text = texts.notice(kind, "hi", label=LABEL, reason=Reason.BLOCKING, message=message, link=LINK)

    assert len(text.encode("utf-16-le")) // 2 <= 3 * 67


def test_a_missed_call_names_the_vehicle_and_the_reason():
    text = texts.notice(Notice.MISSED, "en", label="the red one", reason=Reason.LIGHTS, link=LINK)

    assert f"Missed call about the red one: lights are on. Reply, pause or block: {LINK}" == text


def test_a_notice_that_lacks_its_link_or_its_message_is_not_sent():
    with pytest.raises(ValueError):
        texts.notice(Notice.MISSED, "en", label=LABEL)
    with pytest.raises(ValueError):
        texts.notice(Notice.MESSAGE, "en", label=LABEL, link=LINK)


@LANGUAGES
def test_indian_templates_keep_the_words_and_hold_a_variable_for_each_placeholder(language):
    template = texts.template(Notice.MISSED, language, named=True)
    parts = template.split("{#var#}")
    text = texts.notice(Notice.MISSED, language, label=LABEL, reason=Reason.TOW, link=LINK)

    assert len(parts) == 4
    assert all(part in text for part in parts)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("STOP", Keyword.STOP),
        (" stop. ", Keyword.STOP),
        ("Unsubscribe", Keyword.STOP),
        ("start", Keyword.START),
        ("HELP!", Keyword.HELP),
        ("बंद", Keyword.STOP),
        ("मदद", Keyword.HELP),
        ("please stop", None),
        ("stop calling me", None),
        ("Your lights are on", None),
        ("", None),
    ],
)
def test_a_keyword_counts_only_when_it_is_the_whole_text(body, word):
    assert word is texts.keyword(body)


@given(st.text())
def test_any_text_may_come(body):
    assert texts.keyword(body) in {None, *Keyword}


@LANGUAGES
def test_every_answer_to_a_text_is_short(language):
    for text in (*(texts.answer(word, language) for word in Keyword), texts.nobody_reads(language)):
        assert 0 < len(text) <= 160


@LANGUAGES
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_offers_a_few_messages(reason, language):
    offered = [preset.told(language) for preset in texts.presets(reason)]

    assert 2 <= len(offered) <= 5
    assert len(set(offered)) == len(offered)


def test_ready_made_messages_are_found_by_the_ids_that_are_stored():
    assert all(texts.preset(preset.id) is preset for preset in texts.PRESETS)
    assert all(texts.preset_reply(reply.id) is reply for reply in texts.REPLIES)
    assert texts.preset("no-such") is None
    assert texts.preset_reply("no-such") is None


def test_the_ids_of_ready_made_messages_do_not_change():
    """They stand in stored rows and queued notices; add to these lists, rename nothing."""
    presets = "blocking-mine blocking-gate blocking-road lights-on open accident-hit accident-mine accident-hurt"

    assert " ".join(preset.id for preset in texts.PRESETS) == f"{presets} tow-soon tow-now inside tyre alarm come"
    assert [reply.id for reply in texts.REPLIES] == ["five", "fifteen", "again", "known", "cannot", "sorry"]
