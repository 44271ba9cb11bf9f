"""What the demo adds to the service: the page /demo, and a "Call now" that leads to the handsets on the desk."""

from collections.abc import Callable, Sequence
from uuid import UUID

from aiohttp import web

from maskline import demo
from maskline.app import Extra
from maskline.demo_seed import Parked
from maskline.web import Web
from maskline.wiring import House
from voice import records

_SHOWN = 20


def additions(exchange_url: str, parked: Sequence[Parked], tenant: UUID) -> Extra:
    """exchange_url: where the desk is, without its token."""
    return Extra(_routes(exchange_url, parked, tenant), lambda dial: f"{exchange_url}/#dial={dial}")


def _routes(exchange_url: str, parked: Sequence[Parked], tenant: UUID) -> Callable[[House, Web], list[web.RouteDef]]:
    def routes(house: House, shell: Web) -> list[web.RouteDef]:
        async def page(request: web.Request) -> web.Response:
            async with house.database.work() as conn:
                calls = await records.recent(conn, tenant, _SHOWN)
            return shell.page(
                request, "house/demo.html", exchange=exchange_url, parked=parked, ride=demo.RIDE.value,
                stranger=demo.STRANGER.number.value, calls=calls, now=house.clock.now(),
            )  # fmt: skip

        return [web.get("/demo", page)]

    return routes
