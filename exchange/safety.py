"""Who may use the desk: loopback names only, the page behind a one-time token, REST behind its vendor's basic auth."""

import hmac
import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_COOKIE = "exchange_desk"
_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def only_loopback_names(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page elsewhere whose name was pointed at this machine must not reach the desk (DNS rebinding)."""
    if _name(request.host) not in _NAMES:
        return web.json_response({"error": "the exchange answers to loopback names only"}, status=421)
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Security-Policy", CSP)
    return response


def _name(host: str) -> str | None:
    """The name in a Host header, without its port; None for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def basic_auth_ok(request: web.Request, name: str, token: str) -> bool:
    """Whether the Authorization header holds exactly these credentials."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        said = b64decode(given, validate=True)
    except (NotBase64, ValueError):
        return False
    return hmac.compare_digest(said, f"{name}:{token}".encode())


def told(response: web.Response) -> str:
    """An answer as the wire log shows it: a picture by its size alone."""
    if response.content_type.startswith(("text/", "application/json")):
        return response.text or ""
    return f"({len(response.body) if isinstance(response.body, bytes) else 0} bytes)"


@dataclass(slots=True)
class Door:
    """
    The page's door. token: from the printed address; it opens once and becomes a cookie.

    The cookie is HttpOnly and SameSite=Strict, and every POST of the page must come from the page's own origin.
    """

    token: str
    _sessions: set[str] = field(default_factory=set)
    _used: bool = False

    def open(self, given: str) -> web.Response | None:
        """A redirect that sets the cookie; None if the token is wrong or was used before."""
        if self._used or not _same(given, self.token):
            return None
        self._used = True
        session = secrets.token_urlsafe(32)
        self._sessions.add(session)
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(_COOKIE, session, httponly=True, samesite="Strict", path="/")
        return response

    def knows(self, request: web.Request) -> bool:
        """Whether the request carries the cookie."""
        given = request.cookies.get(_COOKIE, "")
        return any(_same(given, session) for session in self._sessions)

    def check(self, request: web.Request) -> None:
        """Raises HTTPForbidden for a request without the cookie, or a POST from another origin."""
        if not self.knows(request):
            raise web.HTTPForbidden(
                text="The address that the exchange printed opens it once, in one browser. Open it there, or start the"
                " exchange again (Ctrl-C, then ./run) for a new address.\n"
            )
        if request.method == "POST" and not _same_origin(request):
            raise web.HTTPForbidden(text="This request comes from another page.\n")


def _same(given: str, secret: str) -> bool:
    """In constant time, whatever bytes the header held."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def _same_origin(request: web.Request) -> bool:
    return request.headers.get("Origin", "") == f"{request.scheme}://{request.host}"
