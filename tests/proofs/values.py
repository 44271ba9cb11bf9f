"""Claims, numbers, stickers and calls as DESIGN 4a names them. Nothing here is imported from Maskline."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

OPEN, OPEN_COOLS = timedelta(seconds=120), timedelta(seconds=30)
EXTENSION, EXTENSION_COOLS = timedelta(minutes=15), timedelta(hours=24)
BOUND = timedelta(hours=24)
BLOCK = timedelta(days=365)
REST = timedelta(hours=24)
LONGEST_CALL = timedelta(seconds=3600 + 60)
OPEN_A_STICKER, TRIES, WRONG_A_DAY = 2, 3, 10

Party = tuple[Any, ...]
"""("open",) · ("extension", digits) · ("scanner", caller, day) · ("owner", person) · ("call", name of the call)"""
Target = tuple[str, str]


@dataclass
class Claim:
    """The right of one party to reach a target through one number. Live: t < until. Cooling: t < reuse_after."""

    kind: str
    target: Target
    scan: str | None
    used_at: datetime
    until: datetime
    reuse_after: datetime


@dataclass
class Number:
    """One of ours. Numbers of one model belong to one carrier account and country; `order` tells the oldest."""

    role: str
    order: int
    next_role: str | None = None
    rests_until: datetime | None = None

    def plays(self, t: datetime) -> str | None:
        """Its role now, None while it rests."""
        if self.rests_until is None:
            return self.role
        return None if t < self.rests_until else self.next_role or self.role


@dataclass
class Sticker:
    """state: printed, activated, paused, revoked. owner: who was asked; they agree since then. second: who agreed."""

    state: str = "printed"
    owner: str | None = None
    since: datetime | None = None
    second: str | None = None
    minutes: int = 30
    quiet: tuple[time, time] | None = None
    zone: str = "UTC"

    def is_quiet(self, t: datetime) -> bool:
        if self.quiet is None or self.quiet[0] == self.quiet[1]:
            return False
        local = t.astimezone(ZoneInfo(self.zone)).time()
        if self.quiet[0] < self.quiet[1]:
            return self.quiet[0] <= local < self.quiet[1]
        return not self.quiet[1] <= local < self.quiet[0]

    def reachable(self, t: datetime) -> bool:
        return self.state == "activated" and self.since is not None and not self.is_quiet(t)


@dataclass(frozen=True)
class Said:
    """What a caller meets. verdict: ring, enter, which or refuse. to, show: whom it rings, with which caller ID."""

    verdict: str
    why: str | None = None
    to: str | None = None
    show: str | None = None


@dataclass
class Call:
    """A call as it stands. place: 1 while the owner is rung, 2 the second contact. asked: own and fresh claim."""

    caller: str | None
    number: str
    started: datetime
    said: Said
    tries: int = 0
    stay: bool = False
    asked: tuple[Claim, Claim] | None = None
    target: Target | None = None
    reason: str | None = None
    place: int = 1
    minutes: int = 0
    outcome: str | None = None
    ended: bool = False
