"""Address books, what waits of them, and the books of numbers in Postgres. Rows in, values out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from callerid.books.boxes import Queue, Row, What
from callerid.books.giving import NO_PAGES, Places, Rest, Waiting
from callerid.books.merging import Changes, Coarsely, Place, Tag, tag_of
from callerid.books.values import CATEGORIES, Receipt, State
from callerid.ranking.book import Book
from callerid.ranking.rows import BookRows, ClusterRow, FormRow
from callerid.ranking.tally import Tally
from callerid.ranking.values import Coarse, Evidence, Mark
from callerid.ranking.values import Kind as Said
from sql.database import Connection
from sql.statements import statements

Q = statements("books")
"""The room's statements, for its use cases: each is documented in sql/statements/books.sql."""
SHELF = statements("shelf")
"""The same for books of numbers, cards and taking back: sql/statements/shelf.sql."""

MERGE_LOCK = 0x6E616D65_00000001
"""Held by whoever merges or takes back in the background, a batch long: "name" and a number."""
_COLUMNS = ("queue", "generation", "part", "place", "box")
_OF_TAGS = ("refs", "tokens", "clusters", "forms", "kinds", "weeks", "last_weeks", "ages", "books", "attested",
            "devices", "networks")  # fmt: skip
_OF_MARKS = ("refs", "tokens", "spam", "categories", "weeks", "ages", "books", "attested", "devices", "networks")
_SAID = (Said.BOOK, Said.SUGGEST, Said.SELF, Said.CALL)


@dataclass(slots=True)
class Shelf:
    """Books of some numbers. struck: clusters that owners struck out. counted: those whose counts were not kept."""

    books: dict[UUID, Book]
    struck: set[tuple[UUID, int]] = field(default_factory=set)
    counted: set[tuple[UUID, int]] = field(default_factory=set)


async def put_in(conn: Connection, queue: Queue, generation: UUID, boxes: Iterable[tuple[bytes, bytes]]) -> None:
    """Writes places and boxes into the inbox, in the order of places."""
    records = [(queue, generation, 0, place, box) for place, box in sorted(boxes)]
    await conn.copy_records_to_table("name_inbox", records=records, columns=_COLUMNS)


async def put_parts(conn: Connection, rows: Sequence[tuple[int, bytes, bytes, UUID]]) -> None:
    """Writes parts, places, boxes and generations of rows that were pages into the inbox, in the order of parts."""
    records = [(Queue.BOOKS, generation, part, place, box) for part, place, box, generation in rows]
    await conn.copy_records_to_table("name_inbox", records=records, columns=_COLUMNS)


async def receipt(conn: Connection, person_id: UUID) -> Receipt | None:
    """What became of a person's last book. One that waits nowhere was lost with the inbox."""
    row = await Q.receipt(conn, person=person_id)
    if row is None:
        return None
    state = State(row["state"])
    if state is State.WAITING and row["generation"] is not None and not row["waits"]:
        state = State.LOST
    return Receipt(
        row["upload_id"], row["made_at"], state, row["contacts"], row["accepted"], row["withheld"], row["removed"],
        json.loads(row["refused"]),
    )  # fmt: skip


async def keep(conn: Connection, person_id: UUID, kept: Receipt, generation: UUID | None) -> bool:
    """
    How far a person's book has come. Whether it is still their last.

    generation: where its rows wait, None where that did not change.
    """
    last = await Q.keep_receipt(
        conn, person=person_id, upload=kept.upload_id, state=str(kept.state), contacts=kept.contacts,
        accepted=kept.accepted, withheld=kept.withheld, removed=kept.removed, refused=json.dumps(kept.refused),
        generation=generation,
    )  # fmt: skip
    return bool(last)


async def lock_person(conn: Connection, person_id: UUID) -> None:
    """Until the transaction ends, nobody else gives or takes back in this person's name."""
    await Q.lock_person(conn, lock=person_id.int % 2**63)


