"""
A whole Maskline on real servers, with a clock that is moved by hand, and two carriers that sign as the vendors do.

town      the house behind real HTTP: two carrier accounts; on each three pool numbers, three for sessions, a shared one
clock     its time: 2030-01-01 12:00 UTC, until it is moved
"""

import contextlib
import itertools
import shutil
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import aiohttp
import pytest
from aiohttp import web

from core.clock import SetClock
from core.e164 import E164
from core.ids import new_id
from core.route import Reason
from exchange.signing import plivo_headers, plivo_nonce, twilio_headers
from masking.claims.values import Role
from masking.sessions.given import Made, Party, ServiceGiven, SessionGiven
from masking.sessions.ports import Principal
from masking.sessions.values import Numbering, Service
from masking.stickers.desk import Description
from masking.stickers.values import Visitor, Way
from maskline.app import media
from maskline.listening import bind
from maskline.service import site
from maskline.settings import Settings
from maskline.wiring import House, open_house
from privacy.keys import KeyRing
from sql.statements import statements
from tests.furnished import Rows
from voice.links import Links

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
TOKENS = {"twilio": "t" * 32, "plivo": "p" * 40}
VENDOR_IDS = {"twilio": "AC" + "0" * 32, "plivo": "MAMASKLINETESTING000"}
SHARED = {"twilio": E164("+12025550100"), "plivo": E164("+447700900100")}
POOL = {
    "twilio": [E164(f"+1202555011{n}") for n in range(3)],
    "plivo": [E164(f"+44770090011{n}") for n in range(3)],
}
SESSION = {
    "twilio": [E164(f"+1202555012{n}") for n in range(3)],
    "plivo": [E164(f"+44770090012{n}") for n in range(3)],
}
COUNTRY = {"twilio": "US", "plivo": "GB"}
OWNER, SECOND, ALICE, BOB = (E164(f"+1202555015{n}") for n in range(4))
VISITOR = Visitor("192.0.2.7", "Mozilla/5.0 (iPhone) Safari/604.1", "en")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook got back."""

    status: int
    text: str

    @property
    def xml(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.text)

    @property
    def verbs(self) -> list[str]:
        return [verb.tag for verb in self.xml]

    def find(self, path: str) -> ElementTree.Element:
        found = self.xml.find(path)
        assert found is not None, f"no {path} in {self.text}"
        return found

    def get(self, path: str, name: str) -> str:
        """An attribute that must be there."""
        value = self.find(path).get(name)
        assert value is not None, f"{path} has no {name} in {self.text}"
        return value

    def texts(self, path: str) -> str:
        """The text of an element that must be there."""
        return self.find(path).text or ""

    @property
    def action(self) -> str:
        """Where the first verb that has one sends its answer."""
        return next(verb.get("action") or "" for verb in self.xml if verb.get("action"))

    @property
    def said(self) -> str:
        """Everything spoken, in order."""
        return " ".join(spoken.text or "" for spoken in self.xml.iter() if spoken.tag in ("Say", "Speak"))


@dataclass
class Carrier:
    """One carrier's side of the wire. Each method posts one signed webhook."""

    name: str
    session: aiohttp.ClientSession
    base: str
    _ids: Iterator[int] = field(default_factory=itertools.count)

    def new_call(self) -> str:
        return f"CA{next(self._ids):032x}" if self.name == "twilio" else str(UUID(int=next(self._ids) + 1))

    async def calls(self, caller: E164 | None, dialled: E164, call: str | None = None, **extra: str) -> Answer:
        return await self.post(f"{self.base}/hooks/{self.name}/voice", self._call(caller, dialled, call), extra)

    async def step(self, url: str, call: str, caller: E164 | None = None, **extra: str) -> Answer:
        return await self.post(url, self._call(caller, SHARED[self.name], call), extra)

    async def ends(self, call: str, **extra: str) -> Answer:
        over = {"CallStatus": "completed", "CallDuration": "12", "Duration": "12"}
        form = self._call(ALICE, SHARED[self.name], call) | over
        return await self.post(f"{self.base}/hooks/{self.name}/ended", form, extra)

    async def post(self, url: str, form: dict[str, str], extra: dict[str, str] | None = None) -> Answer:
        url = url.partition("#")[0]
        form = form | (extra or {})
        if self.name == "twilio":
            headers = twilio_headers(url, form, TOKENS["twilio"])
        else:
            headers = plivo_headers("POST", url, form, TOKENS["plivo"], plivo_nonce())
        async with self.session.post(url, data=form, headers=headers) as response:
            return Answer(response.status, await response.text())

    def _call(self, caller: E164 | None, dialled: E164, call: str | None) -> dict[str, str]:
        call = call or self.new_call()
        if self.name == "twilio":
            return {
                "CallSid": call, "AccountSid": VENDOR_IDS["twilio"], "From": caller.value if caller else "anonymous",
                "To": dialled.value, "CallStatus": "ringing", "Direction": "inbound", "ApiVersion": "2010-04-01",
            }  # fmt: skip
        return {
            "CallUUID": call, "From": caller.digits if caller else "anonymous", "To": dialled.digits,
            "CallStatus": "ringing", "Direction": "inbound", "Event": "StartApp",
        }  # fmt: skip


