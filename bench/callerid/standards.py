"""What marks and words must do where no data can tell: few worlds hold a number that is marked and named by nobody."""

from callerid.ranking import Book, Coarse, Evidence, Mark, Model
from callerid.ranking.features import Features
from callerid.ranking.lessons import Heard
from callerid.ranking.spam import spam_features
from callerid.ranking.tokens import token

NOW = 150
COUNTS = 80.0
"""How many numbers each standard counts as."""
_AGED = Coarse(age=3, size=2, attested=True)


COMPLAINT, TRADE = "Zugla", "Morvan"
_HEARD = Model(
    words={
        token(COMPLAINT).key: Heard(20.0, 400.0, 80, 56, 40.0),
        token(TRADE).key: Heard(20.0, 400.0, 80, 32, 40.0),
    }
)
"""Two words that few repeat: seven of ten numbers that have the first are marked, four of ten that have the second."""


def _measured(
    spam: list[tuple[int, int]],
    fine: list[tuple[int, int]],
    held: list[int],
    said: str = "",
    weeks: tuple[int, ...] = (),
) -> Features:
    """spam, fine: (week, group) of marks. held: weeks of entries in address books. weeks: of others that are `said`."""
    book = Book()
    for week, group in spam:
        book.mark(Mark(True, week, "", _AGED, group, group))
    for week, group in fine:
        book.mark(Mark(False, week, "", _AGED, 1000 + group, 1000 + group))
    for group, week in enumerate(held):
        book.add(Evidence("Asha Rao", week, source=_AGED, device=2000 + group, network=2000 + group))
    for group, week in enumerate(weeks):
        book.add(Evidence(said, week, source=_AGED, device=3000 + group, network=3000 + group))
    return spam_features(book, NOW, _HEARD)


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
_CALLED: list[tuple[list[tuple[int, int]], list[int], str, tuple[int, ...], bool]] = [
    (_people(1, NOW, 1), [], COMPLAINT, (20, 50, 80, 110), True),  # four complain in their books, one by a mark
    ([], [60], COMPLAINT, (100,), False),  # one person's word against another's
    ([], [20, 60], COMPLAINT, (140, 141, 142, 143) * 3, False),  # twelve within a month, against two who keep it
    ([], [], TRADE, (20, 40, 60, 80, 100), False),  # a trade that some get marks for
    (_people(1, NOW, 1), [], TRADE, (20, 40, 60, 80, 100), False),
]
STANDARDS = [(_measured(spam, fine, held), float(wanted), COUNTS) for spam, fine, held, wanted in _MARKED]
STANDARDS += [
    (_measured(spam, [], held, said, weeks), float(wanted), COUNTS) for spam, held, said, weeks, wanted in _CALLED
]
"""(features, wanted, weight), as the fitting takes them."""
