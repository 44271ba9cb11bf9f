"""
The scene of the webhook figures: tenants with carrier accounts, numbers, stickers whose owners agreed, and the calls.

Rows that a person's click would make one at a time are written in bulk here, with the house's own keys and seals; what
is measured afterwards is the real thing.
"""

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from bench.load import Ask
from bench.numbers import Directory
from bench.rows import copy
from bench.wire import TOKEN, vendor_id, webhook
from core.e164 import E164
from core.ids import new_code, new_id
from masking.claims.values import Role
from maskline.wiring import House
from privacy.sealing import Where
from sql.statements import statements

T = TypeVar("T")

DIAL, GATHER = b"<Dial ", b"<Gather "
MIX = {"open": 50, "redial": 30, "menu": 20}
"""Percent of the calls: the first on an open claim, which binds it; a redial on a bound one; one that meets a menu."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a scene is. sites: tenants, with one Twilio account each. pool, shared: numbers of each of them."""

    sites: int = 50
    pool: int = 40
    shared: int = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A pool number, and the sticker whose visitors get it in this scene."""

    number: E164
    number_id: UUID
    sticker: UUID


@dataclass(frozen=True, slots=True)
class Site:
    """One tenant: its account with Twilio, its lines and its shared numbers."""

    tenant: UUID
    vendor_id: str
    lines: tuple[Line, ...]
    shared: tuple[E164, ...]


Placed = tuple[Site, Line]


class Scene:
    """A furnished house, and the calls that can be made to it."""

    def __init__(self, house: House, directory: Directory, sites: Sequence[Site]) -> None:
        self.sites = sites
        self._house, self._directory = house, directory
        self._lines = _in_turn([[(site, line) for line in site.lines] for site in sites])
        self._shared = _in_turn([[(site, number) for number in site.shared] for site in sites])
        self._calls = itertools.count()

    @property
    def most(self) -> int:
        """Calls that one set may have: each open claim needs a number of its own, and a fifth is left to redials."""
        return len(self._lines) * 4 // 5 * 100 // MIX["open"]

    async def calls(self, count: int) -> list[Ask]:
        """
        Makes the claims that `count` calls need, and the calls: of mixed kinds, signed, each by another caller.

        Open claims of an earlier set are forgotten. Raises ValueError where there are too few numbers.
        """
        if count > self.most:
            raise ValueError(f"a set has at most {self.most} calls")
        opened, redialled = count * MIX["open"] // 100, count * MIX["redial"] // 100
        callers = self._directory.callers(count)
        first = list(zip(callers, self._lines[:opened], strict=False))
        # Elsewhere, because whoever redials a number with an open claim would use that up.
        again = list(zip(callers[opened:][:redialled], itertools.cycle(self._lines[opened:]), strict=False))
        menus = zip(callers[opened + redialled :], itertools.cycle(self._shared), strict=False)
        await self._claim([line for _, line in first], again)
        asks = [self._ask(site, caller, line.number, DIAL) for caller, (site, line) in first + again]
        asks += [self._ask(site, caller, number, GATHER) for caller, (site, number) in menus]
        random.Random(count).shuffle(asks)
        return asks

    def plain(self, count: int) -> list[Ask]:
        """As many calls for the floor, which routes nothing: the same forms, with CallSids of their own."""
        callers = zip(self._directory.callers(count), itertools.cycle(self._lines), strict=False)
        return [self._ask(site, caller, line.number, b"<Say>") for caller, (site, line) in callers]

    def _ask(self, site: Site, caller: E164, dialled: E164, wanted: bytes) -> Ask:
        return Ask(webhook(site.vendor_id, next(self._calls), caller, dialled), wanted)

    async def _claim(self, opened: Sequence[Placed], bound: Sequence[tuple[E164, Placed]]) -> None:
        """Open claims on these lines, and claims bound to these callers, each with the scan that it came from."""
        now, days = self._house.clock.now(), await self._house.short_keys.recent()
        scans, claims = [], []
        parties = [(b"\x00", "open", line) for line in opened]
        parties += [(b"\x02" + days.today.scanner(caller), "bound", line) for caller, line in bound]
        for party, kind, (site, line) in parties:
            scan, until = new_id(), now + timedelta(hours=1)
            scans.append((site.tenant, scan, line.sticker, now, "lights", "en", "phone", "safari", bytes(32)))
            claims.append((site.tenant, line.number_id, party, new_id(), kind, "sticker", line.sticker, scan, now, now,
                           until, until))  # fmt: skip
        async with self._house.database.transaction() as conn:
            await conn.execute("DELETE FROM claim WHERE kind = 'open'")
            await conn.execute("DELETE FROM claim WHERE kind = 'bound' AND party_key = ANY ($1)",
                               [party for party, kind, _ in parties if kind == "bound"])  # fmt: skip
            await copy(conn, "scan", "tenant scan_id sticker_id at reason language device browser address_key", scans)
            columns = (
                "tenant number_id party_key claim_id kind target target_id scan_id made_at used_at until reuse_after"
            )
            await copy(conn, "claim", columns, claims)


def _in_turn(of_sites: Sequence[Sequence[T]]) -> list[T]:
    """The first of each site, then the second of each, and so on."""
    return [each for row in zip(*of_sites, strict=True) for each in row]


async def furnish(house: House, directory: Directory, size: Size) -> Scene:
    """Tenants with accounts and numbers, and a sticker for every pool number, with an owner of its own who agreed."""
    sites = [await _site(house, directory, size, place) for place in range(size.sites)]
    await house.refresh()
    async with house.database.work() as conn:
        await conn.execute("ANALYZE")
    return Scene(house, directory, sites)


async def _site(house: House, directory: Directory, size: Size, place: int) -> Site:
    now, queries = house.clock.now(), statements("numbers")
    async with house.database.work() as conn:
        tenant: UUID = await queries.add_tenant(conn, tenant=new_id(), name=f"bench {place}", t=now)
    vendor = vendor_id(place)
    account = await house.accounts.keep(house.clock, tenant, "twilio", vendor, [TOKEN])
    numbers: list[tuple[Any, ...]] = []
    for role, count in ((Role.SHARED, size.shared), (Role.POOL, size.pool)):
        numbers += [(number.value, new_id(), house.numbers.key(number), tenant, account, "US", str(role), now)
                    for number in directory.take(count)]  # fmt: skip
    owners = await asyncio.to_thread(_owners, house, tenant, directory.take(size.pool))
    async with house.database.transaction() as conn:
        await copy(conn, "proxy_number", "e164 number_id number_key tenant account_id country role made_at", numbers)
        for table, columns, rows in owners:
            await copy(conn, table, columns, rows)
    stickers = [row[1] for row in owners[1][2]]
    lines = tuple(
        Line(E164(row[0]), row[1], sticker) for row, sticker in zip(numbers[size.shared :], stickers, strict=True)
    )
    return Site(tenant, vendor, lines, tuple(E164(row[0]) for row in numbers[: size.shared]))


def _owners(house: House, tenant: UUID, numbers: Sequence[E164]) -> list[tuple[str, str, list[tuple[Any, ...]]]]:
    """Phones, and for each an activated sticker whose owner agreed: tables with columns and rows."""
    now = house.clock.now()
    phones, stickers, contacts = [], [], []
    for number in numbers:
        phone, sticker = new_id(), new_id()
        sealed = house.sealer.seal(number.value, Where.phone(phone))
        phones.append((tenant, phone, house.numbers.key(number), sealed, "en", now))
        stickers.append((tenant, sticker, new_code(), "activated", "US", "en", "Blue van", "hidden", 30, "UTC", now))
        contacts.append((tenant, sticker, 1, phone, "agreed", now, now))
    return [
        ("phone", "tenant phone_id number_key sealed language made_at", phones),
        ("sticker", "tenant sticker_id code state country language label plate_shown callback_minutes timezone made_at",
         stickers),
        ("sticker_contact", "tenant sticker_id place phone_id state asked_at agreed_at", contacts),
    ]  # fmt: skip
