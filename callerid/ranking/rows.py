"""A book as plain values: what a store writes into rows and reads back."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """One wording: everybody who says the same words. `counts` is plain JSON (see `Tally.pack`)."""

    cluster_no: int
    counts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FormRow:
    """One spelling of a wording, cleaned (words with single spaces), and how many tags spell it so."""

    form_no: int
    cluster_no: int
    form: str
    count: int


@dataclass(frozen=True, slots=True)
class MarkRow:
    """All marks of one sort. `categories` is [[category, count], ...]."""

    spam: bool
    counts: dict[str, Any]
    categories: list[list[Any]]


@dataclass(frozen=True, slots=True)
class BookRows:
    """
    Everything about one number.

    epochs: weeks in which it was given back, rising. strikes: names its owner struck out, as words with single spaces.
    """

    clusters: tuple[ClusterRow, ...] = ()
    forms: tuple[FormRow, ...] = ()
    marks: tuple[MarkRow, ...] = ()
    epochs: tuple[int, ...] = ()
    strikes: tuple[str, ...] = ()
