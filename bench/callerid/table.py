"""What a resolver is worth beside what everybody does: the most frequent string, the most frequent cluster, ours."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bench.callerid import worlds
from bench.callerid.records import Records
from bench.callerid.replay import Town, replay
from bench.callerid.scoring import Shown, score
from bench.callerid.training import records_of
from callerid.ranking import Model

Row = Mapping[str, float]
FIGURES = ("ident", "strict", "shown", "prec", "harm", "stale", "naive", "camouflaged", "impersonation", "ece", "auc",
           "flooded", "unsafe")  # fmt: skip


def table(seeds: Iterable[int], numbers: int) -> dict[str, Row]:
    """Method -> figures (scoring.py), each the mean of its worlds."""
    rows: dict[str, list[Row]] = {}
    for seed in seeds:
        world = worlds.make(seed, numbers)
        records = records_of(world)
        town, week = replay(records, Model.load())
        methods = {
            "most frequent string": _raw(records),
            "most frequent cluster": _clustered(town, week),
            "Maskline, one source": _ours(town, week, 1),
            "Maskline, two sources": _ours(town, week, 2),
        }
        for method, shown in methods.items():
            rows.setdefault(method, []).append(score(world, shown))
    return {method: {name: sum(row[name] for row in found) / len(found) for name in FIGURES}
            for method, found in rows.items()}  # fmt: skip


def lines(rows: Mapping[str, Row]) -> list[str]:
    """The same for people: a Markdown table."""
    head = ["| method | " + " | ".join(FIGURES) + " |", "|---" * (len(FIGURES) + 1) + "|"]
    return head + [
        f"| {method} | " + " | ".join(f"{row[name]:.3f}" for name in FIGURES) + " |" for method, row in rows.items()
    ]


def _raw(records: Records) -> dict[int, Shown]:
    """What most people wrote, letter by letter; its confidence is their share. Spam: the share of such marks."""
    written: dict[int, Counter[str]] = {}
    for tag in records.tags:
        written.setdefault(tag.number, Counter())[tag.raw] += 1
    marks: dict[int, list[bool]] = {}
    for mark in records.marks:
        marks.setdefault(mark.number, []).append(mark.spam)
    shown = {}
    for number in records.numbers:
        name, count = written.get(number, Counter[str]()).most_common(1)[0] if number in written else (None, 0)
        spam = marks.get(number, [])
        share = count / written[number].total() if number in written else 0.0
        shown[number] = Shown(name, share, sum(spam) / (len(spam) + 1))
    return shown


def _clustered(town: Town, week: int) -> dict[int, Shown]:
    """What most people meant, spellings and scripts counted together, with nothing else that we do."""
    shown = {}
    for number, book in town.books.items():
        circulating = book.names(week, town.model)
        most = max(circulating, key=lambda each: each.tags, default=None)
        total = sum(each.tags for each in circulating)
        shown[number] = Shown(most.name, most.tags / total) if most else Shown(None)
    return shown


def _ours(town: Town, week: int, sources: int) -> dict[int, Shown]:
    shown = {}
    for number, book in town.books.items():
        said = book.verdict(week, town.model, sources=sources)
        shown[number] = Shown(said.name, said.confidence, said.spam)
    return shown
