"""Trains the model from worlds with answers: the rules for words, choice, confidence and spam."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.callerid import descent
from bench.callerid.records import Records
from bench.callerid.replay import Town, replay
from bench.callerid.standards import STANDARDS
from callerid.ranking import Book, Model
from callerid.ranking.choosing import WIDEST, candidates, own_name_of
from callerid.ranking.confidence import weighed
from callerid.ranking.features import Features, features
from callerid.ranking.naming import compose
from callerid.ranking.spam import spam_features

SIGNS = {
    "choice": {
        1: "weight apart fresh moments wordings_many wordings name name_least names live_after starts_later rival_left "
        "attested worth two share bulk recent margin",
        -1: "window burst doubled shared_net left small suggested unlike lives_on rival_live_after",
    },
    "spam": {
        1: "marks marks_now marks_spread unheld marks_each named named_share blamed beside blamed_many",
        -1: "not_spam held held_long",
    },
}
"""Which way a feature may count, where reason knows it."""
GIVEN_ONLY = 0.9
"""What a right but incomplete name is worth beside a whole one."""
BINS, NEVER_SURE = 22, 0.995
FLOODED = 5.0
"""How much more a firm that rivals mark as spam counts than another number."""


class Answers(Protocol):
    """What is true of a world's numbers."""

    def right(self, number: int, name: str | None) -> float:
        """1 for the owner's whole name, GIVEN_ONLY for a right part of it, 0 for anything else."""

    def is_part(self, number: int, word: str) -> bool:
        """Whether a word is part of the owner's name."""

    def is_spam(self, number: int) -> bool:
        """Whether the number is a nuisance."""

    def is_flooded(self, number: int) -> bool:
        """Whether it is honest and was marked by rivals."""


@dataclass(slots=True)
class Lessons:
    """What was measured: (features, wanted, weight) of words and spam; each number's candidates and their worth."""

    words: list[tuple[Features, float, float]] = field(default_factory=list)
    numbers: list[tuple[list[Features], list[float]]] = field(default_factory=list)
    spam: list[tuple[Features, float, float]] = field(default_factory=list)


def fit(worlds: Iterable[tuple[Records, Answers]], start: Model, version: str) -> Model:
    """A model trained on worlds with known answers, from `start`'s rule for words; it remembers none of their words."""
    measured = Lessons()
    for records, answers in worlds:
        fresh = Model(start.version, start.weights, start.curves, {}, start.listed)
        town, week = replay(records, fresh)
        for number, book in town.books.items():
            measure(number, book, town, week, answers, measured)
    weights = {
        "word": _rule(measured.words, "word"),
        "choice": _choice(measured.numbers),
        "spam": _rule(measured.spam + STANDARDS, "spam"),
    }
    winners = [_winner(found, good, weights["choice"]) for found, good in measured.numbers]
    weights["confidence"] = _rule(winners, "choice")
    return Model(version, weights, {"name": _curve(winners, weights["confidence"])})


def measure(number: int, book: Book, town: Town, week: int, answers: Answers, into: Lessons) -> None:
    """What one number teaches."""
    into.spam.append(
        (
            spam_features(book, week, town.model),
            float(answers.is_spam(number)),
            FLOODED if answers.is_flooded(number) else 1.0,
        )
    )
    if answers.is_spam(number) or own_name_of(book) is not None:
        return
    found = candidates(book, week, town.model)
    good = [answers.right(number, compose(each.family, each.chosen, None)) for each in found]
    if found:
        into.numbers.append(([features(each, found[:at] + found[at + 1 :]) for at, each in enumerate(found)], good))
    for each, worth in zip(found, good, strict=True):
        for word in each.words if worth else ():
            if not word.token.initial:
                into.words.append((word.measured, float(answers.is_part(number, word.token.surface)), 1.0))


def _rule(rows: Sequence[tuple[Features, float, float]], name: str) -> dict[str, float]:
    columns = sorted(rows[0][0])
    table = [[row[column] for column in columns] for row, _, _ in rows]
    found = descent.logistic(
        table, [want for _, want, _ in rows], [weight for *_, weight in rows], _signs(columns, name)
    )
    return dict(zip([*columns, "bias"], (round(each, 4) for each in found), strict=True))


def _choice(numbers: Sequence[tuple[list[Features], list[float]]]) -> dict[str, float]:
    columns = sorted(numbers[0][0][0])
    groups = [
        ([[row[column] for column in columns] for row in rows], good)
        for rows, good in numbers
        if any(good) and not all(good)
    ]
    found = descent.choice(groups, _signs(columns, "choice"))
    return dict(zip(columns, (round(each, 4) for each in found), strict=True))


def _signs(columns: Sequence[str], name: str) -> list[int]:
    known = {word: sign for sign, words in SIGNS.get(name, {}).items() for word in words.split()}
    return [known.get(column, 0) for column in columns]


def _winner(found: list[Features], good: list[float], rule: dict[str, float]) -> tuple[Features, float, float]:
    """The features of the name that would be shown, and whether it was right."""
    rated = sorted(((weighed(rule, row), -at) for at, row in enumerate(found)), reverse=True)
    lead = min(WIDEST, rated[0][0] - rated[1][0]) if len(rated) > 1 else WIDEST
    best = -rated[0][1]
    return found[best] | {"margin": lead, "alone": float(len(found) == 1)}, float(good[best] > 0), 1.0


def _curve(winners: Sequence[tuple[Features, float, float]], rule: dict[str, float]) -> list[tuple[float, float]]:
    scored = sorted((weighed(rule, row), right) for row, right, _ in winners)
    size = max(1, len(scored) // BINS)
    points = []
    for start in range(0, len(scored), size):
        some = scored[start : start + size]
        points.append((sum(x for x, _ in some) / len(some), sum(right for _, right in some) / len(some), len(some)))
    return [(round(x, 3), round(min(NEVER_SURE, max(1 - NEVER_SURE, p)), 4)) for x, p in descent.rising(points)]
