"""What every answer to a browser carries, so that a page can do no more than it must."""

import base64
import hashlib

from aiohttp import web

_LASTING = {
    # Not "no-referrer": under it browsers send `Origin: null` with our own forms (Fetch, "append a request Origin
    # header"), and whoever has no Sec-Fetch-Site yet could not post at all. Other sites learn nothing either way.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HTTPS_FOR = "max-age=31536000"


class Headers:
    """
    style: the one style sheet that stands in pages, allowed by its hash. https: whether PUBLIC_URL is.

    An answer that says nothing of caching is kept nowhere.
    """

    def __init__(self, style: str, *, https: bool) -> None:
        self._always = {**_LASTING, "Content-Security-Policy": _policy(style)}
        if https:
            self._always["Strict-Transport-Security"] = _HTTPS_FOR

    async def add(self, request: web.Request, response: web.StreamResponse) -> None:
        """A listener of `Application.on_response_prepare`. Carriers' webhooks are left alone: no browser reads them."""
        if request.path.startswith("/hooks/"):
            return
        response.headers.update(self._always)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.pop("Server", None)


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'self' 'sha256-{digest}'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
