"""Introduces address books and names to people, and to what the house has already."""

from dataclasses import dataclass

from callerid.books.boxes import Boxes
from callerid.books.delist import Delisting
from callerid.books.giving import Hand
from callerid.books.holdings import BookHoldings
from callerid.books.http import BooksHttp, Door
from callerid.books.intake import Intake
from callerid.books.leaving import Leaving
from callerid.books.merge import Merge
from callerid.books.pages import Pages
from callerid.books.ports import Consents
from callerid.books.publish import Publication
from callerid.books.ticker import Ticker
from callerid.ports import Members
from callerid.tokens import NameKeys
from core.clock import Clock
from core.quota import Limiter
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from sql.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRooms:
    """Address books, ready to be given and taken back. holder: for whoever has an account."""

    intake: Intake
    delisting: Delisting
    http: BooksHttp
    holder: BookHoldings


def furnish_ticker(clock: Clock, database: Database, ring: KeyRing, people: int, every: int) -> Ticker:
    """
    Makes what merges and publishes. It needs to know nobody.

    people: who cover each other in a merge, at least. every: seconds between publications.
    """
    keys, boxes, pages, numbers = NameKeys(ring), Boxes(ring), Pages(ring), NumberKeys(ring, "callerid")
    return Ticker(
        clock,
        Leaving(database, clock, keys, numbers, boxes, pages),
        Merge(database, clock, keys, numbers, boxes, pages, people),
        Publication(database, clock, keys),
        every,
    )


def furnish_books(
    clock: Clock, database: Database, ring: KeyRing, limiter: Limiter, members: Members, consents: Consents, door: Door
) -> BookRooms:
    """Makes the rooms of address books. door: lets people in by a device's token, as the look-ups' does."""
    keys, boxes, pages = NameKeys(ring), Boxes(ring), Pages(ring)
    intake = Intake(database, clock, keys, Hand(keys, boxes, pages), members, consents)
    delisting = Delisting(database, clock, keys, pages, consents)
    http = BooksHttp(door, limiter, ring.derive("token", "book limits"), intake, delisting)
    return BookRooms(intake=intake, delisting=delisting, http=http, holder=BookHoldings(delisting))
