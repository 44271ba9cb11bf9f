"""
Routing as DESIGN 4a tells it: whom a call may reach, written from its tables and not from our code.

Nothing here is imported from Maskline. Numbers and people are strings; a target is ("sticker", name) or ("call", name).
Two readings are fixed here. An open claim on a target that the caller may reach already is their newer scan: it is
used up. A call that nobody ended is over at its time limit, so that is when the owner's way back starts to run out.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.proofs.values import (
    BOUND,
    EXTENSION,
    EXTENSION_COOLS,
    LONGEST_CALL,
    OPEN,
    OPEN_A_STICKER,
    OPEN_COOLS,
    TRIES,
    WRONG_A_DAY,
    Call,
    Claim,
    Number,
    Party,
    Said,
    Sticker,
)


@dataclass
class Model:
    """The whole of it. scans: the reason of each. wrong: windows of wrong guesses, (start, count) by caller and day."""

    numbers: dict[str, Number]
    stickers: dict[str, Sticker]
    claims: dict[tuple[str, Party], Claim] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    blocks: dict[tuple[str, str], datetime] = field(default_factory=dict)
    scans: dict[str, str] = field(default_factory=dict)
    wrong: dict[Party, tuple[datetime, int]] = field(default_factory=dict)

    # ── scans ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def free_pool(self, t: datetime) -> set[str]:
        """Pool numbers that may be given out: nobody's open claim lives or cools there, and owners can be shown one."""
        if self.shown_from(None, t) is None:
            return set()
        return {name for name, number in self.numbers.items() if number.plays(t) == "pool" and self._free(name, t)}

    def may_be_given(self, t: datetime, sticker: str, number: str, digits: str | None) -> bool:
        """Whether a scan may get this way: an open claim while there is one to have, else an extension."""
        held = [
            c for c in self.claims.values() if c.kind == "open" and c.target == ("sticker", sticker) and t < c.until
        ]
        free = self.free_pool(t) if len(held) < OPEN_A_STICKER else set()
        if digits is None:
            return number in free
        taken = self.claims.get((number, ("extension", digits)))
        return not free and self.numbers[number].plays(t) == "shared" and (taken is None or taken.reuse_after <= t)

    def scanned(self, t: datetime, sticker: str, scan: str, reason: str, number: str, digits: str | None) -> None:
        """A scan was given its way."""
        self.scans[scan] = reason
        kind, lives, cools = ("open", OPEN, OPEN_COOLS) if digits is None else ("extension", EXTENSION, EXTENSION_COOLS)
        party: Party = ("open",) if digits is None else ("extension", digits)
        self.claims[number, party] = Claim(kind, ("sticker", sticker), scan, t, t + lives, t + lives + cools)

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def calls_in(
        self, t: datetime, name: str, caller: str | None, dialled: str, forwarded: str | None = None, over: bool = False
    ) -> Said:
        """A call to one of our numbers, first that fits. over: a quota is used up."""
        number = self.numbers.get(dialled)
        if number is None:
            return Said("refuse", "not-ours")
        role = number.plays(t)
        call = self.calls[name] = Call(caller, dialled, t, Said("refuse"))
        own = self._own(t, dialled, caller, role)
        if role is None:
            call.said = Said("refuse", "resting")
        elif caller in self.numbers or forwarded in self.numbers:
            call.said = Said("refuse", "loop")
        elif over:
            call.said = Said("refuse", "quota")
        elif role == "pool":
            call.said = self._on_pool(t, name, own)
        elif role == "shared":
            call.said, call.stay = Said("enter"), own is not None
        else:
            call.said = Said("refuse", "no-session")  # none of these numbers is in a service
        return self._told(call)

    def _on_pool(self, t: datetime, name: str, own: tuple[Party, Claim] | None) -> Said:
        call = self.calls[name]
        fresh = self.claims.get((call.number, ("open",)))
        live = fresh is not None and t < fresh.until
        if fresh is not None and live and own is not None and own[1].target != fresh.target:
            call.asked = (own[1], fresh)
            return Said("which")
        if fresh is not None and live:
            return self._bind(t, name, ("open",), fresh)
        if own is not None:
            return self._bind(t, name, *own)
        return Said("enter", "cooling" if fresh is not None and t < fresh.reuse_after else "stranger")

    def enters(self, t: datetime, name: str, digits: str) -> Said:
        """An answer to a menu; "" where the caller let it pass."""
        call = self.calls[name]
        if call.said.verdict not in ("enter", "which"):
            return call.said
        call.tries += 1
        if self.numbers[call.number].plays(t) is None:
            call.said = Said("refuse", "resting")
        elif call.said.verdict == "which":
            call.said = self._chooses(t, name, digits)
        elif digits == "" and call.stay:
            own = self._own(t, call.number, call.caller, self.numbers[call.number].plays(t))
            call.said = self._bind(t, name, *own) if own else Said("refuse", "cooling")
        else:
            call.said = self._extension(t, name, digits)
        return self._told(call)

    def _told(self, call: Call) -> Said:
        if call.said.verdict == "refuse":
            call.outcome = "refused"
        return call.said

    def _chooses(self, t: datetime, name: str, digits: str) -> Said:
        call = self.calls[name]
        if call.asked is None or digits not in ("1", "2"):
            return Said("refuse", "no-more-tries") if call.tries >= TRIES else Said("which")
        wanted = call.asked[0 if digits == "2" else 1]
        for (number, party), claim in list(self.claims.items()):
            if number == call.number and claim is wanted and t < claim.until:
                return self._bind(t, name, party, claim)
        return Said("refuse", "cooling")

    def _extension(self, t: datetime, name: str, digits: str) -> Said:
        call = self.calls[name]
        shared, keys = self.shown_from(call.number, t), self._keys(t, name)
        if shared is not None and len(digits) == 6 and digits.isascii() and digits.isdigit():
            windows = [self.wrong.get(key, (t - BOUND, 0)) for key in keys]
            if sum(count for start, count in windows if t < start + timedelta(hours=24)) >= WRONG_A_DAY:
                return Said("refuse", "no-more-tries")
            claim = self.claims.get((shared, ("extension", digits)))
            if claim is not None and t < claim.until:
                return self._bind(t, name, ("extension", digits), claim, shared)
        if shared is not None and digits:
            start, count = self.wrong.get(keys[0], (t, 0))
            self.wrong[keys[0]] = (start, count + 1) if t < start + timedelta(hours=24) else (t, 1)
        if call.tries >= TRIES:
            return Said("refuse", "no-more-tries")
        return Said("enter", "wrong-extension" if digits else call.said.why)

    # ── binding and ringing ───────────────────────────────────────────────────────────────────────────────────────

    def _bind(self, t: datetime, name: str, party: Party, claim: Claim, at: str | None = None) -> Said:
        """The claim becomes the caller's own, if it is not yet, and its target is rung if it may be."""
        call = self.calls[name]
        call.target, call.reason = claim.target, self.scans.get(claim.scan or "")
        if claim.kind == "callback":
            claim.used_at = t
            return self._ring(t, name)
        mine = self._keys(t, name)[0]
        if claim.kind == "bound":
            self.claims.pop((call.number, party))
            claim.used_at, claim.until, claim.reuse_after = t, t + BOUND, t + BOUND
        else:
            cools = EXTENSION_COOLS if claim.kind == "extension" else OPEN_COOLS
            spent = Claim(claim.kind, claim.target, claim.scan, t, t, t + cools)
            self.claims[at or call.number, party] = spent
            claim = Claim("bound", claim.target, claim.scan, t, t + BOUND, t + BOUND)
        self.claims[call.number, mine] = claim
        return self._ring(t, name)

    def _ring(self, t: datetime, name: str) -> Said:
        call = self.calls[name]
        kind, what = call.target or ("", "")
        if kind == "call":
            back = self.calls[what]
            if back.caller is None:
                return Said("refuse", "unavailable")
            return Said("ring", to=back.caller, show=back.number)
        sticker, shown = self.stickers[what], self.shown_from(call.number, t)
        to = self.contact(t, sticker, call)
        if to is None or shown is None:
            return Said("refuse", "unavailable")
        call.minutes = sticker.minutes
        if call.caller is not None and sticker.minutes > 0:
            lasts = timedelta(minutes=sticker.minutes) + (timedelta() if call.ended else LONGEST_CALL)
            way_back = Claim("callback", ("call", name), None, t, t + lasts, t + lasts)
            self.claims[shown, ("owner", to)] = way_back
        return Said("ring", to=to, show=shown)

    def contact(self, t: datetime, sticker: Sticker, call: Call) -> str | None:
        """Whom a sticker rings at the call's place: agreed, not quiet, not blocked, not the caller, none of ours."""
        person = sticker.second if call.place == 2 else sticker.owner if sticker.since else None
        if person is None or sticker.state != "activated" or sticker.is_quiet(t) or person == call.caller:
            return None
        until = self.blocks.get((person, call.caller or ""))
        return None if (until is not None and t < until) or person in self.numbers else person

    # ── words of the trade ────────────────────────────────────────────────────────────────────────────────────────

    def shown_from(self, number: str | None, t: datetime) -> str | None:
        """The shared number that an owner sees: the dialled one if it is shared, else the account's oldest."""
        if number is not None and self.numbers[number].plays(t) == "shared":
            return number
        shared = [(other.order, name) for name, other in self.numbers.items() if other.plays(t) == "shared"]
        return min(shared)[1] if shared else None

    def _free(self, number: str, t: datetime) -> bool:
        claim = self.claims.get((number, ("open",)))
        return claim is None or claim.reuse_after <= t

    def _keys(self, t: datetime, name: str) -> list[Party]:
        """Under which keys a caller is known, today's first: a day's key is forgotten after the next day."""
        caller = self.calls[name].caller
        if caller is None:
            return [("call", name)]
        day: date = t.date()
        return [("scanner", caller, day), ("scanner", caller, day - timedelta(days=1))]

    def _own(self, t: datetime, number: str, caller: str | None, role: str | None) -> tuple[Party, Claim] | None:
        """A caller's newest live claim on a number. On a pool number nobody is known as an owner."""
        if caller is None:
            return None
        day = t.date()
        parties: list[Party] = [("scanner", caller, day), ("scanner", caller, day - timedelta(days=1))]
        if role != "pool":
            parties.append(("owner", caller))
        live = [(p, c) for p in parties if (c := self.claims.get((number, p))) is not None and t < c.until]
        return max(live, key=lambda found: found[1].used_at, default=None)
