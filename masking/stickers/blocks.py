"""Blocking a caller: from a key pressed on the call, or from the page of a notice."""

from dataclasses import dataclass
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from masking.stickers import rules
from masking.stickers.store import Q
from privacy import audit
from privacy.numbers import NumberKeys
from privacy.short_keys import ShortKeys
from sql.database import Connection


@dataclass(frozen=True, slots=True)
class Blocks:
    """Who may not ring whom. Every method works in its caller's transaction."""

    clock: Clock
    numbers: NumberKeys
    short_keys: ShortKeys

    async def put(self, conn: Connection, tenant: UUID, phone: UUID, caller: E164, sticker: UUID) -> None:
        """Whoever holds a phone blocks a caller for a year; their ways to each other end. sticker: what for."""
        now, who = self.clock.now(), {"tenant": tenant, "phone": phone}
        await Q.put_block(conn, **who, party_key=self.numbers.key(caller), t=now, until=now + rules.BLOCK_LASTS)
        days = await self.short_keys.recent()
        await Q.drop_ways(conn, **who, party_keys=[b"\x02" + key for key in days.scanners(caller)])
        for row in [row async for row in Q.ways_back(conn, **who, t=now)]:
            if await self.short_keys.open_caller(row["call_id"], row["caller_sealed"]) == caller:
                await Q.drop_claims(conn, tenant=tenant, target=row["call_id"])
        await audit.note(conn, now, "owner", "block", sticker)

    async def holds(self, conn: Connection, tenant: UUID, phone: UUID, caller: E164) -> bool:
        """Whether the holder of a phone has blocked a caller."""
        key = self.numbers.key(caller)
        return bool(await Q.is_blocked(conn, tenant=tenant, phone=phone, party_key=key, t=self.clock.now()))
