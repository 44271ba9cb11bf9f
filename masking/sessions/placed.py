"""
Places the calls that customers ask for: the worker's job `ring-first`. One person of a session is rung; the other side
is rung by the answer to the carrier's webhook, once the first one has accepted.

One request rings a phone once, whatever the carrier answers or repeats: the call is marked before a carrier is asked,
and found with its mark later, it is left alone. Only a carrier that surely did nothing makes room for the other one.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from core.route import Outcome
from masking.claims.guard import Guard
from privacy.sealing import Sealer, Where
from sql.database import Connection, Database
from sql.outbox import Handlers, Job
from sql.statements import statements
from voice import records
from voice.events import CarrierAccount
from voice.links import Links
from voice.ports import Accounts, CarrierAway, CarrierRefused, Placer

PLACING = "placing"
"""Stands for the carrier's id of a call while we ask for it."""
STALE_AFTER = timedelta(minutes=2)
"""Whoever asked for a call does not expect it any later."""

_Q, _CALLS = statements("placed"), statements("session_calls")

logger = logging.getLogger("maskline.sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """A call as a carrier is asked for it."""

    tenant: UUID
    call: UUID
    account: CarrierAccount
    to: E164
    show: E164
    ring: int


@dataclass(frozen=True, slots=True)
class PlacedJobs:
    """Handlers by kind of job."""

    database: Database
    clock: Clock
    sealer: Sealer
    accounts: Accounts
    placer: Placer
    links: Links
    guard: Guard

    def handlers(self) -> Handlers:
        """What this room does."""
        return {"ring-first": self.ring_first}

    async def ring_first(self, job: Job) -> None:
        """Rings one person once, over their number's carrier or, where that is away, over the other one."""
        tenant, call = job.tenant, UUID(job.payload["call"])
        async with self.database.transaction() as conn:
            order = await self._taken_up(conn, tenant, call)
        if order is None:
            return
        try:
            carrier_call = await self._ask(order)
        except CarrierAway:
            order = await self._elsewhere(tenant, call)
            if order is None:
                raise
            carrier_call = await self._ask(order)
        if carrier_call is not None:
            async with self.database.work() as conn:
                await _Q.name_placed(conn, tenant=tenant, call=call, carrier_call=carrier_call)

    async def _ask(self, order: _Order) -> str | None:
        """Asks the carrier once. None where the call is over, or may be under way. Raises CarrierAway if it is not."""
        carrier = order.account.carrier
        try:
            return await self.placer.call(
                order.account,
                to=order.to,
                show=order.show,
                answer_url=self.links.step(carrier, order.call, "joins-1"),
                ended_url=self.links.step(carrier, order.call, "ended-1"),
                ring=order.ring,
            )
        except CarrierAway as away:
            if away.facts.get("maybe_done", True):
                return None  # the phone may ring: the call's own end, or the worker's sweep, closes it
            async with self.database.work() as conn:
                await _Q.name_placed(conn, tenant=order.tenant, call=order.call, carrier_call=None)
            raise
        except CarrierRefused as refused:
            logger.warning("a carrier refused a call", extra={"call": str(order.call), "code": refused.facts["code"]})
            await self._fails(order.tenant, order.call)
            return None

    async def _elsewhere(self, tenant: UUID, call: UUID) -> _Order | None:
        """The same call over another carrier, where both people can have a number there."""
        async with self.database.transaction() as conn:
            if not await _Q.place_elsewhere(conn, t=self.clock.now(), tenant=tenant, call=call):
                return None
            return await self._taken_up(conn, tenant, call)

    async def _taken_up(self, conn: Connection, tenant: UUID, call: UUID) -> _Order | None:
        """The call, marked as being placed; None where nobody is to be rung."""
        row = await _Q.call_to_place(conn, t=self.clock.now(), tenant=tenant, call=call)
        if row is None or row["carrier_call"] is not None:
            return None
        account = self.accounts.by_id(row["account_id"])
        to = E164(self.sealer.open(row["sealed"], Where.phone(row["phone_id"])))
        if account is None or not self._may_ring(to, row):
            await self._close(conn, tenant, call)
            return None
        await _Q.name_placed(conn, tenant=tenant, call=call, carrier_call=f"{PLACING}:{call}")
        return _Order(tenant=tenant, call=call, account=account, to=to, show=E164(row["e164"]), ring=row["ring"])

    def _may_ring(self, to: E164, row: Any) -> bool:
        fresh = self.clock.now() - row["started_at"] < STALE_AFTER
        allowed = self.guard.allows(to) and self.guard.serves(row["countries"], to)
        return fresh and allowed and not row["ours"]

    async def _fails(self, tenant: UUID, call: UUID) -> None:
        async with self.database.transaction() as conn:
            await self._close(conn, tenant, call)
            await _Q.name_placed(conn, tenant=tenant, call=call, carrier_call=None)

    async def _close(self, conn: Connection, tenant: UUID, call: UUID) -> None:
        """Nobody is rung; the customer hears of it."""
        await records.close(conn, self.clock.now(), tenant, call, Outcome.FAILED)
        await _CALLS.tell_over(conn, t=self.clock.now(), tenant=tenant, call=call)
