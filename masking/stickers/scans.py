"""A stranger at a parked car: the page, the way to the owner, a message instead of a call."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.clock import Clock
from core.e164 import E164
from core.ids import new_extensions, new_id
from core.quota import Limiter, Quota, Use
from core.route import Reason
from ivr import texts
from masking.claims.errors import NoNumberFree
from masking.stickers import rules, store
from masking.stickers.errors import BadChoice, LinkExpired, NoSticker, NotActivated, OwnerUnavailable, TooManyScans
from masking.stickers.store import Q
from masking.stickers.tokens import VISITORS, Kind, Named, Tokens
from masking.stickers.values import ScanPage, Sticker, StickerState, Visitor, Way
from privacy.short_keys import ShortKeys
from sql import outbox
from sql.database import Connection, Database

SCANS_ADDRESS = Quota("scans-address", times=8, per=timedelta(minutes=10), when_blind="allow")
"""Ways to owners that one address prefix may ask for."""
SCANS_STICKER = Quota("scans-sticker", times=20, per=timedelta(minutes=10), when_blind="allow")
"""Ways that one sticker gives out: a photographed code cannot ring its owner all day."""
MESSAGES_STICKER = Quota("messages-sticker", times=6, per=timedelta(hours=1), when_blind="refuse")
"""Texts that strangers can cause one owner to get; they cost money."""

logger = logging.getLogger("maskline.stickers")


@dataclass(frozen=True, slots=True)
class Scans:
    """Use cases of the scan page. Reading a page writes nothing."""

    database: Database
    clock: Clock
    limiter: Limiter
    short_keys: ShortKeys
    tokens: Tokens

    async def page(self, code: str) -> ScanPage:
        """What a stranger may see. Raises NoSticker, NotActivated."""
        async with self.database.work() as conn:
            sticker = await self._sticker(conn, code)
        return ScanPage(sticker.code, rules.shown_plate(sticker.plate, sticker.plate_shown), sticker.reachable)

    async def start(self, code: str, reason: str, visitor: Visitor, earlier: str | None) -> Way:
        """
        A visitor chose a reason: their way to the owner. The same visitor gets the same way while it lives.
        Where every line is taken the way has no number, and is kept for a message.

        reason: one of core.route.Reason. earlier: the token of this visitor's last way, from their cookie.
        Raises NoSticker, NotActivated, OwnerUnavailable, BadChoice, TooManyScans, NoNumberFree.
        """
        if reason not in set(Reason):
            raise BadChoice("Choose one of the reasons on the page.")
        async with self.database.work() as conn:
            sticker = await self._sticker(conn, code)
            if not sticker.reachable:
                raise OwnerUnavailable
            kept = await self._still(conn, sticker, earlier, Reason(reason))
        if kept is not None:
            return kept
        days = await self.short_keys.recent()
        device, browser = rules.device(visitor.agent)
        now, scan = self.clock.now(), new_id()
        counted = (day.counts_address(visitor.address) for day in days.counting(now, SCANS_ADDRESS.per))
        await self._limit(*(Use(SCANS_ADDRESS, each) for each in counted), Use(SCANS_STICKER, sticker.sticker_id.hex))
        claim = await Q.start_scan(
            self.database.work_seat(str(sticker.sticker_id)), t=now, tenant=sticker.tenant, country=sticker.country,
            sticker=sticker.sticker_id, scan=scan, claim=new_id(), extensions=new_extensions(12),
            most_open=rules.MOST_OPEN, most_extensions=rules.MOST_EXTENSIONS, reason=reason,
            language=visitor.language, device=device, browser=browser, address_key=days.today.address(visitor.address),
        )  # fmt: skip
        if claim["e164"] is None:
            logger.warning("no number was free for a scan", extra={"country": sticker.country})
            if not claim["served"]:
                raise NoNumberFree("No number of ours serves this vehicle just now.", retry_after=120)
            return Way(self.tokens.make(Kind.WAITING, sticker.tenant, scan), Reason(reason), taken=True)
        token = self.tokens.make(Kind.SCAN, sticker.tenant, scan)
        return Way(token, Reason(reason), E164(claim["e164"]), claim["extension"], claim["until"])

    async def way(self, code: str, token: str) -> Way:
        """
        Where a visitor's way stands: also after it was used, for the owner's reply.

        Raises NoSticker, LinkExpired.
        """
        async with self.database.work() as conn:
            sticker = await self._sticker(conn, code, any_state=True)
            return await self._way(conn, sticker, token)

    async def message(self, code: str, token: str, preset: str) -> Way:
        """
        Sends one of the ready-made messages to the owner; a scan sends one.

        Raises NoSticker, LinkExpired, BadChoice, OwnerUnavailable, TooManyScans.
        """
        chosen = texts.preset(preset)
        if chosen is None:
            raise BadChoice("Choose one of the messages on the page.")
        async with self.database.work() as conn:
            sticker = await self._sticker(conn, code)
            way = await self._way(conn, sticker, token)
        if not sticker.reachable:
            raise OwnerUnavailable
        if way.message is not None:
            return way
        await self._limit(Use(MESSAGES_STICKER, sticker.sticker_id.hex))
        scan = self._named(sticker, token).id
        async with self.database.transaction() as conn:
            if await Q.set_message(conn, tenant=sticker.tenant, scan=scan, message=chosen.id):
                await outbox.put(conn, tenant=sticker.tenant, kind="notice", subject=str(sticker.sticker_id),
                                 key=f"message:{scan}", payload={"kind": "message", "scan": str(scan)},
                                 at=self.clock.now())  # fmt: skip
        return replace(way, message=chosen)

    async def _sticker(self, conn: Connection, code: str, *, any_state: bool = False) -> Sticker:
        sticker = await store.by_code(conn, code, self.clock.now())
        if sticker is None:
            raise NoSticker("Check the code below the QR sticker, or scan it again.")
        if sticker.state is StickerState.PRINTED and not any_state:
            raise NotActivated("Its owner has not switched it on yet.")
        return sticker

    async def _still(self, conn: Connection, sticker: Sticker, token: str | None, reason: Reason) -> Way | None:
        """The visitor's earlier way to this sticker, if it lives; with the reason they chose now."""
        if token is None:
            return None
        try:
            way = await self._way(conn, sticker, token)
        except LinkExpired:
            return None
        if way.number is None:
            return None
        if way.reason is not reason:
            await Q.set_reason(conn, tenant=sticker.tenant, scan=self._named(sticker, token).id, reason=reason)
        return replace(way, reason=reason)

    async def _way(self, conn: Connection, sticker: Sticker, token: str) -> Way:
        now, named = self.clock.now(), self._named(sticker, token)
        row = await Q.scan_way(conn, tenant=sticker.tenant, scan=named.id, t=now)
        if row is None or row["sticker_id"] != sticker.sticker_id or now - row["at"] > rules.LINK_LIVES:
            raise LinkExpired("Scan the sticker again.")
        # Paused and quiet take the way off the page as revoking does, so that the three cannot be told apart.
        open_, key = row["e164"] is not None and sticker.reachable, row["party_key"]
        return Way(
            token=token,
            reason=Reason(row["reason"]),
            number=E164(row["e164"]) if open_ else None,
            extension=bytes(key[1:]).decode() if open_ and key[0] == 1 else None,
            until=row["until"] if open_ else None,
            missed=row["missed_at"] is not None,
            message=texts.preset(row["message"]) if row["message"] else None,
            reply=texts.preset_reply(row["reply"]) if _fresh(row["replied_at"], now) else None,
            taken=named.kind is Kind.WAITING,
        )

    def _named(self, sticker: Sticker, token: str) -> Named:
        named = self.tokens.read(token)
        if named is None or named.kind not in VISITORS or named.tenant != sticker.tenant:
            raise LinkExpired("Scan the sticker again.")
        return named

    async def _limit(self, *uses: Use) -> None:
        over = await self.limiter.over(*uses)
        if over is not None:
            raise TooManyScans("Wait a few minutes and try again.", retry_after=int(over.per.total_seconds()))


def _fresh(replied_at: datetime | None, now: datetime) -> bool:
    return replied_at is not None and now - replied_at <= rules.REPLY_SHOWN
