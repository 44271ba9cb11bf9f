"""Asks a customer's hooks about a call before it goes on. No connection is held meanwhile."""

from dataclasses import dataclass, replace

from core.clock import Clock
from core.e164 import Caller
from core.route import Route, Verdict, Why
from privacy.numbers import NumberKeys
from sql.database import Database
from voice import store
from voice.plan import Plan
from voice.ports import Screened, Screener

_HOOKS = 2
"""The one for calls outside of any session, which may make a session, and then the veto."""


@dataclass(frozen=True, slots=True)
class Asking:
    """screener: asks the hooks; without one, a call that must be asked about goes no further."""

    database: Database
    clock: Clock
    numbers: NumberKeys
    screener: Screener | None

    async def decide(self, route: Route, caller: Caller, carrier_call: str) -> tuple[Route, Plan | None]:
        """
        The route once every hook has spoken, and the customer's own answer where a hook gave one.

        Whoever asks first decides: a repeat of the webhook that comes meanwhile asks too, and gets the same route.
        Raises DatabaseAway.
        """
        from_key = self.numbers.key(caller.number) if caller.number else None
        for _ in range(_HOOKS):
            if route.verdict is not Verdict.ASK or route.call_id is None:
                return route, None
            said = Screened(passed=False)
            if self.screener is not None:
                said = await self.screener.screen(route, caller, carrier_call)
            async with self.database.voice() as conn:
                kept = await store.screened(
                    conn, self.clock.now(), tenant=route.tenant, call=route.call_id,
                    passed=None if said.plan is not None else said.passed, from_key=from_key,
                )  # fmt: skip
            if said.plan is not None:
                return route, said.plan
            route = kept or route
        if route.verdict is Verdict.ASK:
            route = replace(route, verdict=Verdict.REFUSE, why=Why.UNAVAILABLE)
        return route, None
