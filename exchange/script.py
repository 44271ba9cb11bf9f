"""
Running XML on one leg: waiting, speaking and taking keys, which both vendors do alike.

A script waits only in `take`, which raises LegOver when the person is gone and Steered when REST sends the leg
elsewhere; so each verb is written as if nothing could interrupt it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exchange.legs import Event, Key, Leg, Over, Steer
from exchange.office import Office


class ApplicationError(Exception):
    """The application's answer cannot be had or run; what follows is the vendor's own ending."""

    def __init__(self, about: str = "", code: str = "") -> None:
        super().__init__(about)
        self.code = code


class LegOver(Exception):
    """The leg that the script runs on has ended."""


class Steered(Exception):
    """REST asked for other XML."""

    def __init__(self, to: Steer) -> None:
        super().__init__(to.url)
        self.to = to


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to be heard. kind: say or play, or pause with `seconds`."""

    kind: str
    text: str = ""
    language: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Collecting:
    """
    What keys to take.

    first, between: seconds to wait for the first key after the prompts, and for each further one. most: how many keys.
    finish: keys that end the entry and are not part of it. valid: keys that count; others are ignored.
    """

    first: float
    between: float
    most: int
    finish: str = "#"
    valid: str = "0123456789*#"


@dataclass(frozen=True, slots=True)
class Collected:
    """The digits, and the finishing key if one was pressed."""

    digits: str
    finished_on: str = ""


class Script:
    """The part of a vendor's interpreter that knows no XML."""

    def __init__(self, office: Office, leg: Leg) -> None:
        self.office = office
        self.leg = leg

    async def take(self, seconds: float | None = None) -> Event | None:
        """The next event, None after `seconds`. Raises LegOver, Steered."""
        event = await self.leg.mailbox.take(seconds)
        if self.leg.over or (isinstance(event, Over) and event.leg is self.leg):
            raise LegOver
        if isinstance(event, Steer):
            raise Steered(event)
        return event

    async def rest(self, seconds: float) -> None:
        """Let time pass; keys are lost meanwhile."""
        until = self.office.timers.now() + timedelta(seconds=seconds)
        while await self.take((until - self.office.timers.now()).total_seconds()) is not None:
            continue

    async def play(self, prompt: Prompt) -> None:
        """Let the leg's person hear a prompt to its end."""
        await self.rest(self._begin(prompt))

    def _begin(self, prompt: Prompt) -> float:
        if prompt.kind == "pause":
            return prompt.seconds
        return self.office.switch.hear(self.leg, prompt.text, prompt.kind, prompt.language)

    async def collect(self, prompts: Sequence[Prompt], want: Collecting) -> Collected:
        """Take keys while and after the prompts are heard; the first key cuts them short."""
        self.leg.listening = True
        self.office.bus.stir()
        try:
            first = await self._key_during(prompts, want)
            return await self._keys(first, want)
        finally:
            self.leg.listening = False

    async def _key_during(self, prompts: Sequence[Prompt], want: Collecting) -> str:
        for prompt in prompts:
            until = self.office.timers.now() + timedelta(seconds=self._begin(prompt))
            key = await self._key_until(until, want)
            if key:
                return key
        return ""

    async def _keys(self, first: str, want: Collecting) -> Collected:
        digits, key = "", first
        while True:
            if key and key in want.finish:
                return Collected(digits, key)
            digits += key
            if len(digits) >= want.most:
                return Collected(digits)
            seconds = want.between if digits else want.first
            key = await self._key_until(self.office.timers.now() + timedelta(seconds=seconds), want)
            if not key:
                return Collected(digits)

    async def _key_until(self, until: datetime, want: Collecting) -> str:
        """The next key that counts; "" when the time is up."""
        while True:
            event = await self.take((until - self.office.timers.now()).total_seconds())
            if event is None:
                return ""
            if isinstance(event, Key) and event.leg is self.leg and event.char in want.valid + want.finish:
                return event.char
