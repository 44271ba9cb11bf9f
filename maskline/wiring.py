"""Introduces the rooms to each other: the one place that knows them all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession

from admin.clients.clients import Clients
from callerid.books.ticker import Ticker
from carriers import DIALECTS
from carriers.accounts import CarrierAccounts
from carriers.dlt import Dlt
from carriers.placing import CarrierPlacer
from core.clock import AnchoredClock, Clock
from ivr import spoken, texts
from masking.claims.guard import Guard
from masking.claims.inventory import Inventory
from masking.stickers.answers import StickerAnswers
from masking.stickers.desk import Desk
from masking.stickers.effects import StickerEffects
from masking.stickers.holdings import StickerHoldings
from masking.stickers.jobs import StickerJobs
from masking.stickers.owners import Owners
from masking.stickers.scans import Scans
from masking.stickers.tokens import Tokens
from maskline.courier import CustomerCourier, open_courier
from maskline.metrics import Metrics
from maskline.settings import Settings
from maskline.valkey import ValkeyLimiter
from maskline.wiring_lookups import LookupRooms
from maskline.wiring_names import BookRooms
from maskline.wiring_naming import furnish_naming
from maskline.wiring_owners import OwnerRooms
from maskline.wiring_people import PeopleRooms
from maskline.wiring_sessions import SessionRooms, furnish_sessions
from privacy.holdings import Holder
from privacy.key_check import check_ring
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer
from privacy.short_keys import ShortKeys
from sql import migrate
from sql.database import Database
from sql.outbox import Handlers
from voice.edge import Hooks
from voice.jobs import CallJobs
from voice.links import Links
from voice.switchboard import Limits, Switchboard
from voice.talk_limit import TalkJobs
from voice.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that a command, the service and the worker use, introduced to each other."""

    settings: Settings
    public_url: str
    session_url: str = field(repr=False)  # past any pooler; with a password
    clock: Clock
    database: Database
    ring: KeyRing
    sealer: Sealer
    numbers: NumberKeys
    short_keys: ShortKeys
    accounts: CarrierAccounts
    limiter: ValkeyLimiter
    guard: Guard
    metrics: Metrics
    placer: CarrierPlacer
    switchboard: Switchboard
    hooks: Hooks
    scans: Scans
    owners: Owners
    desk: Desk
    inventory: Inventory
    clients: Clients
    rooms: SessionRooms
    lookups: LookupRooms
    people: PeopleRooms
    naming: OwnerRooms
    books: BookRooms
    names: Ticker
    holders: Sequence[Holder]
    jobs: Handlers

    async def refresh(self) -> None:
        """Reads anew what is kept in memory: carrier accounts, clients, and the countries of our own numbers."""
        self.clients.forget()
        self.people.members.forget()
        await self.accounts.refresh()
        chosen = self.settings.destination_countries
        if not chosen:
            chosen = tuple({number.region or "" for number in await self.inventory.ours()})
        self.guard.allow(chosen)
        self.people.destinations.allow(self.settings.proof_countries or chosen)


@asynccontextmanager
async def open_house(
    settings: Settings, database_url: str, redis_url: str, *, public_url: str | None = None, clock: Clock | None = None,
    pools: tuple[int, int] = (8, 6),
) -> AsyncIterator[House]:  # fmt: skip
    """
    Opens the pools and wires the rooms.

    public_url: where carriers reach us, if not as settings say. clock: for tests; else Postgres's time. pools:
    connections at most for callers and for everything else.
    Raises Refusal or Problem where keys, schema or database do not fit.
    """
    ring = await asyncio.to_thread(KeyRing.load, settings.keys_file)
    async with AsyncExitStack() as stack:
        database = await Database.open(database_url, voice=pools[0], work=pools[1], prepared=not settings.pooled)
        stack.push_async_callback(database.close)
        async with database.work() as conn:
            await migrate.check(conn)
            await check_ring(conn, ring)
        metrics = Metrics()
        if clock is None:
            clock = AnchoredClock()
            metrics.drift((await database.anchor(clock)).total_seconds())
        limiter = ValkeyLimiter(redis_url, metrics.blind)
        stack.push_async_callback(limiter.close)
        session = await stack.enter_async_context(ClientSession(trust_env=False))
        placer = CarrierPlacer(
            session, twilio_url=settings.twilio_api_url, plivo_url=settings.plivo_api_url, dlt=_dlt(settings)
        )
        ours = public_url or settings.base_url
        courier = await stack.enter_async_context(open_courier(clock, settings.courier_exceptions, ours=ours))
        house = _furnish(
            settings, ours, settings.session_url(database_url), clock, database, ring,
            limiter, metrics, placer, courier, pools[0] // 2,
        )  # fmt: skip
        stack.callback(house.lookups.departures.close)
        await house.refresh()
        yield house


