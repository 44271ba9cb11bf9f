"""
Twilio's CallbackUrl: told of each call and text, and of what becomes of it. What it answers is ignored, as with Twilio.

A service's callbacks wait for one another, and for nobody else's. One that is two hours old is given up: by then the
interaction itself is better read from the API.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.clock import Clock
from masking.sessions import events
from masking.sessions.callback_forms import callback_form
from masking.sessions.errors import InteractionUnknown, ServiceUnknown
from masking.sessions.interactions import Interactions
from masking.sessions.posting import Poster
from masking.sessions.services import Services
from masking.sessions.values import Service
from sql import outbox
from sql.database import Connection
from sql.outbox import Job
from voice.ports import CourierRefused

SECONDS = 5.0
"""How long a customer's address may take."""
GIVEN_UP_AFTER = timedelta(hours=2)

logger = logging.getLogger("maskline.hooks")


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Queues callbacks with the events that cause them, and posts them."""

    clock: Clock
    services: Services
    interactions: Interactions
    poster: Poster

    async def queue(self, conn: Connection, service: Service, cause: Job) -> None:
        """A callback for the news of a job, in the caller's transaction; nothing where the service wants none."""
        told = cause.payload
        if service.callback_url is None or told["kind"] not in events.FOR_CALLBACK:
            return
        payload = {"service": told["service"], "session": told["session"], "about": told["about"],
                   "at": cause.made_at.isoformat()}  # fmt: skip
        await outbox.put(conn, tenant=cause.tenant, kind="callback", subject=f"callback:{service.service_id}",
                         key=str(cause.job_id), payload=payload, at=self.clock.now())  # fmt: skip

    async def post(self, job: Job) -> None:
        """Posts one. Raises CourierAway for another try."""
        told = job.payload
        if self.clock.now() - job.made_at > GIVEN_UP_AFTER:
            logger.info("a callback is given up", extra={"service": told["service"]})
            return
        try:
            service = await self.services.get(job.tenant, UUID(told["service"]))
            interaction = await self.interactions.get(job.tenant, UUID(told["session"]), UUID(told["about"]))
        except (ServiceUnknown, InteractionUnknown):
            return
        if service.callback_url is None:
            return
        form = callback_form(service.service_id, interaction, datetime.fromisoformat(told["at"]))
        once = str(events.event_id(job.job_id, job.made_at))
        try:
            await self.poster.form(service, service.callback_url, form, once=once, seconds=SECONDS)
        except CourierRefused:
            logger.info("a callback address is refused", extra={"service": told["service"]})
