"""What passes between the people of a session: calls and texts, as their customer reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from masking.sessions import store
from masking.sessions.errors import InteractionUnknown
from masking.sessions.given import Page
from masking.sessions.store import Q
from masking.sessions.values import Interaction
from privacy.sealing import Sealer, Where
from sql.database import Database


@dataclass(frozen=True, slots=True)
class Interactions:
    """Use cases of interactions. Whoever calls them has made sure that the session is their own."""

    database: Database
    sealer: Sealer

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
            rows = await store.rows("interactions_page", Q, conn, page, tenant=tenant, session=session, to=to)
        return [self._opened(row) for row in rows]

    async def delete(self, tenant: UUID, session: UUID, interaction: UUID) -> None:
        """Forgets that it was; a text that waits is not sent. Raises InteractionUnknown."""
        async with self.database.work() as conn:
            if not await Q.drop_interaction(conn, tenant=tenant, session=session, interaction=interaction):
                raise InteractionUnknown

    def _opened(self, row: Any) -> Interaction:
        box = row["body"]
        body = self.sealer.open(box, Where.words(row["interaction_id"])) if box is not None else None
        return store.as_interaction(row, body)
