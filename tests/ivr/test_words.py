"""Words: which language is chosen, what is said in it, and that a language costs one catalogue."""

from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import messages, words
from ivr.catalogue import CATALOGUES, BrokenCatalogue
from ivr.words import Words
from voice.plan import Say

ESPERANTO = """
msgid ""
msgstr ""
"Language: eo\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "A call about your vehicle %(label)s."
msgstr "Voko pri via veturilo %(label)s."

#, fuzzy
msgid "Goodbye."
msgstr "Saluton."
"""


def a_catalogue(root: Path, language: str, entries: str) -> None:
    po = root / language / "LC_MESSAGES" / "maskline.po"
    po.parent.mkdir(parents=True)
    po.write_text(entries, encoding="utf-8")


@pytest.fixture
def with_esperanto(tmp_path: Path) -> Words:
    """Our languages and a third one, which is a catalogue and nothing else."""
    for source in CATALOGUES.glob("*/LC_MESSAGES/maskline.po"):
        copy = tmp_path / source.relative_to(CATALOGUES)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(source.read_bytes())
    a_catalogue(tmp_path, "eo", ESPERANTO)
    return Words(tmp_path)


def test_english_and_hindi_are_spoken():
    assert words.languages() == ("en", "hi")


def test_a_third_language_costs_one_catalogue(with_esperanto):
    assert with_esperanto.languages() == ("en", "eo", "hi")
    assert with_esperanto.choose("eo, en;q=0.5") == "eo"
    assert Say("Voko pri via veturilo Vespo.", "eo") == with_esperanto.say(
        "eo", messages.CALL_ABOUT_LABEL, label="Vespo"
    )


def test_what_a_catalogue_lacks_or_doubts_is_said_in_english(with_esperanto):
    assert with_esperanto.tell("eo", messages.NOT_OURS) == "This number is not in use."
    assert with_esperanto.tell("eo", messages.GOODBYE) == "Goodbye."


@pytest.mark.parametrize(
    "entry",
    [
        'mgsid "Goodbye."',
        'msgid "Vehicle %(label)s."\nmsgstr "Veturilo."',
        'msgid "Vehicle %(label)s."\nmsgstr "Veturilo %(name)s."',
        'msgid "Vehicle %(label)s."\nmsgstr "Veturilo %(label)s, 100 % via."',
    ],
    ids=["not a catalogue", "placeholder lost", "placeholder renamed", "stray percent"],
)
def test_a_broken_catalogue_stops_the_start_and_names_its_file(tmp_path, entry):
    """Not the first call that needs the sentence."""
    a_catalogue(tmp_path, "eo", ESPERANTO + "\n" + entry + "\n")

    with pytest.raises(BrokenCatalogue, match=r"eo/LC_MESSAGES/maskline\.po"):
        Words(tmp_path)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("hi", "hi"),
        ("hi-IN,hi;q=0.9,en;q=0.8", "hi"),
        ("en-GB,hi;q=0.9", "en"),
        ("en;q=0.3, hi;q=0.7", "hi"),
        ("ta-IN, hi;q=0.4", "hi"),
        ("HI-deva-in", "hi"),
        ("hi;q=0, en", "en"),
        ("hi;q=0", "en"),
        ("fr, de;q=0.8", "en"),
        ("*", "en"),
        ("", "en"),
        ("hi;q=much, en", "en"),
        ("hi;q=nan", "en"),
        ("hi ; q=0.8", "hi"),
        ("x," * 600 + "hi", "en"),
    ],
)
def test_a_phone_hears_and_reads_the_language_it_prefers(header, language):
    assert language == words.choose(header)


@given(st.text())
def test_no_header_can_choose_a_language_that_is_not_spoken(header):
    assert words.choose(header) in words.languages()


def test_an_unknown_language_falls_back_to_english_and_says_so_to_the_carrier():
    assert Say("Goodbye.", "en") == words.say("ta-IN", messages.GOODBYE)
    assert Say("नमस्ते।", "hi") == words.say("hi_IN", messages.GOODBYE)


def test_a_missing_placeholder_is_an_error_and_never_said():
    with pytest.raises(KeyError):
        words.tell("hi", messages.CALL_ABOUT_LABEL)


@given(st.text())
def test_a_label_is_said_as_it_is_whatever_stands_in_it(label):
    assert f"A call about your vehicle {label}." == words.tell("en", messages.CALL_ABOUT_LABEL, label=label)


def test_templates_speak_through_the_same_catalogue():
    page = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    page.install_gettext_translations(words.translations("hi"), newstyle=True)  # type: ignore[attr-defined]

    shown = page.from_string(
        "{{ _('Its lights are on') }} {% trans label=l %}A call about your vehicle {{ label }}.{% endtrans %}"
    )

    assert shown.render(l="<b>") == "गाड़ी की लाइट जली रह गई है आपकी गाड़ी &lt;b&gt; के बारे में कॉल है।"


def test_a_language_that_unicode_does_not_know_is_shown_by_its_tag(tmp_path):
    a_catalogue(tmp_path, "x_taxi", ESPERANTO)

    assert Words(tmp_path).endonym("x-taxi") == "x-taxi"


def test_a_language_switch_shows_each_language_in_its_own_words():
    assert [words.endonym(language) for language in words.languages()] == ["English", "हिन्दी"]
