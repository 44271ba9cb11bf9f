"""Calls' follow-up work: the carrier's own record of a call is deleted once the final state is in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sql.database import Database
from sql.outbox import Job
from sql.statements import statements
from voice.ports import Accounts, Placer

_Q = statements("voice")


@dataclass(frozen=True, slots=True)
class CallJobs:
    """Handlers by kind of job."""

    database: Database
    accounts: Accounts
    placer: Placer

    def handlers(self) -> dict[str, Any]:
        """Coroutines that take a Job; they raise for another try."""
        return {"forget-call": self.forget}

    async def forget(self, job: Job) -> None:
        """Asks the carrier to delete its record, then drops the name we knew it by."""
        call = UUID(job.payload["call"])
        async with self.database.work() as conn:
            row = await _Q.carrier_name(conn, tenant=job.tenant, call=call)
        account = self.accounts.by_id(row["account_id"]) if row else None
        if account is None or row["carrier_call"] is None:
            return
        await self.placer.forget(account, kind="call", carrier_id=row["carrier_call"])
        async with self.database.work() as conn:
            await _Q.unname_call(conn, tenant=job.tenant, call=call)
