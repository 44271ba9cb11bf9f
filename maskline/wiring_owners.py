"""Introduces the owners of numbers to those who know people, and to what the house has already."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from aiohttp import web

from callerid.lookups import rules
from callerid.lookups.marks import Marks as LookupMarks
from callerid.lookups.rules import LookupLimits
from callerid.owners.business import Businesses
from callerid.owners.disconnects import Disconnects
from callerid.owners.door import Door
from callerid.owners.hands import Hands
from callerid.owners.holdings import OwnerHoldings
from callerid.owners.http import OwnersHttp
from callerid.owners.marks import Marks
from callerid.owners.mine_pages import MinePages
from callerid.owners.opt_outs import OptOuts
from callerid.owners.owners import Owners, Rounding
from callerid.owners.pages import House, OptOutPages
from callerid.owners.renewal import Renewal
from core.clock import Clock
from core.quota import Limiter
from maskline.wiring_people import PeopleRooms
from privacy.keys import KeyRing
from sql.database import Database

TICK = timedelta(hours=1)
"""From one renewal of what owners may see to the next: as long as names take to be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRooms:
    """
    Owners of numbers, ready to be asked. region: the country whose numbers may be typed without a country code.
    stranger: counts whoever asks without an account.
    """

    owners: Owners
    businesses: Businesses
    opt_outs: OptOuts
    disconnects: Disconnects
    renewal: Renewal
    door: Door
    clock: Clock
    region: Callable[[], str | None]
    stranger: Callable[[str], Awaitable[None]]
    holder: OwnerHoldings

    def routes(self, shell: House, *, secure: bool) -> list[web.RouteDef]:
        """What to add to the application. secure: whether PUBLIC_URL is https."""
        cookie = f"{'__Host-' if secure else ''}names"  # as admin.people.http_pages sets it
        return [
            *OwnersHttp(self.door, self.owners, self.businesses, self.opt_outs, self.clock, self.stranger).routes(),
            *OptOutPages(self.opt_outs, shell, self.region, self.stranger).routes(),
            *MinePages(self.owners, self.businesses, self.door, shell, self.clock, cookie).routes(),
        ]


def hands(clock: Clock, ring: KeyRing) -> Hands:
    """Who tells people's room when numbers were given back, and hears when they change hands."""
    return Hands(clock, Marks(ring))


def furnish_owners(
    clock: Clock, database: Database, ring: KeyRing, limiter: Limiter, people: PeopleRooms, tick: timedelta = TICK
) -> OwnerRooms:  # fmt: skip
    """Makes the room. people: who knows them. tick: see TICK."""
    marks, secret = Marks(ring), ring.derive("token", "names told to owners", ring.ids("token")[0])
    owners = Owners(database, clock, marks, people.members, people.consents, _rounded(ring))
    return OwnerRooms(
        owners=owners,
        businesses=Businesses(database, clock, owners),
        opt_outs=OptOuts(database, clock, marks, people.proofs),
        disconnects=Disconnects(database, clock, marks, people.by_number),
        renewal=Renewal(database, clock, secret, tick),
        door=Door(people.members, limiter, people.doors.networks, ring.derive("token", "owner bursts")),
        clock=clock,
        region=lambda: people.destinations.only,
        stranger=people.doors.stranger,
        holder=OwnerHoldings(clock, marks, secret),
    )


def _rounded(ring: KeyRing) -> Rounding:
    """As look-ups round it: two ways of rounding one count would tell more than either."""
    marks = LookupMarks(ring.derive_each("token", "look-up marks")[-1], LookupLimits())

    def rounded(number: UUID, count: int) -> tuple[int, int]:
        found = rules.savers(count, marks.offset(number))
        return found.at_least, found.below

    return rounded
