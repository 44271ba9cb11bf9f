"""Stickers, contacts, scans and blocks in Postgres. Rows in, values out."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from core.ids import read_code
from masking.stickers import rules
from masking.stickers.values import ContactState, Nuisance, PlateShown, Sticker, StickerState
from sql.database import Connection
from sql.statements import statements

Q = statements("stickers")
"""The room's statements, for its use cases: each is documented in sql/statements/stickers.sql."""


async def by_code(conn: Connection, code: str, t: datetime) -> Sticker | None:
    """The sticker with a printed code, as anybody spells it; None where there is none, and for what is no code."""
    read = read_code(code)
    row = await Q.sticker_by_code(conn, code=read, t=t) if read else None
    return _sticker(row) if row else None


async def by_id(conn: Connection, tenant: UUID, sticker: UUID, t: datetime) -> Sticker | None:
    """The sticker with an id."""
    row = await Q.sticker_by_id(conn, tenant=tenant, sticker=sticker, t=t)
    return _sticker(row) if row else None


async def every(conn: Connection, tenant: UUID, t: datetime, most: int) -> list[Sticker]:
    """A tenant's stickers, newest first."""
    return [_sticker(row) async for row in Q.stickers(conn, tenant=tenant, t=t, most=most)]


async def end_ways(conn: Connection, tenant: UUID, sticker: UUID) -> None:
    """Ends every claim that leads to a sticker, and every way back from it, in the caller's transaction."""
    await Q.drop_claims(conn, tenant=tenant, target=sticker)
    await Q.drop_callbacks(conn, tenant=tenant, sticker=sticker)


async def refuse(conn: Connection, t: datetime, tenant: UUID, sticker: UUID, place: int, phone: UUID) -> None:
    """Whoever holds a phone does not want to be rung about a sticker, nor to be asked again for a year."""
    await Q.answer_contact(conn, tenant=tenant, sticker=sticker, place=place, t=t, phone=phone, state="refused")
    await Q.keep_refusal(conn, tenant=tenant, sticker=sticker, phone=phone, t=t, window=rules.BLOCK_LASTS)


def _sticker(row: Any) -> Sticker:
    contacts = {int(place): ContactState(state) for place, state in json.loads(row["contacts"] or "{}").items()}
    state = StickerState(row["state"])
    return Sticker(
        tenant=row["tenant"],
        sticker_id=row["sticker_id"],
        code=row["code"],
        state=state,
        country=row["country"],
        language=row["language"],
        label=row["label"],
        plate=row["plate"],
        plate_shown=PlateShown(row["plate_shown"]),
        callback_minutes=row["callback_minutes"],
        quiet_from=row["quiet_from"],
        quiet_to=row["quiet_to"],
        timezone=row["timezone"],
        nuisance=Nuisance(row["nuisance"]),
        made_at=row["made_at"],
        contacts=contacts,
        reachable=state is StickerState.ACTIVATED and not row["quiet"] and contacts.get(1) is ContactState.AGREED,
    )
