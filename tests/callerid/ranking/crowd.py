"""People who tag a number in these tests: aged and independent unless a test says otherwise."""

from callerid.ranking import Book, Coarse, Evidence, Kind, Mark, Model, Placed

AGED = Coarse(age=3, size=2, attested=True)
FRESH = Coarse(age=0, size=0, attested=False)
NOW = 150


def tag(
    raw: str,
    week: int = 100,
    who: int = 0,
    source: Coarse = AGED,
    kind: Kind = Kind.BOOK,
    device: int | None = None,
) -> Evidence:
    """One tag of person `who`, on a handset and a network of their own unless `device` says whose."""
    group = who if device is None else device
    return Evidence(raw, week, kind, source, group, group)


def crowd(names: list[str], first: int = 20, apart: int = 12, who: int = 0) -> list[Evidence]:
    """Different people, `apart` weeks from each other."""
    return [tag(name, first + apart * at, who + at) for at, name in enumerate(names)]


def book(*tags: Evidence) -> Book:
    """A number with these tags."""
    made = Book()
    for each in tags:
        made.add(each)
    return made


def mark(spam: bool, week: int, who: int, source: Coarse = AGED) -> Mark:
    """One mark of person `who`."""
    return Mark(spam, week, "", source, 5000 + who, 5000 + who)


def names_of(made: Book, model: Model) -> list[str]:
    """The names that circulate, the heaviest first."""
    return [each.name for each in made.names(NOW, model)]


def add_all(made: Book, tags: list[Evidence]) -> list[Placed]:
    """Where each went."""
    return [made.add(each) for each in tags]
