"""Long texts are cut so that nothing is lost and no sign is torn."""

from hypothesis import given
from hypothesis import strategies as st

from masking.sessions.pieces import MOST_GSM, MOST_UTF16, pieces


def units(text):
    return len(text.encode("utf-16-le")) // 2


@given(st.text(alphabet=st.sampled_from("aé€ \n^अ\u0903ि👍🏽🇫🇷\u200d✈\ufe0f"), max_size=4000))
def test_the_pieces_are_the_text(body):
    assert "".join(pieces(body)) == body


@given(st.text(alphabet=st.sampled_from("aé€ ^अ👍"), max_size=4000))
def test_every_carrier_takes_every_piece(body):
    for piece in pieces(body):
        plain = all(char in "aé€ ^" for char in piece)
        septets = len(piece) + sum(char in "€^" for char in piece)

        assert units(piece) <= MOST_UTF16 or (plain and septets <= MOST_GSM)


def test_what_fits_goes_in_one_piece():
    assert len(pieces("a" * MOST_GSM)) == 1
    assert len(pieces("€" * (MOST_GSM // 2))) == 1
    assert len(pieces("अ" * 700)) == 1
    assert len(pieces("👍" * 350)) == 1


def test_a_long_text_is_cut_between_words():
    first, second = pieces("नमस्ते " * 150)

    assert first.endswith(" ")
    assert second.startswith("नमस्ते")


def test_no_sign_is_torn():
    family = "👩🏽\u200d👧"
    flags = "🇫🇷"

    for sign in (family, flags, "किं", "e\u0301"):
        for cut in pieces("x" + sign * 500):
            assert cut.removeprefix("x").replace(sign, "") == "", f"{sign!r} was torn"


def test_no_text_has_no_pieces():
    assert pieces("") == []
