"""Compact counts of who said something: how many by week and coarse attributes, by device, by network."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from callerid.ranking.values import Coarse, Evidence, Kind, Mark

Cell = tuple[int, str, int | None, int | None, bool | None]
"""(week, kind, age, size, attested) of tags that look alike."""
_MARKED = "mark"


@dataclass(slots=True)
class Tally:
    """
    What is kept about the people behind one wording, or behind one sort of mark.

    cells: tags by week, kind and coarse attributes. devices, networks: tags by group. left: by week, how many took the
    name out of their books since.
    """

    cells: Counter[Cell] = field(default_factory=Counter)
    devices: Counter[int] = field(default_factory=Counter)
    networks: Counter[int] = field(default_factory=Counter)
    left: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many tags it counts."""
        return self.cells.total()

    def add(self, said: Evidence | Mark) -> None:
        """One more."""
        self._move(said, 1)

    def remove(self, said: Evidence | Mark) -> None:
        """One fewer. Raises ValueError where no such one was counted."""
        if self.cells[cell(said)] <= 0:
            del self.cells[cell(said)]
            raise ValueError("No such tag is counted here.")
        self._move(said, -1)

    def _move(self, said: Evidence | Mark, by: int) -> None:
        _shift(self.cells, cell(said), by)
        if said.device is not None:
            _shift(self.devices, said.device, by)
        if said.network is not None:
            _shift(self.networks, said.network, by)

    def pack(self) -> dict[str, Any]:
        """As plain lists, sorted, for a column of JSON."""
        return {
            "cells": sorted(([*key, count] for key, count in self.cells.items()), key=repr),
            "devices": sorted([group, count] for group, count in self.devices.items()),
            "networks": sorted([group, count] for group, count in self.networks.items()),
            "left": sorted([week, count] for week, count in self.left.items()),
        }

    @classmethod
    def unpack(cls, packed: Mapping[str, Any]) -> "Tally":
        """The counts that `pack` gave."""
        cells = ((tuple(row[:5]), row[5]) for row in packed["cells"])
        return cls(_counter(cells), _counter(packed["devices"]), _counter(packed["networks"]), _counter(packed["left"]))


def cell(said: Evidence | Mark) -> Cell:
    """Where in the counts a tag or a mark stands."""
    kind = said.kind.value if isinstance(said, Evidence) else _MARKED
    source: Coarse = said.source
    return (said.week, kind, source.age, source.size, source.attested)


def together(tallies: Iterable[Tally]) -> Tally:
    """Several as one."""
    summed = Tally()
    for each in tallies:
        summed.cells.update(each.cells)
        summed.devices.update(each.devices)
        summed.networks.update(each.networks)
        summed.left.update(each.left)
    return summed


def of_kinds(tally: Tally, kinds: tuple[str, ...]) -> Tally:
    """The part of it that came so; groups are not told apart by kind, so all of them stay in proportion."""
    cells = Counter({key: count for key, count in tally.cells.items() if key[1] in kinds})
    if cells.total() == tally.count:
        return Tally(cells, tally.devices, tally.networks, tally.left)
    return Tally(cells)


def own_words(tally: Tally) -> int:
    """How many of them are the proven owner's."""
    return sum(count for key, count in tally.cells.items() if key[1] == Kind.SELF)


def _counter(pairs: Iterable[Any]) -> Counter[Any]:
    """Counts by key. Counter itself asks first what it is handed, which takes longer than the rest."""
    counts: Counter[Any] = Counter()
    dict.update(counts, pairs)
    return counts


def _shift(counts: Counter[Any], key: object, by: int) -> None:
    counts[key] += by
    if counts[key] <= 0:
        del counts[key]
