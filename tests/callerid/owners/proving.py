"""People who prove their numbers at a town, and what they are let in with."""

from uuid import UUID

from admin.people.values import Arrival
from core.e164 import E164
from privacy.proof_codes import Codes
from tests.town import Town


def code_of(town: Town, code_id: UUID | str) -> str:
    """The code that was sent, as its holder reads it on their phone."""
    codes = Codes(town.house.ring.derive_each("token", "proof codes"))
    return codes.code(UUID(str(code_id)))


def wrong_code(town: Town, code_id: UUID | str) -> str:
    """Any other."""
    return f"{(int(code_of(town, code_id)) + 1) % 1_000_000:06d}"


async def token_of(town: Town, number: E164, *, new: bool = False) -> str:
    """The token of a device of whoever proves a number now. new: they say that somebody else had it before."""
    people = town.house.people.people
    started = await people.start(number, "text", "en", network="192.0.2.7")
    arrival = Arrival(device="Test", language="en", new=new)
    return (await people.finish(started.proof_id, code_of(town, started.proof_id), arrival, network="192.0.2.7")).token
