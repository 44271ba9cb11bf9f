"""Our own numbers: taking them in, resting them, changing their role, letting them go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import phonenumbers
from phonenumbers import ValidationResult

from core.clock import Clock
from core.e164 import E164, BadNumber
from core.ids import new_id
from masking.claims import store
from masking.claims.errors import AccountUnknown, NoSharedNumber, NumberBusy, NumberKnown, NumberUnknown
from masking.claims.store import Q
from masking.claims.values import UNTOLD, ProxyNumber, Role, Traits
from privacy import audit
from privacy.numbers import NumberKeys
from sql.database import Connection, Database

LEAST_REST = timedelta(hours=24)
"""How long a number rests at least, so that late callers hear why and reach nobody else."""


async def is_ours(conn: Connection, number_key: bytes) -> bool:
    """Whether a number, by its key, is one of ours."""
    return await store.is_ours(conn, number_key)


@dataclass(frozen=True, slots=True)
class Inventory:
    """Use cases of proxy numbers."""

    database: Database
    clock: Clock
    numbers: NumberKeys

    async def add(self, tenant: UUID, carrier: str, number: E164, role: Role, traits: Traits = UNTOLD) -> None:
        """
        Takes a number into the inventory.

        Raises AccountUnknown, NumberKnown, NoSharedNumber (a pool number before a shared one), BadNumber.
        """
        country = number.region
        if country is None:
            raise BadNumber(reason="A proxy number must belong to a country.")
        fits = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(number.value))
        if fits is not ValidationResult.IS_POSSIBLE:  # refused too: what may be dialled within a town alone
            raise BadNumber(reason="It has too few or too many digits for its country.")
        now = self.clock.now()
        async with self.database.transaction() as conn:
            accounts = [row async for row in Q.accounts(conn) if row["carrier"] == carrier and row["tenant"] == tenant]
            if not accounts:
                raise AccountUnknown(f"Add one first: ./run accounts add --carrier {carrier}.")
            account = accounts[0]["account_id"]
            if role is Role.POOL and Role.SHARED not in await self._beside(conn, tenant, account, country, number, now):
                raise NoSharedNumber("Add one with --role shared first.", country=country)
            added = await Q.add_number(conn, e164=number.value, number=new_id(), number_key=self.numbers.key(number),
                                       tenant=tenant, account=account, country=country, role=role, t=now,
                                       **_columns(traits))  # fmt: skip
            if added is None:
                raise NumberKnown
            await audit.note(conn, now, "command", "number-added", added)

    async def describe(self, tenant: UUID, number: E164, traits: Traits) -> None:
        """Keeps what the carrier says of a number that is in the inventory already."""
        async with self.database.work() as conn:
            await Q.describe_number(conn, e164=number.value, tenant=tenant, **_columns(traits))

    async def every(self, tenant: UUID) -> list[ProxyNumber]:
        """The inventory, by country, role and number."""
        async with self.database.work() as conn:
            return await store.every(conn, tenant, self.clock.now())

    async def rest(self, number: E164, next_role: Role | None) -> datetime:
        """
        Takes a number out of service until every claim on it is over and cool, for a day at least.

        next_role: what it plays afterwards; None keeps its role. Returns when it is back. Raises NumberUnknown,
        NoSharedNumber where pool numbers would be without one, NumberBusy where a session on it never ends.
        """
        now = self.clock.now()
        async with self.database.transaction() as conn:
            row = await self._spared(conn, number, next_role, now)
            if row["endless"]:
                raise NumberBusy("A session on it never ends. Close that, or take the number out of its service.")
            until = max(now + LEAST_REST, row["claimed_until"] or now)
            await Q.rest_number(conn, e164=number.value, until=until, next_role=next_role, t=now)
            await audit.note(conn, now, "command", "number-rested", row["number_id"])
        return until

    async def remove(self, number: E164) -> None:
        """Lets a number go. Raises as `rest`, and NumberBusy while a service has it or claims on it live or cool."""
        now = self.clock.now()
        async with self.database.transaction() as conn:
            row = await self._spared(conn, number, None, now)
            if row["in_service"]:
                raise NumberBusy("Take it out of its service first.")
            if row["claimed_until"] is not None:
                raise NumberBusy("Rest it first: ./run numbers rest.", until=row["claimed_until"].isoformat())
            await Q.remove_number(conn, e164=number.value, t=now)
            await audit.note(conn, now, "command", "number-removed", row["number_id"])

    async def ours(self) -> frozenset[E164]:
        """Every number of ours, for the destination guard."""
        async with self.database.work() as conn:
            return frozenset([E164(row["e164"]) async for row in Q.our_numbers(conn)])

    async def _spared(self, conn: Connection, number: E164, next_role: Role | None, now: datetime) -> Any:
        """A number's row, if the pool numbers beside it can do without it. Raises NumberUnknown, NoSharedNumber."""
        row = await Q.number(conn, e164=number.value, t=now)
        if row is None:
            raise NumberUnknown
        beside = await self._beside(conn, row["tenant"], row["account_id"], row["country"], number, now)
        is_needed = row["plays"] == Role.SHARED and Role.POOL in beside
        if (is_needed or next_role is Role.POOL) and Role.SHARED not in beside:
            raise NoSharedNumber("Add another with --role shared first.", country=row["country"])
        return row

    async def _beside(
        self, conn: Connection, tenant: UUID, account: UUID, country: str, number: E164, now: datetime
    ) -> set[Role]:
        """What other numbers of an account and country play; a resting pool number counts, for it will be back."""
        rows = [
            row
            async for row in Q.numbers(conn, tenant=tenant, t=now)
            if row["account_id"] == account and row["country"] == country and row["e164"] != number.value
        ]
        awaited = {Role(row["next_role"] or row["role"]) for row in rows if row["plays"] is None}
        return {Role(row["plays"]) for row in rows if row["plays"]} | (awaited & {Role.POOL})


def _columns(traits: Traits) -> dict[str, Any]:
    return {"carrier_sid": traits.sid, "voice": traits.voice, "texts": traits.texts}
