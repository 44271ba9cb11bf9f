"""
Customers' hooks that decide about a call or a text before it goes on: `voice.ports.Screener`.

A veto (Twilio's InterceptCallbackUrl) stops what a live session would let pass; where there is no live session, another
hook (OutOfSessionCallbackUrl) may make one, or answer itself. Somebody waits on the phone, so each has a second; what a
veto's silence means is the service's choice. No connection to the database is held meanwhile.
"""

import logging
from dataclasses import dataclass

from core.clock import Clock
from core.e164 import Caller
from core.problem import Problem
from core.route import Route
from masking.sessions import event_store
from masking.sessions.asked import Asked
from masking.sessions.callback_forms import intercept_form
from masking.sessions.events import News
from masking.sessions.outside import SECONDS, Outside
from masking.sessions.posting import Poster
from masking.sessions.services import Services
from masking.sessions.values import Service
from sql.database import Database
from voice.events import TextIn
from voice.ports import CourierAway, CourierRefused, Routed, Screened

VETO = 403
"""The one status that stops an interaction; every other lets it pass, as with Twilio."""

logger = logging.getLogger("maskline.hooks")


@dataclass(frozen=True, slots=True)
class HookScreener:
    """Asks the hooks of the service whose number was dialled."""

    database: Database
    clock: Clock
    services: Services
    poster: Poster
    outside: Outside

    async def screen(self, route: Route, caller: Caller, carrier_call: str) -> Screened:
        """See `voice.ports.Screener`. The carrier's own name for the call is told to nobody."""
        return await self._decided(Asked.call(route, caller.number))

    async def screen_text(self, routed: Routed, text: TextIn) -> Screened:
        """See `voice.ports.Screener`."""
        return await self._decided(Asked.text(routed, text))

    async def _decided(self, asked: Asked | None) -> Screened:
        if asked is None:
            return Screened(passed=False)
        try:
            service = await self.services.get(asked.tenant, asked.service)
            if asked.to_id is None:
                return await self.outside.answer(service, asked)
            return Screened(passed=await self._passes(service, asked))
        except Problem as problem:
            logger.warning("a hook could not be asked: %s", problem.slug, extra={"service": str(asked.service)})
        except Exception:  # the caller must not hear a fault of ours as a technical one
            logger.exception("a hook could not be asked", extra={"service": str(asked.service)})
        return Screened(passed=False)

    async def _passes(self, service: Service, asked: Asked) -> bool:
        url, session = service.intercept_url, asked.session
        if url is None or session is None:
            return True
        form = intercept_form(service.service_id, asked.interaction(session, self.clock.now()))
        try:
            told = await self.poster.form(service, url, form, once=asked.once, seconds=SECONDS)
        except (CourierAway, CourierRefused) as silent:
            logger.info("a veto hook is silent: %s", silent.slug, extra={"service": str(asked.service)})
            if not service.intercept_open:
                await self._tell(asked, News.HOOK_SILENT)
            return service.intercept_open
        if told.status == VETO:
            await self._tell(asked, News.INTERCEPTED)
        return told.status != VETO

    async def _tell(self, asked: Asked, news: News) -> None:
        async with self.database.work() as conn:
            await event_store.put(conn, self.clock.now(), asked, news)
