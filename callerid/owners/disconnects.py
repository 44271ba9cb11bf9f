"""Takes in lists of numbers that were given back: for each that we know, what was said before is of somebody else."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import BinaryIO, Protocol

from callerid.owners import rules, store
from callerid.owners.feed import LONGEST_LINE, BadLine, FeedReader, Given
from callerid.owners.marks import Marks
from callerid.owners.values import Counts
from core.clock import Clock
from core.e164 import E164
from privacy import audit
from sql.database import Connection, Database

BATCH = 2000
"""Numbers a transaction."""
MOST_TOLD = 20
"""Bad lines that are told by where they stand."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A part of a list. told: numbers. bad: where lines stand that hold none, from 1. end: whether the list ended."""

    told: Sequence[Given]
    bad: Sequence[int]
    end: bool


class Accounts(Protocol):
    """Knows people by their numbers, named or not."""

    async def given_back(self, conn: Connection, numbers: Mapping[E164, date]) -> None:
        """Numbers were given back, each on a day."""
        ...


@dataclass(frozen=True, slots=True)
class Disconnects:
    """The use case of whoever gets such lists each month."""

    database: Database
    clock: Clock
    marks: Marks
    accounts: Accounts

    async def take_in(self, file: BinaryIO, reader: FeedReader, *, dry: bool = False) -> Counts:
        """
        Reads a list to its end, a part at a time, however long it is. Read again, it changes nothing more.

        file: open for reading bytes. dry: only counts. Raises DatabaseAway; what was read by then is kept, and the
        list is read again from its beginning.
        """
        counts, parts = Counts(0, 0, (), 0, 0, 0), _parts(file, reader)
        ended = False
        while not ended:
            part = await asyncio.to_thread(next, parts)
            counts, ended = await self._keep(_counted(counts, part), part.told, dry=dry), part.end
        if not dry:
            async with self.database.transaction() as conn:
                await audit.note(
                    conn, self.clock.now(), "command", "numbers.given-back", read=counts.read, bad=counts.bad_count,
                    known=counts.known, news=counts.news, ended=counts.ended,
                )  # fmt: skip
        return counts

    async def _keep(self, counts: Counts, told: Sequence[Given], *, dry: bool) -> Counts:
        keys = [self.marks.number(each.number).key for each in told]
        weeks = [rules.week_of(each.at) for each in told]
        newest = {each.number: each.at.date() for each in sorted(told, key=lambda each: each.at)}
        async with self.database.transaction() as conn:
            found = await store.give_back(conn, self.clock.now(), keys, weeks, dry=dry)
            if not dry:
                await self.accounts.given_back(conn, newest)
        return store.added(counts, *found)


def _counted(counts: Counts, part: _Read) -> Counts:
    return replace(
        counts, read=counts.read + len(part.told), bad_count=counts.bad_count + len(part.bad),
        bad=(*counts.bad, *part.bad)[:MOST_TOLD],
    )  # fmt: skip


def _parts(file: BinaryIO, reader: FeedReader) -> Iterator[_Read]:
    """A list in parts of BATCH lines; after its end, empty ones."""
    lines = enumerate(_lines(file), 1)
    while True:
        told, bad, seen = [], [], 0
        for at, line in islice(lines, BATCH):
            seen += 1
            try:
                given = reader.read(line)
            except BadLine:
                bad.append(at)
            else:
                told += [given] if given else []
        yield _Read(told, bad, seen < BATCH)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines of a file; of one that is too long its beginning alone is kept in memory."""
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while rest and not rest.endswith(b"\n") and len(rest) > LONGEST_LINE:
            rest = file.readline(LONGEST_LINE + 1)
        yield line
