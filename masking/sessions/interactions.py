"""What passes between the people of a session: calls and texts, as their customer reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.ids import new_id
from core.problem import Problem
from masking.sessions import store
from masking.sessions.errors import (
    BadField,
    CallsUsedUp,
    InteractionUnknown,
    NoPartner,
    NotForCalls,
    NotForTexts,
    NotReachable,
    OptedOut,
    ParticipantUnknown,
    SessionClosed,
    SessionUnknown,
    TextsUsedUp,
)
from masking.sessions.given import Page
from masking.sessions.store import Q
from masking.sessions.values import Interaction
from privacy.sealing import Sealer, Where
from sql.database import Database
from sql.statements import statements

LONGEST_TEXT = 1600
"""Characters, as at Twilio."""
TEXTS, CALLS, WISHES = statements("messages"), statements("placed"), statements("session_wishes")

_UNFIT: dict[str, type[Problem]] = {
    "session-unknown": SessionUnknown,
    "closed": SessionClosed,
    "participant-unknown": ParticipantUnknown,
    "no-partner": NoPartner,
}
_NOT_SENT = _UNFIT | {"mode": NotForTexts, "opted-out": OptedOut, "quota": TextsUsedUp}
_NOT_PLACED = _UNFIT | {"mode": NotForCalls, "unavailable": NotReachable, "quota": CallsUsedUp}


@dataclass(frozen=True, slots=True)
class Interactions:
    """Use cases of interactions. Whoever calls them has made sure that the session is their own."""

    database: Database
    sealer: Sealer
    clock: Clock

    async def get(self, tenant: UUID, session: UUID, interaction: UUID) -> Interaction:
        """Raises InteractionUnknown."""
        async with self.database.work() as conn:
            row = await Q.interaction(conn, tenant=tenant, session=session, interaction=interaction)
        if row is None:
            raise InteractionUnknown
        return self._opened(row)

    async def page(self, tenant: UUID, session: UUID, page: Page, to: UUID | None = None) -> Sequence[Interaction]:
        """Interactions of a session, oldest first. to: only texts that the API sent to a participant."""
        async with self.database.work() as conn:
            if to is None:
                rows = await store.rows("interactions_page", Q, conn, page, tenant=tenant, session=session)
            else:
                rows = await store.rows("sent_page", Q, conn, page, tenant=tenant, session=session, to=to)
        return [self._opened(row) for row in rows]

    async def delete(self, tenant: UUID, session: UUID, interaction: UUID) -> None:
        """Forgets that it was; a text that waits is not sent. Raises InteractionUnknown."""
        async with self.database.work() as conn:
            if not await Q.drop_interaction(conn, tenant=tenant, session=session, interaction=interaction):
                raise InteractionUnknown

    async def send(
        self, tenant: UUID, service: UUID, session: UUID, to: UUID, body: str, *, as_id: UUID | None = None
    ) -> Interaction:
        """
        Texts a participant from the number that they know, as from the customer. body: 1 to 1,600 characters.

        as_id: of the interaction, if it has one already; a second time sends nothing.

        Raises SessionUnknown, SessionClosed, ParticipantUnknown, NoPartner, NotForTexts, OptedOut, TextsUsedUp, and
        BadField.
        """
        if not body.strip() or len(body) > LONGEST_TEXT:
            raise BadField(f"A text has 1 to {LONGEST_TEXT} characters.", field="body")
        message, now = as_id or new_id(), self.clock.now()
        async with self.database.transaction() as conn:
            why = await TEXTS.session_send(
                conn, t=now, tenant=tenant, service=service, session=session, to=to, message=message,
                body=self.sealer.seal(body, Where.words(message)),
            )  # fmt: skip
            if why != "ok":
                raise _NOT_SENT[why]
            await WISHES.hold_texts(conn, t=now, tenant=tenant, session=session, messages=[message])
        return await self.get(tenant, session, message)

    async def call(
        self, tenant: UUID, service: UUID, session: UUID, first: UUID, *, as_id: UUID | None = None
    ) -> Interaction:
        """
        Rings a participant, and once they accept, the other side; each sees a number of ours.

        as_id: of the interaction, if it has one already; a second time rings nobody.

        Raises SessionUnknown, SessionClosed, ParticipantUnknown, NoPartner, NotForCalls, NotReachable, CallsUsedUp.
        """
        call = as_id or new_id()
        async with self.database.transaction() as conn:
            why = await CALLS.session_place(conn, t=self.clock.now(), tenant=tenant, service=service, session=session,
                                            first=first, call=call)  # fmt: skip
            if why != "ok":
                raise _NOT_PLACED[why]
        return await self.get(tenant, session, call)

    def _opened(self, row: Any) -> Interaction:
        box = row["body"]
        body = self.sealer.open(box, Where.words(row["interaction_id"])) if box is not None else None
        return store.as_interaction(row, body)
