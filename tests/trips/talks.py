"""Sessions of one carrier, and people who accept, for trips."""

from typing import Any

from core.e164 import E164
from exchange import Handset
from masking.sessions.given import Made, Party, SessionGiven
from masking.sessions.values import Service
from tests.town import ALICE, BOB, SESSION, Town

CAROL = E164("+12025550154")


async def service(town: Town, carrier: str, **given: Any) -> Service:
    """A service with numbers of one carrier, which stand in for numbers of everybody's country."""
    wanted: dict[str, Any] = {"screens": True, "fallback_countries": ("GB",)} | given
    return await town.service(numbers=SESSION[carrier], **wanted)


async def session(town: Town, where: Service, *parties: Party, **given: Any) -> Made:
    people = parties or (Party(number=ALICE, side=1), Party(number=BOB, side=2))
    return await town.house.rooms.sessions.create(town.tenant, where.service_id, SessionGiven(**given), people)


async def line(town: Town, made: Made) -> str:
    """The number that a session's people see and dial."""
    number_id = made.participants[0].number_id
    (row,) = await town.rows("SELECT e164 FROM proxy_number WHERE number_id = $1", number_id)
    return str(row["e164"])


async def accepts(handset: Handset) -> None:
    await handset.rings()
    await handset.answers()
    await handset.hears("press 1")
    await handset.presses("1")
