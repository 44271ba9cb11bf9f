"""
How many numbers a service needs. Pure.

A session takes one number, shown to both people, which none of their other live sessions has. So what is needed is what
the busiest person needs, not what there are sessions (FIELD 6.1): a session beside it can have the same number.
"""

import math
import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

_STEPS = 4
"""Sessions that end and begin in a simulation, for each that is live at once."""
_RARE = (0.01, 0.001)
"""Shares of the busiest person's sessions that may find no number: what a plan tells of."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a simulation came to. numbers: given at most. busiest: sessions at once that one person had at most."""

    numbers: int
    busiest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    sessions: live at once. a, b: people on either side. skew: of side b, the exponent of Zipf's law; 0: all alike.
    cool_off, lasts: seconds that a number rests, and that a session lasts. most_live: sessions on one number.
    """

    sessions: int
    a: int
    b: int
    skew: float = 0.0
    cool_off: float = 0.0
    lasts: float = 3600.0
    most_live: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    asked: what for. numbers: to have. by_busiest: what the busiest person needs, cool-off included; by_cap: what
    `most_live` needs. busiest: their sessions at once, simulated. load: numbers that they hold on average. blocked:
    share of their new sessions that find no number with `numbers`, by Erlang B. enough: numbers with which that share
    is at most the key.
    """

    asked: Asked
    numbers: int
    by_busiest: int
    by_cap: int
    busiest: int
    load: float
    blocked: float
    enough: dict[float, int]


def plan(asked: Asked, *, seed: int = 1) -> Plan:
    """What a service needs. The same question has the same answer."""
    need = simulate(asked.sessions, asked.a, asked.b, asked.skew, seed=seed)
    held = 1 + asked.cool_off / asked.lasts  # a number is held while the session lasts, and while it cools
    by_busiest = max(need.numbers, math.ceil(need.busiest * held))
    by_cap = math.ceil(asked.sessions / asked.most_live)
    numbers = max(by_busiest, by_cap)
    share = max(heaviest(asked.b, asked.skew), 1 / asked.a)
    load = asked.sessions * share * held
    return Plan(
        asked=asked, numbers=numbers, by_busiest=by_busiest, by_cap=by_cap, busiest=need.busiest, load=load,
        blocked=erlang_b(load, numbers), enough={rare: lines(load, rare) for rare in _RARE},
    )  # fmt: skip


def simulate(sessions: int, a: int, b: int, skew: float = 0.0, *, seed: int = 1, steps: int | None = None) -> Need:
    """
    `sessions` live sessions between `a` and `b` people, of which one after the other ends and another begins.

    Each begins with the first number that neither of its people has. steps: how many, four for each session unless
    given.
    """
    chance = random.Random(seed)
    weights = list(accumulate((rank + 1) ** -skew for rank in range(b)))
    held: tuple[dict[int, int], dict[int, int]] = ({}, {})  # person -> bits of the numbers that they have
    live: list[tuple[int, int, int]] = []
    numbers = busiest = 0
    for step in range(sessions + (_STEPS * sessions if steps is None else steps)):
        if step >= sessions:
            place = chance.randrange(sessions)
            live[place], live[-1] = live[-1], live[place]
            *people, number = live.pop()
            for side, person in zip(held, people, strict=True):
                side[person] &= ~(1 << number)
        pair = chance.randrange(a), bisect(weights, chance.random() * weights[-1])
        taken = held[0].get(pair[0], 0) | held[1].get(pair[1], 0)
        number = (~taken & (taken + 1)).bit_length() - 1
        for side, person in zip(held, pair, strict=True):
            side[person] = side.get(person, 0) | 1 << number
            busiest = max(busiest, side[person].bit_count())
        numbers = max(numbers, number + 1)
        live.append((*pair, number))
    return Need(numbers, busiest)


def heaviest(people: int, skew: float) -> float:
    """The share of all sessions that the busiest of some people has, by Zipf's law."""
    return 1 / math.fsum((rank + 1) ** -skew for rank in range(people))


def erlang_b(load: float, lines: int) -> float:
    """
    The share of new sessions that find each of `lines` numbers taken, where `load` are asked for on average.

    Erlang's loss formula by its recurrence, B(n) = a B(n-1) / (n + a B(n-1)) from B(0) = 1, which stays accurate.
    """
    blocked = 1.0
    for line in range(1, lines + 1):
        blocked = load * blocked / (line + load * blocked)
    return blocked


def lines(load: float, blocked: float) -> int:
    """The fewest numbers with which at most a share `blocked` (above 0) of new sessions find none."""
    count, share = 0, 1.0
    while share > blocked:
        count += 1
        share = load * share / (count + load * share)
    return count
