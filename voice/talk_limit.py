"""
Whoever may talk for a limited time hears it a minute before they are cut off, from a carrier that can speak into a call
that goes on. Plivo can. Twilio cannot, into two legs that a Dial has joined: there a short limit is said beforehand.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.clock import Clock
from core.route import Route
from sql import outbox
from sql.database import Connection, Database
from sql.outbox import Handlers, Job
from voice import store
from voice.plan import Say
from voice.ports import Accounts, CarrierRefused, Leg, Speaker
from voice.states import State
from voice.turns import WARNED_FROM

BEFORE = 60
"""Seconds from the warning to the cut."""
TOO_LATE = timedelta(seconds=30)
"""A warning that is so late would not be true any more."""

Words = Callable[[str], Say]
"""What is said, in a language."""

logger = logging.getLogger("maskline.voice")


async def warn_later(conn: Connection, now: datetime, route: Route, account: UUID, carrier_call: str) -> None:
    """Two people have just been joined: queues the warning. carrier_call: the carrier's id of the caller's leg."""
    if route.call_id is None or route.talk < WARNED_FROM:
        return
    call = str(route.call_id)
    payload = {"call": call, "attempt": route.attempt, "account": str(account), "carrier_call": carrier_call}
    due = now + timedelta(seconds=route.talk - BEFORE)
    await outbox.put(conn, tenant=route.tenant, kind="warn-talk", subject=f"talk:{call}",
                     key=f"{call}:{route.attempt}", payload=payload, at=now, due=due)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TalkJobs:
    """Handlers by kind of job. words: of the warning."""

    database: Database
    clock: Clock
    accounts: Accounts
    speaker: Speaker
    words: Words

    def handlers(self) -> Handlers:
        """What this room does."""
        return {"warn-talk": self.warn}

    async def warn(self, job: Job) -> None:
        """Tells both people, each in their language, that a minute is left. Nothing where they talk no more."""
        call, attempt = UUID(job.payload["call"]), job.payload["attempt"]
        async with self.database.work() as conn:
            seen = await store.call_at(conn, tenant=job.tenant, call=call, attempt=attempt, step="")
        if seen is None or seen.state is not State.BRIDGED or seen.attempt != attempt:
            return
        account, route = self.accounts.by_id(UUID(job.payload["account"])), seen.route
        due = job.made_at + timedelta(seconds=route.talk - BEFORE)
        if account is None or self.clock.now() > due + TOO_LATE:
            return
        legs: dict[Leg, str] = {"both": route.language}
        if route.callee_language != route.language:
            legs = {"caller": route.language, "callee": route.callee_language}
        try:
            for leg, language in legs.items():
                await self.speaker.speak(account, job.payload["carrier_call"], self.words(language), leg=leg)
        except CarrierRefused as refused:  # as a rule they have hung up just now
            logger.info("nobody was warned", extra={"call": str(call), "code": refused.facts["code"]})
