"""
The wire log: every request over the vendors' wires, in both directions, kept in memory only.

Secrets never enter it (the Authorization header), and the page sees signatures hidden as well; tests keep them, to
send a webhook again as it was.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from exchange.bus import Bus
from exchange.timers import Timers

_KEPT = 2000
_SHOWN_BODY = 20_000  # characters
_HIDDEN = "(hidden)"
_NEVER_KEPT = {"authorization", "cookie", "set-cookie"}


@dataclass(frozen=True, slots=True)
class WireEntry:
    """
    One request and its answer.

    direction: "out" = we called a webhook; "in" = somebody called our REST API. status: None = no answer.
    ms: whole milliseconds. attempt: 1 for the first; retries and repeats count on.
    """

    id: int
    at: datetime
    carrier: str
    direction: str
    method: str
    url: str
    status: int | None
    ms: int
    headers: Mapping[str, str]
    params: Mapping[str, str]
    content_type: str = ""
    body: str = ""
    note: str = ""
    attempt: int = 1
    call_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the page shows it: signatures hidden, the body cut at 20,000 characters."""
        hidden = {name: _HIDDEN if "signature" in name.lower() else value for name, value in self.headers.items()}
        return {
            "id": self.id,
            "at": self.at.isoformat(timespec="milliseconds"),
            "carrier": self.carrier,
            "direction": self.direction,
            "method": self.method,
            "url": self.url,
            "status": self.status,
            "ms": self.ms,
            "request": {"headers": hidden, "params": dict(self.params)},
            "response": {"content_type": self.content_type, "body": self.body[:_SHOWN_BODY]},
            "note": self.note,
            "attempt": self.attempt,
        }

    def line(self) -> str:
        """One readable line."""
        note = f"  ({self.note})" if self.note else ""
        arrow = "->" if self.direction == "out" else "<-"
        return f"{arrow} {self.carrier} {self.method} {self.url} {self.status or 'no answer'}{note}"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a vendor's debugger would hold against the application. code: the vendor's own, "" where it has none."""

    carrier: str
    code: str
    about: str
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Leak:
    """Somebody was shown the caller's own number."""

    carrier: str
    call_id: str
    number: str
    shown_to: str


@dataclass(slots=True)
class WireLog:
    """The last requests, the complaints and the leaks of this run."""

    bus: Bus
    timers: Timers
    entries: deque[WireEntry] = field(default_factory=lambda: deque(maxlen=_KEPT))
    complaints: list[Complaint] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def add(self, carrier: str, direction: str, method: str, url: str, **rest: Any) -> WireEntry:
        """Keep one exchange of request and answer and publish it; `rest` as in WireEntry."""
        headers = {name: value for name, value in rest.pop("headers").items() if name.lower() not in _NEVER_KEPT}
        entry = WireEntry(next(self._ids), self.timers.now(), carrier, direction, method, url, headers=headers, **rest)
        self.entries.append(entry)
        self.bus.publish("wire", entry.as_json())
        return entry

    def complain(self, carrier: str, code: str, about: str, call_id: str = "") -> None:
        """Note what the vendor would refuse or warn of."""
        self.complaints.append(Complaint(carrier, code, about, call_id))
        self.bus.stir()
