"""What marks must do where no data can tell: few worlds hold a number that is marked and named by nobody."""

from callerid.ranking import Book, Coarse, Evidence, Mark, Model
from callerid.ranking.features import Features
from callerid.ranking.spam import spam_features

NOW = 150
COUNTS = 40.0
"""How many numbers each standard counts as."""
_AGED = Coarse(age=3, size=2, attested=True)


def _measured(spam: list[tuple[int, int]], fine: list[tuple[int, int]], held: list[int]) -> Features:
    """spam, fine: (week, group) of marks. held: weeks of entries in address books."""
    book = Book()
    for week, group in spam:
        book.mark(Mark(True, week, "", _AGED, group, group))
    for week, group in fine:
        book.mark(Mark(False, week, "", _AGED, 1000 + group, 1000 + group))
    for group, week in enumerate(held):
        book.add(Evidence("Asha Rao", week, source=_AGED, device=2000 + group, network=2000 + group))
    return spam_features(book, NOW, Model())


def _people(count: int, last: int, apart: int) -> list[tuple[int, int]]:
    return [(last - apart * at, at) for at in range(count)]


_YEARS = [10, 30, 50, 70, 90, 110, 130]
_MARKED: list[tuple[list[tuple[int, int]], list[tuple[int, int]], list[int], bool]] = [
    (_people(6, NOW, 3), [], [], True),  # six people within four months, kept by nobody
    (_people(10, NOW - 1, 2), [], [], True),
    (_people(8, NOW, 1), [], [], True),
    (_people(15, NOW, 2), [], [20], True),  # fifteen, against one who keeps it
    ([], [], [], False),
    ([], [], [100], False),
    (_people(1, NOW, 1), [], [], False),  # one person's word is none
    (_people(8, NOW - 80, 2), [], [], False),  # long ago
    (_people(6, NOW, 3), _people(8, NOW, 3), [], False),  # more say that it is fine
    ([(NOW, 1)] * 20, [], [], False),  # one handset, twenty times
    (_people(6, NOW, 3), [], _YEARS, False),  # seven have kept it for years
    (_people(20, NOW, 0), [], _YEARS, False),  # a flood in one week
]
STANDARDS = [(_measured(spam, fine, held), float(wanted), COUNTS) for spam, fine, held, wanted in _MARKED]
"""(features, wanted, weight), as the fitting takes them."""
