"""What a call leaves beside its answers: where it stands, what else was to happen, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.clock import Clock
from core.route import Outcome, Route, Verdict
from sql import outbox
from sql.database import Connection
from voice import store
from voice.events import DialResult
from voice.ports import Performer
from voice.states import MISSED, State, after_call
from voice.turns import Effect, Turn

FORGET_AFTER = timedelta(minutes=10)
"""The carrier's own record of a call is deleted this long after its end, when late events are in."""


async def forget_text(conn: Connection, now: datetime, tenant: UUID, account: UUID, carrier_id: str) -> None:
    """The carrier's record of a text is deleted once it has been delivered. carrier_id: the carrier's own."""
    await outbox.put(conn, tenant=tenant, kind="forget-text", subject=carrier_id, key=carrier_id,
                     payload={"account": str(account), "carrier_id": carrier_id}, at=now,
                     due=now + FORGET_AFTER)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Keeps what became of calls. Every method works in its caller's transaction."""

    clock: Clock
    performers: Sequence[Performer]

    async def keep(self, conn: Connection, route: Route, turn: Turn, attempt: int) -> None:
        """Moves the call as a turn says, and does what else it asks for, once for each effect of a call."""
        if route.call_id is None:
            return
        now = self.clock.now()
        if turn.state is not None or turn.outcome is not None:
            await store.move(conn, now, tenant=route.tenant, call=route.call_id,
                             state=turn.state or State.RECEIVED, outcome=turn.outcome, attempt=attempt)  # fmt: skip
        effect = turn.effect
        if effect is None:
            return
        if effect is Effect.COMING:
            await store.set_coming(conn, route.tenant, route.call_id)
        concerned = [performer for performer in self.performers if performer.concerns(effect, route)]
        if not concerned or not await store.first_time(conn, now, route.tenant, route.call_id, effect):
            return  # a repeated webhook, when the worker may have done the jobs of the first already
        for performer in concerned:
            await performer.perform(conn, effect, route)

    async def end(self, conn: Connection, tenant: UUID, call: UUID, result: DialResult) -> None:
        """The carrier says that the whole call is over."""
        seen = await store.call_at(conn, tenant=tenant, call=call, attempt=2, step="")
        if seen is None:
            return
        placed = seen.route.verdict is Verdict.PROVE or seen.route.claim_kind == "placed"
        outcome = after_call(seen.state, result, placed=placed)
        moved = await store.move(conn, self.clock.now(), tenant=tenant, call=call, state=State.ENDED,
                                 outcome=outcome, attempt=seen.attempt)  # fmt: skip
        if moved is None:
            return
        await self._tell_of(conn, seen.route, moved.outcome, seen.attempt)
        await self.keep(conn, seen.route, Turn(effect=Effect.OVER), seen.attempt)
        await self._forget_later(conn, tenant, call)

    async def rung_late(self, conn: Connection, route: Route) -> None:
        """The caller's digits lead to somebody. Where the end of the call was told first, that one has missed it."""
        if route.call_id is None or route.verdict is not Verdict.RING:
            return
        stands = await store.move(conn, self.clock.now(), tenant=route.tenant, call=route.call_id, state=State.RINGING)
        if stands is not None and stands.state is State.ENDED:
            await self._tell_of(conn, route, stands.outcome, route.attempt)

    async def close_overdue(self, conn: Connection) -> int:
        """Ends calls whose end nobody told us of, as unknown. Returns how many."""
        overdue = await store.overdue(conn, self.clock.now())
        for tenant, call, attempt in overdue:
            await store.move(conn, self.clock.now(), tenant=tenant, call=call, state=State.ENDED,
                             outcome=Outcome.UNKNOWN, attempt=attempt)  # fmt: skip
            seen = await store.call_at(conn, tenant=tenant, call=call, attempt=2, step="")
            if seen is not None:
                await self.keep(conn, seen.route, Turn(effect=Effect.OVER), attempt)
            await self._forget_later(conn, tenant, call)
        return len(overdue)

    async def forget_leg(self, conn: Connection, tenant: UUID, account: UUID, leg: str) -> None:
        """The carrier's record of a callee's leg holds the number we rang: it goes too. leg: the carrier's id."""
        now = self.clock.now()
        await outbox.put(conn, tenant=tenant, kind="forget-call", subject=leg, key=leg,
                         payload={"account": str(account), "carrier_id": leg}, at=now,
                         due=now + FORGET_AFTER)  # fmt: skip

    async def _tell_of(self, conn: Connection, route: Route, outcome: Outcome | None, attempt: int) -> None:
        if outcome in MISSED and route.verdict is Verdict.RING:  # else nobody was to be rung
            await self.keep(conn, route, Turn(effect=Effect.MISSED), attempt)

    async def _forget_later(self, conn: Connection, tenant: UUID, call: UUID) -> None:
        now = self.clock.now()
        await outbox.put(conn, tenant=tenant, kind="forget-call", subject=str(call), key=str(call),
                         payload={"call": str(call)}, at=now, due=now + FORGET_AFTER)  # fmt: skip
