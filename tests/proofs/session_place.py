"""A service with a few numbers, and the real rooms and switchboard on top of one database."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from carriers import DIALECTS
from core.clock import SetClock
from core.e164 import E164
from core.ids import new_id
from masking.claims.guard import Guard
from masking.sessions.answers import SessionAnswers
from masking.sessions.effects import SessionEffects
from masking.sessions.given import ServiceGiven
from masking.sessions.parties import Participants
from masking.sessions.pins import Pins
from masking.sessions.pool import Pool
from masking.sessions.ports import Principal
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from masking.sessions.values import Numbering
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer
from privacy.short_keys import ShortKeys
from tests.proofs.places import Common
from tests.proofs.wires import Free
from voice.events import CarrierAccount
from voice.links import Links
from voice.ports import Dialect
from voice.switchboard import Limits, Switchboard


@dataclass
class Place:
    """One tenant with one service. ids: of its numbers."""

    tenant: UUID
    service: UUID
    clock: SetClock
    account: CarrierAccount
    numbers: list[E164]
    ids: dict[str, UUID]
    sessions: Sessions
    people: Participants
    pool: Pool
    board: Switchboard

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.account.carrier]


class Ground(Common):
    """Where places of sessions are."""

    async def place(self, rng: Random, start: datetime) -> Place:
        """One to three numbers on either carrier."""
        clock, tenant, carrier = SetClock(start), new_id(), rng.choice(["twilio", "plivo"])
        account = CarrierAccount(new_id(), tenant, carrier, str(tenant), ())
        keys, sealer, guard = NumberKeys(self.ring, "masking"), Sealer(self.ring), Guard(["US"])
        pins = Pins([secrets.token_bytes(32)])
        board = Switchboard(
            self.database, clock, keys, ShortKeys(self.database, sealer, clock), sealer, Free(),
            Links("http://127.0.0.1", secrets.token_bytes(32)), [SessionAnswers(guard)], [SessionEffects(clock)],
            Limits(),
        )  # fmt: skip
        numbers = {self.fresh_number(): new_id() for _ in range(rng.choice([1, 2, 2, 3]))}
        principal = await self._furnish(account, numbers, keys, clock)
        made = await Services(self.database, clock).create(
            principal, ServiceGiven(unique_name="s"), numbering=Numbering.ONE, screens=True
        )
        pool = Pool(self.database, clock)
        for number_id in numbers.values():
            await pool.add(tenant, made.service_id, number_id, reserved=False)
        rooms = (self.database, clock, keys, sealer, guard, pins)
        return Place(
            tenant=tenant, service=made.service_id, clock=clock, account=account, numbers=list(numbers),
            ids={number.value: number_id for number, number_id in numbers.items()}, sessions=Sessions(*rooms),
            people=Participants(*rooms), pool=pool, board=board,
        )  # fmt: skip

    async def _furnish(
        self, account: CarrierAccount, numbers: dict[E164, UUID], keys: NumberKeys, clock: SetClock
    ) -> Principal:
        now, client = clock.now(), new_id()
        async with self.database.transaction() as conn:
            await conn.execute("INSERT INTO tenant VALUES ($1, $2, $3)", account.tenant, str(account.tenant), now)
            await conn.execute(
                "INSERT INTO client VALUES ($1, $2, 'app', '{api}', $3, $3, $4)",
                client, account.tenant, client.bytes, now,
            )  # fmt: skip
            await conn.execute(
                "INSERT INTO carrier_account VALUES ($1, $2, $3, $4, '{}', $5)",
                account.account_id, account.tenant, account.carrier, account.vendor_id, now,
            )  # fmt: skip
            await conn.executemany(
                "INSERT INTO proxy_number (e164, number_id, number_key, tenant, account_id, country, role, made_at)"
                " VALUES ($1, $2, $3, $4, $5, 'US', 'session', $6)",
                [(number.value, number_id, keys.key(number), account.tenant, account.account_id, now)
                 for number, number_id in numbers.items()],
            )  # fmt: skip
        return Principal(client, account.tenant, "app", frozenset({"api"}))
