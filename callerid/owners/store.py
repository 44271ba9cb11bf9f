"""Owners' words, businesses and numbers given back, in Postgres. Rows in, values out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from callerid.owners import rules
from callerid.owners.marks import Marks, OwnerMarks
from callerid.owners.values import Business, BusinessState, Category, Circulating, Counts, Mine, Proven
from core.e164 import E164
from sql.database import Connection
from sql.statements import statements

Q = statements("owners")
"""The room's statements, for its use cases: each is documented in sql/statements/owners.sql."""


async def taken(conn: Connection, marks: Marks, number: E164) -> UUID:
    """The reference of a number's row, made where there is none; locked until the transaction ends."""
    keyed = marks.number(number)
    ref: UUID = await Q.take_number(conn, number_key=keyed.key, ref=keyed.ref)
    return ref


async def prove(conn: Connection, t: datetime, number: UUID, owner: OwnerMarks) -> Proven:
    """Somebody proved a number whose row is locked."""
    told = await Q.prove_number(conn, t=t, ref=number, owners=list(owner.marks), roots=list(owner.roots),
                                week=rules.week_of(t), suspected=rules.STANDS_FOR)  # fmt: skip
    return Proven(told)


async def mine(conn: Connection, number: UUID) -> Mine:
    """A number as it stands, with the very count of its savers. The row must be there."""
    row = await Q.own_number(conn, ref=number)
    return Mine(
        shown=row["name"],
        status=row["status"],
        hidden=row["hidden"],
        own_name=row["own_name"],
        says_name=row["says_name"],
        savers=(row["savers"], row["savers"] + 1),
        spam=row["spam"] >= rules.SUSPECTED,
        spam_kind=row["spam_kind"] if row["spam"] >= rules.SUSPECTED else None,
        owned_week=row["owned_week"],
        names=read(row["circulating"]),
        renewed_at=row["renewed_at"],
        business=business(row, name="business_name", state="business_state") if row["business_id"] else None,
    )


def business(row: Mapping[str, Any], name: str = "name", state: str = "state") -> Business:
    """A business, from a row where its name and its state may be called otherwise."""
    return Business(
        business_id=row["business_id"],
        name=row[name],
        category=Category(row["category"]),
        evidence=row["evidence"],
        state=BusinessState(row[state]),
        asked_at=row["asked_at"],
        decided_at=row["decided_at"],
        until=row["until"],
    )


async def spellings(conn: Connection, numbers: Sequence[UUID]) -> dict[UUID, list[tuple[int, str, int, bool]]]:
    """Of some numbers each name: cluster, as written, by how many people, whether it is struck out."""
    found: dict[UUID, list[tuple[int, str, int, bool]]] = {number: [] for number in numbers}
    async for row in Q.spellings_of(conn, refs=list(numbers)):
        found[row["number_ref"]].append((row["cluster"], row["spelling"], row["tags"], row["struck"]))
    return found


async def shown_clusters(conn: Connection, numbers: Sequence[UUID]) -> dict[UUID, int]:
    """Of some numbers the cluster that look-ups show, where the crowd chose one."""
    return {row["number_ref"]: row["cluster"] async for row in Q.shown_clusters(conn, refs=list(numbers))}


async def keep(conn: Connection, tick: datetime, pictures: Mapping[UUID, Iterable[Circulating]]) -> None:
    """What owners may see from this tick on; a picture that is as new stays."""
    bodies = [written(names) for names in pictures.values()]
    await Q.keep_circulating(conn, refs=list(pictures), bodies=bodies, tick=tick)


async def give_back(
    conn: Connection, t: datetime, keys: Sequence[bytes], weeks: Sequence[int], *, dry: bool
) -> tuple[int, int, int]:
    """Numbers given back: how many are known, are news, and had an owner."""
    row = await Q.give_back(conn, t=t, keys=list(keys), weeks=list(weeks), dry=dry)
    return row["known"], row["news"], row["ended"]


def written(names: Iterable[Circulating]) -> str:
    """A picture as it is stored."""
    return json.dumps([[each.cluster, each.spelling, each.name, each.people, each.struck] for each in names])


def read(body: str | None) -> tuple[Circulating, ...]:
    """The picture that `written` stored; empty where there is none yet."""
    return tuple(Circulating(*each) for each in json.loads(body or "[]"))


def added(one: Counts, known: int, news: int, ended: int) -> Counts:
    """Counts with those of one more batch."""
    return Counts(one.read, one.bad_count, one.bad, one.known + known, one.news + news, one.ended + ended)
