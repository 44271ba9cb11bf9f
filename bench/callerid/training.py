"""Worlds of the project's own as lessons: what is true of them, for `fitting.fit`."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.callerid import worlds
from bench.callerid.fitting import GIVEN_ONLY, fit
from bench.callerid.records import Records, read
from bench.callerid.scoring import GOOD, judge
from bench.callerid.worlds import World
from callerid.ranking import Model


class Known:
    """A fitting.Answers: what is true of a world's numbers."""

    def __init__(self, world: World) -> None:
        self._world = world

    def right(self, number: int, name: str | None) -> float:
        """1 for the owner's whole name and nothing else, GIVEN_ONLY for what still identifies them, else 0."""
        verdict = judge(self._world, number, name)
        return 1.0 if verdict == "full" else GIVEN_ONLY if verdict in GOOD else 0.0

    def is_part(self, number: int, word: str) -> bool:
        """Whether a word is part of the owner's name."""
        own = {part.split("|")[0] for part in self._world.truth[number].parts}
        return bool(own & self._world.meanings.get(word.casefold(), set()))

    def is_spam(self, number: int) -> bool:
        return self._world.truth[number].kind == "nuisance"

    def is_flooded(self, number: int) -> bool:
        return self._world.truth[number].flooded


def records_of(world: World) -> Records:
    """What a resolver may read of a world, through the very files that it reads."""
    with tempfile.TemporaryDirectory() as folder:
        world.save(Path(folder))
        return read(Path(folder))


def train(seeds: Iterable[int], numbers: int, start: Model, version: str) -> Model:
    """A model trained on one world for each seed. It remembers none of their words."""

    def lessons() -> Iterator[tuple[Records, Known]]:
        for seed in seeds:
            world = worlds.make(seed, numbers)
            yield records_of(world), Known(world)

    return fit(lessons(), start, version)
