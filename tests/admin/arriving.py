"""People of a town: signing in without a phone, by the code that the worker would send."""

from admin.people.people import SIGN_IN
from admin.people.values import Arrival, Welcome
from core.e164 import E164
from tests.privacy.proving import ANNA, HOME, code_of
from tests.town import Town


async def arrives(
    town: Town, number: E164 = ANNA, *, device: str = "Phone", network: str = HOME, **said: object
) -> Welcome:
    """Somebody asks for a code and enters it. said: as `Arrival`."""
    people = town.house.people
    started = await people.proofs.start(number, SIGN_IN, "text", "en", network=network)
    arrival = Arrival(device=device, language="en", **said)  # type: ignore[arg-type]
    return await people.people.finish(started.proof_id, code_of(town, started.proof_id), arrival, network=network)
