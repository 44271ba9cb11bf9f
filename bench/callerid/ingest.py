"""
How fast address books come in, are merged and taken back.

Coming in is the whole way: lines read, numbers normalised, keyed and sealed, written with a receipt and a consent,
some thousands at a time. Its floor is one COPY of the very rows that this left in the inbox, in the clear, as a program
would keep them that does not care: into a table that outlives a crash, with an index on the token.
"""

import json
import random
import time
from collections.abc import AsyncIterator, Awaitable
from statistics import median
from uuid import UUID

import asyncpg

from bench.bed import Bed
from bench.load import Lap, WrongAnswer
from bench.report import Figure
from bench.rounds import ROUNDS, alternate, middle, ratio
from callerid.books.boxes import Boxes
from callerid.books.delist import Delisting
from callerid.books.giving import Hand
from callerid.books.intake import Intake
from callerid.books.json_lines import JsonLines
from callerid.books.pages import Pages
from callerid.ports import Member
from callerid.tokens import NameKeys
from core.e164 import E164
from core.ids import new_id
from maskline.wiring import House
from sql.database import Connection

CONTACTS = 20_000
"""Of the book that comes in."""
PEOPLE, OF_EACH, KNOWN = 12, 1_500, 4_000
"""Who give in a merge, how many contacts each, out of how many numbers."""
DELISTED = 1_000
_PIECE = 32 * 1024
_FLOOR = """
CREATE TABLE floor_inbox (
    token bytea NOT NULL, number_ref uuid NOT NULL, number_key bytea NOT NULL, what smallint NOT NULL, name text,
    age smallint, book smallint, attested boolean, device integer, network integer
);
CREATE INDEX floor_inbox_token ON floor_inbox (token)
"""
_GIVEN = ("Asha", "Ben", "Cara", "Dev", "Esi", "Femi", "Gita", "Hugo", "Ines", "Jomo", "Kavya", "Leo", "Mira", "Noor")
_FAMILY = ("Rao", "Okri", "Diaz", "Patel", "Mensah", "Berg", "Costa", "Dube", "Evans", "Fuchs", "Gupta", "Haddad")
_COLUMNS = ("token", "number_ref", "number_key", "what", "name", "age", "book", "attested", "device", "network")
_EMPTY = "TRUNCATE name_inbox, name_inbox_head, name_giver, book_receipt"


class Everybody:
    """Members and Consents: whoever asks is there, and has agreed."""

    async def member(self, token: str, network: str) -> Member | None:
        """Nobody comes through a door here."""
        return None

    async def number(self, person_id: UUID) -> E164:
        """One number for all of them, which is in no book."""
        return E164("+447700900999")

    async def live(self, conn: Connection, person: UUID, purpose: str) -> bool:
        """Yes."""
        return True

    async def withdraw(self, conn: Connection, person: UUID, purpose: str) -> bool:
        """Done."""
        return True


async def measure(bed: Bed, contacts: int = CONTACTS, rounds: int = ROUNDS) -> list[Figure]:
    """contacts: of the book that comes in."""
    async with bed.house() as (house, variables):
        keys, boxes, pages, everybody = NameKeys(house.ring), Boxes(house.ring), Pages(house.ring), Everybody()
        intake = Intake(house.database, house.clock, keys, Hand(keys, boxes, pages), everybody, everybody)
        delisting = Delisting(house.database, house.clock, keys, pages, everybody)
        async with bed.clerk(variables["MASKLINE_DATABASE_URL"]) as clerk:
            await clerk.execute(_FLOOR)
            came = await _coming_in(house, intake, clerk, contacts, rounds)
            await clerk.execute(_EMPTY)
            return [came, *await _merged(house, intake, delisting, rounds)]


