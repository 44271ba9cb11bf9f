"""Catalogues: complete, with the same placeholders, and nothing in them that must not be said."""

import re
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ivr import extract, messages, words
from ivr.catalogue import CATALOGUES
from ivr.messages import Message

PO = sorted(CATALOGUES.glob("*/LC_MESSAGES/maskline.po"))
DECLARED = {name: value for name, value in vars(messages).items() if name.isupper() and isinstance(value, str)}


@pytest.mark.parametrize("po", PO, ids=lambda po: po.parent.parent.name)
def test_every_sentence_is_translated_with_its_placeholders(po):
    """Run `python -m ivr.extract` and translate what it lists."""
    assert extract.untranslated(po, extract.collect()) == []


@pytest.mark.parametrize("po", PO, ids=lambda po: po.parent.parent.name)
def test_a_catalogue_holds_no_sentence_that_nobody_says(po):
    wanted = {message.id for message in extract.collect()}
    with po.open("rb") as source:
        held = {message.id for message in read_po(source)}

    assert set() == held - wanted


def test_every_declared_sentence_is_found_by_the_extraction():
    assert set(DECLARED.values()) <= {message.id for message in extract.collect()}


def test_updating_a_catalogue_twice_changes_nothing_the_second_time(tmp_path):
    po = tmp_path / "maskline.po"
    shutil.copy(PO[0], po)
    po.write_bytes(extract.updated(po, extract.collect()))

    assert po.read_bytes() == extract.updated(po, extract.collect())


def a_house(root: Path, template: str) -> Path:
    """A small house with one message and one template of a room."""
    page = root / "masking" / "stickers" / "templates" / "scan.html"
    page.parent.mkdir(parents=True)
    page.write_text(template, encoding="utf-8")
    (root / "ivr").mkdir()
    (root / "ivr" / "messages.py").write_text(
        '# Translators: at the end\nBYE = N_("Bye %(label)s.")\n', encoding="utf-8"
    )
    return root


def test_sentences_of_templates_are_collected_with_those_of_code(tmp_path):
    house = a_house(
        tmp_path, "{{ _('Call') }}{% trans n=n %}{{ n }} minute{% pluralize %}{{ n }} minutes{% endtrans %}"
    )

    found = extract.collect(house)

    assert {"Bye %(label)s.", "Call", ("%(n)s minute", "%(n)s minutes")} == {m.id for m in found if m.id}
    assert found["Bye %(label)s."].auto_comments == ["at the end"]


@pytest.mark.parametrize(
    ("entry", "left"),
    [
        ('msgid "Bye %(label)s."\nmsgstr "%(label)s, adiaŭ."', []),
        ('msgid "Bye %(label)s."\nmsgstr ""', ["Bye %(label)s."]),
        ('#, fuzzy\nmsgid "Bye %(label)s."\nmsgstr "%(label)s, adiaŭ."', ["Bye %(label)s."]),
        ("", ["Bye %(label)s."]),
    ],
    ids=["right", "empty", "fuzzy", "missing"],
)
def test_a_sentence_without_a_sure_translation_is_reported(tmp_path, entry, left):
    house = a_house(tmp_path / "house", "<p>no words</p>")
    po = tmp_path / "maskline.po"
    po.write_text(f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n{entry}\n', encoding="utf-8")

    assert left == extract.untranslated(po, extract.collect(house))


def wordings(language: str) -> list[str]:
    return [words.translations(language).gettext(message) for message in DECLARED.values()]


@pytest.mark.parametrize("text", wordings("en") + wordings("hi"))
def test_no_sentence_can_carry_a_name_or_a_number(text):
    """Placeholders take a label, a reason, a ready-made message, our link, minutes or a code; none is a number."""
    assert set(re.findall(r"%\((\w+)\)", text)) <= {"label", "reason", "message", "link", "minutes", "code"}
    assert not re.search(r"(?:\d[ -]?){4,}|\+\d", text)


@pytest.mark.parametrize("text", wordings("hi"))
def test_hindi_is_written_in_devanagari(text):
    bare = re.sub(r"%\(\w+\)s|START|STOP", "", text)

    assert re.search(r"[\u0900-\u097f]", bare)
    assert not re.search(r"[A-Za-z]", bare)


@pytest.mark.parametrize("language", ["en", "hi"])
def test_sentences_end_and_fragments_do_not(language):
    """What is spoken ends as a sentence, so that a voice falls and pauses; what is filled in or shown does not."""
    fragments = {name for name in DECLARED if name.startswith(("BRIEF_", "REASON_", "STICKER_", "TITLE_"))}
    for name, message in DECLARED.items():
        text = words.translations(language).gettext(Message(message))
        ends = text.endswith((".", "।", "?", "%(link)s"))
        assert ends is (name not in fragments), f"{name}: {text}"
