"""One name in two scripts lands in one cluster; two names never do."""

import pytest

from callerid.ranking.tokens import same, token
from tests.callerid.ranking import pairs
from tests.callerid.ranking.crowd import book, tag


def met(table: str) -> list[tuple[str, str]]:
    """Those of a table whose two spellings land in one cluster."""
    return [
        (native, latin)
        for native, latin in pairs.pairs(table)
        if len(book(tag(native, 10, 0), tag(latin, 30, 1)).clusters) == 1
    ]


def test_there_are_two_hundred_pairs():
    tables = (pairs.HINDI, pairs.TAMIL, pairs.RUSSIAN, pairs.ARABIC, pairs.OTHERS)

    assert sum(len(pairs.pairs(table)) for table in tables) >= 200


@pytest.mark.parametrize("table", [pairs.HINDI, pairs.TAMIL, pairs.RUSSIAN, pairs.ARABIC], ids=["hi", "ta", "ru", "ar"])
def test_nineteen_of_twenty_names_meet_their_latin_spelling(table):
    every = pairs.pairs(table)

    assert len(met(table)) >= 0.95 * len(every), sorted(set(every) - set(met(table)))


def test_most_scripts_laid_out_like_devanagari_are_read():
    assert len(met(pairs.OTHERS)) >= 7


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("Laxmi", "Lakshmi"), ("Pooja", "Puja"), ("Mohammed", "Muhammad"), ("Mohd", "Mohamed"), ("Yousef", "Yusuf")),
        *(("Shaikh", "Sheikh"), ("Vikas", "Wikas"), ("Sanjeev", "Sanjiv"), ("Sharma", "Shrama"), ("Iyer", "Iyyer")),
    ],
)
def test_spellings_of_one_name_are_the_same(one, other):
    assert same(token(one), token(other)) is (one != "Mohd")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("Anil", "Amit"),
            ("Amit", "Ajit"),
            ("Rohit", "Mohit"),
            ("Sunita", "Sunil"),
            ("Ravi", "Rani"),
            ("Asha", "Usha"),
        ),
        *(("Sharma", "Verma"), ("Kavita", "Savita"), ("Иван", "Олег"), ("Rao", "Ram")),
    ],
)
def test_two_names_are_not(one, other):
    assert not same(token(one), token(other))
