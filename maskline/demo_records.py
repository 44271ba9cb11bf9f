"""Tells what became of each call of the demo, as its anonymous record has it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from core.problem import Problem
from maskline.wiring import House
from voice import records

_LOOK_EVERY = 0.7
_LOOK_AT = 20


def follow(tenant: UUID, tell: Callable[[dict[str, Any]], None]) -> Callable[[House], Awaitable[None]]:
    """A worker's companion that calls `tell` once for each call that has ended since it started."""

    async def following(house: House) -> None:
        told: set[UUID] | None = None
        while True:
            try:
                async with house.database.work() as conn:
                    ended = [call for call in await records.recent(conn, tenant, _LOOK_AT) if call["ended_at"]]
            except Problem:
                pass  # the database is away: look again
            else:
                fresh = [call for call in reversed(ended) if told is not None and call["call_id"] not in told]
                told = (told or set()) | {call["call_id"] for call in ended}
                for call in fresh:
                    tell(call)
            await asyncio.sleep(_LOOK_EVERY)

    return following


def line(call: dict[str, Any]) -> str:
    """A record as one line: when, what, how it ended, how long they talked. Nothing tells who."""
    what = {"consent": "asked somebody to agree", "proof": "told a code"}.get(call["purpose"], "masked call")
    talked = f", {call['talk_seconds']} s" if call["talk_seconds"] else ""
    return f"{call['started_at']:%H:%M:%S}  {what}: {call['outcome']}{talked}"
