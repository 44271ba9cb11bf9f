"""Look-ups as values: who asks, on which budgets, and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Budget:
    """
    Distinct numbers that somebody may ask for. name: account, device, network or company. asker: whose row, a keyed
    hash. a_day, in_window: points in one UTC day and in the whole window; None is no limit.
    """

    name: str
    asker: UUID
    a_day: int | None
    in_window: int | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks. budgets: their own first, then those they share with others. counted: for burst limits, hex."""

    budgets: tuple[Budget, ...]
    counted: str

    @property
    def own(self) -> Budget:
        """The budget that they are told of."""
        return self.budgets[0]

    @property
    def shared(self) -> Sequence[Budget]:
        """Those that count others too."""
        return self.budgets[1:]


@dataclass(frozen=True, slots=True)
class Left:
    """Points of the asker's own budget that are left; None where there is no limit."""

    a_day: int | None
    in_window: int | None

    def document(self) -> dict[str, int]:
        """As a problem tells it."""
        told = {"day": self.a_day, "window": self.in_window}
        return {name: points for name, points in told.items() if points is not None}


@dataclass(frozen=True, slots=True)
class Name:
    """
    What is shown of a number; nothing of it where it is unknown, hidden, or not certain enough.

    names: the same name by ISO 15924 script. confidence, spam: 0 to 1. status: unknown, crowd, self-declared,
    confirmed, verified. spam_kind: what sort of nuisance, None for none.
    """

    name: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 0.0
    status: str = "unknown"
    spam: float = 0.0
    spam_kind: str | None = None

    def document(self, script: str | None) -> dict[str, Any]:
        """As it is answered. script: the one that is asked for, if any; a name that lacks it is told as it is."""
        return {
            "name": self.names.get(script, self.name) if script else self.name,
            "names": dict(self.names),
            "confidence": round(self.confidence, 2),
            "status": self.status,
            "spam": round(self.spam, 2),
            "spam_kind": self.spam_kind,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A look-up that was answered. at: when; left: after it."""

    name: Name
    left: Left
    at: datetime


@dataclass(frozen=True, slots=True)
class Handle:
    """A contact who is here. index: their place in the list that was sent. handle: theirs for this asker alone."""

    index: int
    handle: str


@dataclass(frozen=True, slots=True)
class Found:
    """Which contacts are here. budget: the asker's own, of which so much is left. at: when."""

    handles: Sequence[Handle]
    budget: Budget
    left: Left
    at: datetime


@dataclass(frozen=True, slots=True)
class Savers:
    """About how many people saved a number: at least so many, and fewer than `below`."""

    at_least: int
    below: int
