"""
Sends codes, by text or by call, over whichever carrier takes them; and deletes people whose number became another's.

A code is sent once for each time it was asked for: the sending is taken up before a carrier is asked, and only one that
surely did nothing gives it back, or makes room for the other carrier.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from admin.people import store
from admin.people.people import CLOSE, People
from admin.people.store import Sender, Sending
from core.clock import Clock
from core.e164 import E164
from core.ids import new_id
from core.route import Outcome
from ivr import codes
from privacy.holdings import Holder, Subject, erase_everywhere
from privacy.numbers import NumberKeys
from privacy.proof import JOB
from privacy.proof_codes import Codes
from privacy.sealing import Sealer, Where
from sql.database import Database
from sql.outbox import Handlers, Job
from voice import records
from voice.aftermath import forget_text
from voice.events import CarrierAccount
from voice.links import Links
from voice.ports import Accounts, CarrierAway, CarrierRefused, Placer

PLACING = "placing"
"""Stands for the carrier's id of a call while we ask for it."""
_CLOSES_AFTER = timedelta(minutes=10)

logger = logging.getLogger("maskline.people")


@dataclass(frozen=True, slots=True)
class PeopleJobs:
    """
    Handlers by kind of job. ours: masking's number keys, which a STOP stands under. ring: seconds. holders: every room
    that answers for a person.
    """

    database: Database
    clock: Clock
    sealer: Sealer
    accounts: Accounts
    placer: Placer
    links: Links
    codes: Codes
    ours: NumberKeys
    ring: int
    people: People
    holders: Callable[[], Sequence[Holder]]

    def handlers(self) -> Handlers:
        """What this room does."""
        return {JOB: self.send, CLOSE: self.close}

    async def send(self, job: Job) -> None:
        """Sends a code over the first carrier that takes it. Raises CarrierAway where none was reached."""
        proof, sending = UUID(job.payload["proof"]), int(job.payload["sending"])
        async with self.database.transaction() as conn:
            wanted = await store.take_sending(conn, self.clock.now(), proof, sending)
            if wanted is None:
                return
            to = E164(self.sealer.open(wanted.box, Where.proof(proof)))
            if wanted.way == "text" and await store.wants_no_texts(conn, job.tenant, self.ours.key(to)):
                logger.info("a code was not texted: its number wants no texts", extra={"proof": str(proof)})
                return
            senders = await store.senders(conn, self.clock.now(), job.tenant, to.region or "", wanted.way)
        away = await self._over_each(job, wanted, to, senders)
        if away is not None:
            async with self.database.work() as conn:
                await store.give_back_sending(conn, proof, sending)
            raise away

    async def close(self, job: Job) -> None:
        """Whoever lost their number and proved no other is deleted, with all that they shared."""
        person = UUID(job.payload["person"])
        if await self.people.has_left(person):
            await erase_everywhere(self.database, self.holders(), Subject(account=person), at=self.clock.now(),
                                   actor="worker")  # fmt: skip

    async def _over_each(self, job: Job, wanted: Sending, to: E164, senders: Sequence[Sender]) -> CarrierAway | None:
        """Asks one carrier after another. Returns why none was reached; None where it is sent, or cannot be."""
        away = None
        for sender in senders:
            account = self.accounts.by_id(sender.account_id)
            if account is None:
                continue
            try:
                if wanted.way == "text":
                    await self._text(job, wanted, to, sender, account)
                else:
                    await self._call(job, wanted, to, sender, account)
            except CarrierAway as problem:
                if problem.facts.get("maybe_done", True):
                    return None  # it may be on its way: another one would only puzzle
                away = problem
            except CarrierRefused as refused:
                logger.warning(
                    "a carrier refused a code", extra={"carrier": account.carrier, "code": refused.facts["code"]}
                )
            else:
                return None
        if away is None:
            logger.warning("a code was not sent: no carrier takes it", extra={"proof": str(wanted.proof_id)})
        return away

    async def _text(self, job: Job, wanted: Sending, to: E164, sender: Sender, account: CarrierAccount) -> None:
        carrier_text = await self.placer.text(
            account, to=to, show=sender.number, status_url=None,
            body=codes.text(wanted.purpose, self.codes.code(wanted.proof_id), wanted.language),
            template=codes.template_name(wanted.purpose, wanted.language),
        )  # fmt: skip
        async with self.database.transaction() as conn:
            await forget_text(conn, self.clock.now(), job.tenant, account.account_id, carrier_text)

    async def _call(self, job: Job, wanted: Sending, to: E164, sender: Sender, account: CarrierAccount) -> None:
        """Rings; `answers.py` says the code once somebody presses a key."""
        call, now = new_id(), self.clock.now()
        route = {"verdict": "prove", "target": "proof", "target_id": str(wanted.proof_id), "call": str(call),
                 "language": wanted.language, "callee_language": wanted.language, "label": wanted.purpose}  # fmt: skip
        async with self.database.work() as conn:
            await store.place_call(conn, now, job.tenant, call, sender, wanted.proof_id, json.dumps(route),
                                   mark=f"{PLACING}:{call}", closes_at=now + _CLOSES_AFTER)  # fmt: skip
        try:
            carrier_call = await self.placer.call(
                account, to=to, show=sender.number, ring=self.ring,
                answer_url=self.links.step(account.carrier, call, "consent-1"),
                ended_url=self.links.step(account.carrier, call, "ended-1"),
            )  # fmt: skip
        except CarrierAway as away:
            if not away.facts.get("maybe_done", True):
                await self._fails(job.tenant, call)
            raise
        except CarrierRefused:
            await self._fails(job.tenant, call)
            raise
        async with self.database.work() as conn:
            await store.name_call(conn, job.tenant, call, carrier_call)

    async def _fails(self, tenant: UUID, call: UUID) -> None:
        async with self.database.transaction() as conn:
            await records.close(conn, self.clock.now(), tenant, call, Outcome.FAILED)
            await store.name_call(conn, tenant, call, None)
