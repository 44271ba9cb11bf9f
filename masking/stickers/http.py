"""The scan page and its steps: what a stranger beside a parked car sees. Reading writes nothing; forms act."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import phonenumbers
from aiohttp import web

from core.clock import Clock
from core.e164 import E164
from core.ids import read_code
from core.route import Reason
from ivr import texts
from ivr.spoken import reason_shown
from masking.stickers.errors import NoSticker
from masking.stickers.misuse import Misuse, Reports
from masking.stickers.scans import Scans
from masking.stickers.values import Visitor, Way

COOKIE_LIVES = timedelta(minutes=15)
"""How long a visitor who comes back gets the same way: as long as the longest of them."""


class House(Protocol):
    """What all pages of the house have in common (`maskline.web.Web`)."""

    def language(self, request: web.Request) -> str:
        """The reader's language."""
        ...

    def page(self, request: web.Request, template: str, /, *, status: int = 200, **values: Any) -> web.Response:
        """A page in that language. template: `room/name.html`."""
        ...

    def see_other(self, request: web.Request, path: str) -> web.Response:
        """After a POST: leads to another page of ours."""
        ...

    async def form(self, request: web.Request) -> Mapping[str, str]:
        """The fields of a posted form. Raises a Problem."""
        ...


def tel_link(dial: str) -> str:
    """What a phone dials when it is tapped. dial: `+N`, or `+N,,123456`; never * or #, which phones refuse."""
    return f"tel:{dial}"


class ScanPages:
    """
    Pages for strangers.

    secure: whether PUBLIC_URL is https, so that cookies may be bound to it. dial_link: makes the link that calls, from
    what is to be dialled. demo: that link leads to the desk exchange, and the page says so.
    """

    def __init__(
        self, scans: Scans, reports: Reports, house: House, clock: Clock, *, secure: bool,
        dial_link: Callable[[str], str] = tel_link, demo: bool = False,
    ) -> None:  # fmt: skip
        self._scans, self._reports, self._house, self._clock = scans, reports, house, clock
        self._secure, self._dial_link, self._demo = secure, dial_link, demo

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.get("/", self._landing),
            web.get("/q", self._find),
            web.get("/q/{code}", self._page),
            web.post("/q/{code}", self._choose),
            web.get("/q/{code}/misuse", self._misuse),
            web.post("/q/{code}/misuse", self._report),
            web.get("/q/{code}/{token}", self._way),
            web.post("/q/{code}/{token}/message", self._message),
        ]

    async def _landing(self, request: web.Request) -> web.Response:
        return self._house.page(request, "stickers/landing.html")

    async def _find(self, request: web.Request) -> web.Response:
        """A code that somebody typed, because their phone could not scan it."""
        code = read_code(request.query.get("code", ""))
        if code is None:
            raise NoSticker("A code has 16 letters and digits.")
        return self._house.see_other(request, f"/q/{code}")

    async def _page(self, request: web.Request) -> web.Response:
        seen = await self._scans.page(request.match_info["code"])
        if not seen.available:
            return self._house.page(request, "stickers/unavailable.html", code=seen.code)
        return self._house.page(
            request, "stickers/scan.html", code=seen.code, plate=seen.plate, reasons=self._reasons(request)
        )

    async def _choose(self, request: web.Request) -> web.Response:
        code, form = _code(request), await self._house.form(request)
        cookie = self._cookie(code)
        visitor = Visitor(request.remote or "", request.headers.get("User-Agent", ""), self._house.language(request))
        way = await self._scans.start(code, form.get("reason", ""), visitor, request.cookies.get(cookie))
        response = self._house.see_other(request, f"/q/{code}/{way.token}")
        response.set_cookie(
            cookie, way.token, max_age=int(COOKIE_LIVES.total_seconds()), path="/", httponly=True, samesite="Lax",
            secure=self._secure,
        )  # fmt: skip
        return response

    async def _way(self, request: web.Request) -> web.Response:
        code = _code(request)
        way = await self._scans.way(code, request.match_info["token"])
        return self._house.page(request, "stickers/way.html", code=code, **self._shown(request, way))

    async def _message(self, request: web.Request) -> web.Response:
        code, form = _code(request), await self._house.form(request)
        way = await self._scans.message(code, request.match_info["token"], form.get("message", ""))
        return self._house.see_other(request, f"/q/{code}/{way.token}")

    async def _misuse(self, request: web.Request) -> web.Response:
        return self._house.page(
            request, "stickers/misuse.html", code=_code(request), kinds=list(Misuse), done="done" in request.query
        )

    async def _report(self, request: web.Request) -> web.Response:
        code, form = _code(request), await self._house.form(request)
        await self._reports.report(code, form.get("kind", ""), request.remote or "")
        return self._house.see_other(request, f"/q/{code}/misuse?done")

    def _shown(self, request: web.Request, way: Way) -> dict[str, Any]:
        """A way as the page shows it. state: changes whenever there is news, and not with the time left."""
        language = self._house.language(request)
        left = way.until - self._clock.now() if way.number and way.until else None
        stands = "call" if left else "taken" if way.taken else "over"
        told = [preset.id if preset else "" for preset in (way.message, way.reply)]
        return {
            "token": way.token,
            "state": "-".join([stands, "missed" if way.missed else "", *told]),
            "reason": way.reason,
            "reason_shown": reason_shown(way.reason, language),
            "left": left,
            "number": _grouped(way.number) if way.number else None,
            "extension": f"{way.extension[:3]} {way.extension[3:]}" if way.extension else None,
            "dial_link": self._dial_link(_dial(way.number, way.extension)) if way.number else None,
            "demo": self._demo,
            "taken": way.taken,
            "missed": way.missed,
            "message": way.message.told(language) if way.message else None,
            "reply": way.reply.told(language) if way.reply else None,
            "presets": [(preset.id, preset.told(language)) for preset in texts.presets(way.reason)],
        }

    def _reasons(self, request: web.Request) -> list[tuple[str, str]]:
        language = self._house.language(request)
        return [(reason.value, reason_shown(reason, language)) for reason in Reason]

    def _cookie(self, code: str) -> str:
        """One for each sticker, so that whoever walks along a row of cars keeps a way to each."""
        return f"{'__Host-' if self._secure else ''}scan-{code}"


def _code(request: web.Request) -> str:
    """The code in the address, as it is printed. Raises NoSticker."""
    code = read_code(request.match_info["code"])
    if code is None:
        raise NoSticker("Check the code below the QR sticker, or scan it again.")
    return code


def _dial(number: E164, extension: str | None) -> str:
    """What the phone sends: the number, then after two pauses the extension."""
    return f"{number.value},,{extension}" if extension else number.value


def _grouped(number: E164) -> str:
    """One of our own numbers as its country groups it, for a person who types it into another phone."""
    return phonenumbers.format_number(phonenumbers.parse(number.value), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