async def _coming_in(
    house: House, intake: Intake, clerk: "asyncpg.Connection[asyncpg.Record]", contacts: int, rounds: int
) -> Figure:
    pages, keys = Pages(house.ring), NameKeys(house.ring)
    body = _book(_numbers(contacts), random.Random(1))

    async def ours() -> Lap:
        await clerk.execute(_EMPTY)
        member = _somebody(house)
        started = time.perf_counter()
        receipt = await intake.book(member, JsonLines(), _pieces(body))
        lap = Lap(time.perf_counter() - started, (0.0,) * contacts)
        waiting = [pages.open(row["box"]) for row in await clerk.fetch("SELECT box FROM name_inbox WHERE queue = 3")]
        if receipt.accepted != contacts or sum(len(page.named) for page in waiting if page) != contacts:
            raise WrongAnswer(f"of {contacts} contacts {receipt.accepted} were accepted")
        return lap

    async def floor() -> Lap:
        await clerk.execute("TRUNCATE floor_inbox")
        rows = [
            (keys.token(page.giver.person, UUID(bytes=ref)), UUID(bytes=ref), key, 0, name, page.giver.kind.age,
             page.giver.kind.book, page.giver.kind.attested, at, at)
            for box in await clerk.fetch("SELECT box FROM name_inbox WHERE queue = 3")
            if (page := pages.open(box["box"])) is not None
            for at, (first, name) in enumerate(page.named)
            for ref, key in (keys.plain(first),)
        ]  # fmt: skip
        started = time.perf_counter()
        await clerk.copy_records_to_table("floor_inbox", records=rows, columns=_COLUMNS)
        return Lap(time.perf_counter() - started, (0.0,) * contacts)

    laps = await alternate({"ours": ours, "floor": floor}, rounds)
    mine, plain = middle(laps["ours"]), middle(laps["floor"])
    return Figure(
        name="address book into the inbox, against COPY of its rows", ours=f"{mine['rate']:.0f}/s",
        floor=f"{plain['rate']:.0f}/s", value=ratio(laps, "ours", "floor", lambda lap: lap.rate), bar=0.25, goal=0.4,
        details={"contacts": contacts, "rounds": rounds},
    )  # fmt: skip


async def _merged(house: House, intake: Intake, delisting: Delisting, rounds: int) -> list[Figure]:
    """Books of several people merged, published, and one of them taken back."""
    chance, known = random.Random(2), _numbers(KNOWN)
    merging, publishing, taking = [], [], []
    for _ in range(rounds):
        crowd = [(_somebody(house), chance.sample(known, OF_EACH)) for _ in range(PEOPLE)]
        for member, theirs in crowd:
            await intake.book(member, JsonLines(), _pieces(_book(theirs, chance)))
        merging.append(await _timed_rate(house.names.merge.run(), PEOPLE * OF_EACH))
        started = time.perf_counter()
        publishing.append(await house.names.publication.tick() / (time.perf_counter() - started))
        member, theirs = crowd[0]
        numbers = [E164(number) for number in theirs[:DELISTED]]
        started = time.perf_counter()
        receipt = await delisting.book(member.person_id, numbers)
        taking.append((time.perf_counter() - started) * 1000)
        if receipt.removed != DELISTED:
            raise WrongAnswer(f"of {DELISTED} names {receipt.removed} were taken back")
    how = {"people": PEOPLE, "contacts": OF_EACH, "numbers": KNOWN, "rounds": rounds}
    return [
        Figure(name="names merged", ours=f"{median(merging):.0f}/s", value=median(merging), unit="/s", details=how),
        Figure(name="numbers ranked and published", ours=f"{median(publishing):.0f}/s", value=median(publishing),
               unit="/s", details=how),
        Figure(name=f"{DELISTED:,} contacts taken back", ours=f"{median(taking):.0f} ms", value=median(taking), bar=50,
               smaller=True, unit="ms", details={**how, "each": taking}),
    ]  # fmt: skip


async def _timed_rate(work: Awaitable[int], rows: int) -> float:
    started = time.perf_counter()
    merged = await work
    if merged != rows:
        raise WrongAnswer(f"of {rows} rows {merged} were merged")
    return rows / (time.perf_counter() - started)


def _somebody(house: House) -> Member:
    return Member(new_id(), new_id(), "US", house.clock.now(), True, "192.0.2.0/24")


def _numbers(count: int) -> list[str]:
    """Of numbers that nobody has: 555 01xx of American areas."""
    areas = [area for area in range(201, 990) if area % 100 != 11]
    found = [f"+1{area}55501{line:02d}" for area in areas for line in range(100)]
    return found[:count]


def _book(numbers: list[str], chance: random.Random) -> bytes:
    """What somebody calls numbers: mostly as others do, in full or in part, and sometimes in another way."""
    lines = [json.dumps({"name": _called(number, chance), "number": number}) for number in numbers]
    return "\n".join(lines).encode() + b"\n"


def _called(number: str, chance: random.Random) -> str:
    bearer = random.Random(number)
    given, family = bearer.choice(_GIVEN), bearer.choice(_FAMILY)
    ways = (f"{given} {family}", given, f"{family} {given}", f"{given} {family[0]}",
            f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}")  # fmt: skip
    return chance.choices(ways, (70, 12, 5, 5, 8))[0]


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]
