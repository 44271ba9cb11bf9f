"""`GET /media/{token}`: what goes on with a text, for the carrier that sends it."""

import base64
from dataclasses import dataclass

from aiohttp import web

from core.clock import Clock
from masking.sessions.media import PICTURES
from masking.sessions.media_links import MediaLinks
from masking.sessions.relay import Q
from privacy.sealing import Sealer, Where
from sql.database import Database

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class MediaHttp:
    """Whoever holds an address may fetch it, for as long as it is good."""

    database: Database
    clock: Clock
    sealer: Sealer
    links: MediaLinks

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/media/{token}", self.fetch)]

    async def fetch(self, request: web.Request) -> web.Response:
        """The picture. 404 for a token that is unknown or too old, and once the picture is deleted."""
        item = self.links.read(request.match_info["token"], self.clock.now())
        if item is None:
            raise web.HTTPNotFound
        async with self.database.work() as conn:
            row = await Q.media_item(conn, tenant=item.tenant, media=item.media, kinds=sorted(PICTURES))
        if row is None:
            raise web.HTTPNotFound
        content = base64.b64decode(self.sealer.open(row["sealed"], Where.media(item.media)))
        headers = {
            "Content-Disposition": f'attachment; filename="picture.{_ENDINGS[row["kind"]]}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return web.Response(body=content, content_type=row["kind"], headers=headers)
