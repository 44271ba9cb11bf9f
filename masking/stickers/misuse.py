"""Reports that a sticker is misused: counted for each sticker, told in the log, and kept no longer than the count."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.clock import Clock
from core.quota import Limiter, Quota, Use
from masking.stickers import store
from masking.stickers.errors import BadChoice, NoSticker, TooManyScans
from privacy.short_keys import ShortKeys
from sql.database import Database
from sql.statements import statements

REPORTS_ADDRESS = Quota("reports-address", times=5, per=timedelta(hours=1), when_blind="refuse")
"""Reports that one address prefix may send: nobody alone makes a sticker look bad."""
COUNTED_FOR = timedelta(days=7)
MANY = 3
"""More reports than this within that time, and the log says `many`: somebody should look into it."""

logger = logging.getLogger("maskline.misuse")
_Q = statements("misuse")


class Misuse(StrEnum):
    """What a person reports, in the order shown."""

    FAKE = "fake"  # it does not belong on this vehicle
    PESTERED = "pestered"  # somebody used it to pester the owner, or the owner pesters who scanned
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reports:
    """The use case of the page "Report misuse"."""

    database: Database
    clock: Clock
    limiter: Limiter
    short_keys: ShortKeys

    async def report(self, code: str, kind: str, address: str) -> None:
        """
        Counts a report about a sticker, whatever its state, and logs it under the sticker's id.

        kind: one of Misuse. address: IP as text, kept only as a keyed prefix.
        Raises NoSticker, BadChoice, TooManyScans.
        """
        if kind not in set(Misuse):
            raise BadChoice("Choose one of the answers on the page.")
        now = self.clock.now()
        async with self.database.work() as conn:
            sticker = await store.by_code(conn, code, now)
        if sticker is None:
            raise NoSticker("Check the code below the QR sticker, or scan it again.")
        days = await self.short_keys.recent()
        keys = days.counting(now, REPORTS_ADDRESS.per)
        over = await self.limiter.over(*(Use(REPORTS_ADDRESS, day.counts_address(address)) for day in keys))
        if over is not None:
            raise TooManyScans("Wait a while and try again.", retry_after=int(over.per.total_seconds()))
        async with self.database.work() as conn:
            many = await _Q.count_report(conn, t=now, tenant=sticker.tenant, sticker=sticker.sticker_id,
                                         window=COUNTED_FOR, most=MANY)  # fmt: skip
        logger.warning(
            "misuse of a sticker was reported", extra={"sticker": str(sticker.sticker_id), "kind": kind, "many": many}
        )
