"""A customer's hook decides about a call before it goes on: asked with no connection held, and the first one counts."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from carriers import DIALECTS
from core.e164 import E164, Caller
from core.route import Route, Why
from masking.sessions.values import Service, Url
from tests.town import ALICE, BOB, SESSION, Town
from voice.events import Incoming, TextIn
from voice.plan import Dial, Hangup, Plan, Say
from voice.ports import Routed, Screened
from voice.switchboard import Limits, Switchboard

TWILIO = DIALECTS["twilio"]
VETO, OUTSIDE = {Url.INTERCEPT: "https://app.example/veto"}, {Url.OUTSIDE: "https://app.example/outside"}
NUMBER = SESSION["twilio"][0]


async def nothing(_: Route) -> None:
    """What most hooks do meanwhile."""


@dataclass
class Hook:
    """A Screener that says what it was told to, one answer a time. meanwhile: what happens while it is asked."""

    says: list[Screened]
    meanwhile: Callable[[Route], Awaitable[None]] = nothing
    asked: list[Route] = field(default_factory=list)

    async def screen(self, route: Route, caller: Caller, carrier_call: str) -> Screened:
        self.asked.append(route)
        said = self.says[min(len(self.asked), len(self.says)) - 1]
        await self.meanwhile(route)
        return said

    async def screen_text(self, routed: Routed, text: TextIn) -> Screened:
        raise AssertionError("no text is sent here")


def switchboard(town: Town, hook: Hook | None) -> Switchboard:
    house = town.house
    return Switchboard(
        house.database, town.clock, house.numbers, house.short_keys, house.sealer, house.limiter, town.links,
        [house.rooms.answerer], [], Limits(), screener=hook,
    )  # fmt: skip


async def calls(town: Town, board: Switchboard, call: str = "CA1", caller: E164 = ALICE) -> Plan:
    (account,) = town.house.accounts.of("twilio")
    return await board.arrive(TWILIO, account, Incoming(call, Caller(caller), NUMBER))


async def service(town: Town, urls: dict[Url, str]) -> Service:
    return await town.service(numbers=[NUMBER], urls=urls)


def rings(plan: Plan) -> bool:
    return isinstance(plan[-1], Dial) and plan[-1].to == BOB


async def test_a_call_that_the_hook_lets_pass_rings_and_slides(town: Town):
    hook, made = Hook([Screened(passed=True)]), await town.session(service=await service(town, VETO))
    town.clock.advance(timedelta(hours=1))

    plan = await calls(town, switchboard(town, hook))

    assert rings(plan)
    assert [route.target_id for route in hook.asked] == [made.session.session_id]
    (after,) = await town.rows("SELECT until FROM session")
    assert made.session.until is not None
    assert after["until"] == made.session.until + timedelta(hours=1)


async def test_a_vetoed_call_rings_nobody_slides_nothing_and_its_repeat_asks_no_more(town: Town):
    hook, made = Hook([Screened(passed=False)]), await town.session(service=await service(town, VETO))
    town.clock.advance(timedelta(hours=1))
    board = switchboard(town, hook)

    plan = await calls(town, board)
    again = await calls(town, board)

    assert plan == again
    assert isinstance(plan[0], Say)
    assert "does not put this call through" in plan[0].text
    assert len(hook.asked) == 1
    assert await town.rows("SELECT until, last_at FROM session") == [{"until": made.session.until, "last_at": None}]


async def test_no_connection_is_held_while_the_hook_is_asked(town: Town):
    async def take_them_all(_: Route) -> None:
        async with AsyncExitStack() as stack:
            for _each in range(8):  # all that callers have
                await stack.enter_async_context(town.house.database.voice())

    hook = Hook([Screened(passed=True)], take_them_all)
    await town.session(service=await service(town, VETO))

    assert rings(await calls(town, switchboard(town, hook)))


async def test_two_copies_of_one_webhook_ask_twice_and_are_answered_alike(town: Town):
    both = asyncio.Barrier(2)

    async def together(_: Route) -> None:
        await both.wait()

    hook = Hook([Screened(passed=True), Screened(passed=False)], together)
    await town.session(service=await service(town, VETO))
    board = switchboard(town, hook)

    first, second = await asyncio.gather(calls(town, board), calls(town, board))

    assert first == second
    assert len(hook.asked) == 2
    assert len(await town.rows("SELECT * FROM interaction")) == 1


async def test_outside_of_any_session_the_hook_may_make_one_and_its_veto_hook_is_asked_too(town: Town):
    where = await service(town, VETO | OUTSIDE)

    async def make(route: Route) -> None:
        if route.why is Why.NO_SESSION:
            await town.session(service=where)

    hook = Hook([Screened(passed=True)], make)

    plan = await calls(town, switchboard(town, hook))

    assert rings(plan)
    assert [route.why for route in hook.asked] == [Why.NO_SESSION, None]


async def test_a_hook_that_answers_the_call_itself_is_heard_and_the_end_stays_open(town: Town):
    own: Plan = (Say("Our office is closed.", "en"), Hangup())
    hook = Hook([Screened(passed=False, plan=own)])
    await service(town, OUTSIDE)

    assert await calls(town, switchboard(town, hook)) == own
    assert (await town.call())["outcome"] is None


@pytest.mark.parametrize("urls", [VETO, OUTSIDE])
async def test_where_nobody_can_ask_the_hooks_nobody_is_rung(town: Town, urls):
    where = await service(town, urls)
    if urls == VETO:
        await town.session(service=where)

    assert not rings(await calls(town, switchboard(town, None)))
