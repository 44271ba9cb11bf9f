"""One random history: what happens is drawn from a seed, done for real, and compared with the model at every step."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.route import Reason
from masking.claims.errors import NoNumberFree
from masking.stickers.errors import NotActivated, OwnerUnavailable
from masking.stickers.values import Visitor
from tests.proofs import acts
from tests.proofs.model import Model
from tests.proofs.places import PEOPLE, Place
from tests.proofs.values import Said
from tests.proofs.wires import Heard

REASONS = ["lights", "blocking", "accident", "accident", "tow", "other"]
RESULTS = ["no-answer", "no-answer", "busy", "failed", "cancelled", "completed"]


class Diverged(AssertionError):
    """What happened is not what the model says. The text tells the whole history, and the seed that repeats it."""


@dataclass
class Way:
    """What a scan was given."""

    sticker: str
    number: str
    digits: str | None
    token: str


@dataclass
class Talk:
    """A call that goes on. url: where its next step is asked."""

    caller: str | None
    heard: Heard
    pressed: bool = False
    is_over: bool = False


@dataclass
class History:
    """See `moves` for what may happen. most_calls: by one caller, where real quotas count."""

    seed: int
    place: Place
    most_calls: int = 1000
    log: list[str] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    talks: dict[str, Talk] = field(default_factory=dict)
    asked_before: list[tuple[Callable[[], Awaitable[Heard]], bytes]] = field(default_factory=list)
    called: dict[str | None, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.model = Model(self.place.numbers, self.place.stickers)

    @property
    def now(self) -> datetime:
        return self.place.clock.now()

    def note(self, *words: object) -> None:
        self.log.append(f"{self.now:%d %H:%M:%S} {' '.join(map(str, words))}")

    def hold(self, holds: bool, *words: object) -> None:
        """Raises Diverged."""
        if not holds:
            story = "\n".join([*self.log, " ".join(map(str, words))])
            raise Diverged(f"history {self.seed}:\n{story}")

    # ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def tick(self) -> None:
        """A second at least; often to the very moment at which something ends, or a second beside it."""
        now, kind = self.now, self.rng.random()
        if kind < 0.8:
            ahead = timedelta(seconds=self.rng.choice([1, 1, 2, 5, 20, 40]))
        elif kind < 0.95:
            ends = [end for claim in self.model.claims.values() for end in (claim.until, claim.reuse_after)]
            ends += [number.rests_until for number in self.model.numbers.values() if number.rests_until]
            midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            later = sorted(end for end in ends if end > now + timedelta(seconds=2))
            near = self.rng.choice([*later[:4], midnight + timedelta(seconds=2)])
            ahead = near - now + timedelta(seconds=self.rng.choice([-1, 0, 0, 1]))
        else:
            ahead = timedelta(seconds=self.rng.choice([600, 3600, 8 * 3600, 24 * 3600, 30 * 3600]))
        self.place.clock.advance(ahead)

    def pause(self, most: int) -> None:
        """A few seconds within a conversation."""
        self.place.clock.advance(timedelta(seconds=self.rng.randint(1, most)))

    # ── scans ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def scan(self) -> None:
        """A visitor chooses a reason; one in four comes back with the cookie of an earlier way."""
        name, reason = self.rng.choice(list(self.place.stickers)), self.rng.choice(REASONS)
        earlier = [n for n, way in enumerate(self.ways) if way.sticker == name]
        back = self.rng.choice(earlier) if earlier and self.rng.random() < 0.25 else None
        visitor = Visitor(f"192.0.{self.rng.randrange(256)}.1", "", "en")
        reachable = self.model.stickers[name].reachable(self.now)
        token = self.ways[back].token if back is not None else None
        try:
            way = await self.place.scans.start(self.place.codes[name], Reason(reason), visitor, token)
        except (OwnerUnavailable, NotActivated):
            self.hold(not reachable, "a scan of", name, "was refused")
            return
        except NoNumberFree:
            self.hold(not self._any_way(), "no way was given for", name)
            return
        self.note("scan", name, reason, "gives", way.number, way.extension)
        self.hold(reachable, "a scan of", name, "gave a way")
        if way.number is None:
            self.hold(way.taken and not self._any_way(), "no number was given for", name)
            return
        if back is not None and self.is_live(back):
            same = (way.number.value, way.extension) == (self.ways[back].number, self.ways[back].digits)
            self.hold(same, "the same visitor got another way")
            self.model.scans[f"w{back}"] = reason
            return
        allowed = self.model.may_be_given(self.now, name, way.number.value, way.extension)
        self.hold(allowed, "this way may not be given")
        self.model.scanned(self.now, name, f"w{len(self.ways)}", reason, way.number.value, way.extension)
        self.ways.append(Way(name, way.number.value, way.extension, way.token))

    def _any_way(self) -> bool:
        return any(number.plays(self.now) == "shared" for number in self.model.numbers.values())

    def is_live(self, way: int) -> bool:
        """Whether the n-th way still leads to an owner."""
        scan = f"w{way}"
        kinds = ("open", "extension")
        return any(c.scan == scan and c.kind in kinds and self.now < c.until for c in self.model.claims.values())

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def call(self, who: tuple[str | None, str] | None = None) -> str | None:
        """Somebody calls: most often a number they were given, or one they called before. Returns the call's name."""
        caller, dialled = who or self._who_dials_what()
        if self.called.get(caller, 0) >= self.most_calls:
            return None
        self.called[caller] = self.called.get(caller, 0) + 1
        ours = list(self.model.numbers)
        odd = self.rng.random()
        caller = self.rng.choice(ours) if odd < 0.02 else caller
        forwarded = self.rng.choice(ours) if 0.02 < odd < 0.04 else None
        over = 0.04 < odd < 0.06 and self.most_calls > 100
        name = self.place.wire.new_call()

        async def ask() -> Heard:
            return await self.place.wire.calls_in(name, caller, dialled, forwarded, over=over)

        self.note("call", name, caller, "dials", dialled, "forwarded" if forwarded else "", "over" if over else "")
        said = self.model.calls_in(self.now, name, caller, dialled, forwarded, over)
        heard = await self._ask(ask, name, said)
        if name in self.model.calls:
            self.talks[name] = Talk(caller, heard)
        return name if name in self.model.calls else None

    def _who_dials_what(self) -> tuple[str | None, str]:
        """Mostly a fresh way, the same call again, or an owner who calls back; now and then anybody anything."""
        numbers, kind = list(self.model.numbers), self.rng.random()
        fresh = [way.number for n, way in enumerate(self.ways) if self.is_live(n)]
        rung = [call for call in self.model.calls.values() if call.said.verdict == "ring" or call.target]
        if kind < 0.4 and fresh:
            return self.rng.choice([*PEOPLE[2:], None]), self.rng.choice(fresh)
        if kind < 0.65 and rung:
            again = self.rng.choice(rung[-4:])
            return again.caller, again.number
        if kind < 0.85:
            shared = [name for name, number in self.model.numbers.items() if number.role == "shared"]
            owner = self.rng.choice(rung[-3:]).said.to if rung else None
            return owner or self.rng.choice(PEOPLE[:4]), self.rng.choice(shared or numbers)
        if kind < 0.87:
            return self.rng.choice(PEOPLE), "+12015550199"
        return self.rng.choice([*PEOPLE, None]), self.rng.choice(numbers)

    async def go_on(self, name: str | None = None, digits: str | None = None) -> None:
        """A call that goes on takes its next step; a menu is answered with `digits`, where given."""
        going = list(self.talks)
        name = name or self.rng.choice(going[-2:] if self.rng.random() < 0.7 else going)
        talk = self.talks[name]
        if talk.heard.asks and (digits is not None or self.rng.random() < 0.9):
            await self._enter(name, talk, digits)
        elif talk.heard.to and not talk.is_over and self.rng.random() < 0.9:
            await self._ring(name, talk)
        else:
            self.note("ends", name)
            acts.ended(self.model, self.now, name)
            await self.place.wire.ends(name)
            del self.talks[name]

    async def _enter(self, name: str, talk: Talk, wanted: str | None) -> None:
        drawn = self._digits(talk.heard.asks, stay=self.model.calls[name].stay)
        digits, url = drawn if wanted is None else wanted, talk.heard.steps[0]

        async def ask() -> Heard:
            return await self.place.wire.enters(name, url, talk.caller, digits)

        self.note("enters", name, repr(digits))
        said = self.model.enters(self.now, name, digits)
        talk.heard = await self._ask(ask, name, said)

    def _digits(self, asks: str | None, *, stay: bool) -> str:
        kind, given = self.rng.random(), [way.digits for way in self.ways if way.digits]
        live = [way.digits for n, way in enumerate(self.ways) if way.digits and self.is_live(n)]
        if asks == "which":
            return self.rng.choice(["1", "1", "2", "2", "", "3"])
        if stay and self.rng.random() < 0.6:
            return ""
        if kind < 0.6 and live:
            return self.rng.choice(live)
        if kind < 0.75:
            return ""
        return self.rng.choice([f"{self.rng.randrange(1_000_000):06d}", "12", "1234567", "*#0000", "١٢٣٤٥٦", *given])

    async def _ring(self, name: str, talk: Talk) -> None:
        if not talk.pressed and self.rng.random() < 0.4:
            key = self.rng.choice(["1", "1", "2", "9", "9", "7"])
            self.note("presses", name, key)
            talk.pressed = True
            acts.presses(self.model, self.now, name, self._heard_as(key))
            await self.place.wire.presses(name, talk.heard, key)
            return
        result, url = self.rng.choice(RESULTS), talk.heard.step("dialled")

        async def ask() -> Heard:
            return await self.place.wire.dial_over(name, url, talk.caller, result)

        self.note("dial over", name, result)
        said = acts.dial_over(self.model, self.now, name, result)
        talk.heard = await self._ask(ask, name, said)
        talk.pressed, talk.is_over = said.verdict != "ring", said.verdict != "ring"

    def _heard_as(self, key: str) -> str:
        """Plivo waits for one key only, and hears nine during the talk."""
        return "" if key == "2" and not self.place.asks_in_whisper else key

    async def _ask(self, ask: Callable[[], Awaitable[Heard]], name: str, said: Said) -> Heard:
        """Does it, and compares. Whoever is dialled is whom the model names, and sees one of our numbers."""
        heard = await ask()
        self.note("  ->", heard.to or heard.asks or "refused", "model:", said)
        rings = said.verdict == "ring"
        self.hold(heard.to == (said.to if rings else None), "dialled is", heard.to)
        self.hold(heard.to is None or (heard.show == said.show and heard.show in self.model.numbers), heard.show)
        self.hold(heard.asks == (said.verdict if said.verdict in ("enter", "which") else None), "asks", heard.asks)
        kept = await self._kept(name)
        if kept is not None and said.verdict != "over":
            self.hold((kept["verdict"], kept["why"]) == (said.verdict, said.why), "kept is", dict(kept))
        self.asked_before.append((ask, heard.raw))
        return heard

    async def _kept(self, name: str) -> Any:
        async with self.place.database.work() as conn:
            return await conn.fetchrow(
                "SELECT route ->> 'verdict' AS verdict, route ->> 'why' AS why, call_id, outcome FROM call"
                " WHERE tenant = $1 AND carrier_call = $2", self.place.tenant, name,
            )  # fmt: skip
