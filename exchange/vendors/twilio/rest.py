"""
Twilio's REST API as far as the desk goes: who may call, how errors look, how lists are paged.

Source: twilio.com/docs/usage/api, /docs/usage/twilios-response, /docs/api/errors.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from exchange.office import Office
from exchange.safety import basic_auth_ok, told
from exchange.vendors.twilio.calls import TwilioCalls
from exchange.vendors.twilio.texts import TwilioTexts

Form = dict[str, list[str]]
_LONGEST_PAGE = 1000


class Refused(Exception):
    """An answer that is not 2xx. code: Twilio's error code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> web.Response:
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return web.json_response(body, status=self.status)


Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class TwilioApi:
    """What every endpoint needs."""

    office: Office
    calls: TwilioCalls
    texts: TwilioTexts

    @property
    def root(self) -> str:
        return f"/2010-04-01/Accounts/{self.office.twilio.account_sid}"

    def guarded(self, handler: Handler) -> Handler:
        """Basic auth first; then the endpoint, its refusals in Twilio's shape, and a line in the wire log."""

        async def guard(request: web.Request) -> web.Response:
            form, clock = await form_of(request), asyncio.get_running_loop()
            began = clock.time()
            try:
                self._admit(request)
                response = await handler(request)
            except Refused as refused:
                response = refused.response()
            self.office.log.add(
                "twilio", "in", request.method, request.path_qs, status=response.status,
                ms=round((clock.time() - began) * 1000),
                headers=dict(request.headers), params={name: " ".join(values) for name, values in form.items()},
                content_type=response.content_type, body=told(response),
            )  # fmt: skip
            return response

        return guard

    async def unknown(self, request: web.Request) -> web.Response:
        """Every path that this desk has nothing for."""
        raise Refused(404, 20404, f"The requested resource {request.path} was not found")

    def _admit(self, request: web.Request) -> None:
        account = self.office.twilio
        if not basic_auth_ok(request, account.account_sid, account.auth_token):
            raise Refused(401, 20003, "Authenticate")
        if request.match_info.get("account") != account.account_sid:
            raise Refused(404, 20404, f"The requested resource {request.path} was not found")


async def form_of(request: web.Request) -> Form:
    """The form of a request, every value of every name; files are left out."""
    posted = await request.post()
    return {name: [value for value in posted.getall(name) if isinstance(value, str)] for name in posted}


def page_of(request: web.Request, key: str, rows: Sequence[dict[str, Any]]) -> web.Response:
    """One page of a list in the 2010-04-01 shape."""
    size = _whole(request, "PageSize", 50, 1, _LONGEST_PAGE)
    page = _whole(request, "Page", 0, 0, 1_000_000)
    shown = rows[page * size : (page + 1) * size]

    def uri(number: int) -> str:
        others = {name: value for name, value in request.query.items() if name not in ("Page", "PageSize", "PageToken")}
        return f"{request.path}?{urlencode(others | {'PageSize': size, 'Page': number})}"

    return web.json_response(
        {
            key: list(shown),
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + len(shown) - 1 if shown else page * size,
            "uri": uri(page),
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1) if (page + 1) * size < len(rows) else None,
            "previous_page_uri": uri(page - 1) if page else None,
        }
    )


def _whole(request: web.Request, name: str, default: int, low: int, high: int) -> int:
    value = request.query.get(name, "")
    return min(max(int(value), low), high) if value.isdigit() else default
