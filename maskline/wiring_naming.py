"""Introduces everything about people and what they call numbers: sign-in, address books, look-ups, owners."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from callerid.books.ticker import Ticker
from callerid.lookups.rules import LookupLimits
from callerid.owners.spoken import SpokenNames
from callerid.ports import Companies
from core.clock import Clock
from maskline.settings import Settings
from maskline.valkey import ValkeyLimiter
from maskline.wiring_lookups import LookupRooms, furnish_lookups
from maskline.wiring_names import BookRooms, furnish_books, furnish_ticker
from maskline.wiring_owners import OwnerRooms, furnish_owners, hands
from maskline.wiring_people import PeopleRooms, furnish_people
from privacy.holdings import Holder
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer
from privacy.short_keys import ShortKeys
from sql.database import Database
from sql.outbox import Handlers
from voice.links import Links
from voice.ports import Accounts, Placer


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingRooms:
    """
    People and names, ready to be asked.

    namer: says callers' names in calls. holders: of a person's data; the people's last, since the others are found
    through them.
    """

    people: PeopleRooms
    lookups: LookupRooms
    owners: OwnerRooms
    books: BookRooms
    ticker: Ticker
    namer: SpokenNames

    @property
    def holders(self) -> Sequence[Holder]:
        return (self.books.holder, self.lookups.holder, self.owners.holder, self.people.holder)

    @property
    def jobs(self) -> Handlers:
        return self.people.jobs


def furnish_naming(
    clock: Clock, database: Database, ring: KeyRing, sealer: Sealer, ours: NumberKeys, accounts: Accounts,
    placer: Placer, links: Links, limiter: ValkeyLimiter, short_keys: ShortKeys, settings: Settings,
    companies: Companies, at_once: int, holders: Callable[[], Sequence[Holder]],
) -> NamingRooms:  # fmt: skip
    """Makes the rooms. at_once: look-ups that use callers' connections. holders: all that answer for a person."""
    people = furnish_people(
        clock, database, ring, sealer, ours, accounts, placer, links, limiter, short_keys, settings, holders,
        hands(clock, ring),
    )  # fmt: skip
    limits = LookupLimits(settings.lookups_a_day, settings.lookups_a_month, settings.lookups_network_a_day)
    lookups = furnish_lookups(
        clock, database, ring, limiter, short_keys, limits, people.members, companies, people.by_number, at_once
    )
    tick = timedelta(seconds=settings.names_tick_seconds)
    owners = furnish_owners(clock, database, ring, limiter, people, tick)
    return NamingRooms(
        people=people,
        lookups=lookups,
        owners=owners,
        books=furnish_books(clock, database, ring, limiter, people.members, people.consents, lookups.door),
        ticker=furnish_ticker(clock, database, ring, settings.names_merge_at_least, settings.names_tick_seconds),
        namer=SpokenNames(NumberKeys(ring, "callerid"), owners.owners, people.by_number),
    )
