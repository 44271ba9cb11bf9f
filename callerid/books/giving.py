"""What one person gives, made into sealed pages and rows. Pure but for the randomness of seals."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from callerid.books.boxes import UNKNOWN, Boxes, Kind, What
from callerid.books.pages import Giver, Page, Pages
from callerid.ports import Member
from callerid.tokens import NameKeys, device_mark, network_mark
from core.e164 import E164

_AGES = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
_SIZES = (15, 60, 200)
SIZE_KNOWN = _SIZES[-1] + 1
"""Numbers from which on a book is of the largest kind, however long it goes on."""

Given = tuple[What, E164, str, int]
"""What is done, to which number, with which name ("" for none), of which category (0 for none)."""
Named = tuple[bytes, str]
"""A number as `NameKeys.first` has it, and its name: of address books, of which thousands come at a time."""
Keyed = tuple[int, What, bytes, str, int]
"""When, in microseconds since 1970, and as Given, with the number as Named has it."""
Waiting = tuple[UUID, bytes]
"""A page in the inbox: its generation and its box."""


class Hand:
    """Seals what people give. What it seals later is newer, also where the clock stands still."""

    def __init__(self, keys: NameKeys, boxes: Boxes, pages: Pages) -> None:
        self._keys, self._boxes, self._pages = keys, boxes, pages
        self._newest = 0

    def page(self, member: Member, now: datetime, size: int, named: Sequence[Named]) -> bytes:
        """A page of a book. size: how many numbers the book has, as far as is known."""
        return self._pages.seal(Page(giver_of(member, now, size), self._after(now, len(named)), named))

    def rows(self, member: Member, now: datetime, size: int, given: Sequence[Given]) -> list[tuple[bytes, bytes]]:
        """Places and boxes of single names and marks."""
        at, first = self._after(now, len(given)), self._keys.first
        keyed = [(at + turn, what, first(e164.value), name, category)
                 for turn, (what, e164, name, category) in enumerate(given)]  # fmt: skip
        return [(place, box) for _, place, box in self._boxed(giver_of(member, now, size), keyed)]

    def rows_of(self, page: Page, turn: int, turns: int) -> Iterator[tuple[int, bytes, bytes]]:
        """Parts, places and boxes of what a page says, of one in so many numbers."""
        keyed = [(page.at + place, What.BOOK, first, name, 0)
                 for place, (first, name) in enumerate(page.named) if first[0] * turns >> 8 == turn]  # fmt: skip
        return self._boxed(page.giver, keyed)

    def _after(self, now: datetime, rows: int) -> int:
        at = max(int(now.timestamp() * 1_000_000), self._newest)
        self._newest = at + rows
        return at

    def _boxed(self, giver: Giver, given: Iterable[Keyed]) -> Iterator[tuple[int, bytes, bytes]]:
        """Where token roots were added, what stands under an older one is moved to the newest."""
        keys, seal, person, kind = self._keys, self._boxes.seal, giver.person.bytes, giver.kind
        device, network = device_mark(giver.device), network_mark(giver.network)
        for at, what, first, name, category in given:
            ref, key = keys.plain(first)
            part = keys.part(ref)
            (token, place), *older = keys.marks(person, ref)
            groups = (keys.group(ref, device), keys.group(ref, network) if network else UNKNOWN)
            yield part, place, seal(what, at, ref, token, key, kind, groups, name.encode(), category)
            gone = What.UNMARK if what >= What.SPAM else What.REMOVE
            for token, place in older:
                yield part, place, seal(gone, at, ref, token, key, kind, (UNKNOWN, UNKNOWN))


@dataclass(frozen=True, slots=True)
class Places:
    """References and tokens, in one order, and places in the inbox."""

    refs: list[UUID]
    tokens: list[bytes]
    inbox: list[bytes]


def places(keys: NameKeys, person_id: UUID, refs: Iterable[UUID]) -> Places:
    """Where everything that a person may have given about some numbers stands, under every token root."""
    found = Places([], [], [])
    for ref in refs:
        for token, place in keys.marks(person_id.bytes, ref.bytes):
            found.refs.append(ref)
            found.tokens.append(token)
            found.inbox.append(place)
    return found


@dataclass(frozen=True, slots=True)
class Rest:
    """
    What stays of a person's pages when they take back.

    labels: of their pages, the first for those that are written. generations, boxes, lost: of each page where it waits,
    what stays, None for nothing, and how many contacts are gone.
    """

    labels: list[bytes] = field(default_factory=list)
    generations: list[UUID] = field(default_factory=list)
    boxes: list[bytes | None] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


NO_PAGES = Rest()


def rest_of(pages: Pages, labels: list[bytes], waiting: Iterable[Waiting], firsts: set[bytes] | None) -> Rest:
    """What stays of some pages without some numbers; without any, where firsts is None."""
    rest = Rest(labels)
    for generation, box in waiting:
        page = pages.open(box)
        if page is None:  # sealed under a root that is gone: nobody can read what it says, nor merge it
            left, lost = None, 0
        else:
            left, lost = page.without(firsts)
        rest.generations.append(generation)
        rest.boxes.append(pages.seal(left) if left else None)
        rest.lost.append(lost)
    return rest


def giver_of(member: Member, now: datetime, size: int) -> Giver:
    """As much of a member as their rows are made of."""
    return Giver(member.person_id, member.device_id, member.network, kind_of(member, now, size))


def kind_of(member: Member, now: datetime, size: int) -> Kind:
    """As ranking.values.Coarse means it."""
    age = now - member.made_at
    return Kind(sum(age > most for most in _AGES), sum(size > most for most in _SIZES), member.attested)
