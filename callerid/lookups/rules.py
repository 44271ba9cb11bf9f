"""What look-ups cost, when a spent budget has some again, and how little a count says. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from callerid.lookups.values import Budget, Left, Savers
from core.quota import Quota

NEAR = 10
"""Numbers of one block of 100 that one asker may ask for in 30 days; one more, and nothing new for a day."""
MONTH = 30
"""Days of the long window of look-ups; a number asked for again within them is free."""
BY_PERSON = Quota("names-person", times=10, per=timedelta(minutes=1), when_blind="allow")
BY_COMPANY = Quota("names-company", times=150, per=timedelta(seconds=5), when_blind="allow")
"""30 a second, and five times that at once, as for the rest of our API."""
OF_CONTACTS = Quota("names-contacts", times=30, per=timedelta(minutes=1), when_blind="allow")

MOST_CONTACTS = 2_000
"""Of one request; a whole book is sent in several."""
SYNC_DAYS = 10
FULL_SYNC = 20_000
"""Contacts that one account may ask about in ten days."""
RECENT_A_DAY = 20_000
"""Contacts that one account may ask about in a day, told only of people who came within the last ten days."""
NETWORK_SYNC = 1_000_000
"""Contacts that one network may ask about in a day, of each kind: as many as fifty accounts."""

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LookupLimits:
    """
    Distinct numbers that may be asked for, as the installation says. A device and a network have more than an account,
    since families share the one and whole towns the other, and less than the accounts on them together.
    """

    a_day: int = 100
    in_month: int = 1_000
    network_a_day: int = 5_000

    @property
    def device_a_day(self) -> int:
        return self.a_day * 3 // 2

    @property
    def device_in_month(self) -> int:
        return self.in_month * 3 // 2


def day_of(t: datetime) -> int:
    """The UTC day of a time, counted from 1970-01-01."""
    return (t - _EPOCH) // timedelta(days=1)


def next_day(t: datetime, days: int = 1) -> datetime:
    """The start of a UTC day to come."""
    return _EPOCH + timedelta(days=day_of(t) + days)


def left(budget: Budget, today: int, in_window: int) -> Left:
    """What is left of a budget of which so much is spent. Never below nothing: a miss may cost a point too many."""
    return Left(
        None if budget.a_day is None else max(budget.a_day - today, 0),
        None if budget.in_window is None else max(budget.in_window - in_window, 0),
    )


def limit_headers(budget: Budget, have: Left, at: datetime, days: int = MONTH) -> dict[str, str]:
    """
    RateLimit-Policy and RateLimit, of the asker's own budget. days: of its long window.

    Source: datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers, version 10.
    """
    policy, now = [], []
    if budget.a_day is not None and have.a_day is not None:
        policy.append(f'"day";q={budget.a_day};w={_DAY}')
        now.append(f'"day";r={have.a_day};t={seconds_until(next_day(at), at)}')
    if budget.in_window is not None and have.in_window is not None:
        policy.append(f'"window";q={budget.in_window};w={days * _DAY}')
        now.append(f'"window";r={have.in_window}')
    return {"RateLimit-Policy": ", ".join(policy), "RateLimit": ", ".join(now)}


def seconds_until(then: datetime, now: datetime) -> int:
    """Whole seconds, rounded up, at least 1."""
    return max(math.ceil((then - now).total_seconds()), 1)


def savers(count: int, offset: int) -> Savers:
    """
    A count of savers as its owner is told: a step that holds it, whose edges lie where nobody outside knows.

    Steps are 5 wide, from somewhere between 25 and 75 on 25, and from about 500 on 250. offset: a secret number of this
    owner's, from 0. It moves the edges, so that somebody who watches the figure and has a friend save them sees it move
    one time in five at most, and cannot tell from that, nor from its standing still, who saved them and who did not.
    """
    scale = count + offset % 50
    width = 5 if scale < 75 else 25 if scale < 525 else 250
    start = (count + offset % width) // width * width - offset % width
    return Savers(max(start, 0), start + width)


_SCRIPTS: Mapping[str, str] = {
    **dict.fromkeys(("hi", "mr", "ne", "sa", "kok", "mai", "bho", "doi"), "Deva"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ks", "sd", "ckb", "ug"), "Arab"),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg"), "Cyrl"),
    "ta": "Taml", "te": "Telu", "kn": "Knda", "ml": "Mlym", "bn": "Beng", "as": "Beng", "gu": "Gujr",
    "pa": "Guru", "or": "Orya", "si": "Sinh", "th": "Thai", "he": "Hebr", "el": "Grek", "ka": "Geor",
    "hy": "Armn", "am": "Ethi", "ja": "Jpan", "zh": "Hani", "ko": "Kore",
}  # fmt: skip
"""Languages that are not written in Latin letters, and what they are written in (ISO 15924)."""


def script_of(accept_language: str) -> str | None:
    """The script of the first language of an Accept-Language header; Latn for those not known; None without one."""
    first = accept_language.partition(",")[0].partition(";")[0].strip()
    if not first or first == "*":
        return None
    language, *further = first.split("-")
    written = next((part.title() for part in further if len(part) == 4 and part.isalpha()), None)
    return written or _SCRIPTS.get(language.lower(), "Latn")
