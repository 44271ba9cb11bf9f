"""Feeds a world through the very engine that the service runs, week by week, keeping what the service would keep."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from bench.callerid.records import Contributor, Marked, Records, Tag
from callerid.ranking import Book, Coarse, Evidence, Kind, Lesson, Mark, Model, Placed
from callerid.ranking.cleaning import words

SHARED_BY = 5
"""Contributors of one week who must share coarse attributes for these to be kept."""
_AGES, _SIZES = (7, 30, 90), (15, 60, 200)


@dataclass(slots=True)
class Town:
    """The books of all numbers, and the model that learns words from them."""

    model: Model
    books: dict[int, Book] = field(default_factory=dict)
    taught: dict[int, Lesson] = field(default_factory=dict)
    dirty: set[int] = field(default_factory=set)

    def tick(self) -> None:
        """What changed since the last tick teaches the model, as the service does when it publishes."""
        for number in sorted(self.dirty):
            lesson = self.books[number].lesson()
            self.model.learn(self.taught.get(number, {}), lesson)
            self.taught[number] = lesson
        self.dirty.clear()


Step = Callable[[Town], None]


def replay(records: Records, model: Model) -> tuple[Town, int]:
    """The town after all weeks, and the last week. `model` learns words on the way."""
    town = Town(model, {number: Book() for number in records.numbers})
    weeks: dict[int, list[tuple[int, int, Step]]] = defaultdict(list)
    for order, (day, number, step) in enumerate(_steps(records)):
        weeks[day // 7].append((day, order, step))
        if number not in town.books:
            town.books[number] = Book()
    last = max(weeks, default=0)
    for week in sorted(weeks):
        for _, _, step in sorted(weeks.pop(week), key=lambda each: each[:2]):  # what is done needs no memory
            step(town)
        town.tick()
    return town, last


def _steps(records: Records) -> Iterator[tuple[int, int, Step]]:
    """(day, number, what happens) of everything, in no order of time."""
    synced, tags, marks = _synced(records), _newest_tags(records.tags), _newest_marks(records.marks)
    coarse = _Attributes(records)
    for number, day in records.disconnects.items():
        yield day, number, partial(_disconnect, number=number, week=day // 7)
    for tag in tags:
        evidence = _evidence(tag, records.contributors.get(tag.contributor), coarse)
        placed: list[Placed] = []
        yield tag.first_seen, tag.number, partial(_add, number=tag.number, evidence=evidence, placed=placed)
        if tag.contributor in synced and tag.first_seen <= tag.last_seen < synced[tag.contributor]:
            yield tag.last_seen, tag.number, partial(_leave, tag=tag, evidence=evidence, placed=placed)
    for marked in marks:
        who = records.contributors.get(marked.contributor)
        source, device, network = coarse.of(who, marked.day, marked.number)
        mark = Mark(marked.spam, marked.day // 7, "", source, device, network)
        yield marked.day, marked.number, partial(_mark, number=marked.number, mark=mark)


def _mark(town: Town, number: int, mark: Mark) -> None:
    town.books[number].mark(mark)
    town.dirty.add(number)


def _add(town: Town, number: int, evidence: Evidence, placed: list[Placed]) -> None:
    placed.append(town.books[number].add(evidence))
    town.dirty.add(number)


def _leave(town: Town, tag: Tag, evidence: Evidence, placed: list[Placed]) -> None:
    town.books[tag.number].leave(evidence, placed[0], tag.last_seen // 7)
    town.dirty.add(tag.number)


def _disconnect(town: Town, number: int, week: int) -> None:
    town.books[number].disconnected(week)
    town.dirty.add(number)


def _newest_tags(tags: Iterable[Tag]) -> list[Tag]:
    """Of one person's names for one number the newest, since when they have said so: as the service keeps them."""
    newest: dict[tuple[int, int], Tag] = {}
    for tag in sorted(tags, key=lambda each: each.first_seen):
        older = newest.setdefault((tag.number, tag.contributor), tag)
        if older is not tag:
            again = words(older.raw) == words(tag.raw)
            given = replace(older, last_seen=max(older.last_seen, tag.last_seen)) if again else tag
            newest[tag.number, tag.contributor] = given
    return list(newest.values())


def _newest_marks(marks: Iterable[Marked]) -> list[Marked]:
    """The same of marks: the newer one replaces the older."""
    return list({(each.number, each.contributor): each for each in sorted(marks, key=lambda each: each.day)}.values())


def _synced(records: Records) -> dict[int, int]:
    """The day of each contributor's last whole sync: the one most entries were last seen on. Older ones had gone."""
    days: dict[int, Counter[int]] = defaultdict(Counter)
    for tag in records.tags:
        if tag.kind == Kind.BOOK:
            days[tag.contributor][tag.last_seen] += 1
    return {who: max(counted, key=lambda day: (counted[day], day)) for who, counted in days.items()}


def _evidence(tag: Tag, who: Contributor | None, coarse: "_Attributes") -> Evidence:
    source, device, network = coarse.of(who, tag.first_seen, tag.number)
    return Evidence(tag.raw, tag.first_seen // 7, Kind(tag.kind), source, device, network)


class _Attributes:
    """Coarse attributes as the service keeps them: whole, in part or not at all, so that SHARED_BY share them."""

    def __init__(self, records: Records) -> None:
        self._sharing: dict[tuple[int, Coarse], set[int]] = defaultdict(set)
        spoken = [(tag.contributor, tag.first_seen) for tag in records.tags]
        for contributor, day in spoken + [(mark.contributor, mark.day) for mark in records.marks]:
            who = records.contributors.get(contributor)
            if who is not None:
                for each in _coarser(_exact(who, day)):
                    self._sharing[day // 7, each].add(contributor)

    def of(self, who: Contributor | None, day: int, number: int) -> tuple[Coarse, int | None, int | None]:
        """(attributes, device group, network group) of one source for one number."""
        if who is None:
            return Coarse(), None, None
        kept = (each for each in _coarser(_exact(who, day)) if len(self._sharing[day // 7, each]) >= SHARED_BY)
        return next(kept, Coarse()), _group(number, "device", who.device), _group(number, "network", who.ip24)


def _exact(who: Contributor, day: int) -> Coarse:
    age, size = max(0, day - who.created), who.book_size
    return Coarse(sum(age > most for most in _AGES), sum(size > most for most in _SIZES), who.attested)


def _coarser(exact: Coarse) -> tuple[Coarse, ...]:
    return exact, Coarse(exact.age, exact.size, None), Coarse(exact.age, None, None)


def _group(number: int, sort: str, value: int) -> int:
    """A 32-bit tag that is comparable within one number only."""
    digest = hashlib.blake2b(f"{number}/{sort}/{value}".encode(), digest_size=4, key=b"replay").digest()
    return int.from_bytes(digest)
