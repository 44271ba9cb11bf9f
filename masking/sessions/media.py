"""
Pictures that come with the texts of sessions: fetched from the carrier, made anew, sealed, and handed on.

Only the worker does any of it. What came stands in `media`: first where it is at the carrier, then the clean picture,
or that it is lost. What is lost keeps no words back, and its sender is told.
"""

import asyncio
import base64
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from ivr import texts
from masking.claims.guard import Guard
from masking.sessions.cleaning import MOST_BYTES, Picture, UnfitPicture, clean
from masking.sessions.media_links import Item, MediaLinks
from masking.sessions.relay import Q
from privacy.sealing import Sealer, Where
from sql.database import Connection, Database
from sql.outbox import Handlers, Job
from voice.aftermath import forget_text
from voice.ports import Accounts, CarrierAway, CarrierRefused, Placer

PICTURES = frozenset({"image/jpeg", "image/png"})
NOT_PASSABLE = "media"
"""The error of a text without words, none of whose pictures can be passed on."""
_TRIES = 3
"""Tries of a job while the carrier does not give a picture; then the words go without it. Others wait behind them."""
_SECONDS = 30.0
"""For all that came with one text: well under the lease of a job."""

logger = logging.getLogger("maskline.sessions")


@dataclass(frozen=True, slots=True)
class Pictures:
    """What came with texts, until it went on."""

    database: Database
    clock: Clock
    sealer: Sealer
    accounts: Accounts
    placer: Placer
    guard: Guard
    links: MediaLinks

    def handlers(self) -> Handlers:
        """What this room does."""
        return {"media-lost": self.tell, "collect": self.collect_early}

    async def collect_early(self, job: Job) -> None:
        """What came with a text that waits for the end of quiet hours: the carrier's copy does not wait."""
        await self.collect(job.tenant, UUID(job.payload["message"]), tries=job.attempts)

    async def collect(self, tenant: UUID, message: UUID, *, tries: int) -> None:
        """
        Fetches and cleans what came with a text that is yet to be sent. What is there already stays.

        tries: of the job so far, this one included. Raises CarrierAway where another try may help.
        """
        async with self.database.work() as conn:
            rows = [row async for row in Q.media_of_message(conn, tenant=tenant, message=message)]
        waiting = [row for row in rows if row["kind"] == "address"]
        room = MOST_BYTES - sum(len(row["sealed"]) * 3 // 4 for row in rows if row["kind"] in PICTURES)
        lost: list[UUID] = []
        try:
            async with asyncio.timeout(_SECONDS):
                while waiting:
                    picture = await self._fetched(waiting[0])
                    if picture is None or len(picture.content) > room:
                        lost.append(waiting[0]["media_id"])
                    else:
                        room -= len(picture.content)
                        await self._keep(tenant, waiting[0]["media_id"], picture)
                    waiting.pop(0)
        except (CarrierAway, TimeoutError) as error:
            if tries < _TRIES:
                await self.lose(tenant, message, lost)
                raise error if isinstance(error, CarrierAway) else CarrierAway(maybe_done=False) from None
            lost += [row["media_id"] for row in waiting]
        await self.lose(tenant, message, lost)

    async def ready(self, conn: Connection, tenant: UUID, message: UUID) -> Sequence[UUID]:
        """The pictures that go on with a text, in order."""
        rows = Q.media_to_send(conn, tenant=tenant, message=message, kinds=sorted(PICTURES))
        return [row["media_id"] async for row in rows]

    def addresses(self, tenant: UUID, media: Sequence[UUID]) -> Sequence[str]:
        """Where the carrier fetches them, for ten minutes from now."""
        now = self.clock.now()
        return [self.links.make(Item(tenant, each), now) for each in media]

    async def lose(self, tenant: UUID, message: UUID, media: Sequence[UUID]) -> None:
        """These cannot be passed on: they are gone, and the sender will be told, once a day."""
        if not media:
            return
        boxes = [self.sealer.seal("", Where.media(each)) for each in media]
        async with self.database.transaction() as conn:
            await Q.media_lost(conn, t=self.clock.now(), tenant=tenant, message=message, media=list(media), boxes=boxes)

    async def tell(self, job: Job) -> None:
        """Tells a sender that only words can be passed on, from the number that they know. At most once."""
        async with self.database.work() as conn:
            row = await Q.sender_of_message(conn, tenant=job.tenant, message=UUID(job.payload["message"]))
        account = self.accounts.by_id(row["account_id"]) if row is not None else None
        if row is None or account is None:
            return
        to = E164(self.sealer.open(row["sealed"], Where.phone(row["phone_id"])))
        if not self.guard.allows(to):
            return
        try:
            carrier_text = await self.placer.text(
                account, to=to, show=E164(row["e164"]), body=texts.words_only(row["language"]), status_url=None
            )
        except CarrierAway as away:
            if away.facts.get("maybe_done", True):
                return
            raise
        except CarrierRefused as refused:
            logger.warning("a sender was not told of a picture", extra={"code": str(refused.facts["code"])})
            return
        async with self.database.transaction() as conn:
            await forget_text(conn, self.clock.now(), job.tenant, account.account_id, carrier_text)

    async def _fetched(self, row: Any) -> Picture | None:
        """What a row names, clean; None where it cannot be passed on. Raises CarrierAway."""
        known_as, _, address = self.sealer.open(row["sealed"], Where.media(row["media_id"])).partition(" ")
        account = self.accounts.by_id(UUID(known_as))
        if account is None:
            return None
        try:
            sent = await self.placer.fetch(account, address, most=MOST_BYTES)
            return await asyncio.to_thread(clean, sent)
        except CarrierRefused as refused:
            logger.warning("a picture was not fetched", extra={"code": str(refused.facts["code"])})
        except UnfitPicture as unfit:
            logger.warning("a picture was not passed on", extra={"code": str(unfit)})
        return None

    async def _keep(self, tenant: UUID, media: UUID, picture: Picture) -> None:
        box = self.sealer.seal(base64.b64encode(picture.content).decode(), Where.media(media))
        async with self.database.work() as conn:
            await Q.keep_media(conn, tenant=tenant, media=media, kind=picture.kind, sealed=box)
