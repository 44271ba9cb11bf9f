"""
Somebody who has the whole database, and no key, tries to tell which name tags came from one person.

An attack claims pairs of tags of different numbers. It beats chance where more of its pairs are one person's than of
pairs that are drawn from the same crowd: the people of one merge and of one kind, whom everybody can tell from others,
and of whom there are five at least.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any
from uuid import UUID

from sql.database import Connection

MOST_PAIRS = 6000
SHUFFLES = 200
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Dump:
    """
    What lies in the database, each row with where it lies and who wrote it: ctid and xmin. waited: the inbox as it was
    before the merge, rows in the order of their places with their xmin.
    """

    tags: Sequence[Any]
    numbers: Sequence[Any]
    spellings: Sequence[Any]
    clusters: Sequence[Any]
    waited: Sequence[Any]


async def dumped(conn: Connection, waited: Sequence[Any] = ()) -> Dump:
    """Everything that an attacker reads."""
    found = [
        await conn.fetch(f"SELECT ctid, xmin::text::bigint AS xmin, * FROM {table} ORDER BY ctid")
        for table in ("name_tag", "named_number", "name_spelling", "name_cluster")
    ]
    return Dump(found[0], found[1], found[2], found[3], waited)


async def waiting(conn: Connection) -> Sequence[Any]:
    """The inbox, whose rows tell by their xmin which of them came together."""
    return await conn.fetch("SELECT xmin::text::bigint AS xmin, place FROM name_inbox ORDER BY place")


def beside_each_other(dump: Dump) -> Iterable[Pair]:
    """Tags that lie beside each other."""
    return itertools.pairwise(range(len(dump.tags)))


def written_together(dump: Dump) -> Iterable[Pair]:
    """Tags that one transaction wrote."""
    return alike(dump, lambda tag: tag["xmin"])


def of_one_device(dump: Dump) -> Iterable[Pair]:
    """Tags whose device or network looks the same."""
    return itertools.chain(alike(dump, lambda tag: tag["device"]), alike(dump, lambda tag: tag["network"]))


def with_like_tokens(dump: Dump) -> Iterable[Pair]:
    """Tags whose tokens are equal, or beside each other among all."""
    order = sorted(range(len(dump.tags)), key=lambda tag: dump.tags[tag]["token"])
    return itertools.chain(itertools.pairwise(order), alike(dump, lambda tag: tag["token"]))


def of_neighbouring(table: str) -> Callable[[Dump], Iterable[Pair]]:
    """Tags whose numbers (or spellings, or clusters) lie beside each other, or were written by one transaction."""

    def attack(dump: Dump) -> Iterable[Pair]:
        rows, of_number = getattr(dump, table), defaultdict(list)
        for place, tag in enumerate(dump.tags):
            of_number[tag["number_ref"]].append(place)
        for one, other in itertools.pairwise(rows):
            if one["xmin"] == other["xmin"]:
                yield from itertools.product(of_number[one["number_ref"]], of_number[other["number_ref"]])

    return attack


def as_they_waited(dump: Dump) -> Iterable[Pair]:
    """
    Tags lined up with the inbox: the rows that came together there, at the places where they lie here, or whose place
    there is their token here.

    The merge takes the inbox in the order of places; an attacker who saw that order looks for it among the tags.
    """
    by_xmin: dict[int, list[int]] = defaultdict(list)
    by_place: dict[int, list[int]] = defaultdict(list)
    of_token = {tag["token"]: place for place, tag in enumerate(dump.tags)}
    for place, row in enumerate(dump.waited):
        if place < len(dump.tags):
            by_xmin[row["xmin"]].append(place)
        if row["place"] in of_token:
            by_place[row["xmin"]].append(of_token[row["place"]])
    if by_place:
        yield from itertools.chain.from_iterable(itertools.combinations(each, 2) for each in by_place.values())
        return
    for order in (list(range(len(dump.tags))), sorted(range(len(dump.tags)), key=lambda t: dump.tags[t]["token"])):
        for together in by_xmin.values():
            yield from ((order[one], order[other]) for one, other in itertools.combinations(together, 2))


def alike(dump: Dump, key: Callable[[Any], object]) -> Iterable[Pair]:
    """Pairs of tags for which a key is equal and known."""
    groups: dict[object, list[int]] = defaultdict(list)
    for place, tag in enumerate(dump.tags):
        if key(tag) is not None:
            groups[key(tag)].append(place)
    for group in groups.values():
        yield from itertools.combinations(group, 2)


ATTACKS: dict[str, Callable[[Dump], Iterable[Pair]]] = {
    "row order": beside_each_other,
    "transactions": written_together,
    "devices and networks": of_one_device,
    "tokens": with_like_tokens,
    "numbers": of_neighbouring("numbers"),
    "spellings": of_neighbouring("spellings"),
    "clusters": of_neighbouring("clusters"),
    "the inbox": as_they_waited,
}


Crowd = tuple[object, ...]


def crowds(dump: Dump, merges: Sequence[int]) -> list[Crowd]:
    """Of each tag the crowd that hides its giver. merges: in which merge each tag came."""
    keys = ("week", "last_week", "kind", "age", "book", "attested")
    return [(merge, *(tag[key] for key in keys)) for merge, tag in zip(merges, dump.tags, strict=True)]


def smallest(of: Sequence[Crowd], givers: Sequence[UUID]) -> int:
    """People in the smallest crowd."""
    people: dict[Crowd, set[UUID]] = defaultdict(set)
    for crowd, giver in zip(of, givers, strict=True):
        people[crowd].add(giver)
    return min(map(len, people.values()))


def beats_chance_by(
    pairs: Iterable[Pair], dump: Dump, givers: Sequence[UUID], of: Sequence[Crowd], chance: random.Random
) -> float:
    """
    How many standard deviations more of an attack's pairs are right than by chance; 0 where it claims none.

    givers: whose each tag is. of: its crowd. Chance: the same claims about tags that are shuffled within their crowds.
    """
    ref = [tag["number_ref"] for tag in dump.tags]
    claimed = list({tuple(sorted(pair)) for pair in pairs if ref[pair[0]] != ref[pair[1]]})
    if len(claimed) > MOST_PAIRS:
        claimed = chance.sample(claimed, MOST_PAIRS)
    if not claimed:
        return 0.0
    members: dict[Crowd, list[int]] = defaultdict(list)
    for place, crowd in enumerate(of):
        members[crowd].append(place)
    by_chance = []
    for _ in range(SHUFFLES):
        mixed = list(givers)
        for group in members.values():
            for place, giver in zip(group, chance.sample([givers[each] for each in group], len(group)), strict=True):
                mixed[place] = giver
        by_chance.append(_right(claimed, mixed))
    spread = pstdev(by_chance) or 1e-9
    return (_right(claimed, givers) - fmean(by_chance)) / spread


def _right(claimed: Sequence[tuple[int, ...]], givers: Sequence[UUID]) -> float:
    return sum(givers[one] == givers[other] for one, other in claimed) / len(claimed)
