"""What a sticker's call does beside its answers: blocks, agreements, notices. In the call's own transaction."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.clock import Clock
from core.route import Route
from masking.stickers import store
from masking.stickers.blocks import Blocks
from masking.stickers.store import Q
from privacy import audit
from privacy.numbers import NumberKeys
from privacy.short_keys import ShortKeys
from sql import outbox
from sql.database import Connection
from voice import records
from voice.turns import Effect

LATE_NEWS = timedelta(seconds=3)
"""How long a notice of a missed call waits: Plivo may tell last that the two were joined."""

_OURS = frozenset({Effect.BLOCK, Effect.AGREE, Effect.DECLINE, Effect.MISSED})


@dataclass(frozen=True, slots=True)
class StickerEffects:
    """A voice.ports.Performer. Doing the same twice changes nothing more."""

    clock: Clock
    numbers: NumberKeys
    short_keys: ShortKeys

    def concerns(self, effect: Effect, route: Route) -> bool:
        """A sticker's calls; other rooms' are left alone."""
        return route.target == "sticker" and effect in _OURS

    async def perform(self, conn: Connection, effect: Effect, route: Route) -> None:
        """Does what a turn on a sticker's call asks for."""
        if route.target_id is None or route.call_id is None:
            return
        if effect is Effect.BLOCK:
            await self._block(conn, route, route.target_id, route.call_id)
        elif effect is Effect.AGREE:
            await self._answer(conn, route, route.target_id, agreed=True)
        elif effect is Effect.DECLINE:
            await self._answer(conn, route, route.target_id, agreed=False)
        elif effect is Effect.MISSED:
            await self._missed(conn, route, route.target_id, route.call_id)

    async def _block(self, conn: Connection, route: Route, sticker_id: UUID, call_id: UUID) -> None:
        """For whoever was rung, whom the sticker may ring no longer."""
        box = await records.caller_box(conn, route.tenant, call_id)
        caller = await self.short_keys.open_caller(call_id, box)
        if caller is not None and route.to is not None:  # else withheld: there is nobody to know again
            blocks = Blocks(self.clock, self.numbers, self.short_keys)
            await blocks.put(conn, route.tenant, route.to.row, caller, sticker_id)

    async def _answer(self, conn: Connection, route: Route, sticker_id: UUID, *, agreed: bool) -> None:
        now, place = self.clock.now(), route.attempt
        contact = await Q.contact(conn, tenant=route.tenant, sticker=sticker_id, place=place)
        if contact is None or route.to is None or contact["phone_id"] != route.to.row:
            return  # somebody else is asked by now
        state, phone = "agreed" if agreed else "refused", contact["phone_id"]
        if not agreed:
            await store.refuse(conn, now, route.tenant, sticker_id, place, phone)
        else:
            await Q.answer_contact(conn, tenant=route.tenant, sticker=sticker_id, place=place, t=now, phone=phone,
                                   state=state)  # fmt: skip
            if place == 1:
                await Q.activate_sticker(conn, tenant=route.tenant, sticker=sticker_id)
            await outbox.put(conn, tenant=route.tenant, kind="notice", subject=str(sticker_id),
                             key=f"agreed:{route.call_id}", at=now,
                             payload={"kind": "agreed", "sticker": str(sticker_id), "place": place})  # fmt: skip
        await audit.note(conn, now, "contact", state, sticker_id, place=place)

    async def _missed(self, conn: Connection, route: Route, sticker_id: UUID, call_id: UUID) -> None:
        """The page says "told" once the text is sent: news that they talked may still be on its way."""
        now = self.clock.now()
        await outbox.put(conn, tenant=route.tenant, kind="notice", subject=str(sticker_id), key=f"missed:{call_id}",
                         payload={"kind": "missed", "call": str(call_id)}, at=now, due=now + LATE_NEWS)  # fmt: skip
