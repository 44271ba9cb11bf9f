"""
Made-up worlds: numbers, the people behind them, and what a crowd with habits, mistakes and enemies calls them.

The same seed makes the same world on every machine. Everything is drawn from one `random.Random`; every word that is
written is remembered with what it means, so that the scorer needs no guessing (scoring.py). The shape follows
what is known of such crowds: half of the numbers have four tags or fewer, one in five has one, one person in ten has a
number that was somebody else's before. Rates are guesses, as all are: nobody publishes such data.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench.callerid import vocabulary as words
from bench.callerid.records import Contributor, Marked, Tag
from bench.callerid.wording import Wording

DAYS = 1095
"""Of history; the last is today."""
SYBILS = (1, 2, 3, 5, 8, 12, 20, 30)


@dataclass(slots=True)
class Truth:
    """
    Who a number's owner is. parts: what identifies them (given name or a firm's own words), then what completes it.

    former: the same of who had the number before. attack: the words that an enemy wants shown; level: naive (fresh
    accounts, one device) or camouflaged. flooded: an honest firm whose rivals marked it as a nuisance.
    """

    kind: str
    parts: tuple[str, str]
    former: tuple[str, str] | None = None
    attack: str = ""
    attack_kind: str = ""
    level: str = ""
    sybils: int = 0
    flooded: bool = False


@dataclass(slots=True)
class World:
    """meanings: a written word, casefolded -> what it means: `given:3`, `surname:7`, `insult`, …"""

    numbers: list[dict[str, Any]] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)
    contributors: list[Contributor] = field(default_factory=list)
    disconnects: dict[int, int] = field(default_factory=dict)
    truth: dict[int, Truth] = field(default_factory=dict)
    meanings: dict[str, set[str]] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Writes what a resolver may read, as `python -m bench.callerid replay` reads it; the truth stays here."""
        folder.mkdir(parents=True, exist_ok=True)
        files: dict[str, Iterable[Any]] = {
            "numbers": self.numbers,
            "tags": map(asdict, self.tags),
            "marks": map(asdict, self.marks),
            "contributors": map(asdict, self.contributors),
        }
        for name, rows in files.items():
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
        (folder / "disconnects.json").write_text(json.dumps(self.disconnects))


def make(seed: int | str, numbers: int = 1000) -> World:
    """A world. Deterministic in its arguments."""
    return _Maker(Random(f"maskline names {seed}"), numbers).make()


