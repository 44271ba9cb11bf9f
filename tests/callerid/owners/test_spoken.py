"""Names as a voice can say them: a voice that cannot read a script says nothing at all, or the wrong thing."""

import pytest

from callerid.owners.spoken import sayable


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("Asha Rao", "en", "Asha Rao"),
        ("Asha Rao", "hi", "Asha Rao"),
        ("José Núñez", "en-IN", "José Núñez"),
        ("Rao & Sons 24", "en", "Rao & Sons 24"),
        ("अमित शर्मा", "hi-IN", "अमित शर्मा"),
        ("अमित शर्मा", "en", "Amit Sharma"),
        ("அமித் Rao", "hi", "Amith Rao"),
        ("Анна", "ru", "Анна"),
        ("Анна", "en", "Anna"),
    ],
)
def test_a_name_is_said_in_letters_that_the_voice_reads(name, language, said):
    assert sayable(name, language) == said


@pytest.mark.parametrize("name", ["محمد", "王小明", "김민수", "Asha 王", ""])
def test_a_name_that_would_only_be_guessed_is_not_said(name):
    assert sayable(name, "en") is None
