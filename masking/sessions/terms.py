"""What a live session lets its people do, changed while it lasts: all but its ends, which `sessions.py` sets."""

import json
from datetime import datetime
from typing import Any

from masking.sessions import store
from masking.sessions.errors import BadField
from masking.sessions.given import SessionGiven, Terms
from masking.sessions.services import found
from masking.sessions.values import Direction, Mode, Session
from sql.database import Connection
from sql.statements import statements

Q = statements("session_terms")

_RANGES = {"cool_off": (0, 31_622_400), "ring": (5, 60), "talk": (60, 14_400)}
_AS_NEW: dict[str, Any] = {
    "mode": Mode.BOTH, "direction": Direction.BOTH, "force_pin": False, "named": False, "ring": None, "talk": None,
}  # fmt: skip


def check(given: SessionGiven | Terms) -> None:
    """Raises BadField for seconds that are too few or too many."""
    for name, (least, most) in _RANGES.items():
        value = getattr(given, name)
        if value is not None and not least <= value <= most:
            raise BadField(f"Between {least} and {most}.", field=name)


async def change(conn: Connection, now: datetime, there: Session, given: Terms) -> None:
    """
    Changes a session that is locked. `session_extend` carries a new cool_off to its claims.

    Raises BadField: a mode that one of its numbers lacks, PINs where nobody has one.
    """
    row = {name: getattr(given, name) for name in (*_AS_NEW, "cool_off") if getattr(given, name) is not None}
    row |= {name: value for name, value in _AS_NEW.items() if name in given.unsaid}
    if "cool_off" in given.unsaid:
        row["cool_off"] = (await found(conn, there.tenant, there.service_id)).cool_off
    if not row:
        return
    where = {"tenant": there.tenant, "session": there.session_id}
    mode = row.get("mode", there.mode)
    if mode != there.mode and await Q.lacks_mode(conn, t=now, mode=mode, **where):
        raise BadField("A number of the session cannot do that.", field="mode")
    if row.get("force_pin") and all(not each.has_pin for each in await store.participants(conn, **_named(there))):
        raise BadField("Nobody in the session has a PIN.", field="force_pin")
    await Q.change_terms(conn, t=now, changes=json.dumps(row), **where)


def _named(there: Session) -> dict[str, Any]:
    return {"tenant": there.tenant, "session_id": there.session_id}
