"""
What holds back the texts that strangers can cause: they cost money, and a phone that buzzes all day is a weapon.

Counted in Postgres right before a text is sent, so that no number of callers, scans or workers gets past it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import phonenumbers
from phonenumbers import PhoneNumberType as Kind

from core.e164 import E164
from ivr.texts import Notice
from masking.stickers.store import Q
from sql.database import Connection

BY_STRANGERS = frozenset({Notice.MISSED, Notice.MESSAGE})
"""Notices that a stranger can cause. The others answer somebody whom the desk asked, and are counted there."""
STALE_AFTER = timedelta(minutes=30)
"""By then whoever stands at the vehicle has left, and a text about them only puzzles."""
OWNER_A_DAY = 12
"""Notices that one phone gets in 24 hours, whichever stickers ring it."""
COUNTRY_A_DAY = 500
"""Notices that one tenant pays for in 24 hours to numbers of one country."""
MISSED_APART = timedelta(minutes=10)
"""Of the calls that one scan leads to, one is told of in this time."""

_DAY = timedelta(hours=24)
_TEXTED = frozenset({Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Budget:
    """A fixed window of texts. name: of its rows in `tally`. subject: whose they are. most: in `window`."""

    name: str
    subject: bytes
    window: timedelta
    most: int


def budgets(kind: Notice, about: dict[str, Any], phone: UUID, to: E164) -> tuple[Budget, ...]:
    """
    What a notice draws on, the narrowest first, so that what a wide one refuses is refused by few.

    about: the call or scan, with `scan_id` and `claim_id` where it has them. phone: id of the row that is texted.
    """
    if kind not in BY_STRANGERS:
        return ()
    told = about.get("scan_id") or about.get("claim_id")
    apart = Budget("notice-missed", told.bytes, MISSED_APART, 1) if kind is Notice.MISSED and told else None
    return (
        *([apart] if apart else []),
        Budget("notice-owner", phone.bytes, _DAY, OWNER_A_DAY),
        Budget("notice-country", (to.region or "").encode(), _DAY, COUNTRY_A_DAY),
    )


async def over(conn: Connection, t: datetime, tenant: UUID, drawn: tuple[Budget, ...]) -> str | None:
    """Counts one text. Returns the name of the budget that is used up, if one is; nothing wider is counted then."""
    for budget in drawn:
        if await Q.count_notice(conn, t=t, tenant=tenant, name=budget.name, subject=budget.subject,
                                window=budget.window, most=budget.most):  # fmt: skip
            return budget.name
    return None


async def give_back(conn: Connection, t: datetime, tenant: UUID, drawn: tuple[Budget, ...]) -> None:
    """The carrier did not take the text: it is tried again, and counted then."""
    for budget in drawn:
        await Q.uncount_notice(conn, t=t, tenant=tenant, name=budget.name, subject=budget.subject)


def takes_texts(number: E164) -> bool:
    """Whether a text can arrive: mobile, or nobody can tell. On a landline it is paid for and lost."""
    return phonenumbers.number_type(phonenumbers.parse(number.value)) in _TEXTED
