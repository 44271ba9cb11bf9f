"""Look-ups and their budgets in Postgres. Each function is one round trip."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from callerid.lookups.rules import NEAR
from callerid.lookups.values import Asker, Budget, Name
from sql.database import Connection
from sql.statements import statements

_Q = statements("lookups")

NEIGHBOURS = -1
"""Instead of a budget's place: it was one number too many of one block."""

_UNKNOWN = Name()


@dataclass(frozen=True, slots=True)
class Spent:
    """
    What an asker's own budget has spent: points today and in the window. refused: the place of the budget that has too
    little left, NEIGHBOURS, or None. free_in: days until it has some again. until: when neighbours are forgiven.
    """

    today: int
    in_window: int
    refused: int | None = None
    free_in: int = 1
    until: datetime | None = None


async def look_up(
    conn: Connection, t: datetime, day: int, key: bytes, asker: Asker, block: int, mark: int
) -> tuple[Name, Spent]:
    """What is shown of a number, and the budgets charged for it. day: of `rules.day_of`."""
    own, shared = asker.own, asker.shared
    row = await _Q.name_lookup(
        conn, t=t, day=day, key=key, asker=own.asker, a_day=own.a_day, a_month=own.in_window,
        shared=[each.asker for each in shared] if shared else None,
        shared_a_day=[each.a_day for each in shared] if shared else None,
        shared_a_month=[each.in_window for each in shared] if shared else None, block=block, mark=mark, near=NEAR,
    )  # fmt: skip
    name, names, confidence, status, spam, kind, refused, free_in, until, today, in_window, cost = row
    if refused is not None:
        place = refused - 1 if refused else NEIGHBOURS
        return _UNKNOWN, Spent(today or 0, in_window or 0, place, free_in or 1, until)
    spent = Spent((today or 0) + cost, (in_window or 0) + cost)
    if name is None and kind is None:
        return _UNKNOWN, spent
    shown = Name(
        name=name, names=json.loads(names) if names else {}, confidence=confidence or 0.0,
        status=status or "unknown", spam=spam or 0.0, spam_kind=kind,
    )  # fmt: skip
    return shown, spent


async def spend(conn: Connection, day: int, budgets: Sequence[Budget], window: int, points: int) -> Spent:
    """Charges budgets, all of them or none. window: days of the long one."""
    row = await _Q.spend(
        conn, day=day, askers=[each.asker for each in budgets], a_day=[each.a_day for each in budgets],
        a_window=[each.in_window for each in budgets], window=window, points=points,
    )  # fmt: skip
    if row["refused"] is not None:
        return Spent(row["today"], row["in_window"], row["refused"] - 1, row["free_in"] or 1)
    return Spent(row["today"] + points, row["in_window"] + points)


async def savers(conn: Connection, key: bytes) -> tuple[UUID, int] | None:
    """A number's own reference, and how many people saved it; None for a number that nobody named."""
    row = await _Q.savers(conn, key=key)
    return (row["number_ref"], row["savers"]) if row else None


async def budget(conn: Connection, asker: UUID, day: int) -> Spent | None:
    """What an asker has spent today and in the month; None for one who never asked."""
    row = await _Q.person_budget(conn, asker=asker, day=day)
    return Spent(row["today"], row["in_window"], until=row["blocked_until"]) if row else None


async def erase(conn: Connection, askers: Sequence[UUID]) -> int:
    """Forgets what askers asked for and spent. Returns the rows removed."""
    erased = sum([_count(await _Q.erase_marks(conn, asker=asker)) for asker in askers])
    return erased + _count(await _Q.erase_budgets(conn, askers=list(askers)))


def _count(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
