"""
What every page of the house has in common: its look, its language, its headers, its forms, and what is said when
something goes wrong. Rooms use it through a port of their own (`masking.stickers.http.House`).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Handler

from core.problem import Problem
from ivr import words
from maskline import web_problems
from maskline.settings_kinds import Network
from maskline.web_guard import check_origin, from_client, own_origins
from maskline.web_headers import Headers
from maskline.web_problems import BadForm, TooLarge, as_json, of_http, of_mistake
from maskline.web_static import Assets
from maskline.web_templates import HOUSE, Templates, compact

MAX_BODY = 64 * 1024
LONG_BODIES = ("/api/callerid/books", "/api/callerid/books/changes", "/api/callerid/delist")
"""Addresses that read their bodies piece by piece, and have limits of their own (callerid/books/bodies.py)."""
FORM_WITHIN = 5.0
"""Seconds that a form may take to arrive."""
_MAX_FIELDS = 50
_FOLDER = Path(__file__).parent

Teller = Callable[[Problem, dict[str, str]], web.Response]
"""Tells a problem in an API's own way. Given beside it: the headers that HTTP wants said."""

logger = logging.getLogger("maskline.web")


class Web:
    """
    The house as browsers see it. Making it reads templates and static files: do that before the event loop
    runs, or in a thread.

    public_url: where the world reaches us. rooms: name -> the room's folder, with `templates/` and perhaps `static/` in
    it. trusted: our reverse proxies.
    """

    def __init__(self, public_url: str, rooms: Mapping[str, Path], trusted: Sequence[Network] = ()) -> None:
        folders = {HOUSE: _FOLDER, **rooms}
        style = compact((_FOLDER / "templates" / "page.css").read_text(encoding="utf-8"))
        self._assets = Assets({room: folder / "static" for room, folder in folders.items()})
        self._templates = Templates(
            {room: folder / "templates" for room, folder in folders.items()}, style, self._assets.url
        )
        self._headers = Headers(style, https=public_url.startswith("https://"))
        self._ours, self._trusted = own_origins(public_url), tuple(trusted)
        self._tellers: dict[str, Teller] = {}

    def application(self, tellers: Mapping[str, Teller] | None = None) -> web.Application:
        """
        An application with everything but the rooms' routes, which its maker adds.

        tellers: beginning of a path -> how a problem is told below it, where that is not as problem+json or a page.
        """
        self._tellers = dict(tellers or {})
        app = web.Application(middlewares=[self._guarded], client_max_size=MAX_BODY)
        app.on_response_prepare.append(self._headers.add)
        app.add_routes(self._assets.routes())
        return app

    def language(self, request: web.Request) -> str:
        """The reader's language: the one they chose on the page (`?lang=`), or their browser's."""
        return _chosen(request) or words.choose(request.headers.get("Accept-Language", ""))

    def page(self, request: web.Request, template: str, /, *, status: int = 200, **values: Any) -> web.Response:
        """A page in the reader's language. template: `room/name.html`."""
        chosen = _chosen(request)

        def link(path: str) -> str:
            """A path of ours, with the language that the reader chose."""
            return f"{path}?lang={chosen}" if chosen else path

        switch = request.method in ("GET", "HEAD") and status == web.HTTPOk.status_code
        text = self._templates.render(
            template, self.language(request), link=link, chosen=chosen, switch=switch, **values
        )
        return web.Response(text=text, status=status, content_type="text/html")

    def see_other(self, request: web.Request, path: str) -> web.Response:
        """After a POST: leads to a page of ours, in the language that the reader chose."""
        chosen = _chosen(request)
        mark = "&" if "?" in path else "?"
        return web.Response(status=303, headers={"Location": f"{path}{mark}lang={chosen}" if chosen else path})

    async def form(self, request: web.Request) -> Mapping[str, str]:
        """The fields of a posted form; of a repeated one the last. Raises BadForm, TooLarge."""
        if request.content_type != "application/x-www-form-urlencoded":
            raise BadForm("Send it as application/x-www-form-urlencoded.")
        if (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
            raise BadForm("Send it in UTF-8.")
        try:
            async with asyncio.timeout(FORM_WITHIN):
                body = await request.read()
            fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
        except TimeoutError:
            raise BadForm("It took too long to arrive. Send it again.") from None
        except web.HTTPRequestEntityTooLarge as error:
            raise of_http(error, MAX_BODY) from None
        except (web.RequestPayloadError, ValueError) as error:
            raise BadForm("It is not UTF-8, is broken, or has too many fields.") from error
        return dict(fields)

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/hooks/"):
            return await handler(request)  # carriers sign, and hear XML: voice.edge sees to both
        try:
            if (request.content_length or 0) > MAX_BODY and request.path not in LONG_BODIES:
                raise TooLarge(f"Send {MAX_BODY // 1024} KB at most.", most=MAX_BODY)
            check_origin(request, self._ours)
            return await handler(from_client(request, self._trusted))
        except web.HTTPException as error:
            if error.status < web.HTTPBadRequest.status_code:
                raise
            problem = of_http(error, MAX_BODY)
        except Problem as found:
            problem = found
        except ConnectionError:
            raise  # the visitor has gone
        except Exception as error:  # noqa: BLE001  (whatever it is, the visitor gets a page and we a line in the log)
            problem = of_mistake(error)
        return self._told(request, problem)

    def _told(self, request: web.Request, problem: Problem) -> web.Response:
        if problem.status > web.HTTPInternalServerError.status_code:
            logger.warning("answered %d %s", problem.status, problem.slug)
        headers = web_problems.headers(problem)
        for beginning, tell in self._tellers.items():
            if request.path.startswith(beginning):
                return tell(problem, headers)
        if as_json(request):
            return web.json_response(
                problem.document(), status=problem.status, content_type="application/problem+json", headers=headers
            )
        language = self.language(request)
        said = self._templates.problem_words(problem.slug, language)
        response = self.page(
            request, f"{HOUSE}/problem.html", status=problem.status, problem=problem, words=said,
            incident=problem.facts.get("incident"), retry_after=problem.facts.get("retry_after"),
        )  # fmt: skip
        response.headers.update(headers)
        return response


def _chosen(request: web.Request) -> str | None:
    """The language in the address, if we speak it."""
    wanted = request.query.get("lang")
    return wanted if wanted in words.languages() else None
