"""What an owner may call themself: harmless, somebody's name, and nobody whom strangers trust with their money."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callerid.owners.errors import BadName, NameProtected
from callerid.owners.naming import own_name, plain, safe


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Asha Rao", "Asha Rao"),
        ("  asha   rao ", "asha rao"),
        ("O'Brien", "O'Brien"),
        ("Jean-Luc", "Jean-Luc"),
        ("Dr. Rao", "Dr. Rao"),
        ("अमित शर्मा", "अमित शर्मा"),
        ("அமித் சர்மா", "அமித் சர்மா"),
        ("Ａｓｈａ", "Asha"),
    ],
)
def test_a_name_is_taken_as_people_write_it(typed, shown):
    assert own_name(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "", "A", "x" * 65, "x" * 10_000, "<b>Asha</b>", "=SUM(A1)", "Asha\u202egnihtemos", "Asha\u200bRao",
        "asha@example.org", "www.example.org", "Asha 12345", "Рaul", "Mom", "Papa ji", "chor", "unknown",
        "A" + "\u0301" * 30, "😀😀", "- - -", "Asha\x00Rao", "Asha\nRao\n\n;",
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(BadName):
        own_name(typed)


@pytest.mark.parametrize(
    "typed",
    ["State Bank", "Police", "P o l i c e", "S.B.I", "Paytm KYC", "Google Pay", "Customer Care", "HdfcBankLoans", "बैंक",
     "Flipkart", "Income Tax", "Pay tm", "Pay-tm Care", "Fed Ex", "Statebank", "Bañk", "Bankk", "Baank", "ЅВІ", "РауТМ",
     "पेटीएम", "एचडीएफसी", "காவல்", "银行", "警察", "DHL", "BSNL", "Cyber Cell", "High Court", "Support Team",
     "KBC Lottery"],
)  # fmt: skip
def test_banks_authorities_and_brands_need_to_be_verified(typed):
    with pytest.raises(NameProtected):
        own_name(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Bankim Chandra",
        "Visakh",
        "Polly Cerne",
        "Axelle Martin",
        "Partha Sarkar",
        "Margaret Court",
        "Anna Bunk",
        "Сара Тор",
        "José Núñez",
        "Aaron Lee",
        "Jim Courier",
        "राजेश पटेल",
    ],
)
def test_people_whose_names_look_a_little_like_one_are_let_through(typed):
    assert own_name(typed) == typed


@given(st.text(max_size=300))
def test_whatever_is_typed_comes_out_harmless_or_not_at_all(typed):
    try:
        name = own_name(typed)
    except (BadName, NameProtected):
        return

    assert 2 <= len(name) <= 64
    assert not set(name) & set('<>=@/\\"`;{}')
    assert all(unicodedata.category(letter)[0] in "LMZP" for letter in name)
    assert own_name(name) == name


@given(st.text(max_size=300))
def test_what_others_wrote_is_shown_to_its_owner_without_anything_that_acts(spelling):
    shown = safe(spelling)

    assert len(shown) <= 64
    assert not set(shown) & set("<>&=@/\\\"'`")


def test_a_business_may_have_figures_in_its_name():
    assert plain("Studio 54", 39, digits=True) == "Studio 54"
