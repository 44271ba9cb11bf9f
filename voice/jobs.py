"""Calls' follow-up work: the carrier's own record of a call is deleted once the final state is in."""

from dataclasses import dataclass
from uuid import UUID

from sql.database import Database
from sql.outbox import Handlers, Job
from sql.statements import statements
from voice.ports import Accounts, Placer

_Q = statements("voice")


@dataclass(frozen=True, slots=True)
class CallJobs:
    """Handlers by kind of job."""

    database: Database
    accounts: Accounts
    placer: Placer

    def handlers(self) -> Handlers:
        """What this room does."""
        return {"forget-call": self.forget, "forget-text": self.forget_text}

    async def forget_text(self, job: Job) -> None:
        """Asks the carrier to delete its record of a text."""
        await self._forget_named(job, "text")

    async def forget(self, job: Job) -> None:
        """Asks the carrier to delete its record. Its name for the call stays a week, to tell late repeats."""
        if "carrier_id" in job.payload:  # a callee's leg, which has no row here
            await self._forget_named(job, "call")
            return
        call = UUID(job.payload["call"])
        async with self.database.work() as conn:
            row = await _Q.carrier_name(conn, tenant=job.tenant, call=call)
        account = self.accounts.by_id(row["account_id"]) if row else None
        if account is None or row["carrier_call"] is None:
            return
        await self.placer.forget(account, kind="call", carrier_id=row["carrier_call"])

    async def _forget_named(self, job: Job, kind: str) -> None:
        account = self.accounts.by_id(UUID(job.payload["account"]))
        if account is not None:
            await self.placer.forget(account, kind=kind, carrier_id=job.payload["carrier_id"])
