"""The owner's side of a notice: a signed page that blocks, pauses, resumes and replies."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from core.route import Outcome, Reason
from ivr import texts
from masking.stickers import rules, store
from masking.stickers.blocks import Blocks
from masking.stickers.errors import BadChoice, CallerForgotten, LinkExpired, WrongState
from masking.stickers.store import Q
from masking.stickers.tokens import VISITORS, Kind, Named, Tokens
from masking.stickers.values import OwnerPage, Sticker, StickerState
from privacy import audit
from privacy.numbers import NumberKeys
from privacy.short_keys import ShortKeys
from sql.database import Connection, Database


@dataclass(frozen=True, slots=True)
class _Opened:
    """A token that was read, with what it is about. holder: whose page it is, a phone. row: call or scan, if any."""

    named: Named
    sticker: Sticker
    holder: UUID
    row: Any


@dataclass(frozen=True, slots=True)
class Owners:
    """Use cases of the owner's page. Every method raises LinkExpired for a token that no longer opens anything."""

    database: Database
    clock: Clock
    numbers: NumberKeys
    short_keys: ShortKeys
    tokens: Tokens

    async def page(self, token: str) -> OwnerPage:
        """What the owner may see and do. Reading it changes nothing."""
        async with self.database.work() as conn:
            opened = await self._open(conn, token)
            row, sticker = opened.row, opened.sticker
            caller = await self._caller(row)
            blocked = caller is not None and await self._blocks.holds(conn, sticker.tenant, opened.holder, caller)
        return OwnerPage(
            label=sticker.label,
            state=sticker.state,
            at=row["at"] if row else None,
            reason=Reason(row["reason"]) if row and row["reason"] else None,
            outcome=Outcome(row["outcome"]) if row and row["outcome"] else None,
            message=texts.preset(row["message"]) if row and row["message"] else None,
            replied=texts.preset_reply(row["reply"]) if row and row["reply"] else None,
            can_reply=row is not None and row["scan_id"] is not None,
            can_block=caller is not None and not blocked,
            blocked=blocked,
            second=opened.named.kind is Kind.SECOND,
        )

    async def block(self, token: str) -> None:
        """Never lets this caller ring the owner again, for a year. Raises CallerForgotten."""
        async with self.database.transaction() as conn:
            opened = await self._open(conn, token)
            caller, sticker = await self._caller(opened.row), opened.sticker
            if caller is None:
                raise CallerForgotten
            await self._blocks.put(conn, sticker.tenant, opened.holder, caller, sticker.sticker_id)

    async def pause(self, token: str) -> None:
        """Nobody reaches the owner until they resume. Raises WrongState."""
        await self._become(token, StickerState.PAUSED, "pause")

    async def resume(self, token: str) -> None:
        """The sticker rings again. Raises WrongState."""
        await self._become(token, StickerState.ACTIVATED, "resume")

    async def reply(self, token: str, preset: str) -> None:
        """Shows the stranger one of the ready-made replies for 15 minutes. Raises BadChoice."""
        chosen = texts.preset_reply(preset)
        async with self.database.transaction() as conn:
            opened = await self._open(conn, token)
            if chosen is None or opened.row is None or opened.row["scan_id"] is None:
                raise BadChoice("Choose one of the replies on the page.")
            await Q.set_reply(conn, tenant=opened.named.tenant, scan=opened.row["scan_id"], reply=chosen.id,
                              t=self.clock.now())  # fmt: skip

    async def leave(self, token: str) -> None:
        """The second contact is rung no more."""
        now = self.clock.now()
        async with self.database.transaction() as conn:
            opened = await self._open(conn, token)
            if opened.named.kind is not Kind.SECOND:
                raise WrongState("Only a second contact can leave.", state=opened.sticker.state)
            sticker = opened.sticker
            contact = await Q.contact(conn, tenant=sticker.tenant, sticker=sticker.sticker_id, place=2)
            if contact is not None:
                await store.refuse(conn, now, sticker.tenant, sticker.sticker_id, 2, contact["phone_id"])
                await audit.note(conn, now, "owner", "second-contact-left", sticker.sticker_id)

    async def _become(self, token: str, state: StickerState, action: str) -> None:
        async with self.database.transaction() as conn:
            opened = await self._open(conn, token)
            sticker = opened.sticker
            if opened.named.kind is Kind.SECOND or not rules.may_become(sticker.state, state):
                raise WrongState(f"The sticker is {sticker.state}.", state=sticker.state)
            await Q.set_state(conn, tenant=sticker.tenant, sticker=sticker.sticker_id, state=state)
            await audit.note(conn, self.clock.now(), "owner", action, sticker.sticker_id)

    async def _open(self, conn: Connection, token: str) -> _Opened:
        named, now = self.tokens.read(token), self.clock.now()
        if named is None or named.kind in VISITORS:
            raise LinkExpired("Its link is wrong or too old.")
        row, sticker_id = None, named.id
        if named.kind in (Kind.CALL, Kind.MESSAGE):
            ask = Q.call_about if named.kind is Kind.CALL else Q.scan_about
            row = await ask(conn, tenant=named.tenant, **{"call" if named.kind is Kind.CALL else "scan": named.id})
            if row is None or now - row["at"] > rules.LINK_LIVES:
                raise LinkExpired("A notice can be used for two days.")
            sticker_id = row["sticker_id"]
        sticker = await store.by_id(conn, named.tenant, sticker_id, now)
        if sticker is None or (1 not in sticker.contacts):
            raise LinkExpired("This sticker has no owner any more.")
        holder = await self._holder(conn, named, sticker, row)
        return _Opened(named, sticker, holder, {**row, "call_id": row.get("call_id") or named.id} if row else None)

    async def _holder(self, conn: Connection, named: Named, sticker: Sticker, row: Any) -> UUID:
        """Whose page it is: a link serves whoever it was sent to, for as long as they stand with the sticker."""
        place = 2 if named.kind is Kind.SECOND else 1
        holder = await Q.agreed(conn, tenant=sticker.tenant, sticker=sticker.sticker_id, place=place)
        if holder is None or named.holder not in (None, holder["phone_id"]):
            raise LinkExpired("Its link is wrong or too old.")
        if row is not None and row["at"] < holder["agreed_at"]:
            raise LinkExpired("It was for somebody who had this sticker before.")
        if row is None and self.clock.now() - holder["agreed_at"] > rules.STICKER_LINK_LIVES:
            raise LinkExpired("Its link is wrong or too old.")
        phone: UUID = holder["phone_id"]
        return phone

    async def _caller(self, row: Any) -> E164 | None:
        return await self.short_keys.open_caller(row["call_id"], row["caller_sealed"]) if row else None

    @property
    def _blocks(self) -> Blocks:
        return Blocks(self.clock, self.numbers, self.short_keys)