async def standing(conn: Connection, places: Sequence[Place]) -> dict[Place, Tag]:
    """The tags that stand at some places."""
    refs, tokens = _columns(places, 2)
    return dict([tag_of(row) async for row in Q.tags(conn, refs=refs, tokens=tokens)])


async def shelf(conn: Connection, refs: Sequence[UUID]) -> Shelf:
    """The books of some numbers, without their marks; what is not cached is counted from the tags."""
    rows = [row async for row in SHELF.clusters(conn, refs=list(refs))]
    counts = await _counted(conn, [(row["number_ref"], row["cluster"]) for row in rows if row["state"] is None])
    forms: dict[UUID, list[FormRow]] = {}
    async for row in SHELF.spellings(conn, refs=list(refs)):
        form = FormRow(row["form"], row["cluster"], row["spelling"], row["tags"])
        forms.setdefault(row["number_ref"], []).append(form)
    clusters: dict[UUID, list[ClusterRow]] = {}
    found = Shelf({}, counted=set(counts))
    strikes: dict[UUID, list[str]] = {}
    for row in rows:
        ref, cluster = row["number_ref"], row["cluster"]
        words = next((form.form for form in forms.get(ref, ()) if form.cluster_no == cluster), None)
        if words is None:
            continue
        counted = json.loads(row["state"]) if row["state"] is not None else counts[ref, cluster].pack()
        clusters.setdefault(ref, []).append(ClusterRow(cluster, counted))
        if row["struck"]:
            found.struck.add((ref, cluster))
            strikes.setdefault(ref, []).append(words)
    for ref in refs:
        found.books[ref] = Book.from_rows(
            BookRows(tuple(clusters.get(ref, ())), tuple(forms.get(ref, ())), strikes=tuple(strikes.get(ref, ())))
        )
    return found


async def add_marks(conn: Connection, books: Mapping[UUID, Book]) -> None:
    """Puts the marks of the numbers into their books."""
    async for row in SHELF.marks(conn, refs=list(books)):
        source = Coarse(row["age"], row["book"], row["attested"])
        mark = Mark(row["spam"], row["week"], CATEGORIES[row["category"]], source, row["device"], row["network"])
        books[row["number_ref"]].mark(mark)


async def lay_anew(conn: Connection, shelf: Shelf) -> None:
    """Writes every cluster and spelling of some numbers, with its counts where they were not kept."""
    rows = [
        (ref, number, json.dumps(cluster.tally.pack()) if (ref, number) in shelf.counted else None)
        for ref, book in sorted(shelf.books.items())
        for number, cluster in sorted(book.clusters.items())
    ]
    await SHELF.lay_clusters(conn, **named(("refs", "clusters", "states"), rows))
    await SHELF.lay_spellings(conn, refs=list(shelf.books))


async def take_back(conn: Connection, person_id: UUID, found: Places, rest: Rest = NO_PAGES) -> int:
    """
    Removes everything of a person's at some places, in one statement. Returns how many names and marks went.

    rest: what stays of their pages, where those are to be looked at too.
    """
    row = await SHELF.delist(
        conn, refs=found.refs, tokens=found.tokens, places=found.inbox, person=person_id, labels=rest.labels,
        generations=rest.generations, boxes=rest.boxes, lost=rest.lost,
    )  # fmt: skip
    return int(row["tags"] + row["marks"] + row["waiting"])


async def pages_of(conn: Connection, labels: Sequence[bytes]) -> list[Waiting]:
    """What waits of a person in pages; nobody else takes it until the transaction ends."""
    return [(row["generation"], row["box"]) async for row in SHELF.pages_of(conn, labels=list(labels))]


async def take_pages(conn: Connection) -> list[Waiting]:
    """Takes the pages of closed generations out of the inbox."""
    return [(row["generation"], row["box"]) async for row in Q.take_pages(conn)]


async def standing_of(conn: Connection, found: Places) -> Places:
    """Of some places those at which a name or a mark stands; what waits is left out."""
    hits = [(row["number_ref"], row["token"])
            async for row in SHELF.hits(conn, refs=found.refs, tokens=found.tokens)]  # fmt: skip
    refs, tokens = _columns(hits, 2)
    return Places(refs, tokens, [])


