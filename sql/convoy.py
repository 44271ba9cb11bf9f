"""Several waiting calls in one transaction: they share its commit, its round trip, and caches that are warm by then."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

import asyncpg

from core.problem import Problem

MOST = 6
"""Members of a convoy."""
LOCK_WAIT = 20
"""
Milliseconds that it waits for a lock. Far below Postgres's deadlock_timeout, so that two convoys that wait for each
other part before Postgres looks.
"""
LOCKS = 2
"""So many that meet one, and all who are left ask alone: this is no matter of a row."""
PATIENCE = 0.1
"""Seconds after which whoever has not left leaves by one more road: a convoy hangs, or the roads are too few."""

_LOCKED = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)

logger = logging.getLogger("maskline.sql")


@dataclass(slots=True, eq=False)
class _Member:
    """since: by the loop's clock. row: the answer, or None for whoever must ask alone."""

    order: str
    sql: str
    args: Sequence[Any]
    since: float
    row: "asyncio.Future[asyncpg.Record | None]"


class Convoy:
    """
    Asks together for whoever would else ask at the same time. Who comes while fewer convoys are out than there are
    roads leaves at once, alone if alone; who comes later leaves with all who wait, once one is back.

    It carries single statements that answer with one row whatever their arguments, and use no setting of a session.
    Each member sees what those before it did (READ COMMITTED). All or nothing is kept; where it is nothing, each
    member is asked for again alone and hears its own error; one that meets a lock waits for it on a connection of its
    own. Only where Postgres is away all are told so: as with one who asks alone, nobody knows then what was kept.

    lend: a connection, for a convoy or one who asks alone; raises a Problem where Postgres is away. roads: convoys out
    at once.
    """

    def __init__(self, lend: Callable[[], AbstractAsyncContextManager[Any]], roads: int) -> None:
        self._lend, self._roads = lend, roads
        self._waiting: list[_Member] = []
        self._out: list[asyncio.Task[None]] = []
        self._leaving = False
        self._watch: asyncio.TimerHandle | None = None

    def seat(self, order: str) -> "Seat":
        """
        What a statement is asked of instead of a connection. order: what it locks; members go in this order, so that
        the convoys of several processes take the same rows in the same one.
        """
        return Seat(self, order)

    async def close(self) -> None:
        """Waits for those that are out. Whoever opened their connections closes these first."""
        if self._watch is not None:
            self._watch.cancel()
        await asyncio.gather(*self._out)

    async def ask(self, order: str, sql: str, args: Sequence[Any]) -> Any:
        """The row. Raises what asking alone raises. Who is cancelled leaves the others on their way."""
        loop = asyncio.get_running_loop()
        member = _Member(order, sql, args, loop.time(), loop.create_future())
        self._waiting.append(member)
        if len(self._out) < self._roads:
            self._leave()
        elif self._watch is None:
            self._watch = loop.call_later(PATIENCE, self._leave_late)
        row = await member.row
        if row is not None:
            return row
        async with self._lend() as connection:
            return await connection.fetchrow(sql, *args)

    def _leave(self) -> None:
        """At the loop's next turn, with all who come in this one."""
        if not self._leaving:
            self._leaving = True
            self._out.append(asyncio.get_running_loop().create_task(self._travel()))

    def _leave_late(self) -> None:
        loop, self._watch = asyncio.get_running_loop(), None
        if self._waiting and self._waiting[0].since + PATIENCE <= loop.time():
            self._leave()
        if self._waiting:
            self._watch = loop.call_later(PATIENCE, self._leave_late)

    async def _travel(self) -> None:
        """One convoy after the other, until nobody waits."""
        self._leaving = False
        try:
            while members := self._boarded():
                if self._waiting and len(self._out) < self._roads:
                    self._leave()  # there was no room for them
                await self._ask_for(members)
        finally:
            self._out = [task for task in self._out if task is not asyncio.current_task()]

    def _boarded(self) -> list[_Member]:
        """Who leaves now: the oldest, and those who ask the same."""
        there = [member for member in self._waiting if not member.row.done()]
        aboard = [member for member in there if member.sql == there[0].sql][:MOST]
        left = {id(member) for member in aboard}
        self._waiting = [member for member in there if id(member) not in left]
        return sorted(aboard, key=lambda member: member.order)

    async def _ask_for(self, members: Sequence[_Member]) -> bool:
        """Tells them all. Returns whether the only one met a lock."""
        try:
            async with self._lend() as connection:
                rows = await connection.fetchmany(_hurried(members[0].sql), [member.args for member in members])
            if len(rows) != len(members):
                raise ValueError("a statement in a convoy answers with one row")
        except asyncio.CancelledError:
            for member in members:
                member.row.cancel()
            raise
        except Problem as away:
            _tell(members, away)
        except Exception as error:  # noqa: BLE001  (it is told to whoever it belongs to)
            if len(members) == 1:
                _tell(members, None if isinstance(error, _LOCKED) else error)
                return isinstance(error, _LOCKED)
            logger.info("a convoy of %d parts: %s", len(members), type(error).__name__)
            await self._part(members)
        else:
            for member, row in zip(members, rows, strict=True):
                _tell([member], row)
        return False

    async def _part(self, members: Sequence[_Member]) -> None:
        """Asks one after the other, as this connection knows the statement, until `LOCKS` of them have met one."""
        met = 0
        for place, member in enumerate(members):
            if met == LOCKS:
                _tell(members[place:], None)
            elif not member.row.done():
                met += await self._ask_for([member])


def _tell(members: Sequence[_Member], what: "asyncpg.Record | Exception | None") -> None:
    """Whoever still waits to hear."""
    for member in members:
        if member.row.done():
            continue
        if isinstance(what, Exception):
            member.row.set_exception(what)
        else:
            member.row.set_result(what)


class Seat:
    """Stands where a connection is expected, for one statement."""

    __slots__ = ("_convoy", "_order")

    def __init__(self, convoy: Convoy, order: str) -> None:
        self._convoy, self._order = convoy, order

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        """As asyncpg's, for a statement of one row."""
        return await self._convoy.ask(self._order, sql, args)


@cache
def _hurried(sql: str) -> str:
    """
    The same statement, waiting for a lock no longer than `LOCK_WAIT`. The setting ends with the transaction, and needs
    no session of its own. Postgres asks what no row decides ("One-Time Filter") before it asks for rows.
    """
    return (
        f"SELECT asked.* FROM ({sql.rstrip().rstrip(';')}) asked "  # noqa: S608  (a named statement, and a number)
        f"WHERE (SELECT set_config('lock_timeout', '{LOCK_WAIT}', true)) IS NOT NULL"
    )
