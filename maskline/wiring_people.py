"""Introduces people to what the house has already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from admin.people.answers import ProofAnswers
from admin.people.by_number import ByNumber
from admin.people.doors import Doors
from admin.people.holdings import PeopleHoldings
from admin.people.jobs import PeopleJobs
from admin.people.members import Members
from admin.people.people import People
from admin.people.ports import Holders, NobodyKnows
from admin.people.rights import Rights
from core.clock import Clock
from core.quota import Limiter
from ivr import consents
from maskline.settings import Settings
from privacy.consent import Consents
from privacy.doors import Networks
from privacy.holdings import Holder
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.proof import Proofs
from privacy.proof_codes import Codes
from privacy.proof_rules import UNIT, Destinations, Price, Purse
from privacy.sealing import Sealer
from privacy.short_keys import ShortKeys
from sql.database import Database
from sql.outbox import Handlers
from voice.links import Links
from voice.ports import Accounts, Answerer, Placer

OTHER = Price.of(0.15, 0.30)
"""Taken for a code to a country that no price is set for: dear, so that the day's money lasts for few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRooms:
    """
    People, ready to be asked.

    answerer: of calls that say a code; stands before the stickers', which answers everything. destinations:
    where codes go; the house sets their countries. jobs: handlers by kind.
    """

    proofs: Proofs
    consents: Consents
    destinations: Destinations
    people: People
    members: Members
    rights: Rights
    doors: Doors
    by_number: ByNumber
    answerer: Answerer
    jobs: Handlers
    holder: PeopleHoldings


def purse(settings: Settings) -> Purse:
    """What codes may cost, as the settings say."""
    prices = {}
    for pair in settings.proof_prices:
        country, _, amounts = pair.partition("=")
        text, _, voice = amounts.partition("/")
        prices[country] = Price.of(float(text), float(voice))
    return Purse(
        all=round(settings.proof_total_a_day * UNIT), country=round(settings.proof_country_a_day * UNIT),
        block=round(settings.proof_block_a_day * UNIT), other=OTHER, prices=prices,
        used_share=settings.proof_used_percent / 100, network_a_day=settings.proof_network_a_day,
    )  # fmt: skip


def furnish_people(
    clock: Clock, database: Database, ring: KeyRing, sealer: Sealer, ours: NumberKeys, accounts: Accounts,
    placer: Placer, links: Links, limiter: Limiter, short_keys: ShortKeys, settings: Settings,
    rooms: Callable[[], Sequence[Holder]], holders: Holders | None = None,
) -> PeopleRooms:  # fmt: skip
    """
    Makes the rooms of people. ours: masking's number keys. rooms: all that answer for a person, asked when needed.

    holders: the rooms of names, which know when numbers change hands.
    """
    keys, codes = NumberKeys(ring, "people"), Codes(ring.derive_each("token", "proof codes"))
    destinations, texts = Destinations(), Consents(clock, consents.VERSIONS)
    proofs = Proofs(
        database,
        clock,
        sealer,
        keys,
        ours,
        codes,
        ring.derive("token", "proof limits"),
        destinations,
        purse(settings),
    )
    people = People(
        database, clock, sealer, keys, proofs, ring.derive_each("token", "device tokens"),
        ring.derive("token", "new people"), holders or NobodyKnows(),
    )  # fmt: skip
    members = Members(database, clock, people)
    jobs = PeopleJobs(
        database, clock, sealer, accounts, placer, links, codes, ours, settings.ring_seconds, people, rooms
    )  # fmt: skip
    return PeopleRooms(
        proofs=proofs,
        consents=texts,
        destinations=destinations,
        people=people,
        members=members,
        rights=Rights(database, clock, people, members, texts, rooms),
        doors=Doors(members, limiter, Networks(limiter, short_keys, clock)),
        by_number=ByNumber(keys, texts),
        answerer=ProofAnswers(codes),
        jobs=jobs.handlers(),
        holder=PeopleHoldings(keys, texts),
    )
