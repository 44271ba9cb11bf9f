"""The owner's and the operator's side of stickers: issuing, activating, describing, pausing, revoking."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from core.ids import new_code, new_id
from ivr import words
from masking.claims.errors import NoSharedNumber
from masking.claims.guard import Guard
from masking.claims.inventory import is_ours
from masking.stickers import rules, store
from masking.stickers.errors import AlreadyRefused, BadDescription, NoSticker, TooManyConsentCalls, WrongState
from masking.stickers.store import Q
from masking.stickers.values import Nuisance, PlateShown, Sticker, StickerState
from privacy import audit
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer, Where
from sql import outbox
from sql.database import Connection, Database

CONSENT_CALLS_A_DAY = 3
"""Calls that one sticker may cause to people who have not agreed to any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """
    What an owner says of a vehicle. label: at most 40 characters, said to the owner only. plate: at most 16. quiet:
    local times from and to, or None. timezone: IANA. callback_minutes: 0-1440. nuisance: what is wanted with callers
    whom many marked as one.
    """

    label: str | None = None
    plate: str | None = None
    plate_shown: PlateShown = PlateShown.HIDDEN
    language: str = "en"
    callback_minutes: int = 30
    quiet: tuple[time, time] | None = None
    timezone: str = "UTC"
    nuisance: Nuisance = Nuisance.ANNOUNCE

    def check(self) -> None:
        """Raises BadDescription."""
        for field, text, most in (("label", self.label, 40), ("plate", self.plate, 16)):
            if text is not None and (not 0 < len(text) <= most or not text.isprintable()):
                raise BadDescription(f"Write 1 to {most} printable characters.", field=field)
        if self.language not in words.languages():
            raise BadDescription(f"Choose one of {', '.join(words.languages())}.", field="language")
        if not 0 <= self.callback_minutes <= 1440:
            raise BadDescription("Between 0 (never) and 1440 minutes.", field="callback_minutes")


