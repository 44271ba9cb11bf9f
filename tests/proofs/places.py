"""Where a history takes place: a tenant of its own with numbers, stickers and people, and the rooms that serve it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from uuid import UUID

from core.clock import SetClock
from core.e164 import E164
from core.ids import new_id
from masking.claims.guard import Guard
from masking.claims.inventory import Inventory
from masking.stickers.answers import StickerAnswers
from masking.stickers.desk import Desk
from masking.stickers.effects import StickerEffects
from masking.stickers.owners import Owners
from masking.stickers.scans import Scans
from masking.stickers.tokens import Tokens
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer, Where
from privacy.short_keys import ShortKeys
from sql.database import Database
from sql.statements import statements
from tests.proofs.values import Number, Sticker
from tests.proofs.wires import Free, InProcess, Wire
from voice.events import CarrierAccount
from voice.links import Links
from voice.switchboard import Limits, Switchboard

PEOPLE = tuple(f"+1202555015{n}" for n in range(8))
_Q = statements("stickers")


@dataclass
class Place:
    """One tenant, served. ids: of stickers, by name. codes: what is printed on them."""

    tenant: UUID
    country: str
    clock: SetClock
    database: Database
    wire: Wire
    scans: Scans
    owners: Owners
    desk: Desk
    inventory: Inventory
    sealer: Sealer
    keys: NumberKeys
    numbers: dict[str, Number]
    stickers: dict[str, Sticker]
    ids: dict[str, UUID]
    codes: dict[str, str]
    asks_in_whisper: bool

    async def issue(self, name: str, sticker: Sticker) -> None:
        """A sticker on which its owner (and second contact) agreed, by the rows that the calls would leave."""
        (code,) = await self.desk.issue(self.tenant, 1, self.country)
        self.codes[name] = code
        self.stickers[name] = sticker
        self.ids[name] = (await self.desk.find(code)).sticker_id
        now = self.clock.now()
        async with self.database.transaction() as conn:
            where = {"tenant": self.tenant, "sticker": self.ids[name]}
            for place, person in ((1, sticker.owner), (2, sticker.second)):
                if person is not None:
                    fresh = new_id()
                    phone = await _Q.keep_phone(
                        conn, tenant=self.tenant, phone=fresh, number_key=self.keys.key(E164(person)), language="en",
                        sealed=self.sealer.seal(person, Where.phone(fresh)), t=now,
                    )  # fmt: skip
                    await _Q.ask_contact(conn, **where, place=place, phone=phone, t=now)
                    await _Q.answer_contact(conn, **where, place=place, phone=phone, state="agreed", t=now)
            await _Q.activate_sticker(conn, **where)
        sticker.state, sticker.since = "activated", now


@dataclass
class Common:
    """What all places in one database share. Each takes numbers that no other has."""

    database: Database
    ring: KeyRing
    _next: Iterator[int] = field(default_factory=count)

    def fresh_number(self) -> E164:
        """One of 76,800 numbers reserved for fiction; people's (area 202) are not among them."""
        area, line = divmod(next(self._next), 100)
        return E164(f"+1{area + 222}55501{line:02d}")


class Ground(Common):
    """Where places of stickers are."""

    async def place(self, rng: Random, start: datetime) -> Place:
        """A tenant with none to three pool numbers, one or two shared ones, and one to three stickers."""
        clock, tenant, account = SetClock(start), new_id(), new_id()
        carrier = rng.choice(["twilio", "plivo"])
        keys, sealer = NumberKeys(self.ring, "masking"), Sealer(self.ring)
        short_keys, guard, free = ShortKeys(self.database, sealer, clock), Guard(["US"]), Free()
        links, tokens = Links("http://127.0.0.1", secrets.token_bytes(32)), Tokens(secrets.token_bytes(32))
        switchboard = Switchboard(
            self.database, clock, keys, short_keys, sealer, free, links, [StickerAnswers(guard)],
            [StickerEffects(clock, keys, short_keys)], Limits(),
        )  # fmt: skip
        roles = ["shared"] * rng.choice([1, 1, 1, 2]) + ["pool"] * rng.choice([0, 1, 1, 2, 3])
        numbers = {self.fresh_number().value: Number(role, order) for order, role in enumerate(roles)}
        place = Place(
            tenant=tenant, country="US", clock=clock, database=self.database,
            wire=InProcess(switchboard, CarrierAccount(account, tenant, carrier, str(account), ()), links, free),
            scans=Scans(self.database, clock, free, short_keys, tokens),
            owners=Owners(self.database, clock, keys, short_keys, tokens),
            desk=Desk(self.database, clock, keys, sealer, guard), inventory=Inventory(self.database, clock, keys),
            sealer=sealer, keys=keys, numbers=numbers, stickers={}, ids={}, codes={},
            asks_in_whisper=carrier == "twilio",
        )  # fmt: skip
        await self._furnish(place, account, carrier)
        await stick(place, rng)
        return place

    async def _furnish(self, place: Place, account: UUID, carrier: str) -> None:
        now = place.clock.now()
        async with self.database.transaction() as conn:
            await conn.execute("INSERT INTO tenant VALUES ($1, $2, $3)", place.tenant, str(place.tenant), now)
            await conn.execute(
                "INSERT INTO carrier_account VALUES ($1, $2, $3, $4, '{}', $5)",
                account, place.tenant, carrier, str(account), now,
            )  # fmt: skip
            rows = [
                (e164, new_id(), place.keys.key(E164(e164)), place.tenant, account, number.role, now)
                for e164, number in place.numbers.items()
            ]
            await conn.executemany(
                "INSERT INTO proxy_number (e164, number_id, number_key, tenant, account_id, country, role, made_at)"
                " VALUES ($1, $2, $3, $4, $5, 'US', $6, $7)", rows,
            )  # fmt: skip


async def stick(place: Place, rng: Random) -> None:
    """One to three stickers, whose owners and second contacts may be the same people."""
    for n in range(rng.choice([1, 2, 2, 3])):
        owner = rng.choice(PEOPLE[:3])
        second = rng.choice([None, PEOPLE[3], PEOPLE[4]])
        await place.issue(f"s{n}", Sticker(owner=owner, second=second))
