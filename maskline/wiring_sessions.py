"""Introduces the rooms of masked sessions to each other, and to what the house has already."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clock import Clock
from masking.claims.guard import Guard
from masking.sessions.answers import SessionAnswers
from masking.sessions.blocks import Blocks
from masking.sessions.effects import SessionEffects
from masking.sessions.event_log import EventLog
from masking.sessions.holdings import SessionHoldings
from masking.sessions.interactions import Interactions
from masking.sessions.media import Pictures
from masking.sessions.media_links import MediaLinks
from masking.sessions.parties import Participants
from masking.sessions.pins import Pins
from masking.sessions.placed import PlacedJobs
from masking.sessions.pool import Pool
from masking.sessions.pool_watch import PoolWatch
from masking.sessions.ports import Access
from masking.sessions.relay import SessionRelay
from masking.sessions.sending import TextJobs
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from maskline.wiring_hooks import Told, furnish_hooks
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer
from privacy.short_keys import ShortKeys
from sql.database import Database
from sql.outbox import Handlers
from voice.links import Links
from voice.ports import Accounts, Answerer, Courier, Performer, Placer, Screener


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRooms:
    """
    Masked sessions, ready to be asked.

    answerer: stands before the stickers', which answers everything. screener: asks customers' hooks. effects: of a
    session's calls. jobs: handlers by kind.
    """

    services: Services
    pool: Pool
    watch: PoolWatch
    sessions: Sessions
    parties: Participants
    interactions: Interactions
    blocks: Blocks
    events: EventLog
    relay: SessionRelay
    answerer: Answerer
    screener: Screener
    effects: Sequence[Performer]
    pins: Pins
    jobs: Handlers
    media: MediaLinks
    holder: SessionHoldings


def furnish_sessions(
    clock: Clock, database: Database, ring: KeyRing, sealer: Sealer, numbers: NumberKeys, guard: Guard,
    accounts: Accounts, placer: Placer, links: Links, access: Access, courier: Courier, short_keys: ShortKeys,
    public_url: str,
) -> SessionRooms:  # fmt: skip
    """Makes the rooms of masked sessions."""
    media = MediaLinks(public_url, ring.derive_each("token", "media addresses"))
    pictures = Pictures(database, clock, sealer, accounts, placer, guard, media)
    pins = Pins(ring.derive_each("token", "session pins"))
    told = Told(
        services=Services(database, clock, public_url),
        pool=Pool(database, clock),
        sessions=Sessions(database, clock, numbers, sealer, guard, pins),
        parties=Participants(database, clock, numbers, sealer, guard, pins),
        interactions=Interactions(database, sealer, clock),
    )
    hooks = furnish_hooks(clock, database, numbers, guard, links, access, courier, short_keys, told)
    return SessionRooms(
        services=told.services,
        pool=told.pool,
        watch=PoolWatch(database, clock),
        sessions=told.sessions,
        parties=told.parties,
        interactions=told.interactions,
        blocks=Blocks(database, clock),
        events=EventLog(database, clock),
        relay=SessionRelay(database, clock, numbers, sealer, ring.derive("token", "text loops")),
        answerer=SessionAnswers(guard),
        screener=hooks.screener,
        effects=[SessionEffects(clock)],
        pins=pins,
        jobs={
            **TextJobs(database, clock, sealer, accounts, placer, links, guard, pictures).handlers(),
            **PlacedJobs(database, clock, sealer, accounts, placer, links, guard).handlers(),
            **hooks.jobs,
        },
        media=media,
        holder=SessionHoldings(clock, numbers),
    )
