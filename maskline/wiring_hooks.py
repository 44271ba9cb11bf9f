"""Introduces customers' hooks, callbacks and events to the rooms of masked sessions."""

from dataclasses import dataclass

from core.clock import Clock
from masking.claims.guard import Guard
from masking.sessions.callbacks import Callbacks
from masking.sessions.event_jobs import EventJobs
from masking.sessions.hook_memory import HookMemory
from masking.sessions.interactions import Interactions
from masking.sessions.outside import Outside
from masking.sessions.parties import Participants
from masking.sessions.pool import Pool
from masking.sessions.ports import Access
from masking.sessions.posting import Poster
from masking.sessions.screening import HookScreener
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from privacy.numbers import NumberKeys
from privacy.short_keys import ShortKeys
from sql.database import Database
from sql.outbox import Handlers
from voice.links import Links
from voice.ports import Courier


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What customers are asked and told of: the rooms that it comes from."""

    services: Services
    pool: Pool
    sessions: Sessions
    parties: Participants
    interactions: Interactions


@dataclass(frozen=True, slots=True)
class CustomerHooks:
    """screener: asks before a call or text goes on. jobs: handlers by kind."""

    screener: HookScreener
    jobs: Handlers


def furnish_hooks(
    clock: Clock, database: Database, numbers: NumberKeys, guard: Guard, links: Links, access: Access,
    courier: Courier, short_keys: ShortKeys, of: Told,
) -> CustomerHooks:  # fmt: skip
    """Makes what asks and tells customers."""
    poster = Poster(access, courier)
    callbacks = Callbacks(clock, of.services, of.interactions, poster)
    memory = HookMemory(database, clock, short_keys)
    outside = Outside(database, clock, numbers, guard, links, of.pool, of.sessions, of.parties, poster, memory)
    events = EventJobs(
        database, clock, of.services, of.pool, of.sessions, of.parties, of.interactions, poster, callbacks
    )  # fmt: skip
    return CustomerHooks(HookScreener(database, clock, of.services, poster, outside), events.handlers())
