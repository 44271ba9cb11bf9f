"""
The door of the Proxy API: who asks, what they may do, how often, and how an error is told.

A route is made by `Edge.get`, `post` or `delete`; its handler is given an `Asked` and raises Problems. `respond` tells
them, also those that meet no handler: an address that there is not, a body that is too long.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from aiohttp import web

from core.problem import Problem
from core.quota import Limiter, Quota, Use
from masking.proxy_api.errors import Refused, told
from masking.proxy_api.forms import Form
from masking.proxy_api.paging import Wanted
from masking.sessions.ports import Principal
from masking.sessions.sids import Prefix, read
from masking.sessions.sign_ins import SignIns
from privacy.doors import signed_in

PREFIX = "/v1/"
"""Before every address of this API."""
SCOPE = "proxy"
RATE = Quota("proxy-api", 150, timedelta(seconds=5), "allow")
"""30 requests a second for each endpoint and service, and five times that at once: FIELD 1.7."""
_BODY_WITHIN = 5.0
_REALM = 'Basic realm="Twilio API"'


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of somebody who may ask it."""

    request: web.Request
    principal: Principal

    @property
    def tenant(self) -> UUID:
        """The account, as our rows name it."""
        return self.principal.tenant

    @property
    def wanted(self) -> Wanted:
        """The page of a list that is asked for. Raises Refused."""
        return Wanted.read(Form(self.request.query.items()))

    def id(self, name: str, prefix: Prefix) -> UUID:
        """The id that a SID in the address names. Raises Refused, as for one that nobody has."""
        found = read(prefix, self.request.match_info[name])
        if found is None:
            raise Refused(20404, 404, "The requested resource was not found.")
        return found

    async def form(self) -> Form:
        """The fields of the body. Raises Refused."""
        if self.request.can_read_body and self.request.content_type != "application/x-www-form-urlencoded":
            raise Refused(20001, 400, "Send the fields as application/x-www-form-urlencoded.")
        try:
            async with asyncio.timeout(_BODY_WITHIN):
                return Form.read(await self.request.read())
        except TimeoutError:
            raise Refused(20001, 400, "The body took too long to arrive. Send it again.") from None


Handler = Callable[[Asked], Awaitable[web.Response]]


class Edge:
    """Makes routes. secret: 32 bytes of this room's own, under which burst counters are kept."""

    def __init__(self, sign_ins: SignIns, limiter: Limiter, secret: bytes) -> None:
        self._sign_ins, self._limiter, self._secret = sign_ins, limiter, secret

    def get(self, path: str, handler: Handler) -> web.RouteDef:
        """A route that reads. path: below /v1/."""
        return web.get(PREFIX + path, partial(self._served, handler), allow_head=False)

    def post(self, path: str, handler: Handler) -> web.RouteDef:
        """A route that makes or changes something."""
        return web.post(PREFIX + path, partial(self._served, handler))

    def delete(self, path: str, handler: Handler) -> web.RouteDef:
        """A route that removes something."""
        return web.delete(PREFIX + path, partial(self._served, handler))

    async def _served(self, handler: Handler, request: web.Request) -> web.Response:
        principal = await self._principal(request)
        if await self._limiter.over(Use(RATE, self._counter(request, principal))):
            raise Refused(80621, 429, "That is more than 30 requests a second here. Wait five seconds.")
        return await handler(Asked(request, principal))

    async def _principal(self, request: web.Request) -> Principal:
        authorization = request.headers.get("Authorization", "")
        principal = await self._sign_ins.principal(authorization, request.remote or "")
        if principal is None and signed_in(authorization) is None:
            raise Refused(20003, 401, "Sign in with HTTP Basic: your Account SID, and a token of it.")
        if principal is None:
            raise Refused(20003, 401, "The Account SID and the token do not belong together, or the token is revoked.")
        if SCOPE not in principal.scopes:
            raise Refused(20003, 403, f"This token lacks the scope {SCOPE}.")
        return principal

    def _counter(self, request: web.Request, principal: Principal) -> str:
        resource = request.match_info.route.resource
        route = resource.canonical if resource else ""
        service = request.match_info.get("service_sid", "-").lower()  # a SID may be written in either case
        named = (principal.tenant.hex, service, route, request.method)
        return hmac.digest(self._secret, "|".join(named).encode(), hashlib.sha256).hex()


def respond(problem: Problem, headers: dict[str, str]) -> web.Response:
    """A problem as Twilio's APIs tell it. headers: what HTTP wants said beside it."""
    status, body = told(problem)
    said = dict(headers)
    if status == web.HTTPUnauthorized.status_code:
        said["WWW-Authenticate"] = _REALM
    if isinstance(problem, Refused) and status == web.HTTPTooManyRequests.status_code:
        said["Retry-After"] = f"{RATE.per.total_seconds():.0f}"  # by then the burst is over, whenever it began
    return web.json_response(body, status=status, headers=said)
