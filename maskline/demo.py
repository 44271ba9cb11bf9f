"""
The demo: everything on this desk, on numbers reserved for fiction.

demo.py          what there is: accounts, numbers, vehicles, phones     (values)
demo_desk.py     the telephone exchange, as a process of its own
demo_seed.py     puts the demo into the database and onto the exchange
demo_ride.py     a masked session: a rider and a driver
demo_crowd.py    people whose address books name the handsets
demo_page.py     the page /demo, and where "Call now" leads
demo_records.py  tells what became of each call
"""

import secrets
from dataclasses import dataclass, field

from core.e164 import E164
from masking.claims.values import Role
from masking.stickers.values import PlateShown

VENDOR_IDS = {"twilio": "ACde300000000000000000000000000001", "plivo": "MAMASKLINEDEMO000001"}
"""The demo's accounts at the exchange: always the same, so that its rows find them. Their tokens are new each time."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Tokens made for one run: they sign webhooks and sign in to the exchange's REST."""

    twilio: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    plivo: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)
    page: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def of(self, carrier: str) -> str:
        """A carrier's token."""
        return {"twilio": self.twilio, "plivo": self.plivo}[carrier]


@dataclass(frozen=True, slots=True)
class Handset:
    """A phone on the desk."""

    number: E164
    label: str


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A demo vehicle. owner, second: whose handsets ring; None for a sticker that nobody has activated yet."""

    carrier: str
    country: str
    label: str
    plate: str
    shown: PlateShown
    owner: Handset | None
    second: Handset | None = None


STRANGER = Handset(E164("+12025550150"), "Stranger")
OWNER_US = Handset(E164("+12025550151"), "Owner of the Twilio car")
OWNER_GB = Handset(E164("+447700900151"), "Owner of the Plivo car")
SECOND = Handset(E164("+12025550152"), "Second contact")
RIDER = Handset(E164("+12025550153"), "Rider")
DRIVER = Handset(E164("+12025550154"), "Driver")
HANDSETS = (STRANGER, OWNER_US, OWNER_GB, SECOND, RIDER, DRIVER)

RIDE = E164("+12025550120")
"""Ours, through which the rider and the driver call and text each other."""
SPARE = E164("+12025550121")
"""For another session of theirs: a service with one number alone would be warned that it runs out."""

NUMBERS = {
    "twilio": (
        (E164("+12025550100"), Role.SHARED), (E164("+12025550110"), Role.POOL), (E164("+12025550111"), Role.POOL),
        (RIDE, Role.SESSION), (SPARE, Role.SESSION),
    ),
    "plivo": (
        (E164("+447700900100"), Role.SHARED), (E164("+447700900110"), Role.POOL), (E164("+447700900111"), Role.POOL),
    ),
}  # fmt: skip
"""Our own numbers, by carrier; the shared one first, because a pool number needs one beside it."""

VEHICLES = (
    Vehicle("twilio", "US", "Blue van", "DEMO 101", PlateShown.FULL, OWNER_US, SECOND),
    Vehicle("plivo", "GB", "Grey estate", "DE24 MOX", PlateShown.PARTLY, OWNER_GB),
    Vehicle("twilio", "US", "Red pick-up", "DEMO 303", PlateShown.HIDDEN, None),
)
"""One for each carrier, and one whose sticker is still to be activated."""
