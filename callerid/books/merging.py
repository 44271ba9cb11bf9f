"""One batch of names laid into the books of their numbers: what changes, row by row. Pure; no clock, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from callerid.books.boxes import Kind, Row, What
from callerid.ranking.book import Book
from callerid.ranking.cleaning import words
from callerid.ranking.clusters import Cluster, Form
from callerid.ranking.lessons import Lesson
from callerid.ranking.model import Model
from callerid.ranking.values import NOTHING_KNOWN, NOWHERE, Coarse, Evidence, Placed
from callerid.ranking.values import Kind as Said

KINDS = {What.BOOK: Said.BOOK, What.SUGGEST: Said.SUGGEST, What.SELF: Said.SELF, What.CALL: Said.CALL}
FEWEST_ALIKE = 5
"""People of one kind in a merge, from which on their tags may tell the kind."""

Place = tuple[UUID, bytes]


@dataclass(frozen=True, slots=True)
class Tag:
    """A row of name_tag, without its key. week: since when it stands so; last_week: when it was given last."""

    placed: Placed
    kind: What
    week: int
    last_week: int
    source: Coarse
    device: int | None
    network: int | None

    @property
    def evidence(self) -> Evidence:
        """As it was counted."""
        return Evidence("", self.week, KINDS[self.kind], self.source, self.device, self.network)


@dataclass(slots=True)
class Changes:
    """What a batch changes. put, drop: tags. clusters, spellings: to be written or, where they are gone, removed."""

    put: dict[Place, Tag] = field(default_factory=dict)
    drop: set[Place] = field(default_factory=set)
    clusters: set[tuple[UUID, int]] = field(default_factory=set)
    spellings: set[tuple[UUID, int, int]] = field(default_factory=set)

    def touch(self, ref: UUID, placed: Placed) -> None:
        """A cluster and a spelling whose counts are others now."""
        self.clusters.add((ref, placed.cluster_no))
        self.spellings.add((ref, placed.cluster_no, placed.form_no))


class Coarsely:
    """
    What may be told of contributors. people: how many of each kind gave to this merge.

    Those of whom nothing is told are a kind too: where they are fewer than FEWEST_ALIKE, the rarest kind joins them.
    """

    def __init__(self, people: Mapping[Kind, int]) -> None:
        rarest_first = sorted(people.items(), key=lambda item: (item[1], item[0].age, item[0].book, item[0].attested))
        untold = sum(count for _, count in rarest_first if count < FEWEST_ALIKE)
        self._told: set[Kind] = set()
        for kind, count in rarest_first:
            if count >= FEWEST_ALIKE and not 0 < untold < FEWEST_ALIKE:
                self._told.add(kind)
            elif count >= FEWEST_ALIKE:
                untold += count

    def told(self, kind: Kind) -> Coarse:
        """The kind, or nothing where it would stand out."""
        return Coarse(kind.age, kind.book, kind.attested) if kind in self._told else NOTHING_KNOWN


def newest(rows: Iterable[Row]) -> list[Row]:
    """Of rows with one token the newest, in the order of tokens: what was given first cannot be seen from it."""
    kept: dict[Place, Row] = {}
    for row in rows:
        place = (row.number.ref, row.token)
        if place not in kept or kept[place].at <= row.at:
            kept[place] = row
    return sorted(kept.values(), key=lambda row: row.token)


def lay(
    rows: Iterable[Row], books: Mapping[UUID, Book], struck: set[tuple[UUID, int]], standing: Mapping[Place, Tag],
    week: int, coarsely: Coarsely, model: Model,
) -> Changes:  # fmt: skip
    """
    Lays names into books, which change, and lets the model learn.

    books: of every number that may be written to; rows of others are left out. struck: clusters that are. standing:
    the tags that stand under the rows' tokens.
    """
    changes = Changes()
    before: dict[UUID, Lesson] = {}
    for row in rows:
        ref, place = row.number.ref, (row.number.ref, row.token)
        book, stands = books.get(ref), standing.get(place)
        if book is None:
            continue
        said = () if row.what is What.REMOVE else words(row.name)
        if stands is not None and said and _form(book, stands.placed) == said:
            if stands.last_week < week:
                changes.put[place] = _given_again(stands, week)
            continue
        if ref not in before:
            before[ref] = book.lesson()
        if stands is not None:
            _remove(book, stands, struck, ref)
            changes.touch(ref, stands.placed)
            changes.drop.add(place)
        if said:
            tag = Tag(NOWHERE, row.what, week, week, coarsely.told(row.kind), row.device, row.network)
            placed = book.add(_with_name(tag, row.name))
            if placed != NOWHERE:
                changes.put[place] = _placed(tag, placed)
                changes.drop.discard(place)
                changes.touch(ref, placed)
    for ref, lesson in before.items():
        model.learn(lesson, books[ref].lesson())
    return changes


def _form(book: Book, placed: Placed) -> tuple[str, ...] | None:
    cluster = book.clusters.get(placed.cluster_no)
    form = cluster.forms.get(placed.form_no) if cluster else None
    return form.words if form else None


def _remove(book: Book, tag: Tag, struck: set[tuple[UUID, int]], ref: UUID) -> None:
    """Takes a tag out. A struck cluster keeps its place and its words, so that nobody else's name gets them."""
    cluster: Cluster = book.clusters[tag.placed.cluster_no]
    form: Form = cluster.forms[tag.placed.form_no]
    book.remove(tag.evidence, tag.placed)
    if (ref, cluster.no) in struck:
        cluster.forms.setdefault(form.no, form)
        book.clusters[cluster.no] = cluster


def _with_name(tag: Tag, name: str) -> Evidence:
    return Evidence(name, tag.week, KINDS[tag.kind], tag.source, tag.device, tag.network)


def _placed(tag: Tag, placed: Placed) -> Tag:
    return Tag(placed, tag.kind, tag.week, tag.last_week, tag.source, tag.device, tag.network)


def _given_again(tag: Tag, week: int) -> Tag:
    return Tag(tag.placed, tag.kind, tag.week, week, tag.source, tag.device, tag.network)


def tag_of(row: Any) -> tuple[Place, Tag]:
    """A row of name_tag, with its key."""
    source = Coarse(row["age"], row["book"], row["attested"])
    return (row["number_ref"], row["token"]), Tag(
        Placed(row["cluster"], row["form"]), What(row["kind"]), row["week"], row["last_week"], source, row["device"],
        row["network"],
    )  # fmt: skip
