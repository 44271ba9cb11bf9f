"""
Masked sessions: how many are made a second, none double-booked, against plain two-row INSERT transactions, and against
plain INSERTs of the very rows; and how many texts between their people are taken a second, to be passed on, against the
bare handler. They are made by the use case that the APIs call, without HTTP: a client is allowed 30 requests a second.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import UUID

from bench.bed import Bed
from bench.children import SERVICE, child
from bench.claims import PLAIN, DoubleBooked, connect, in_transaction, insert, run
from bench.load import Ask, Lap, WrongAnswer, drive
from bench.numbers import Directory
from bench.report import Figure
from bench.rounds import ROUNDS, Laps, alternate, middle, ratio
from bench.session_rows import rows
from bench.webhook import CONNECTIONS, bare
from bench.wire import TOKEN, text, vendor_id, webhook
from core.e164 import E164
from core.ids import new_id
from masking.claims.guard import Guard
from masking.claims.values import Role
from masking.sessions.given import Party, ServiceGiven, SessionGiven
from masking.sessions.ports import Principal
from masking.sessions.values import Numbering
from maskline.wiring import House
from sql.statements import statements

NUMBERS = 24
_STANDING = "SELECT count(*) FROM claim WHERE target_id = ANY ($1) AND until > $2"


@dataclass(frozen=True, slots=True)
class Office:
    """A tenant with one service, and our numbers in its pool."""

    tenant: UUID
    service: UUID
    vendor_id: str
    numbers: tuple[E164, ...]


async def measure(bed: Bed, sessions: int = 480, texts: int = 1500, rounds: int = ROUNDS) -> list[Figure]:
    """sessions: made in a round; texts: sent in a round, one from each person in turn."""
    return [*await _made(bed, sessions, rounds), await _relayed(bed, texts, rounds)]


async def _made(bed: Bed, count: int, rounds: int) -> list[Figure]:
    async with AsyncExitStack() as stack:
        house, variables = await stack.enter_async_context(bed.house((1, CONNECTIONS)))
        empty, its = await stack.enter_async_context(bed.house((1, 1)))
        directory, counter = Directory(), itertools.count()
        office, desk = await _office(house, directory), await _office(empty, Directory())
        plain = await connect(stack, await stack.enter_async_context(bed.database()))
        await plain[0].execute(PLAIN)
        clerks = await connect(stack, its["MASKLINE_DATABASE_URL"])
        await _make(house, office, directory, counter, CONNECTIONS)
        await bed.settle(variables["MASKLINE_DATABASE_URL"])
        laps = await alternate(
            {
                "ours": lambda: _make(house, office, directory, counter, count),
                "floor": lambda: insert(plain, house.clock, count, in_transaction),
                "rows": lambda: run(clerks, [rows(desk.tenant, desk.service, house.clock)] * count),
            },
            rounds,
        )
    return _figures(laps, {"connections": CONNECTIONS, "sessions_a_round": count})


def _figures(laps: Laps, how: dict[str, object]) -> list[Figure]:
    ours, floor, plain = (middle(laps[side]) for side in ("ours", "floor", "rows"))
    return [
        Figure(
            name="sessions made, 0 double-booked", ours=f"{ours['rate']:.0f}/s", floor=f"{floor['rate']:.0f}/s",
            value=ratio(laps, "ours", "floor", lambda lap: lap.rate), bar=0.5, goal=0.7,
            details={**how, "ours": ours, "floor": floor, "rows": plain},
        ),
        Figure(
            name="the same, against plain INSERTs of its 7 rows", ours=f"{ours['rate']:.0f}/s",
            floor=f"{plain['rate']:.0f}/s", value=ratio(laps, "ours", "rows", lambda lap: lap.rate),
        ),
    ]  # fmt: skip


async def _relayed(bed: Bed, count: int, rounds: int) -> Figure:
    async with bed.house((1, CONNECTIONS)) as (house, variables), bare(bed) as plain:
        directory, sent = Directory(), itertools.count()
        office = await _office(house, directory)
        people = itertools.cycle(await _people(house, office, directory, count // 2))
        async with child(SERVICE, variables) as service:

            def asks(path: str) -> list[Ask]:
                each = [(next(sent), *next(people)) for _ in range(count)]
                if path == "floor":
                    return [Ask(webhook(office.vendor_id, n, who, ours), b"<Say>") for n, who, ours in each]
                return [Ask(text(office.vendor_id, n, who, ours), b"<Response") for n, who, ours in each]

            await drive(service.port, asks("ours"), CONNECTIONS)
            await bed.settle(variables["MASKLINE_DATABASE_URL"])
            laps = await alternate(
                {
                    "ours": lambda: drive(service.port, asks("ours"), CONNECTIONS),
                    "floor": lambda: drive(plain.port, asks("floor"), CONNECTIONS),
                },
                rounds,
            )
            async with house.database.work() as conn:
                kept = await conn.fetchval("SELECT count(*) FROM message")
    if kept != count * (rounds + 2):
        raise WrongAnswer(f"{count * (rounds + 2)} texts were answered, and {kept} are kept")
    ours, floor = middle(laps["ours"]), middle(laps["floor"])
    return Figure(
        name="texts taken to be passed on", ours=f"{ours['rate']:.0f}/s", floor=f"{floor['rate']:.0f}/s",
        value=ratio(laps, "ours", "floor", lambda lap: lap.rate),
        details={"connections": CONNECTIONS, "texts_a_round": count, "ours": ours, "floor": floor},
    )  # fmt: skip


async def _office(house: House, directory: Directory) -> Office:
    numbers, vendor = tuple(directory.take(NUMBERS)), vendor_id(0)
    async with house.database.work() as conn:
        tenant: UUID = await statements("numbers").add_tenant(conn, tenant=new_id(), name="bench", t=house.clock.now())
    await house.accounts.keep(house.clock, tenant, "twilio", vendor, [TOKEN])
    await house.refresh()
    issued = (await house.clients.create(tenant, "bench", ["api"])).client
    client = Principal(issued.client_id, tenant, issued.name, frozenset(issued.scopes))
    given = ServiceGiven(unique_name="bench", most_live=1_000_000)
    service = await house.rooms.services.create(client, given, numbering=Numbering.ONE, screens=True)
    for number in numbers:
        await house.inventory.add(tenant, "twilio", number, Role.SESSION)
        await house.rooms.pool.add(tenant, service.service_id, number, reserved=False)
    await house.refresh()  # people of our numbers' country may be rung from now on
    return Office(tenant, service.service_id, vendor, numbers)


async def _make(house: House, office: Office, directory: Directory, counter: "itertools.count[int]", count: int) -> Lap:
    """Sessions for people who have not met before; both claims of each must stand, or it is a DoubleBooked."""
    callers = _guests(directory, 2 * count)
    waiting, made, latencies = zip(callers, callers, strict=True), list[UUID](), list[float]()
    started = time.perf_counter()
    await asyncio.gather(*(_line(house, office, counter, waiting, made, latencies) for _ in range(CONNECTIONS)))
    lap = Lap(time.perf_counter() - started, tuple(sorted(latencies)))
    async with house.database.work() as conn:
        standing = await conn.fetchval(_STANDING, made, house.clock.now())
    if standing != 2 * count:
        raise DoubleBooked(f"{count} sessions were made, and {standing} claims stand")
    return lap


async def _line(
    house: House, office: Office, counter: "itertools.count[int]", waiting: Iterator[tuple[E164, E164]],
    made: list[UUID], latencies: list[float],
) -> None:  # fmt: skip
    for one, other in waiting:
        started = time.perf_counter()
        done = await house.rooms.sessions.create(
            office.tenant, office.service, SessionGiven(unique_name=f"trip {next(counter)}"),
            [Party(number=one), Party(number=other)],
        )  # fmt: skip
        latencies.append(time.perf_counter() - started)
        made.append(done.session.session_id)


def _guests(directory: Directory, count: int) -> Iterator[E164]:
    """
    The next people who may be rung; some of the directory's area codes are another country's.

    By a guard of ours: the house's remembers whom it was asked about, and people here are new to it.
    """
    guard, found = Guard(["US"]), list[E164]()
    while len(found) < count:
        found += [number for number in directory.callers(count) if guard.allows(number)]
    return iter(found[:count])


async def _people(house: House, office: Office, directory: Directory, sessions: int) -> Sequence[tuple[E164, E164]]:
    """Everybody of so many sessions, each with the number of ours that they text."""
    callers = _guests(directory, 2 * sessions)
    people: list[tuple[E164, E164]] = []
    for one, other in zip(callers, callers, strict=True):
        made = await house.rooms.sessions.create(
            office.tenant, office.service, SessionGiven(), [Party(number=one), Party(number=other)]
        )
        async with house.database.work() as conn:
            ours = E164(await conn.fetchval("SELECT e164 FROM proxy_number WHERE number_id = $1",
                                            made.participants[0].number_id))  # fmt: skip
        people += [(one, ours), (other, ours)]
    return people
