"""What the doctor finds: values, and the order in which they are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a finding stands. WARN: it works, and somebody should look. WRONG: it does not work."""

    OK = "ok"
    WARN = "warn"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. check: a word. found: a sentence. do: what to do, "" where nothing is."""

    check: str
    health: Health
    found: str
    do: str = ""

    def line(self) -> str:
        """For people."""
        return f"{self.health.value:<5}  {self.check:<13}  {self.found}{f' {self.do}' if self.do else ''}"


def ok(check: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Health.OK, found)


def warn(check: str, found: str, do: str) -> Finding:
    """Somebody should look."""
    return Finding(check, Health.WARN, found, do)


def wrong(check: str, found: str, do: str = "") -> Finding:
    """It does not work."""
    return Finding(check, Health.WRONG, found, do)


def all_well(found: Iterable[Finding]) -> bool:
    """Whether nothing is wrong; a warning is not."""
    return all(finding.health is not Health.WRONG for finding in found)
