"""
Whom the people of a session refuse: blocked by a key during a call, shown to the customer, and undone by them.

A block is of two phones and one service, for a year: it holds in every session of that service in which the two meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.clock import Clock
from masking.sessions import store
from masking.sessions.errors import ParticipantUnknown, SessionUnknown
from privacy import audit
from sql.database import Connection, Database
from sql.statements import statements

LASTS = timedelta(days=365)
"""As long as an owner's block at a sticker."""

Q = statements("session_blocks")


@dataclass(frozen=True, slots=True)
class Block:
    """participant: who is blocked."""

    participant: UUID
    made_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Blocks:
    """Use cases of the customer."""

    database: Database
    clock: Clock

    async def of(self, tenant: UUID, service: UUID, session: UUID, participant: UUID) -> Sequence[Block]:
        """Whom of a session somebody refuses. Raises SessionUnknown, ParticipantUnknown."""
        who = {"tenant": tenant, "session": session, "participant": participant}
        async with self.database.work() as conn:
            await _known(conn, tenant, service, session, participant)
            rows = [row async for row in Q.blocked_by(conn, **who, service=service, t=self.clock.now())]
        return [Block(row["participant_id"], row["made_at"], row["until"]) for row in rows]

    async def undo(self, tenant: UUID, service: UUID, session: UUID, participant: UUID, whom: UUID) -> None:
        """
        Somebody refuses somebody else no more, or did not. What they decided at a sticker of their own stays.

        Raises SessionUnknown, ParticipantUnknown.
        """
        async with self.database.transaction() as conn:
            await _known(conn, tenant, service, session, participant, whom)
            await Q.unblock(
                conn, tenant=tenant, service=service, session=session, participant=participant, whom=whom
            )  # fmt: skip
            await audit.note(conn, self.clock.now(), "api", "unblock", participant)


async def _known(conn: Connection, tenant: UUID, service: UUID, session: UUID, *participants: UUID) -> None:
    if await store.session(conn, tenant, service, session) is None:
        raise SessionUnknown
    there = {each.participant_id for each in await store.participants(conn, tenant, session)}
    if not there.issuperset(participants):
        raise ParticipantUnknown
