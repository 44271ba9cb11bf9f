"""
Looking a name up over HTTP, as a company with its budget and without, and as a person with all of theirs, against a
bare handler with one SELECT by primary key; and whether what is hidden can be told by its time from what is unknown.
"""

import json
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench import lookup_floor
from bench.bed import POOL, Bed
from bench.children import SERVICE, Child, child
from bench.load import Ask, Lap, drive
from bench.lookup_askers import Asker, companies, people
from bench.numbers import Directory
from bench.report import Figure
from bench.rounds import ROUNDS, Laps, alternate, middle, ratio
from bench.rows import copy
from bench.telling import rank_test, timed
from core.e164 import E164
from core.ids import new_id
from maskline.wiring import House
from privacy.numbers import NumberKeys

CONNECTIONS = 16
LOOKUPS = 3000
"""Of one round."""
TIMED = 10_000
"""Answers whose times are compared, two kinds together."""
_KINDS = ("named", "hidden", "unknown")
_AREAS = Directory.SIZE // 100
_FLOOR = (sys.executable, "-m", "bench.lookup_floor")
_CROWD = b'"status": "crowd"'
_NOBODY = b'"name": null, "names": {}, "confidence": 0.0, "status": "unknown"'
_KNOWN = 2
"""Of so many lines one is named, one is hidden, and the rest are unknown: the answer shows a name for every third."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Who may look up names, and the directory: its numbers are named, hidden and unknown in turn."""

    clients: Sequence[Asker]
    numbers: Sequence[E164]

    def fresh(self, count: int, start: int) -> list[Ask]:
        """Look-ups that none of these askers made before: each costs its budget. start: how many were made."""
        return [self.ask(*self._place(place)) for place in range(start, start + count)]

    def ask(self, client: int, number: int) -> Ask:
        """One look-up. number: its place in the directory."""
        wanted = _CROWD if number % 3 == 0 else _NOBODY
        return Ask(request("/api/callerid/lookup", self.numbers[number], self.clients[client]), wanted)

    def _place(self, place: int) -> tuple[int, int]:
        """A client in turn, and an area that it did not ask about for long, so that no numbers lie side by side."""
        turn, client = divmod(place, len(self.clients))
        area, line = (turn + 7 * client) % _AREAS, (turn // _AREAS + client) % 100
        return client, area * 100 + line


def request(path: str, number: E164, asker: Asker | None = None) -> bytes:
    """The look-up as bytes."""
    body = json.dumps({"number": number.value}).encode()
    said = asker.head if asker else ""
    head = f"POST {path} HTTP/1.1\r\nHost: calls.example.org\r\nContent-Type: application/json\r\n{said}"
    return f"{head}Accept: */*\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@asynccontextmanager
async def stage(bed: Bed) -> AsyncIterator[tuple[Scene, Scene, Child]]:
    """A furnished house, served in a process of its own behind a proxy of ours: its companies, its people."""
    async with bed.house() as (house, variables):
        numbers = await _furnish(house)
        asking, others = await companies(house), await people(house, numbers)
        async with child(SERVICE, variables | {"MASKLINE_TRUSTED_PROXIES": "127.0.0.1/32"}) as service:
            await bed.settle(variables["MASKLINE_DATABASE_URL"])
            yield Scene(asking, numbers), Scene(others, numbers), service


async def measure(bed: Bed, lookups: int = LOOKUPS, rounds: int = ROUNDS, timings: int = TIMED) -> list[Figure]:
    """lookups: of a round, on each side. timings: requests whose times are compared."""
    async with stage(bed) as (scene, persons, service), _bare(bed, scene) as plain:
        again, made = scene.fresh(lookups, 0), {"charged": 0, "person": 0}

        async def fresh(side: str, asking: Scene) -> Lap:
            asks = asking.fresh(lookups, made[side])
            made[side] += lookups
            return await drive(service.port, asks, CONNECTIONS)

        async def bare() -> Lap:
            asks = [Ask(request(lookup_floor.PATH, scene.numbers[n * 7 % len(scene.numbers)]), lookup_floor.SAID)
                    for n in range(lookups)]  # fmt: skip
            return await drive(plain.port, asks, CONNECTIONS)

        laps = await alternate(
            {
                "charged": lambda: fresh("charged", scene),
                "free": lambda: drive(service.port, again, CONNECTIONS),
                "person": lambda: fresh("person", persons),
                "floor": bare,
            },
            rounds,
        )
        return [*_figures(laps), *await _told_apart(scene, service, timings)]


def _figures(laps: Laps) -> list[Figure]:
    charged, free, person, floor = (middle(laps[side]) for side in ("charged", "free", "person", "floor"))
    details = {"charged": charged, "free": free, "person": person, "floor": floor, "connections": CONNECTIONS}
    return [
        Figure(
            name="name look-up, its budget charged", ours=f"{charged['rate']:.0f}/s", floor=f"{floor['rate']:.0f}/s",
            value=ratio(laps, "charged", "floor", lambda lap: lap.rate), bar=0.35, goal=0.5, details=details,
        ),
        Figure(
            name="the same number again: nothing to charge", ours=f"{free['rate']:.0f}/s",
            floor=f"{floor['rate']:.0f}/s", value=ratio(laps, "free", "floor", lambda lap: lap.rate), bar=0.6, goal=0.8,
        ),
        Figure(
            name="a person's look-up, their budgets charged", ours=f"{person['rate']:.0f}/s",
            floor=f"{floor['rate']:.0f}/s", value=ratio(laps, "person", "floor", lambda lap: lap.rate), bar=0.35,
            goal=0.5,
        ),
    ]  # fmt: skip


async def _told_apart(scene: Scene, service: Child, count: int) -> list[Figure]:
    """Named, hidden and unknown numbers in the order of chance; each asked for before, so that no budget ends."""
    rng, clients, areas = random.Random(count), range(len(scene.clients)), _AREAS // 3
    asked = {  # of every third area, where the first number is a named one
        kind: [scene.ask(client, client % areas * 300 + place) for client in clients]
        for place, kind in enumerate(_KINDS)
    }
    await drive(service.port, [each for asks in asked.values() for each in asks], 1)
    kinds = [rng.choice(_KINDS) for _ in range(count * len(_KINDS) // 2)]
    times = await timed(service.port, [rng.choice(asked[kind]) for kind in kinds])
    took = {wanted: [each for each, kind in zip(times, kinds, strict=True) if kind == wanted] for wanted in _KINDS}
    return [_apart(kind, took[kind], took["unknown"]) for kind in ("hidden", "named")]


def _apart(kind: str, times: Sequence[float], unknown: Sequence[float]) -> Figure:
    test = rank_test(times, unknown)
    return Figure(
        name=f"{kind} or unknown, by the time of {len(times) + len(unknown)} answers",
        ours=f"{test.share:.4f} slower (0.5: no telling)", value=test.p, bar=0.001, unit="p",
        details={f"{kind}_ms": test.middle_of_one * 1e3, "unknown_ms": test.middle_of_other * 1e3},
    )  # fmt: skip


@asynccontextmanager
async def _bare(bed: Bed, scene: Scene) -> AsyncIterator[Child]:
    async with bed.database() as database:
        async with bed.clerk(database) as clerk:
            await clerk.execute(lookup_floor.TABLE)
            rows = [
                (number.value, "Priya Nair", 0.9) for place, number in enumerate(scene.numbers) if place % 3 < _KNOWN
            ]
            await copy(clerk, "floor_name", "number name confidence", rows)
        await bed.settle(database)
        async with child(_FLOOR, {"FLOOR_DATABASE_URL": database, "FLOOR_POOL": str(POOL)}) as handler:
            yield handler


async def _furnish(house: House) -> Sequence[E164]:
    """The directory, two thirds of it in the table: every third is named, every third hidden."""
    numbers, keys = Directory().callers(Directory.SIZE), NumberKeys(house.ring, "callerid")
    rows = [
        (new_id(), keys.key(number), "Priya Nair", '{"Deva": "प्रिया नायर"}', 0.9, "crowd", place % 3 == 1)
        for place, number in enumerate(numbers) if place % 3 < _KNOWN
    ]  # fmt: skip
    async with house.database.work() as conn:
        await copy(conn, "named_number", "number_ref number_key name names confidence status hidden", rows)
        await conn.execute("ANALYZE named_number")
    return numbers