def _furnish(
    settings: Settings, public_url: str, session_url: str, clock: Clock, database: Database, ring: KeyRing,
    limiter: ValkeyLimiter, metrics: Metrics, placer: CarrierPlacer, courier: CustomerCourier, at_once: int,
) -> House:  # fmt: skip
    sealer, numbers = Sealer(ring), NumberKeys(ring, "masking")
    short_keys = ShortKeys(database, sealer, clock)
    accounts = CarrierAccounts(database, sealer)
    guard = Guard(settings.destination_countries)
    links, tokens = _links(public_url, ring), _tokens(ring)
    clients = Clients(database, clock, sealer, ring.derive_each("token", "client tokens"))
    rooms = furnish_sessions(clock, database, ring, sealer, numbers, guard, accounts, placer, links, clients, courier,
                             short_keys, public_url)  # fmt: skip
    holders: list[Holder] = []
    named = furnish_naming(
        clock, database, ring, sealer, numbers, accounts, placer, links, limiter, short_keys, settings, clients,
        at_once, lambda: holders,
    )  # fmt: skip
    holders += [rooms.holder, StickerHoldings(numbers), *named.holders]
    switchboard = Switchboard(
        database, clock, numbers, short_keys, sealer, limiter, links,
        [rooms.answerer, named.people.answerer, StickerAnswers(guard)],
        [StickerEffects(clock, numbers, short_keys), *rooms.effects],
        Limits(settings.ring_seconds, settings.talk_seconds), rooms.screener, rooms.pins, named.namer,
    )  # fmt: skip
    marks, ring_for = ring.derive_each("token", "text marks"), settings.ring_seconds
    inbox = Texts(database, clock, numbers, marks, _answer_text, _wants_texts, rooms.relay, rooms.screener)
    sticker_jobs = StickerJobs(
        database, clock, sealer, accounts, placer, links, tokens, _notice_url(public_url), ring_for, guard
    )  # fmt: skip
    return House(
        settings=settings, public_url=public_url, session_url=session_url, clock=clock, database=database,
        ring=ring, sealer=sealer, numbers=numbers, short_keys=short_keys, accounts=accounts, limiter=limiter,
        guard=guard, metrics=metrics, placer=placer, switchboard=switchboard,
        hooks=Hooks(switchboard, inbox, DIALECTS, accounts, links, spoken.FALLBACK, metrics),
        scans=Scans(database, clock, limiter, short_keys, tokens),
        owners=Owners(database, clock, numbers, short_keys, tokens),
        desk=Desk(database, clock, numbers, sealer, guard, settings.callback_minutes),
        inventory=Inventory(database, clock, numbers),
        clients=clients,
        rooms=rooms,
        people=named.people, lookups=named.lookups, naming=named.owners, books=named.books, names=named.ticker,
        holders=holders,
        jobs={
            **sticker_jobs.handlers(), **rooms.jobs, **named.jobs,
            **CallJobs(database, accounts, placer).handlers(),
            **TalkJobs(database, clock, accounts, placer, spoken.talk_ends_soon).handlers(),
        },
    )  # fmt: skip


def _links(public_url: str, ring: KeyRing) -> Links:
    secret, *former = ring.derive_each("token", "voice links")
    return Links(public_url, secret, former, {name: said.event_suffix for name, said in DIALECTS.items()})


def _tokens(ring: KeyRing) -> Tokens:
    secret, *former = ring.derive_each("token", "sticker pages")
    return Tokens(secret, former)


def _dlt(settings: Settings) -> Dlt | None:
    if settings.dlt_entity_id is None or settings.dlt_header is None:
        return None
    return Dlt(settings.dlt_entity_id, settings.dlt_header, dict(pair.split("=") for pair in settings.dlt_templates))


def _notice_url(public_url: str) -> Callable[[str], str]:
    return lambda token: f"{public_url}/me/n/{token}"


def _wants_texts(body: str) -> bool | None:
    return {texts.Keyword.STOP: False, texts.Keyword.START: True}.get(texts.keyword(body) or texts.Keyword.HELP)


def _answer_text(body: str) -> str:
    word = texts.keyword(body)
    return texts.answer(word, "en") if word else texts.nobody_reads("en")
