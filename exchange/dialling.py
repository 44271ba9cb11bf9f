"""
Ring several lines together and join the caller to the first that accepts.

The vendors differ in what a callee hears first, in the events they report and in the words for each ending; those are
methods to override. What they share stands here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exchange.legs import Answered, Event, Key, Leg, LegState, Ready
from exchange.script import LegOver, Script, Steered
from exchange.wire import Leak


@dataclass(slots=True)
class Dialled:
    """
    How a Dial went.

    winner: the leg that was joined. answered: the first leg that picked up, joined or not. how: talked, timeout,
    caller-left, or ended (each callee's leg ended by itself).
    """

    how: str = "ended"
    winner: Leg | None = None
    answered: Leg | None = None


class Dialling:
    """One Dial. ring_seconds: how long the lines ring; None = for ever. talk_seconds: the longest talk."""

    def __init__(
        self, script: Script, children: Sequence[Leg], ring_seconds: float | None, talk_seconds: float
    ) -> None:
        self.script = script
        self.office = script.office
        self.caller = script.leg
        self.children = list(children)
        self.ring_seconds = ring_seconds
        self.talk_seconds = talk_seconds
        self.result = Dialled()

    def on_answered(self, child: Leg) -> None:
        """A callee picked up: start what they hear first, or say at once that they are ready."""
        child.tell(Ready(child))

    def on_bridged(self, child: Leg) -> None:
        """Caller and callee are joined."""

    def on_key(self, key: Key) -> bool:
        """A key during ringing or talk; True ends the callee's leg."""
        return False

    async def run(self) -> Dialled:
        """Ring, join, talk. Raises Steered, with the callees hung up; never LegOver: see `Dialled.how`."""
        try:
            await self._ring()
            if self.result.winner is not None:
                await self._talk(self.result.winner)
        except LegOver:
            self.result.how = "caller-left" if self.result.winner is None else "talked"
            self._end_all("canceled")
        except Steered:
            self._end_all("canceled")
            raise
        return self.result

    async def _ring(self) -> None:
        until = None if self.ring_seconds is None else self._later(self.ring_seconds)
        while self.result.winner is None and any(not child.over for child in self.children):
            ringing = any(child.state is LegState.RINGING for child in self.children)
            event = await self.script.take(self._left(until) if until is not None and ringing else None)
            if event is None:
                self.result.how = "timeout"
                self.end_ringing("no-answer")
            else:
                self._heed(event)

    def _heed(self, event: Event) -> None:
        """What an event during ringing means."""
        if isinstance(event, Answered) and event.leg in self.children and not event.leg.over:
            self.result.answered = self.result.answered or event.leg
            self.on_answered(event.leg)
        elif isinstance(event, Ready) and event.leg in self.children and not event.leg.over:
            self._join(event.leg)
        elif isinstance(event, Key) and event.leg is self.caller and self.on_key(event):
            self._end_all("canceled")

    def _join(self, winner: Leg) -> None:
        self.result.winner, self.result.how = winner, "talked"
        for child in self.children:
            if child is not winner:
                self.office.switch.end(child, "canceled", "carrier", "Lost Race")
        self.office.switch.bridge(self.caller, winner)
        self.on_bridged(winner)

    async def _talk(self, winner: Leg) -> None:
        until = self._later(self.talk_seconds)
        while not winner.over:
            event = await self.script.take(self._left(until))
            if event is None or (isinstance(event, Key) and self.on_key(event)):
                self.office.switch.end(winner, "completed", "carrier", "" if event else "Max Duration Reached")

    def watch_for_leak(self, child: Leg, shown: str) -> None:
        """Note it if the callee is about to be shown the caller's own number."""
        caller = self.caller.root
        if shown == caller.own and shown not in self.office.registry.numbers and child.to != caller.own:
            self.office.log.leaks.append(Leak(child.carrier, child.call_id, shown, child.to))

    def end_ringing(self, cause: str) -> None:
        """Stop the lines that still ring."""
        for child in self.children:
            if child.state is LegState.RINGING:
                self.office.switch.end(child, cause, "carrier")

    def _end_all(self, cause: str) -> None:
        for child in self.children:
            self.office.switch.end(child, cause, "carrier", "caller")

    def _later(self, seconds: float) -> datetime:
        return self.office.timers.now() + timedelta(seconds=seconds)

    def _left(self, until: datetime) -> float:
        return (until - self.office.timers.now()).total_seconds()
