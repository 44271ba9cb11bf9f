"""Rules of owners that need no database: weeks, and counts that tell of nobody."""

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from callerid.owners.naming import safe
from callerid.owners.values import Circulating

START = datetime(2024, 1, 1, tzinfo=UTC)
"""Week 0 of all names began then, a Monday."""
SUSPECTED = 0.5
"""Spam from which a number counts as a nuisance."""
STANDS_FOR = 13
"""
Weeks in which what was said of a suspected number stands when another account proves it. Carriers let a number rest for
90 days before they give it to somebody else, so whatever was said since is about who holds it now.
"""
LOOKED_LATELY = 8
"""Weeks after an owner last looked in which what they may see is still renewed."""
MOST_NAMES = 50
"""Names that an owner is shown, the commonest first."""
_BOUNDS = (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_SPREAD = 0.4


def week_of(at: datetime) -> int:
    """Whole weeks since START."""
    return (at - START) // timedelta(weeks=1)


def people(count: int, secret: bytes, subject: bytes) -> int:
    """
    How many people an owner is told of: a round figure that is not above `count`; 0 is "none worth telling".

    Each figure is told from a point on that only the secret knows, a little above it: two or three people for the
    first. So whoever sees a figure change learns neither how many there are nor that there is just one more.
    """
    told = 0
    for bound, following in pairwise((*_BOUNDS, 25_000)):
        room = max(1, round(min(bound * _SPREAD, following - bound)))
        if count < bound + _coin(secret, subject, bound) % (room + (bound == _BOUNDS[0])):
            break
        told = bound
    return told


def circulating(
    number: UUID, spellings: Iterable[tuple[int, str, int, bool]], shown: int | None, secret: bytes
) -> tuple[Circulating, ...]:
    """
    What an owner may see of the names that go round for a number.

    spellings: cluster, as written, by how many people, whether struck. shown: the cluster that look-ups show. A name
    that too few use is left out: it would tell who they are.
    """
    clusters: dict[int, list[tuple[str, int, bool]]] = {}
    for cluster, spelling, tags, struck in spellings:
        clusters.setdefault(cluster, []).append((spelling, tags, struck))
    found = []
    for cluster, written in clusters.items():
        spelling, _, struck = max(written, key=lambda each: (each[1], safe(each[0]), each[0]))
        told = people(sum(tags for _, tags, _ in written), secret, number.bytes + cluster.to_bytes(2))
        name = safe(spelling)
        if name and (told or struck or cluster == shown):
            found.append(Circulating(cluster, spelling, name, told, struck))
    return tuple(sorted(found, key=lambda each: (-each.people, each.name)))[:MOST_NAMES]


def tick_of(at: datetime, every: timedelta) -> datetime:
    """The last tick at or before a time."""
    return START + (at - START) // every * every


def _coin(secret: bytes, subject: bytes, bound: int) -> int:
    return int.from_bytes(hmac.digest(secret, subject + bound.to_bytes(4), "sha256")[:4])
