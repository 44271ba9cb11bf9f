"""An owner's page, behind the signed link of a notice. Links only show; what changes something is a form."""

from aiohttp import web

from core.clock import Clock
from ivr import texts
from ivr.spoken import reason_shown
from masking.stickers.http import House
from masking.stickers.owners import Owners
from masking.stickers.values import OwnerPage, StickerState


class OwnerPages:
    """Pages for owners and second contacts. Nothing on them tells who called."""

    def __init__(self, owners: Owners, house: House, clock: Clock) -> None:
        self._owners, self._house, self._clock = owners, house, clock

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.get("/me/left", self._left),
            web.get("/me/n/{token}", self._page),
            web.post("/me/n/{token}/reply", self._reply),
            web.post("/me/n/{token}/leave", self._leave),
            web.post("/me/n/{token}/{action:block|pause|resume}", self._act),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        token, language = request.match_info["token"], self._house.language(request)
        seen = await self._owners.page(token)
        done = request.query.get("done", "")
        return self._house.page(
            request,
            "stickers/owner.html",
            token=token,
            seen=seen,
            age=self._clock.now() - seen.at if seen.at else None,
            reason=reason_shown(seen.reason, language) if seen.reason else None,
            message=seen.message.told(language) if seen.message else None,
            replied=seen.replied.told(language) if seen.replied else None,
            replies=[(reply.id, reply.told(language)) for reply in texts.REPLIES],
            done=done if done in _done(seen) else None,
        )

    async def _act(self, request: web.Request) -> web.Response:
        token, action = request.match_info["token"], request.match_info["action"]
        await {"block": self._owners.block, "pause": self._owners.pause, "resume": self._owners.resume}[action](token)
        return self._house.see_other(request, f"/me/n/{token}?done={action}")

    async def _reply(self, request: web.Request) -> web.Response:
        token, form = request.match_info["token"], await self._house.form(request)
        await self._owners.reply(token, form.get("reply", ""))
        return self._house.see_other(request, f"/me/n/{token}?done=reply")

    async def _leave(self, request: web.Request) -> web.Response:
        """Afterwards the link opens nothing any more, so the thanks stand on a page of their own."""
        await self._owners.leave(request.match_info["token"])
        return self._house.see_other(request, "/me/left")

    async def _left(self, request: web.Request) -> web.Response:
        return self._house.page(request, "stickers/left.html")


def _done(seen: OwnerPage) -> set[str]:
    """What the page may say was just done. It must be so: anybody can write an address that claims it."""
    so = {
        "block": seen.blocked,
        "pause": seen.state is StickerState.PAUSED,
        "resume": seen.state is StickerState.ACTIVATED,
        "reply": seen.replied is not None,
    }
    return {action for action, is_so in so.items() if is_so}
