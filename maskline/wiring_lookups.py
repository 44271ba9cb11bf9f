"""Introduces look-ups of names to those who know people and companies, and to what the house has already."""

from dataclasses import dataclass

from callerid.lookups.contacts import Contacts
from callerid.lookups.departures import Departures
from callerid.lookups.door import Door
from callerid.lookups.holders import Holders
from callerid.lookups.holdings import LookupHoldings
from callerid.lookups.http import LookupsHttp
from callerid.lookups.lookups import Lookups
from callerid.lookups.marks import Marks
from callerid.lookups.paces import Paces
from callerid.lookups.ports import Findable
from callerid.lookups.rules import LookupLimits
from callerid.ports import Companies, Members
from core.clock import Clock
from core.quota import Limiter
from privacy.doors import Networks
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.short_keys import ShortKeys
from sql.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRooms:
    """Look-ups, ready to be asked."""

    lookups: Lookups
    door: Door
    http: LookupsHttp
    departures: Departures
    holder: LookupHoldings


def furnish_lookups(
    clock: Clock, database: Database, ring: KeyRing, limiter: Limiter, short_keys: ShortKeys, limits: LookupLimits,
    members: Members, companies: Companies, people: Findable, at_once: int,
) -> LookupRooms:  # fmt: skip
    """Makes the room. at_once: look-ups that use callers' connections at the same time."""
    marks = Marks(ring.derive_each("token", "look-up marks")[-1], limits)
    network_secret = ring.derive_each("token", "look-up networks")[-1]
    networks = Networks(limiter, short_keys, clock)
    numbers = NumberKeys(ring, "callerid")
    holders = Holders(members, numbers, clock)
    door = Door(members, companies, holders, networks, Paces(limiter), short_keys, marks, network_secret)
    lookups = Lookups(database, clock, numbers, marks, at_once)
    departures = Departures()
    return LookupRooms(
        lookups=lookups,
        door=door,
        http=LookupsHttp(door, members, lookups, Contacts(database, clock, marks, people), departures),
        departures=departures,
        holder=LookupHoldings(marks, clock),
    )
