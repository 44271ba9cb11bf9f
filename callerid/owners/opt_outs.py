"""Hiding a number, or showing it again, without an account: whoever gets the code that is sent to it decides."""

from dataclasses import dataclass
from uuid import UUID

from callerid.owners import store
from callerid.owners.marks import Marks, OwnerMarks
from callerid.owners.store import Q
from core.clock import Clock
from core.e164 import E164
from privacy.proof import Proofs, Started
from privacy.proof_rules import Way
from sql.database import Connection, Database

HIDE, SHOW = "opt-out", "opt-in"
"""What a code is for: one that hides cannot show, whatever its holder was told when somebody asked them for it."""


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Use cases of whoever holds a number, known to us or not. Nothing here tells whether anybody named it."""

    database: Database
    clock: Clock
    marks: Marks
    proofs: Proofs

    async def start(self, number: E164, way: Way, language: str, *, hidden: bool, network: str) -> Started:
        """
        Sends a code by which the number is hidden, or shown again. network: the address of whoever asks.

        Raises as privacy.proof.Proofs.start does, alike for every number of one kind.
        """
        return await self.proofs.start(number, _purpose(hidden), way, language, network=network)

    async def confirm(self, proof_id: UUID, code: str, *, hidden: bool, network: str) -> None:
        """
        Hides the number at once, or lets it be shown again from the next tick on. network: the address of whoever asks.

        A number that nobody has named yet gets its row now, so that whatever is uploaded later stays hidden. Raises as
        Proofs.proven does.
        """
        async with self.proofs.proven(proof_id, code, _purpose(hidden), network=network) as (conn, number):
            await self._decide(conn, number, hidden=hidden)

    async def decide(self, number: E164, *, hidden: bool) -> None:
        """The same for a number that was proven otherwise: to our staff, by its holder."""
        async with self.database.transaction() as conn:
            await self._decide(conn, number, hidden=hidden)

    async def _decide(self, conn: Connection, number: E164, *, hidden: bool) -> None:
        ref = await store.taken(conn, self.marks, number)
        await store.prove(conn, self.clock.now(), ref, OwnerMarks())
        await Q.set_hidden(conn, ref=ref, hidden=hidden)


def _purpose(hidden: bool) -> str:
    return HIDE if hidden else SHOW
