"""Scripts and pictures of every room, read once, served under an address that changes with their content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    content_type: str
    version: str


class Assets:
    """
    The files in the `static` folder of each room. folders: room -> that folder, which need not exist.

    A file of a kind that is not known here is a mistake of ours and raises KeyError at start.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._files = {
            f"{room}/{path.relative_to(folder).as_posix()}": _read(path)
            for room, folder in folders.items()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def url(self, name: str) -> str:
        """The address of a file, like `/static/stickers/way.js?v=…`. Raises KeyError for a name that is not there."""
        return f"/static/{name}?v={self._files[name].version}"

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [web.get("/static/{name:.+}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        caching = _FOR_GOOD if request.query.get("v") == file.version else "no-cache"
        return web.Response(
            body=file.body, content_type=file.content_type, charset="utf-8", headers={"Cache-Control": caching}
        )


def _read(path: Path) -> _File:
    body = path.read_bytes()
    return _File(body, _TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])
