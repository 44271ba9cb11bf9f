"""Nothing unsafe comes out of a name, whatever goes in."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callerid.ranking import Evidence, Model
from callerid.ranking.cleaning import titled, words
from tests.callerid.ranking.crowd import NOW, book

UNSAFE = re.compile(r"[<>\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069=+@\"';(){}]|https?:|--")


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("<script>alert(1)</script>Asha Rao", "alert Asha Rao"),
        ("Asha Rao<img src=x onerror=alert(1)>", "Asha Rao"),
        ("Asha Rao'; DROP TABLE tags;--", "Asha Rao"),
        ("\u202eAsha\u200b Rao\u200d", "Asha Rao"),
        ("Asha Rao http://bit.ly/win", "Asha Rao"),
        ('=HYPERLINK("http://x","Asha Rao")', "Asha Rao"),
        ("Asha\x00\x07 Rao", "Asha Rao"),
        ("Asha Rao" + "\u0335" * 40, "Asha Rao"),
        ("Ａｓｈａ　Ｒａｏ", "Asha Rao"),
        ("Аshа Rао", "Asha Rao"),
        ("asha.rao 2", "asha rao"),
        ("\u3164\u3164 \u115f\u1160 \uffa0", ""),
        ("A\u034fsha\ufe0f \U000e0100R\u3164ao", "Asha Rao"),
        ("أحـــمد علي", "أحمد علي"),
        ("Αsha Ρao", "Asha Pao"),
        ("Asha ❤️ Rao ☎️", "Asha Rao"),
        ("अमित शर्मा", "अमित शर्मा"),
        ("O'Brien", "OBrien"),
        ("12345", ""),
        ("...", ""),
    ],
)
def test_a_name_keeps_its_words_and_nothing_else(raw, kept):
    assert " ".join(words(raw)) == kept


def test_a_capital_is_given_where_the_script_has_one():
    assert [titled(word) for word in ("asha", "RAO", "McRae", "अमित", "иван")] == [
        "Asha",
        "Rao",
        "McRae",
        "अमित",
        "Иван",
    ]


def test_a_name_of_ten_thousand_letters_is_read_as_far_as_two_hundred():
    assert sum(map(len, words("Asha " * 2_000))) <= 200


@given(st.lists(st.text(max_size=250), min_size=1, max_size=4))
def test_nothing_unsafe_is_ever_shown(raws):
    name = (
        book(*(Evidence(raw, 10 + 12 * at, device=at, network=at) for at, raw in enumerate(raws)))
        .verdict(NOW, Model.load(), sources=1)
        .name
    )

    if name is not None:
        assert 0 < len(name) <= 64
        assert not UNSAFE.search(name)
        assert all(unicodedata.category(letter)[0] in "LM" or letter == " " for letter in name)
        assert sum(unicodedata.combining(letter) > 0 for letter in name) <= 12
        assert any(letter.isalpha() for letter in name)
        assert not re.search("[\u034f\u115f\u1160\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]", name)
