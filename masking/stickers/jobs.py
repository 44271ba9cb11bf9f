"""A sticker's follow-up work, done by the worker: asking people to agree, and telling owners what happened."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from core.route import Outcome, Reason
from ivr import texts
from ivr.texts import Notice
from masking.claims.guard import Guard
from masking.stickers import brakes, store
from masking.stickers.store import Q
from masking.stickers.tokens import Kind, Tokens
from masking.stickers.values import Sticker
from privacy.sealing import Sealer, Where
from sql.database import Connection, Database
from sql.outbox import Handlers, Job
from voice import records
from voice.aftermath import forget_text
from voice.links import Links
from voice.ports import Accounts, CarrierAway, CarrierRefused, Placer
from voice.states import MISSED

PLACING = "placing"
"""Stands for the carrier's id of a call while we ask for it: found later, nobody knows whether the phone rang."""

logger = logging.getLogger("maskline.stickers")


@dataclass(frozen=True, slots=True)
class StickerJobs:
    """Handlers by kind of job. notice_url: the address of an owner's page, from its token. ring: seconds."""

    database: Database
    clock: Clock
    sealer: Sealer
    accounts: Accounts
    placer: Placer
    links: Links
    tokens: Tokens
    notice_url: Callable[[str], str]
    ring: int
    guard: Guard

    def handlers(self) -> Handlers:
        """What this room does."""
        return {"consent-call": self.consent_call, "notice": self.notice}

    async def consent_call(self, job: Job) -> None:
        """Rings somebody once to ask whether they agree. Never twice for one request, whatever the carrier answers."""
        call = UUID(job.payload["call"])
        async with self.database.transaction() as conn:
            row = await Q.consent_to_place(conn, tenant=job.tenant, call=call)
            if row is None or row["carrier_call"] is not None or row["sealed"] is None:
                return
            await Q.mark_placing(conn, tenant=job.tenant, call=call, mark=f"{PLACING}:{call}")
        account = self.accounts.by_id(row["account_id"])
        if account is None:
            return
        to = E164(self.sealer.open(row["sealed"], Where.phone(row["phone_id"])))
        place = int(row["place"])
        try:
            carrier_call = await self.placer.call(
                account,
                to=to,
                show=E164(row["e164"]),
                answer_url=self.links.step(account.carrier, call, f"consent-{place}"),
                ended_url=self.links.step(account.carrier, call, f"ended-{place}"),
                ring=self.ring,
            )
        except CarrierAway as away:
            if away.facts.get("maybe_done", True):
                return  # the phone may have rung: the call's own end, or the worker's sweep, closes it
            await self._name(job.tenant, call, None)
            raise
        except CarrierRefused as refused:
            logger.warning(
                "a carrier refused a consent call", extra={"call": str(call), "code": refused.facts.get("code")}
            )
            await self._close(job.tenant, call, Outcome.FAILED)
            return
        await self._name(job.tenant, call, carrier_call)

    async def notice(self, job: Job) -> None:
        """Texts an owner (or a second contact who agreed) what happened, with a signed page to act on."""
        now, kind = self.clock.now(), Notice(job.payload["kind"])
        place = int(job.payload.get("place", 1))
        async with self.database.work() as conn:
            about = await self._about(conn, job, kind)
            sticker = await store.by_id(conn, job.tenant, about["sticker_id"], now) if about else None
            if about is None or sticker is None:
                return
            contact = await Q.contact(conn, tenant=job.tenant, sticker=sticker.sticker_id, place=place)
            line = await Q.number_for(conn, tenant=job.tenant, country=sticker.country, t=now)
        account = self.accounts.by_id(line["account_id"]) if line else None
        if contact is None or contact["state"] != "agreed" or line is None or account is None:
            return
        if kind is not Notice.AGREED and about["at"] < contact["agreed_at"]:
            return  # it happened before this owner had the sticker
        to = E164(self.sealer.open(contact["sealed"], Where.phone(contact["phone_id"])))
        drawn = brakes.budgets(kind, about, contact["phone_id"], to)
        why = await self._held_back(job, kind, contact["phone_id"], to, drawn)
        if why is not None:
            logger.warning("a notice was not sent: %s", why, extra={"sticker": str(sticker.sticker_id)})
            return
        link = self.notice_url(self._token(kind, job.tenant, about, contact["phone_id"], place))
        body = self._words(kind, sticker, contact["language"], about, link)
        template = texts.template_name(kind, contact["language"], named=sticker.label is not None)
        carrier_text = None
        try:
            carrier_text = await self.placer.text(account, to=to, show=E164(line["e164"]), body=body, status_url=None,
                                                  template=template)  # fmt: skip
        except CarrierAway as away:
            if not away.facts.get("maybe_done", True):
                await self._not_sent(job.tenant, drawn)
                raise
        except CarrierRefused as refused:
            told = {"sticker": str(sticker.sticker_id), "code": refused.facts.get("code")}
            logger.warning("a carrier refused a notice", extra=told)
            return
        await self._sent(job.tenant, kind, about, account.account_id, carrier_text)

    async def _held_back(
        self, job: Job, kind: Notice, phone: UUID, to: E164, drawn: tuple[brakes.Budget, ...]
    ) -> str | None:
        """Why a text must not be sent, in a word for the log; else it counts as sent."""
        now = self.clock.now()
        if kind in brakes.BY_STRANGERS and now - job.made_at > brakes.STALE_AFTER:
            return "stale"
        if not self.guard.allows(to) or not brakes.takes_texts(to):
            return "destination"
        async with self.database.transaction() as conn:
            if await Q.opted_out(conn, tenant=job.tenant, phone=phone):
                return "opted out"
            return await brakes.over(conn, now, job.tenant, drawn)

    async def _not_sent(self, tenant: UUID, drawn: tuple[brakes.Budget, ...]) -> None:
        async with self.database.transaction() as conn:
            await brakes.give_back(conn, self.clock.now(), tenant, drawn)

    async def _sent(
        self, tenant: UUID, kind: Notice, about: dict[str, Any], account: UUID, carrier_text: str | None
    ) -> None:
        """The stranger's page may say from now on that the owner knows; the carrier's record of the text goes later."""
        async with self.database.transaction() as conn:
            if kind is Notice.MISSED and about["scan_id"] is not None:
                await Q.set_missed(conn, tenant=tenant, scan=about["scan_id"], t=self.clock.now())
            if carrier_text is not None:
                await forget_text(conn, self.clock.now(), tenant, account, carrier_text)

    async def _about(self, conn: Connection, job: Job, kind: Notice) -> dict[str, Any] | None:
        """What the notice is about; None where it no longer holds (they talked after all)."""
        if kind is Notice.MISSED:
            row = await Q.call_about(conn, tenant=job.tenant, call=UUID(job.payload["call"]))
            missed = row is not None and row["outcome"] is not None and Outcome(row["outcome"]) in MISSED
            return {**row, "id": UUID(job.payload["call"])} if missed else None
        if kind is Notice.MESSAGE:
            row = await Q.scan_about(conn, tenant=job.tenant, scan=UUID(job.payload["scan"]))
            return {**row, "id": UUID(job.payload["scan"])} if row else None
        sticker = UUID(job.payload["sticker"])
        return {"sticker_id": sticker, "id": sticker}

    def _token(self, kind: Notice, tenant: UUID, about: dict[str, Any], phone: UUID, place: int) -> str:
        if kind is Notice.AGREED:
            return self.tokens.make(Kind.SECOND if place == 2 else Kind.OWNER, tenant, about["id"], phone)
        return self.tokens.make(Kind.CALL if kind is Notice.MISSED else Kind.MESSAGE, tenant, about["id"])

    def _words(self, kind: Notice, sticker: Sticker, language: str, about: dict[str, Any], link: str) -> str:
        message = about.get("message")
        return texts.notice(
            kind,
            language,
            label=sticker.label,
            reason=Reason(about.get("reason") or Reason.OTHER),
            message=texts.preset(message) if message else None,
            link=link,
        )

    async def _name(self, tenant: UUID, call: UUID, carrier_call: str | None) -> None:
        async with self.database.work() as conn:
            await Q.set_carrier_call(conn, tenant=tenant, call=call, carrier_call=carrier_call)

    async def _close(self, tenant: UUID, call: UUID, outcome: Outcome) -> None:
        async with self.database.work() as conn:
            await records.close(conn, self.clock.now(), tenant, call, outcome)
            await Q.set_carrier_call(conn, tenant=tenant, call=call, carrier_call=None)