class _Maker:
    def __init__(self, random: Random, numbers: int) -> None:
        self._r, self._n, self._words = random, numbers, Wording(random)
        self._world = World(meanings=self._words.meanings)
        self._habits: list[dict[str, Any]] = []
        self._farms: dict[str, list[Contributor]] = {"naive": [], "camouflaged": []}

    def make(self) -> World:
        for _ in range(max(200, self._n // 5)):
            self._person_joins()
        for number in range(self._n):
            self._number(number)
        for number, truth in self._world.truth.items():
            self._enemies(number, truth)
        self._world.tags.sort(key=lambda tag: (tag.first_seen, tag.number, tag.contributor, tag.raw))
        self._world.marks.sort(key=lambda mark: (mark.day, mark.number, mark.contributor))
        return self._world

    # ── honest people ────────────────────────────────────────────────────────────────────────────────────────────────

    def _person_joins(self) -> None:
        r, at = self._r, len(self._world.contributors)
        shared = r.random() < 0.05  # one address for a whole provider
        self._world.contributors.append(
            Contributor(at, int(r.triangular(0, DAYS - 20, 300)), 5 + int(r.lognormvariate(5, 0.8)),
                        r.randrange(40) if shared else 1000 + at * 7 + r.randrange(3), 50_000 + at, r.random() < 0.93)
        )  # fmt: skip
        self._habits.append({
            "slips": r.betavariate(1.2, 18),
            "case": r.choices([str.title, str.lower, str.upper], [7, 2, 1])[0],
            "native": r.choices([0.0, 0.15, 0.85], [80, 12, 8])[0],
            "synced": DAYS - min(900, int(r.expovariate(1 / 50))),
        })  # fmt: skip

    def _number(self, number: int) -> None:
        r = self._r
        kind = r.choices(["person", "firm", "nuisance"], [80, 14, 6])[0]
        self._world.numbers.append(
            {"id": number, "e164": f"+1{201 + number // 100}55501{number % 100:02}", "region": "US"}
        )
        truth = self._world.truth[number] = Truth(kind, self._words.owner(kind))
        crowd = max(1, min(80, int(r.lognormvariate(1.25, 1.0)) + (r.random() < 0.5)))
        called = "agent" if kind == "nuisance" and r.random() < 0.5 else kind
        if kind == "person" and r.random() < 0.10:
            self._handed_on(number, truth, crowd)
        else:
            for person in r.sample(range(len(self._habits)), min(crowd, len(self._habits))):
                self._saves(number, person, truth.parts, called, -1500, DAYS)
        if kind != "nuisance" and r.random() < 0.05:
            day = r.randrange(DAYS - 100, DAYS)
            self._tag(number, -1, self._words.written(truth.parts, 0.0).title(), day, DAYS, "self")
        self._judged(number, kind)

    def _handed_on(self, number: int, truth: Truth, crowd: int) -> None:
        r, day = self._r, self._r.randrange(200, 1000)
        truth.former = self._words.owner("person")
        everybody = r.sample(range(len(self._habits)), min(2 * crowd, len(self._habits)))
        for person in everybody[:crowd]:
            self._saves(number, person, truth.former, "person", -1500, day, forgotten=day)
        for person in everybody[crowd : crowd + max(1, int(crowd * min(1.6, (DAYS - day) / 450 + 0.25)))]:
            self._saves(number, person, truth.parts, "person", day + 20, DAYS)
        if r.random() < 0.6:
            self._world.disconnects[number] = day - r.randrange(5, 60)

    def _saves(
        self, number: int, person: int, parts: tuple[str, str], kind: str, since: int, until: int,
        forgotten: int | None = None,
    ) -> None:  # fmt: skip
        r, habit, who = self._r, self._habits[person], self._world.contributors[person]
        first = max(who.created, r.randrange(since, max(since + 1, until)), 0)
        last = max(first, habit["synced"])
        if forgotten is not None and r.random() < 0.35:
            gone = forgotten + r.randrange(120)
            if first > gone:
                return
            last = min(last, gone)
        raw = self._words.surface(self._called(parts, kind, habit), habit)
        self._tag(number, person, raw, first, min(last, DAYS), "suggest" if r.random() < 0.05 else "book")

    def _called(self, parts: tuple[str, str], kind: str, habit: dict[str, Any]) -> str:
        """What one person calls an owner. An agent is a nuisance who gives a name, and half of the people use it."""
        r = self._r
        sells = self._words.known(r.choice(words.NUISANCE), "nuisance")
        if kind == "nuisance" or (kind == "agent" and r.random() < 0.5):
            return sells
        given, surname = (self._words.spelt(part, habit) for part in parts)
        if kind == "agent":
            return r.choice([given, f"{given} {surname}", f"{given} {sells}"])
        extra = self._words.known(r.choice(words.DESCRIPTORS), "descriptor")
        extra = sells if r.random() < 0.1 else extra  # somebody's friend sells, too
        title = self._words.known(r.choice(words.HONORIFICS), "honorific")
        relation = self._words.known(r.choice(words.RELATIONS), "relation")
        insult = self._words.known(r.choice(words.INSULTS), "insult")
        if kind == "firm":
            return r.choices(
                [f"{given} {surname}", given, f"{given} {surname} {extra}", surname, f"{given} {extra}", extra,
                 self._words.known(r.choice(words.JUNK), "junk")],
                [50, 12, 10, 8, 8, 7, 5],
            )[0]  # fmt: skip
        stranger = self._words.known(r.choice(words.STRANGERS), "stranger")
        return r.choices(
            [f"{given} {surname}", given, f"{surname[0]} {given}", f"{surname} {given}",
             r.choice([f"{given} {title}", f"{title} {given} {surname}", f"{title} {surname}"]),
             r.choice([f"{given} {extra}", f"{given} {surname} {extra}", f"{extra} {given}"]),
             relation, f"{stranger.split()[0]} {relation}", self._words.known(r.choice(words.NICKNAMES), "nickname"),
             f"{insult}", f"{given} {insult}", self._words.known(r.choice(words.JUNK), "junk"), stranger],
            [42, 15, 5, 3, 8, 10, 6, 2, 4, 0.35, 0.35, 2, 1],
        )[0]  # fmt: skip

    def _judged(self, number: int, kind: str) -> None:
        """Marks: many nuisances have none or one, busy firms have some."""
        r = self._r
        mean = {"nuisance": r.gammavariate(0.9, 3.0), "firm": r.gammavariate(0.5, 2.0)}.get(kind, 0.06)
        for spam, expected in ((True, mean), (False, 1.0 if kind == "firm" else 0.5)):
            count = sum(r.random() < expected / 30 for _ in range(30))
            for person in r.sample(range(len(self._habits)), min(count, len(self._habits))):
                day = r.randrange(self._world.contributors[person].created, DAYS)
                self._world.marks.append(Marked(number, person, day, spam))

    # ── enemies ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _enemies(self, number: int, truth: Truth) -> None:
        r = self._r
        if r.random() >= {"person": 0.08, "firm": 0.16, "nuisance": 0.25}[truth.kind]:
            return
        truth.sybils, truth.level = r.choice(SYBILS), r.choice(["naive", "camouflaged"])
        day = r.randrange(200, DAYS - 15)
        farm = self._farm(truth.level, truth.sybils, day)
        spread = 4 if truth.level == "naive" else 60
        days = [min(DAYS, max(each.created, day + r.randrange(spread))) for each in farm]
        if truth.kind == "firm" and r.random() < 0.7:
            truth.flooded, truth.attack_kind = True, "flood"
            self._world.marks += [Marked(number, each.id, at, True) for each, at in zip(farm, days, strict=True)]
            return
        truth.attack_kind, truth.attack = self._goal(truth)
        for each, at in zip(farm, days, strict=True):
            raw = r.choice([truth.attack, truth.attack.title(), truth.attack.upper(), truth.attack + "."])
            self._tag(number, each.id, raw, at, DAYS, "suggest" if truth.level == "naive" else "book")

    def _goal(self, truth: Truth) -> tuple[str, str]:
        r = self._r
        if truth.kind == "nuisance":
            return "impersonation", self._words.known(r.choice(words.IMPOSTORS), "impostor")
        insult = self._words.known(r.choice(words.INSULTS), "insult")
        second = self._words.known(r.choice(words.INSULTS), "insult")
        kind = r.choices(["insult", "name and insult", "false name"], [30, 25, 45])[0]
        if kind == "insult":
            return kind, f"{insult} {second}"
        if kind == "name and insult":
            return kind, f"{truth.parts[0].split('|')[1]} {insult}"
        return kind, self._words.known(r.choice(words.STRANGERS), "stranger")

    def _farm(self, level: str, size: int, day: int) -> list[Contributor]:
        """Accounts of one attacker. Aged ones are dear: most are rented again for the next attack."""
        r, known = self._r, [each for each in self._farms[level] if each.created <= day]
        rented = r.sample(known, min(len(known), int(size * 0.85))) if level == "camouflaged" else []
        made = [self._sybil(level, day) for _ in range(size - len(rented))]
        self._farms[level] += made
        return rented + made

    def _sybil(self, level: str, day: int) -> Contributor:
        r, at, farm = self._r, len(self._world.contributors), 900_000 + day
        if level == "naive":
            made = Contributor(at, day - r.randrange(6), r.randrange(1, 13), farm, farm + r.randrange(3),
                               r.random() < 0.35)  # fmt: skip
        else:
            made = Contributor(at, max(0, day - r.randrange(60, 240)), int(r.lognormvariate(4.6, 0.5)), 500_000 + at,
                               9_000_000 + at // 2, r.random() < 0.8)  # fmt: skip
        self._world.contributors.append(made)
        if level == "camouflaged":  # it has copied what honest people say of other numbers
            honest = [tag for tag in r.sample(self._world.tags, min(40, len(self._world.tags))) if tag.contributor >= 0]
            for tag in honest[: r.randrange(3, 9)]:
                self._tag(tag.number, at, tag.raw, r.randrange(made.created, DAYS), DAYS, "book")
        return made

    def _tag(self, number: int, contributor: int, raw: str, first: int, last: int, kind: str) -> None:
        self._world.tags.append(Tag(number, contributor, raw, first, max(first, last), kind))
