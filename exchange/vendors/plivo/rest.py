"""
Plivo's REST API as far as the desk goes: who may call, how answers and errors look, how lists are paged.

Source: plivo.com/docs/voice/api/overview, plivo-python's `rest/client.py` (JSON in, JSON out, a slash at the end).
"""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from exchange.office import Office
from exchange.safety import basic_auth_ok, told
from exchange.vendors.plivo.calls import PlivoCalls
from exchange.vendors.plivo.texts import PlivoTexts

BASE = "/v1/Account/{account}"
_LONGEST_PAGE = 20


class Refused(Exception):
    """An answer that is not 2xx, with Plivo's `error`."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error

    def response(self) -> web.Response:
        """JSON; but a 401 is plain text, and the SDK's lists fall over anything else."""
        if self.status == 401:
            return web.Response(text=self.error, status=401, headers={"WWW-Authenticate": 'Basic realm="Plivo"'})
        return answer({"error": self.error}, self.status)


Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class PlivoApi:
    """What every endpoint needs."""

    office: Office
    calls: PlivoCalls
    texts: PlivoTexts

    @property
    def root(self) -> str:
        return f"/v1/Account/{self.office.plivo.auth_id}"

    def guarded(self, handler: Handler) -> Handler:
        """Basic auth first; then the endpoint, its refusals in Plivo's shape, and a line in the wire log."""

        async def guard(request: web.Request) -> web.Response:
            params: dict[str, Any] = dict(request.query)
            clock = asyncio.get_running_loop()
            began = clock.time()
            try:
                self._admit(request)
                params |= await body_of(request)
                response = await handler(request)
            except Refused as refused:
                response = refused.response()
            self.office.log.add(
                "plivo", "in", request.method, request.path_qs, status=response.status,
                ms=round((clock.time() - began) * 1000),
                headers=dict(request.headers), params={name: str(value) for name, value in params.items()},
                content_type=response.content_type, body=told(response),
            )  # fmt: skip
            return response

        return guard

    async def unknown(self, request: web.Request) -> web.Response:
        """Every path that this desk has nothing for."""
        raise Refused(404, "not found")

    def _admit(self, request: web.Request) -> None:
        account = self.office.plivo
        if not basic_auth_ok(request, account.auth_id, account.auth_token):
            raise Refused(401, "Could not verify your access level for that URL.")
        if request.match_info.get("account") != account.auth_id:
            raise Refused(404, "not found")


def answer(body: dict[str, Any], status: int = 200) -> web.Response:
    """A JSON answer with an api_id, as every one of Plivo's has."""
    return web.json_response({"api_id": str(uuid.uuid4()), **body}, status=status)


async def body_of(request: web.Request) -> dict[str, Any]:
    """The JSON object or form that was sent; empty for none. Raises Refused."""
    if request.content_type != "application/json":
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as problem:
        raise Refused(400, "the request body is not JSON") from problem
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise Refused(400, "the request body is not a JSON object")
    return body


def url_pair(body: dict[str, Any], url: str, method: str) -> tuple[str, str]:
    """A URL of the request with its method. Raises Refused if it is none; "" is allowed."""
    given = str(body.get(url) or "")
    if given and not given.startswith(("http://", "https://")):
        raise Refused(400, f"{url} parameter is not valid")
    verb = str(body.get(method) or "POST").upper()
    if verb not in ("GET", "POST"):
        raise Refused(400, f"{method} parameter is not valid")
    return given, verb


def page_of(request: web.Request, rows: Sequence[dict[str, Any]]) -> web.Response:
    """One page of a list: `meta` and `objects`."""
    limit = _whole(request, "limit", _LONGEST_PAGE, 1, _LONGEST_PAGE)
    offset = _whole(request, "offset", 0, 0, 1_000_000)
    following = f"{request.path}?limit={limit}&offset={offset + limit}" if offset + limit < len(rows) else None
    before = f"{request.path}?limit={limit}&offset={max(0, offset - limit)}" if offset else None
    meta = {"limit": limit, "offset": offset, "total_count": len(rows), "next": following, "previous": before}
    return answer({"meta": meta, "objects": list(rows[offset : offset + limit])})


def _whole(request: web.Request, name: str, default: int, low: int, high: int) -> int:
    value = request.query.get(name, "")
    return min(max(int(value), low), high) if value.isdigit() else default