@dataclass(frozen=True, slots=True)
class Desk:
    """Use cases of whoever issues stickers and puts them on a car. callback_minutes: of a fresh sticker."""

    database: Database
    clock: Clock
    numbers: NumberKeys
    sealer: Sealer
    guard: Guard
    callback_minutes: int = 30

    async def issue(self, tenant: UUID, count: int, country: str, language: str = "en") -> list[str]:
        """Prints `count` (1-1,000) fresh codes into the books. Returns them."""
        if not 1 <= count <= 1000:
            raise BadDescription("Between 1 and 1,000 at once.", field="count")
        codes = [new_code() for _ in range(count)]
        now = self.clock.now()
        async with self.database.transaction() as conn:
            for code in codes:
                await Q.add_sticker(conn, code=code, tenant=tenant, sticker=new_id(), country=country,
                                    language=language, callback_minutes=self.callback_minutes,
                                    timezone="UTC", t=now)  # fmt: skip
            await audit.note(conn, now, "command", "stickers-issued", None, stickers=count)
        return codes

    async def every(self, tenant: UUID, most: int = 200) -> list[Sticker]:
        """The tenant's stickers, newest first."""
        async with self.database.work() as conn:
            return await store.every(conn, tenant, self.clock.now(), most)

    async def find(self, code: str) -> Sticker:
        """The sticker with a printed code. Raises NoSticker."""
        async with self.database.work() as conn:
            return await self._find(conn, code)

    async def describe(self, code: str, said: Description) -> None:
        """Keeps what the owner says of the vehicle. Raises NoSticker, BadDescription."""
        said.check()
        async with self.database.transaction() as conn:
            sticker = await self._find(conn, code)
            if not await Q.knows_timezone(conn, name=said.timezone):
                raise BadDescription("Write an IANA zone like Asia/Kolkata.", field="timezone")
            quiet_from, quiet_to = said.quiet or (None, None)
            await Q.describe_sticker(
                conn, tenant=sticker.tenant, sticker=sticker.sticker_id, label=said.label, plate=said.plate,
                plate_shown=said.plate_shown, language=said.language, callback_minutes=said.callback_minutes,
                quiet_from=quiet_from, quiet_to=quiet_to, timezone=said.timezone, nuisance=said.nuisance,
            )  # fmt: skip

    async def ask(self, code: str, number: E164, place: int = 1, language: str = "en") -> UUID:
        """
        Asks whoever answers at `number` whether this sticker may ring them: one call, "press 1".

        place: 1 the owner, which activates the sticker; 2 the second contact. Returns the id of the call that will be
        placed. Raises NoSticker, WrongState, DestinationRefused, NoSharedNumber, AlreadyRefused, TooManyConsentCalls.
        """
        now, call = self.clock.now(), new_id()
        async with self.database.transaction() as conn:
            ours = await is_ours(conn, self.numbers.key(number))
            self.guard.check(number, (number,) if ours else ())
            sticker = await self._find(conn, code)
            if sticker.state is StickerState.REVOKED:
                raise WrongState("A revoked sticker stays revoked.", state=sticker.state)
            line = await Q.number_for(conn, tenant=sticker.tenant, country=sticker.country, t=now)
            if line is None:
                raise NoSharedNumber(f"Add a shared number of {sticker.country} first: ./run numbers add.")
            phone = await self._phone(conn, sticker.tenant, number, language)
            await self._may_ask(conn, sticker, phone)
            if place == 1 and sticker.state is not StickerState.PRINTED:
                await store.end_ways(conn, sticker.tenant, sticker.sticker_id)  # another owner: old ways end
                await Q.set_state(conn, tenant=sticker.tenant, sticker=sticker.sticker_id, state="printed")
            if place == 1 and await self._is_handed_over(conn, sticker, phone):
                await Q.drop_contact(conn, tenant=sticker.tenant, sticker=sticker.sticker_id, place=2)
            await Q.ask_contact(
                conn, tenant=sticker.tenant, sticker=sticker.sticker_id, place=place, phone=phone, t=now
            )
            route = {"verdict": "prove", "call": str(call), "phone": str(phone), "target": "sticker",
                     "target_id": str(sticker.sticker_id), "attempt": place, "label": sticker.label,
                     "language": language, "callee_language": language}  # fmt: skip
            await Q.place_consent(conn, tenant=sticker.tenant, call=call, sticker=sticker.sticker_id, show=line["e164"],
                                  route=json.dumps(route), t=now, closes_at=now + timedelta(minutes=10))  # fmt: skip
            await outbox.put(conn, tenant=sticker.tenant, kind="consent-call", subject=str(sticker.sticker_id),
                             key=str(call), payload={"call": str(call)}, at=now)  # fmt: skip
            await audit.note(conn, now, "command", "contact-asked", sticker.sticker_id, place=place)
        return call

    async def pause(self, code: str) -> None:
        """Nobody reaches the owner until it is resumed. Raises NoSticker, WrongState."""
        await self._become(code, StickerState.PAUSED, "pause")

    async def resume(self, code: str) -> None:
        """Rings again. Raises NoSticker, WrongState."""
        await self._become(code, StickerState.ACTIVATED, "resume")

    async def revoke(self, code: str) -> None:
        """For good: every way to the owner ends with it. Raises NoSticker."""
        await self._become(code, StickerState.REVOKED, "revoke", also=store.end_ways)

    async def _become(
        self, code: str, state: StickerState, action: str, also: Callable[[Connection, UUID, UUID], Any] | None = None
    ) -> None:
        async with self.database.transaction() as conn:
            sticker = await self._find(conn, code)
            if not rules.may_become(sticker.state, state):
                raise WrongState(f"It is {sticker.state}.", state=sticker.state)
            await Q.set_state(conn, tenant=sticker.tenant, sticker=sticker.sticker_id, state=state)
            if also is not None:
                await also(conn, sticker.tenant, sticker.sticker_id)
            await audit.note(conn, self.clock.now(), "command", action, sticker.sticker_id)

    async def _find(self, conn: Connection, code: str) -> Sticker:
        sticker = await store.by_code(conn, code, self.clock.now())
        if sticker is None:
            raise NoSticker("A code has 16 letters and digits: see ./run stickers list.")
        return sticker

    async def _phone(self, conn: Connection, tenant: UUID, number: E164, language: str) -> UUID:
        """The one row of a person's number. Sealed for a fresh id; where the row exists, it stays as it is."""
        fresh = new_id()
        phone: UUID = await Q.keep_phone(
            conn, tenant=tenant, phone=fresh, number_key=self.numbers.key(number), language=language,
            sealed=self.sealer.seal(number.value, Where.phone(fresh)), t=self.clock.now(),
        )  # fmt: skip
        return phone

    async def _is_handed_over(self, conn: Connection, sticker: Sticker, phone: UUID) -> bool:
        """Whether another phone than this had the sticker: its second contact agreed to be rung for that owner."""
        had = await Q.agreed(conn, tenant=sticker.tenant, sticker=sticker.sticker_id, place=1)
        return had is not None and had["phone_id"] != phone

    async def _may_ask(self, conn: Connection, sticker: Sticker, phone: UUID) -> None:
        now = self.clock.now()
        if await Q.refused_lately(conn, tenant=sticker.tenant, sticker=sticker.sticker_id, phone=phone, t=now):
            raise AlreadyRefused("Ask the person in another way.")
        asked = await Q.consent_calls(conn, tenant=sticker.tenant, sticker=sticker.sticker_id,
                                      since=now - timedelta(days=1))  # fmt: skip
        if asked >= CONSENT_CALLS_A_DAY:
            raise TooManyConsentCalls("Try again tomorrow.")
