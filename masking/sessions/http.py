"""
The door of our own API: who asks, what they may do, how often, and what a repeated request gets.

A route is made by `Door.read`, `make`, `change` or `remove`; its handler is given an `Asked` and raises Problems.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from aiohttp import web

from core.problem import Problem
from core.quota import Limiter, Quota, Use
from masking.sessions import cursors, rules
from masking.sessions.errors import BadField, NotSignedIn, ScopeLacking, TooFast
from masking.sessions.given import Mark, Page
from masking.sessions.json_body import Body
from masking.sessions.ports import Principal
from masking.sessions.repeats import Find, Make, Repeats
from masking.sessions.sign_ins import SignIns
from privacy.doors import arrived

PREFIX = "/api/services"
"""Before every address of this API."""
RATE = Quota("own-api", 150, timedelta(seconds=5), "allow")
"""30 requests a second for each client, and five times that at once."""
USUAL, MOST = 50, 100
"""Rows on a page."""
_SCOPE, _READING = "api", "api:read"

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of somebody who may ask it."""

    request: web.Request
    principal: Principal

    @property
    def tenant(self) -> UUID:
        """The account."""
        return self.principal.tenant

    def id(self, name: str, unknown: type[Problem]) -> UUID:
        """An id in the address. Raises `unknown` where it is none, as for one that nobody has."""
        try:
            return UUID(self.request.match_info[name])
        except ValueError:
            raise unknown from None

    async def named(self, name: str, unknown: type[Problem], find: Callable[[UUID | str], Awaitable[Row]]) -> Row:
        """
        What the address names by its id or its name; a name may look like an id. find: asked with either.

        Raises `unknown`, as `find` does for what nobody has.
        """
        text = self.request.match_info[name]
        if not rules.is_name(text):
            raise unknown
        try:
            return await find(UUID(text))
        except (ValueError, unknown):
            return await find(text)

    @property
    def page(self) -> Page:
        """The page that is asked for, and one row more, which tells whether it goes on. Raises BadField."""
        after, most = self.request.query.get("after"), self.request.query.get("most", str(USUAL))
        if not (most.isascii() and most.isdigit() and len(most) <= 4 and 1 <= int(most) <= MOST):
            raise BadField(f"Between 1 and {MOST}.", field="most")
        return Page(after=cursors.read(after) if after else None, most=int(most) + 1)

    async def text(self) -> bytes:
        """The body as it came. Raises BadField."""
        return await arrived(self.request, BadField)

    async def body(self) -> Body:
        """The fields of the body. Raises BadField."""
        return Body.read(await self.text())


Handler = Callable[[Asked], Awaitable[web.Response]]


class Door:
    """Makes routes. secret: 32 bytes of this room's own, under which burst counters are kept."""

    def __init__(self, sign_ins: SignIns, limiter: Limiter, repeats: Repeats, secret: bytes) -> None:
        self._sign_ins, self._limiter, self._repeats, self._secret = sign_ins, limiter, repeats, secret

    def read(self, path: str, handler: Handler) -> web.RouteDef:
        """A route that changes nothing. path: below /api/services."""
        return web.get(PREFIX + path, partial(self._served, handler, (_SCOPE, _READING)), allow_head=False)

    def make(self, path: str, handler: Handler) -> web.RouteDef:
        """A route that makes or does something."""
        return web.post(PREFIX + path, partial(self._served, handler, (_SCOPE,)))

    def change(self, path: str, handler: Handler) -> web.RouteDef:
        """A route that changes what the address names."""
        return web.patch(PREFIX + path, partial(self._served, handler, (_SCOPE,)))

    def remove(self, path: str, handler: Handler) -> web.RouteDef:
        """A route that removes it."""
        return web.delete(PREFIX + path, partial(self._served, handler, (_SCOPE,)))

    async def made(self, asked: Asked, make: Make, find: Find) -> web.Response:
        """Answers a request that makes something; once for each Idempotency-Key. Raises KeyReused."""
        request = f"{asked.request.method} {asked.request.path}\n".encode() + await asked.text()
        key = asked.request.headers.get("Idempotency-Key")
        made, repeated = await self._repeats.once(asked.principal, key, request, make, find)
        return web.json_response(made, status=201, headers={"Idempotent-Replay": "true"} if repeated else None)

    async def _served(self, handler: Handler, scopes: Sequence[str], request: web.Request) -> web.Response:
        principal = await self._sign_ins.principal(
            request.headers.get("Authorization", ""), request.remote or "", by_token=True
        )  # fmt: skip
        if principal is None:
            raise NotSignedIn
        if not principal.scopes & set(scopes):
            raise ScopeLacking(scope=scopes[-1])
        subject = hmac.digest(self._secret, principal.client_id.bytes, "sha256").hex()
        if await self._limiter.over(Use(RATE, subject)):
            raise TooFast(retry_after=int(RATE.per.total_seconds()))
        return await handler(Asked(request, principal))


def listed(
    rows: Sequence[Row], page: Page, mark: Callable[[Row], Mark], render: Callable[[Row], Mapping[str, Any]]
) -> web.Response:
    """A page of a list. next: a cursor for `after`, null at the end."""
    shown = rows[: page.most - 1]
    more = cursors.written(mark(shown[-1])) if len(rows) > len(shown) else None
    return web.json_response({"items": [render(row) for row in shown], "next": more})
