"""A town's proofs, and the codes that nobody but the worker sees."""

import re
from uuid import UUID

from core.e164 import E164
from privacy.proof import Proofs, Started
from privacy.proof_codes import Codes
from tests.town import Town

ANNA, BEN = E164("+12025550170"), E164("+447700900170")
PURPOSE = "sign-in"
HOME = "192.0.2.7"
_ANY_DIGITS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\x[0-9a-f]+|[0-9a-f]{16,}")


def code_of(town: Town, proof_id: UUID) -> str:
    """As the worker would send it."""
    return Codes(town.house.ring.derive_each("token", "proof codes")).code(proof_id)


def wrong_code(town: Town, proof_id: UUID) -> str:
    """Six digits that are not it."""
    return f"{(int(code_of(town, proof_id)) + 1) % 1_000_000:06d}"


def can_be_read(code: str, text: str) -> bool:
    """Whether a code stands in rows or logs: outside of ids and of bytes in hex, where any digits may, or in hex."""
    return code in _ANY_DIGITS.sub("", text) or code.encode().hex() in text


def proofs(town: Town) -> Proofs:
    return town.house.people.proofs


async def asks(town: Town, number: E164 = ANNA, *, purpose: str = PURPOSE, network: str = HOME) -> Started:
    return await proofs(town).start(number, purpose, "text", "en", network=network)


async def proves(room: Proofs, proof_id: UUID, code: str, purpose: str = PURPOSE, *, network: str = HOME) -> E164:
    """Somebody enters a code: the number that it proves."""
    async with room.proven(proof_id, code, purpose, network=network) as (_, number):
        return number


async def sendings(town: Town) -> int:
    """Codes that wait in the outbox to be sent."""
    return len(await town.rows("SELECT 1 FROM outbox WHERE kind = 'proof'"))
