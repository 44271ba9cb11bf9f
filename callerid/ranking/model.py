"""What is learned: weights, calibration and what words are like; versioned, and stored as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from callerid.ranking.lessons import Heard, Lesson
from callerid.ranking.tokens import Token
from callerid.ranking.wordlists import LISTED_AGREEMENT, NO_NAMES, RELATION

SHIPPED = Path(__file__).with_name("model.json")
PRIOR_AGREEMENT, PRIOR_SAY = 0.42, 2.5
"""What is thought of a word that was never compared, and how many comparisons that thought is worth."""
NAME = 0.3
"""Agreement from which a word is a name."""
NO_NAME, OFTEN = 0.05, 30.0
"""Agreement up to which a word is none, once that many comparisons say so: nobody repeats "papa"."""
_NEVER = Heard(0.0, 0.0, 0, 0, 0.0)


@dataclass(slots=True)
class Model:
    """
    version: of the trained part. weights: name of a linear rule -> its coefficients by feature.
    curves: name of a rule -> rising points (score, probability). words: what was heard of each word, by Token.key.
    listed: whether words that were never heard start from the word lists.
    """

    version: str = "untrained"
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    curves: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    words: dict[str, Heard] = field(default_factory=dict)
    listed: bool = True

    def learn(self, before: Lesson, after: Lesson) -> None:
        """One number's lesson changed. `before` must be what was learned of it last ({} for a new number)."""
        for key in before.keys() | after.keys():
            old, new, known = before.get(key, _NEVER), after.get(key, _NEVER), self.words.get(key, _NEVER)
            heard = Heard(
                max(0.0, known.agree - old.agree + new.agree),
                max(0.0, known.seen - old.seen + new.seen),
                known.numbers - old.numbers + new.numbers,
                known.unwanted - old.unwanted + new.unwanted,
                max(0.0, known.alone - old.alone + new.alone),
            )
            if heard.numbers > 0:
                self.words[key] = heard
            else:
                self.words.pop(key, None)

    def heard(self, key: str) -> Heard:
        """What was heard of a word; zeros for an unknown one."""
        return self.words.get(key, _NEVER)

    def agreement(self, read: Token, as_name: bool = False) -> float:
        """
        P(somebody else says this word of a number | one does), 0..1; near a prior where little is known.

        as_name: what the lists say of it does not count here.
        """
        known = self.heard(read.key)
        prior = LISTED_AGREEMENT if not as_name and self._listed(read) else PRIOR_AGREEMENT
        return (known.agree + prior * PRIOR_SAY) / (known.seen + PRIOR_SAY)

    def is_name(self, read: Token) -> bool:
        """Whether it was learned to be a name: others repeat it, as they do with names."""
        return self.heard(read.key).seen > 0 and self.agreement(read) >= NAME

    def is_surely_name(self, read: Token) -> bool:
        """The same, learned of so many that one number, or a slip of the pen there, does not make it one."""
        return self.is_name(read) and self.heard(read.key).seen >= OFTEN

    def is_listed(self, read: Token) -> bool:
        """Whether a list has it among words that are no names, and nothing that was learned says otherwise."""
        return self._listed(read) and not self.is_name(read)

    def is_none(self, read: Token) -> bool:
        """Whether a list or what was learned has it that this word alone is nobody's name."""
        learned = self.heard(read.key).seen >= OFTEN and self.agreement(read) <= NO_NAME
        return learned or self.is_listed(read)

    def _listed(self, read: Token) -> bool:
        return self.listed and read.surface.casefold() in NO_NAMES

    def likeness(self, read: Token, moments: int = 1) -> float:
        """How much a word is like a name, 0.05..1: by how often others repeat it, of other numbers and of this one.

        moments: independent times at which it was said of this number.
        """
        if read.initial:
            return 0.5
        elsewhere = (self.agreement(read) - 0.06) / 0.3
        here = 0.0 if self.listed and read.surface.casefold() in RELATION else 1.0 - 1.5 / max(1, moments)
        return min(1.0, max(0.05, elsewhere, here))

    def to_json(self) -> str:
        """The whole model as text; `from_json` reads it."""
        stored = {
            "version": self.version,
            "weights": self.weights,
            "curves": self.curves,
            "words": {key: list(heard) for key, heard in sorted(self.words.items())},
        }
        return json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """A stored model. Raises ValueError for a text that is none."""
        stored: Mapping[str, Any] = json.loads(text)
        try:
            curves = {name: [(float(x), float(p)) for x, p in points] for name, points in stored["curves"].items()}
            words = {key: Heard(a, s, int(n), int(u), o) for key, (a, s, n, u, o) in stored.get("words", {}).items()}
            return cls(stored["version"], dict(stored["weights"]), curves, words)
        except (KeyError, TypeError) as error:
            raise ValueError("That is no model of names.") from error

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """The model that is shipped, or another. Raises OSError and ValueError."""
        return cls.from_json(path.read_text(encoding="utf-8"))
