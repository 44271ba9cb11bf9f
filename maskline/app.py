"""The HTTP application of the service: the carriers' webhooks, the pages of the rooms, the house's own addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

import admin.people
import callerid.owners
import masking.stickers
from admin.people.http import PeopleHttp
from admin.people.http_pages import PeoplePages
from masking.proxy_api import edge as proxy
from masking.proxy_api.http_interactions import InteractionsHttp
from masking.proxy_api.http_services import ServicesHttp
from masking.proxy_api.http_sessions import SessionsHttp
from masking.proxy_api.rooms import Rooms
from masking.sessions.http import Door
from masking.sessions.http_blocks import BlocksHttp
from masking.sessions.http_events import EventsHttp
from masking.sessions.http_pool import PoolHttp
from masking.sessions.http_sending import SendingHttp
from masking.sessions.http_sessions import SessionsHttp as OwnSessions
from masking.sessions.media_http import MediaHttp
from masking.sessions.repeats import Repeats
from masking.sessions.sign_ins import SignIns
from masking.stickers.http import ScanPages, tel_link
from masking.stickers.http_owner import OwnerPages
from masking.stickers.misuse import Reports
from maskline import openapi
from maskline.settings import Settings
from maskline.web import Web
from maskline.wiring import House

_OF_PAGES = {"stickers": masking.stickers, "people": admin.people, "owners": callerid.owners}
ROOMS = {name: Path(str(room.__file__)).parent for name, room in _OF_PAGES.items()}
"""Rooms with pages, and where their templates and files are."""


@dataclass(frozen=True, slots=True)
class Extra:
    """
    What the demo adds to the application. routes: further addresses. dial_link: where "Call now" leads, from what is to
    be dialled.
    """

    routes: Callable[[House, Web], list[web.RouteDef]]
    dial_link: Callable[[str], str]


def make_web(settings: Settings, public_url: str) -> Web:
    """The shell of all pages. Reads templates and files, so make it before the event loop runs, or in a thread."""
    return Web(public_url, ROOMS, settings.trusted_proxies)


def make_app(house: House, shell: Web, extra: Extra | None = None) -> web.Application:
    """The application. house: open, for as long as the application serves."""
    secure = house.public_url.startswith("https://")
    reports = Reports(house.database, house.clock, house.limiter, house.short_keys)
    scans = ScanPages(house.scans, reports, shell, house.clock, secure=secure,
                      dial_link=extra.dial_link if extra else tel_link, demo=extra is not None)  # fmt: skip
    app = shell.application({proxy.PREFIX: proxy.respond})
    app.add_routes(
        [
            *house.hooks.routes(),
            *media(house),
            *scans.routes(),
            *OwnerPages(house.owners, shell, house.clock).routes(),
            *_proxy(house),
            *_api(house),
            *house.lookups.http.routes(),
            *house.books.http.routes(),
            *_people(house, shell, secure=secure),
            *house.naming.routes(shell, secure=secure),
            *_own(house.public_url, shell),
            *(extra.routes(house, shell) if extra else ()),
        ]
    )
    return app


def media(house: House) -> list[web.RouteDef]:
    """What carriers fetch."""
    return MediaHttp(house.database, house.clock, house.sealer, house.rooms.media).routes()


def _proxy(house: House) -> list[web.RouteDef]:
    """The API of Twilio Proxy."""
    edge = proxy.Edge(_sign_ins(house), house.limiter, house.ring.derive("token", "proxy limits"))
    rooms = Rooms(
        services=house.rooms.services, pool=house.rooms.pool, sessions=house.rooms.sessions,
        people=house.rooms.parties, interactions=house.rooms.interactions, clock=house.clock, base=house.public_url,
        plain=house.settings.courier_exceptions,
    )  # fmt: skip
    return [
        *ServicesHttp(edge, rooms).routes(),
        *SessionsHttp(edge, rooms).routes(),
        *InteractionsHttp(edge, rooms).routes(),
    ]


def _api(house: House) -> list[web.RouteDef]:
    """Our own API."""
    repeats = Repeats(house.database, house.clock, house.ring.derive("token", "idempotency keys"))
    door = Door(_sign_ins(house), house.limiter, repeats, house.ring.derive("token", "api limits"))
    rooms = house.rooms
    return [
        *PoolHttp(door, rooms.services, rooms.pool).routes(),
        *OwnSessions(door, house.clock, rooms.services, rooms.sessions, rooms.parties, rooms.interactions).routes(),
        *EventsHttp(door, rooms.services, rooms.events).routes(),
        *BlocksHttp(door, rooms.services, rooms.sessions, rooms.blocks).routes(),
        *SendingHttp(door, rooms.services, rooms.sessions, rooms.interactions).routes(),
    ]


def _people(house: House, shell: Web, *, secure: bool) -> list[web.RouteDef]:
    """People: their API, and the page /me/names."""
    people = house.people
    return [
        *PeopleHttp(people.doors, people.people, people.rights).routes(),
        *PeoplePages(people.doors, people.people, people.rights, people.destinations, shell, secure=secure).routes(),
    ]


def _sign_ins(house: House) -> SignIns:
    return SignIns(house.clients, house.people.doors.networks)


def _own(public_url: str, shell: Web) -> list[web.RouteDef]:
    described = openapi.document(public_url)

    async def alive(_: web.Request) -> web.Response:
        """Alive, not ready: whoever restarts processes must not do so because the database is away."""
        return web.json_response({"alive": True})

    async def description(_: web.Request) -> web.Response:
        return web.json_response(described)

    async def page(request: web.Request) -> web.Response:
        return shell.page(request, "house/api.html", sections=openapi.sections(), parameters=openapi.parameters())

    return [web.get("/healthz", alive), web.get("/api/openapi.json", description), web.get("/api", page)]
