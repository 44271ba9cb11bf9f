"""Asks somebody, by one call, whether a sticker may ring them, and waits for what comes of it."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.e164 import E164
from core.route import Outcome
from masking.stickers.values import ContactState, Sticker
from maskline import store, webhooks, worker
from maskline.commands import asked
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown
from maskline.refusal import Refusal

_ANSWER_WITHIN = 90.0
"""Seconds that a command waits: ringing, the question said three times, and a carrier that is slow."""
_LOOK_EVERY = 0.3
_WHO = {1: "owner", 2: "second contact"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of it. state: of the contact. outcome: of the call, None while it goes on or waits."""

    code: str
    place: int
    call: UUID
    state: ContactState
    outcome: Outcome | None
    waited: bool

    @property
    def well(self) -> bool:
        """Whether they agreed, or nobody waited to hear."""
        return self.state is ContactState.AGREED or not self.waited

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {"code": self.code, "contact": _WHO[self.place], "call": self.call, "state": self.state,
                "outcome": self.outcome}  # fmt: skip

    def lines(self) -> list[str]:
        """For people."""
        if self.state is ContactState.AGREED:
            now = (
                "The sticker is active"
                if self.place == 1
                else "They are rung after an accident if the owner is not reached"
            )
            return [f"They agreed. {now}. Look what a stranger would meet: ./run stickers test {self.code}"]
        if not self.waited:
            return [f"The call is on its way. See what came of it: ./run stickers test {self.code}"]
        if self.state is ContactState.REFUSED:
            return ["They refused, and are not asked again for a month. The sticker rings nobody."]
        if self.outcome is None:
            return [
                "Nothing was heard of the call yet. Look at the service's log and at ./run doctor, and see later:",
                f"./run stickers test {self.code}",
            ]
        again = f"./run stickers activate {self.code}{' --second' if self.place == 2 else ''}"
        return [f"Nobody agreed (the call ended: {self.outcome}), so nothing rings. Try again: {again}"]


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask about which sticker. place: 1 the owner, 2 the second contact."""

    code: str
    place: int
    language: str | None
    check: bool
    wait: bool


def ask(shown: Shown, asking: Asking) -> Found:
    """Raises Refusal and Problem. A number without a country code is read as one of the sticker's country."""
    typed = asked.line(f"Number of the {_WHO[asking.place]}, with its country code")

    async def work(opened: Opened) -> Found:
        sticker = await opened.house.desk.find(asking.code)
        number = E164.parse(typed, sticker.country)
        if asking.check:
            await _require_service(opened)
        return await _ask(opened, sticker, number, asking, shown)

    return with_house(shown, work)


async def _ask(opened: Opened, sticker: Sticker, number: E164, asking: Asking, shown: Shown) -> Found:
    call = await opened.house.desk.ask(sticker.code, number, asking.place, asking.language or sticker.language)
    if not opened.worker:
        await worker.drain(opened.house)
    if asking.wait:
        shown.step("The phone rings now. Whoever answers hears the question and presses 1 to agree.")
    until = time.monotonic() + (_ANSWER_WITHIN if asking.wait else 0)
    while True:
        found = await _look(opened, sticker, call, asking)
        answered = found.state is not ContactState.ASKED or found.outcome is not None
        if answered or time.monotonic() >= until:
            return found
        await asyncio.sleep(_LOOK_EVERY)


async def _look(opened: Opened, sticker: Sticker, call: UUID, asking: Asking) -> Found:
    now = await opened.house.desk.find(sticker.code)
    async with opened.house.database.work() as conn:
        state = await store.call_state(conn, sticker.tenant, call)
    return Found(
        code=sticker.code, place=asking.place, call=call, state=now.contacts.get(asking.place, ContactState.ASKED),
        outcome=state.outcome if state and state.ended else None, waited=asking.wait,
    )  # fmt: skip


async def _require_service(opened: Opened) -> None:
    """Raises Refusal where the carrier would find nobody who tells it what to say to the person who picks up."""
    url = opened.house.public_url
    found = await webhooks.looked_at(url)
    if found is None:
        return
    remote = "Is ./run serve running, and does the proxy pass on to it?"
    start = "Start it: ./run serve." if webhooks.is_local(url) else remote
    raise Refusal(
        f"The service at {url} {found}, so nobody would say anything to whoever picks up. {start} "
        "If only this machine cannot reach it: --no-check."
    )
