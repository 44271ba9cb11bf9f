"""Puts the demo's ride into the database: a rider and a driver who call and text each other through one number."""

import contextlib
from uuid import UUID

from admin.clients.errors import ClientKnown
from masking.sessions.errors import ServiceUnknown
from masking.sessions.given import Ends, Party, ServiceGiven, SessionGiven
from masking.sessions.ports import Principal
from masking.sessions.values import Numbering
from maskline import demo
from maskline.wiring import House

_CLIENT = "demo"
_SERVICE = "Demo rides"


async def seed_ride(house: House, tenant: UUID) -> None:
    """A service with two numbers, and a session that does not end by itself. Doing it again changes nothing."""
    rooms = house.rooms
    try:
        await rooms.services.get(tenant, _SERVICE)
    except ServiceUnknown:
        given = ServiceGiven(unique_name=_SERVICE, default_ttl=0)
        made = await rooms.services.create(await _client(house, tenant), given, numbering=Numbering.ONE, screens=True)
        shown = await rooms.pool.add(tenant, made.service_id, demo.RIDE, reserved=False)
        await rooms.pool.add(tenant, made.service_id, demo.SPARE, reserved=False)
        ours = shown.number_id
        rider = Party(number=demo.RIDER.number, friendly_name="Rider", called_as="your rider", ask_for=ours)
        driver = Party(number=demo.DRIVER.number, friendly_name="Driver", called_as="your driver", ask_for=ours)
        ride = SessionGiven(unique_name="ride 1", ends=Ends(ttl=0), named=True)
        await rooms.sessions.create(tenant, made.service_id, ride, [rider, driver])


async def _client(house: House, tenant: UUID) -> Principal:
    with contextlib.suppress(ClientKnown):
        await house.clients.create(tenant, _CLIENT, ["api", "proxy"])
    client = next(each for each in await house.clients.every(tenant) if each.name == _CLIENT)
    return Principal(client.client_id, tenant, client.name, frozenset(client.scopes))
