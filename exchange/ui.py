"""
What the page of the desk talks to: state, an event stream, and what people do at their handsets.

The page itself is in `exchange/static/`. Everything here is behind `safety.Door`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from exchange.bus import Happening
from exchange.faults import VARIANTS
from exchange.legs import Line
from exchange.office import Office
from exchange.operator import Operator
from exchange.safety import Door

_STATIC = Path(__file__).with_name("static")
_FILES = {path.name: path for path in _STATIC.iterdir() if path.is_file()}  # read once: requests touch no names
_SHOWN_WIRE = 100
_HEARTBEAT = 15.0  # seconds; keeps the stream from looking dead

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[[Line, dict[str, Any]], None]


def add_ui(app: web.Application, office: Office, operator: Operator, door: Door) -> None:
    """Put the page and its API on the application."""
    page = Page(office, operator, door)
    app.router.add_get("/", page.index)
    app.router.add_get("/static/{name}", page.static)
    app.router.add_get("/ui/state", page.behind_door(page.state))
    app.router.add_get("/ui/events", page.behind_door(page.events))
    app.router.add_post("/ui/handsets", page.behind_door(page.add_handset))
    app.router.add_post("/ui/handsets/{number}/{act}", page.behind_door(page.act))
    app.router.add_post("/ui/faults", page.behind_door(page.set_faults))
    app.on_shutdown.append(page.close)


class Page:
    """The endpoints."""

    def __init__(self, office: Office, operator: Operator, door: Door) -> None:
        self._office, self._operator, self._door = office, operator, door
        self._closing = asyncio.Event()
        self._acts: dict[str, Act] = {
            "dial": lambda line, said: _done(operator.dial(line, _text(said, "to"))),
            "answer": lambda line, _: operator.answer(line),
            "decline": lambda line, _: operator.decline(line),
            "keys": self._press,
            "hangup": lambda line, _: operator.hang_up(line),
            "text": lambda line, said: _done(operator.text(line, _text(said, "to"), _text(said, "body"))),
        }

    async def close(self, _: web.Application) -> None:
        """Let go of open event streams, so that stopping does not wait for them."""
        self._closing.set()
        self._office.bus.publish("bye", {})

    def behind_door(self, handler: Handler) -> Handler:
        async def guard(request: web.Request) -> web.StreamResponse:
            self._door.check(request)
            return await handler(request)

        return guard

    async def index(self, request: web.Request) -> web.StreamResponse:
        """The page; with a good `token`, the cookie and a clean address first."""
        token = request.query.get("token")
        if token is not None:
            if (opened := self._door.open(token)) is not None:
                return opened
            if self._door.knows(request):
                return web.Response(status=303, headers={"Location": "/"})
        self._door.check(request)
        return web.FileResponse(_FILES["index.html"])

    async def static(self, request: web.Request) -> web.StreamResponse:
        """A file of the page: no secret is in it, so the door is not asked."""
        path = _FILES.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path)

    async def state(self, _: web.Request) -> web.Response:
        office = self._office
        return web.json_response(
            {
                "numbers": numbers_json(office),
                "handsets": [office.switch.line_json(line) for line in office.switch.lines.values()],
                "texts": [text.as_json() for text in office.texts.texts.values()],
                "faults": {carrier: faults.as_json() for carrier, faults in office.faults.items()},
                "variants": [variant.as_json() for variant in VARIANTS],
                "wire": [entry.as_json() for entry in list(office.log.entries)[-_SHOWN_WIRE:]],
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events until the page goes away."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        # A page that is closed is found out by the next write; that is no error.
        with self._office.bus.listen() as queue, suppress(ConnectionResetError):
            await response.prepare(request)
            await response.write(b": welcome\n\n")
            while not self._closing.is_set():
                await response.write(await _next_event(queue))
        return response

    async def add_handset(self, request: web.Request) -> web.Response:
        said = await _object(request)
        try:
            line = self._operator.line(_text(said, "number"), _text(said, "label"))
        except ValueError as problem:
            return _no(400, problem)
        return web.json_response(self._office.switch.line_json(line), status=201)

    async def act(self, request: web.Request) -> web.Response:
        """Something somebody does at a handset: dial, answer, decline, keys, hangup, text."""
        line = self._office.switch.lines.get(request.match_info["number"])
        act = self._acts.get(request.match_info["act"])
        if line is None or act is None:
            return _no(404, "there is no such handset, or it cannot do that")
        said = await _object(request)
        try:
            act(line, said)
        except ValueError as problem:
            return _no(400, problem)
        except LookupError as problem:
            return _no(409, problem)
        return web.json_response(self._office.switch.line_json(line))

    def _press(self, line: Line, said: dict[str, Any]) -> None:
        for char in _text(said, "keys"):
            self._operator.press(line, char)

    async def set_faults(self, request: web.Request) -> web.Response:
        said = await _object(request)
        faults = self._office.faults.get(_text(said, "carrier"))
        if faults is None:
            return _no(400, "carrier is twilio or plivo")
        try:
            faults.change(said)
        except ValueError as problem:
            return _no(400, problem)
        every = {carrier: faults.as_json() for carrier, faults in self._office.faults.items()}
        self._office.bus.publish("faults", every)
        return web.json_response(every)


async def _next_event(queue: "asyncio.Queue[Happening]") -> bytes:
    try:
        kind, data = await asyncio.wait_for(queue.get(), _HEARTBEAT)
    except TimeoutError:
        return b": still here\n\n"
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()


def numbers_json(office: Office) -> list[dict[str, str]]:
    """The numbers of both accounts as the page shows them."""
    return [
        {
            "number": number.number,
            "carrier": number.carrier,
            "name": number.name,
            "voice_url": office.registry.hooks(number).voice_url,
        }
        for number in office.registry.numbers.values()
    ]


def _done(_: object) -> None:
    """What came of it shows on the event stream."""


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    return value if isinstance(value, str) else ""


def _no(status: int, why: object) -> web.Response:
    return web.json_response({"error": str(why)}, status=status)


async def _object(request: web.Request) -> dict[str, Any]:
    """The JSON object that was sent; empty for an empty body. Raises HTTPBadRequest."""
    if request.content_length in (None, 0) and not request.can_read_body:
        return {}
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send application/json\n")
    try:
        said = await request.json()
    except ValueError as problem:
        raise web.HTTPBadRequest(text="this is not JSON\n") from problem
    if not isinstance(said, dict):
        raise web.HTTPBadRequest(text="this is not a JSON object\n")
    return said