async def _counted(conn: Connection, clusters: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Tally]:
    counts = {cluster: Tally() for cluster in clusters}
    if not clusters:
        return counts
    refs, numbers = _columns(clusters, 2)
    async for row in SHELF.tags_to_count(conn, refs=refs, clusters=numbers):
        source = Coarse(row["age"], row["book"], row["attested"])
        evidence = Evidence("", row["week"], _SAID[row["kind"]], source, row["device"], row["network"])
        counts[row["number_ref"], row["cluster"]].add(evidence)
    return counts


async def write(conn: Connection, books: Mapping[UUID, Book], changes: Changes) -> None:
    """Writes what a batch changed: spellings hang on clusters, so clusters go first."""
    kept, gone = _sorted(books, changes)
    await Q.put_clusters(conn, **named(("refs", "clusters", "tags", "states"), kept))
    refs, clusters, forms = _columns(sorted(gone), 3)
    await Q.drop_spellings(conn, refs=refs, clusters=clusters, forms=forms)
    spelt = []
    for ref, number, form in sorted(changes.spellings - gone):
        there = books[ref].clusters[number].forms[form]
        spelt.append((ref, number, form, " ".join(there.words), there.count))
    await Q.put_spellings(conn, **named(("refs", "clusters", "forms", "spellings", "tags"), spelt))
    refs, tokens = _columns(sorted(changes.drop), 2)
    await Q.drop_tags(conn, refs=refs, tokens=tokens)
    await _put_tags(conn, changes.put)
    touched = sorted({ref for ref, _ in changes.clusters})
    await Q.emptied(conn, refs=touched)
    await Q.make_dirty(conn, refs=touched)


async def write_marks(conn: Connection, rows: Iterable[Row], coarsely: Coarsely, week: int) -> None:
    """Marks put and taken back, of numbers that stand."""
    put, gone, touched = [], [], set()
    for row in rows:
        touched.add(row.number.ref)
        if row.what is What.UNMARK:
            gone.append((row.number.ref, row.token))
            continue
        told = coarsely.told(row.kind)
        put.append((row.number.ref, row.token, row.what is What.SPAM, row.category, week, told.age, told.size,
                    told.attested, row.device, row.network))  # fmt: skip
    await Q.put_marks(conn, **named(_OF_MARKS, put))
    refs, tokens = _columns(gone, 2)
    await Q.drop_marks(conn, refs=refs, tokens=tokens)
    await Q.make_dirty(conn, refs=sorted(touched))


def _sorted(books: Mapping[UUID, Book], changes: Changes) -> tuple[list[Any], set[tuple[UUID, int, int]]]:
    """Rows of clusters that changed, gone ones with no tags, and the spellings that are gone."""
    rows = []
    for ref, number in sorted(changes.clusters):
        cluster = books[ref].clusters.get(number)
        state = json.dumps(cluster.tally.pack()) if cluster else None
        rows.append((ref, number, cluster.tally.count if cluster else 0, state))
    gone = {
        (ref, number, form)
        for ref, number, form in changes.spellings
        if (cluster := books[ref].clusters.get(number)) is None or form not in cluster.forms
    }
    return rows, gone


async def _put_tags(conn: Connection, tags: Mapping[Place, Tag]) -> None:
    rows = [
        (ref, token, tag.placed.cluster_no, tag.placed.form_no, tag.kind, tag.week, tag.last_week, tag.source.age,
         tag.source.size, tag.source.attested, tag.device, tag.network)
        for (ref, token), tag in sorted(tags.items(), key=lambda item: item[0][1])
    ]  # fmt: skip
    await Q.put_tags(conn, **named(_OF_TAGS, rows))


def named(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Rows as the parameters of a statement: a list a column."""
    return dict(zip(names, _columns(rows, len(names)), strict=True))


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
