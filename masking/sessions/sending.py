"""
Sends what a session passes on: the worker's job `relay`, over the REST API of the carrier whose number is shown.

A text is never sent twice. Before a carrier is asked, the text is marked; found with its mark later, nobody knows
whether it went, and its fate is "unknown" unless the carrier's own news tells more.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from masking.claims.guard import Guard
from masking.sessions.media import NOT_PASSABLE, Pictures
from masking.sessions.pieces import pieces
from masking.sessions.redaction import redact
from masking.sessions.relay import OPTED_OUT, Q
from privacy.sealing import Sealer, Where
from sql.database import Connection, Database
from sql.outbox import Handlers, Job
from voice.aftermath import forget_text
from voice.events import CarrierAccount
from voice.links import Links
from voice.ports import Accounts, CarrierAway, CarrierRefused, Placer

SENDING = "sending"
"""Stands for the carrier's id of a text while we ask for it."""
_INTERRUPTED = "interrupted"

logger = logging.getLogger("maskline.sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """
    A text as it goes out. parts: its words, cut as carriers take them. phone: whose number `to` is. media: ids of
    pictures, which go with the first part; the words may be "" then.
    """

    tenant: UUID
    message: UUID
    service: UUID
    phone: UUID
    account: CarrierAccount
    to: E164
    show: E164
    parts: tuple[str, ...] = field(repr=False)
    media: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class TextJobs:
    """Handlers by kind of job."""

    database: Database
    clock: Clock
    sealer: Sealer
    accounts: Accounts
    placer: Placer
    links: Links
    guard: Guard
    pictures: Pictures

    def handlers(self) -> Handlers:
        """What this room does."""
        return {"relay": self.relay, **self.pictures.handlers()}

    async def relay(self, job: Job) -> None:
        """Sends one text of a session, with the pictures that came with it."""
        await self.pictures.collect(job.tenant, UUID(job.payload["message"]), tries=job.attempts)
        async with self.database.transaction() as conn:
            letter = await self._taken_up(conn, job.tenant, UUID(job.payload["message"]))
        if letter is None:
            return
        carrier_text = ""
        for place, part in enumerate(letter.parts, 1):
            try:
                carrier_text = await self._part(letter, part, place)
            except CarrierAway as away:
                if place == 1 and not away.facts.get("maybe_done", True):
                    await self._put_back(letter)
                    raise
                await self._ends(letter, "unknown", None)
                return
            except CarrierRefused as refused:
                await self._ends(letter, "failed", str(refused.facts["code"]))
                return
        async with self.database.transaction() as conn:
            await Q.name_message(conn, tenant=letter.tenant, message=letter.message, carrier_text=carrier_text)
            await self._moves(conn, letter, "queued", None)

    async def _taken_up(self, conn: Connection, tenant: UUID, message: UUID) -> _Letter | None:
        """The text, marked as being sent; None where it goes no further, which is kept with it."""
        row = await Q.message_to_send(conn, tenant=tenant, message=message)
        if row is None or row["state"] != "accepted":
            return None
        letter = self._letter(tenant, message, row, await self.pictures.ready(conn, tenant, message))
        if isinstance(letter, _Letter):
            await Q.name_message(conn, tenant=tenant, message=message, carrier_text=f"{SENDING}:{message}")
            return letter
        logger.warning("a text was not sent: %s", letter, extra={"session": str(row["session_id"])})
        state, error = ("unknown", None) if letter == _INTERRUPTED else ("failed", letter)
        await Q.message_moves(conn, t=self.clock.now(), tenant=tenant, account=row["account_id"], message=message,
                              state=state, error=error)  # fmt: skip
        return None

    def _letter(self, tenant: UUID, message: UUID, row: Any, media: Sequence[UUID]) -> _Letter | str:
        """The text as it goes out, or in a word why it does not. Raises Unsealable."""
        account, why = self.accounts.by_id(row["account_id"]), _held_back(row)
        if why is not None:
            return why
        if account is None:
            return "no-account"
        to = E164(self.sealer.open(row["sealed"], Where.phone(row["phone_id"])))
        if not self.guard.allows(to) or not self.guard.serves(row["countries"], to):
            return "destination"
        words = self.sealer.open(row["body"], Where.words(message))
        if not words.strip() and not media:
            return NOT_PASSABLE
        return _Letter(
            tenant=tenant,
            message=message,
            service=row["service_id"],
            phone=row["phone_id"],
            account=account,
            to=to,
            show=E164(row["e164"]),
            parts=tuple(pieces(redact(words) if row["redacts"] else words)) or ("",),
            media=tuple(media),
        )

    async def _part(self, letter: _Letter, part: str, place: int) -> str:
        """
        Sends one part, the first with its pictures, and where the carrier refuses those, without them.

        A refused request was not carried out, so nothing goes twice.
        """
        last = place == len(letter.parts)
        if place > 1 or not letter.media:
            return await self._post(replace(letter, media=()), part, last=last)
        try:
            return await self._post(letter, part, last=last)
        except CarrierRefused as refused:
            if (letter.account.carrier, str(refused.facts["code"])) in OPTED_OUT:
                raise
            logger.warning("a carrier refused pictures", extra={"code": str(refused.facts["code"])})
            await self.pictures.lose(letter.tenant, letter.message, letter.media)
            if not part.strip():
                raise
            return await self._post(replace(letter, media=()), part, last=last)

    async def _post(self, letter: _Letter, part: str, *, last: bool) -> str:
        """Sends one part; the last one's news is the text's. The carrier's record of each is deleted later."""
        account = letter.account
        url = self.links.step(account.carrier, letter.message, "sent-1") if last else None
        media = self.pictures.addresses(letter.tenant, letter.media)
        carrier_text = await self.placer.text(
            account, to=letter.to, show=letter.show, body=part, status_url=url, media=media
        )  # fmt: skip
        async with self.database.transaction() as conn:
            await forget_text(conn, self.clock.now(), letter.tenant, account.account_id, carrier_text)
        return carrier_text

    async def _put_back(self, letter: _Letter) -> None:
        async with self.database.work() as conn:
            await Q.name_message(conn, tenant=letter.tenant, message=letter.message, carrier_text=None)

    async def _ends(self, letter: _Letter, state: str, code: str | None) -> None:
        logger.warning("a text is %s", state, extra={"code": code})
        async with self.database.transaction() as conn:
            await self._moves(conn, letter, state, code)
            if (letter.account.carrier, code) in OPTED_OUT:
                await Q.opt_out_of_service(conn, tenant=letter.tenant, service=letter.service, phone=letter.phone,
                                           t=self.clock.now())  # fmt: skip

    async def _moves(self, conn: Connection, letter: _Letter, state: str, error: str | None) -> None:
        await Q.message_moves(conn, t=self.clock.now(), tenant=letter.tenant, account=letter.account.account_id,
                              message=letter.message, state=state, error=error)  # fmt: skip


def _held_back(row: Any) -> str | None:
    """Why a text goes no further, by what is left of it: a word that is kept with it."""
    reasons = (
        (_INTERRUPTED, row["carrier_text"] is not None),
        ("reader-gone", row["sealed"] is None),
        ("number-gone", row["e164"] is None),
        ("too-late", row["body"] is None),
        ("opted-out", not row["wanted"]),
        ("ours", row["ours"]),
    )
    return next((why for why, holds in reasons if holds), None)
