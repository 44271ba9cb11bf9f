"""Introduces look-ups of names to those who know people and companies, and to what the house has already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from callerid.lookups.contacts import Contacts
from callerid.lookups.departures import Departures
from callerid.lookups.door import Door
from callerid.lookups.errors import NobodyAsks
from callerid.lookups.holdings import LookupHoldings
from callerid.lookups.http import LookupsHttp
from callerid.lookups.lookups import Lookups
from callerid.lookups.marks import Marks
from callerid.lookups.paces import Paces
from callerid.lookups.ports import Findable, Here
from callerid.lookups.rules import LookupLimits
from callerid.ports import Companies, Member, Members
from core.clock import Clock
from core.e164 import E164
from core.quota import Limiter
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.short_keys import ShortKeys
from sql.database import Connection, Database


class Strangers:
    """Stands where people are known, until they can sign up: nobody holds a token, and nobody is found."""

    async def member(self, token: str, network: str) -> Member | None:
        """Nobody."""
        return None

    async def number(self, person_id: UUID) -> E164:
        """Nobody's."""
        raise NobodyAsks

    async def findable(self, conn: Connection, numbers: Sequence[E164]) -> Mapping[E164, Here]:
        """None of them."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRooms:
    """Look-ups, ready to be asked."""

    lookups: Lookups
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
    door = Door(members, companies, limiter, Paces(limiter), short_keys, clock, marks, network_secret)
    lookups = Lookups(database, clock, NumberKeys(ring, "callerid"), marks, at_once)
    departures = Departures()
    return LookupRooms(
        lookups=lookups,
        http=LookupsHttp(door, members, lookups, Contacts(database, clock, marks, people), departures),
        departures=departures,
        holder=LookupHoldings(marks, clock),
    )