@dataclass
class Town:
    """A served house, and what a test does in it."""

    house: House
    clock: SetClock
    tenant: UUID
    base: str
    twilio: Carrier
    plivo: Carrier
    _names: Iterator[int] = field(default_factory=itertools.count)

    @property
    def links(self) -> Links:
        return Links(self.base, self.house.ring.derive("token", "voice links"))

    async def sticker(
        self, owner: E164 = OWNER, *, carrier: str = "twilio", second: E164 | None = None, **said: object
    ) -> str:
        """A sticker whose owner (and second contact) agreed, by the very rows that the calls would leave."""
        (code,) = await self.house.desk.issue(self.tenant, 1, COUNTRY[carrier])
        await self.house.desk.describe(code, Description(label="Blue van", **said))  # type: ignore[arg-type]
        for place, number in ((1, owner), (2, second)):
            if number is not None:
                await self.agree(code, number, place)
        return code

    async def agree(self, code: str, number: E164, place: int = 1) -> None:
        """Somebody says yes to a sticker, without the call that asks them."""
        queries, now = statements("stickers"), self.clock.now()
        async with self.house.database.transaction() as conn:
            sticker = await self.house.desk.find(code)
            phone = await self.house.desk._phone(conn, self.tenant, number, "en")
            where = {"tenant": self.tenant, "sticker": sticker.sticker_id}
            await queries.ask_contact(conn, **where, place=place, phone=phone, t=now)
            await queries.answer_contact(conn, **where, place=place, phone=phone, state="agreed", t=now)
            if place == 1:
                await queries.activate_sticker(conn, **where)

    async def scan(self, code: str, reason: Reason = Reason.LIGHTS, visitor: Visitor = VISITOR) -> Way:
        """A visitor chooses a reason."""
        return await self.house.scans.start(code, reason, visitor, None)

    async def service(
        self, *, numbers: Sequence[E164] = (*SESSION["twilio"], *SESSION["plivo"]),
        numbering: Numbering = Numbering.ONE, screens: bool = False, **given: Any,
    ) -> Service:  # fmt: skip
        """A service of a new client, with numbers in its pool. given: as `ServiceGiven`."""
        name = given.pop("unique_name", None) or f"service {next(self._names)}"
        issued = await self.house.clients.create(self.tenant, name, ["proxy", "api"])
        principal = Principal(issued.client.client_id, self.tenant, name, frozenset(issued.client.scopes))
        service = await self.house.rooms.services.create(
            principal, ServiceGiven(unique_name=name, **given), numbering=numbering, screens=screens
        )
        for number in numbers:
            await self.house.rooms.pool.add(self.tenant, service.service_id, number, reserved=False)
        return service

    async def session(self, a: E164 = ALICE, b: E164 = BOB, *, service: Service | None = None, **given: Any) -> Made:
        """A session of two people, of a new service unless one is given. given: as `SessionGiven`."""
        service = service or await self.service()
        return await self.house.rooms.sessions.create(
            self.tenant, service.service_id, SessionGiven(**given), (Party(number=a), Party(number=b))
        )

    async def rows(self, sql: str, *args: object) -> list[dict[str, object]]:
        """Rows as the database has them."""
        async with self.house.database.work() as conn:
            return [dict(row) for row in await conn.fetch(sql, *args)]

    async def call(self, call_id: str | None = None) -> dict[str, object]:
        """The only call on record, or the one a carrier names so."""
        where = "WHERE carrier_call = $1" if call_id else ""
        rows = await self.rows(f"SELECT * FROM call {where}", *([call_id] if call_id else []))
        assert len(rows) == 1, f"{len(rows)} calls"
        return rows[0]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture(scope="session")
def _first_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    KeyRing.create(path)
    return path


@pytest.fixture
def keys_file(tmp_path: Path, _first_keys: Path) -> Path:
    """Root keys in the test's folder: the same in each test, so that towns may have the same rows."""
    return Path(shutil.copy(_first_keys, tmp_path / "keys.json"))


@pytest.fixture
def settings(tmp_path: Path, keys_file: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, keys=keys_file, http_port=0)  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def _town_rows() -> Rows:
    return Rows(furnish)


@pytest.fixture
async def town(
    database_url: str, redis_url: str, settings: Settings, clock: SetClock, _town_rows: Rows
) -> AsyncIterator[Town]:
    listener: socket.socket = bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with (
        contextlib.AsyncExitStack() as stack,
        open_house(settings, database_url, redis_url, public_url=base, clock=clock) as house,
        aiohttp.ClientSession() as session,
    ):
        stack.callback(listener.close)
        tenant = await _town_rows.put(house, clock)
        app = web.Application()
        app.add_routes([*house.hooks.routes(), *media(house)])
        async with site(app, listener):
            yield Town(house, clock, tenant, base, Carrier("twilio", session, base), Carrier("plivo", session, base))


async def furnish(house: House, clock: SetClock) -> UUID:
    """A tenant with an account and numbers on both carriers."""
    queries = statements("numbers")
    async with house.database.work() as conn:
        tenant: UUID = await queries.add_tenant(conn, tenant=new_id(), name="test", t=clock.now())
    for carrier in ("twilio", "plivo"):
        await house.accounts.keep(clock, tenant, carrier, VENDOR_IDS[carrier], [TOKENS[carrier]])
        await house.inventory.add(tenant, carrier, SHARED[carrier], Role.SHARED)
        for number in POOL[carrier]:
            await house.inventory.add(tenant, carrier, number, Role.POOL)
        for number in SESSION[carrier]:
            await house.inventory.add(tenant, carrier, number, Role.SESSION)
    await house.refresh()
    return tenant
