"""Tenants, carrier accounts and proxy numbers in Postgres."""

from datetime import datetime
from typing import Any
from uuid import UUID

from core.e164 import E164
from masking.claims.values import ProxyNumber, Role
from sql.database import Connection
from sql.statements import statements

Q = statements("numbers")
"""The room's statements, for its use cases: each is documented in sql/statements/numbers.sql."""


async def every(conn: Connection, tenant: UUID, t: datetime) -> list[ProxyNumber]:
    """The inventory."""
    return [_number(row) async for row in Q.numbers(conn, tenant=tenant, t=t)]


async def is_ours(conn: Connection, number_key: bytes) -> bool:
    """Whether one of our own numbers has this key."""
    return bool(await Q.is_ours(conn, number_key=number_key))


def _number(row: Any) -> ProxyNumber:
    return ProxyNumber(
        number=E164(row["e164"]),
        number_id=row["number_id"],
        carrier=row["carrier"],
        country=row["country"],
        role=Role(row["role"]),
        plays=Role(row["plays"]) if row["plays"] else None,
        next_role=Role(row["next_role"]) if row["next_role"] else None,
        resting_until=row["resting_until"],
        live=row["live"],
        claimed_until=row["claimed_until"],
    )
