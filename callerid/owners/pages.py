"""/names: whoever holds a number hides it, or has it shown again, by a code; without an account, without scripts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from callerid.owners.http import Stranger, code_of
from callerid.owners.opt_outs import OptOuts
from core.e164 import E164, BadNumber
from core.problem import Problem
from privacy.proof import ProofOver, TooManyTries, WrongCode
from privacy.proof_rules import NoCodesThere, Way

LONGEST_NUMBER = 40


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


Region = Callable[[], str | None]
"""Tells, at each use, the country of numbers that are typed without a country code; None where there are several."""
SHOW = "/names/show"


@dataclass(frozen=True, slots=True)
class OptOutPages:
    """
    Pages without an account, twice: below /names a number is hidden, below /names/show it is shown again.

    stranger: as for OwnersHttp.
    """

    opt_outs: OptOuts
    house: House
    region: Region
    stranger: Stranger

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            route
            for base in ("/names", SHOW)
            for route in (
                web.get(base, self._page),
                web.post(base, self._start),
                web.get(f"{base}/done", self._done),
                web.get(f"{base}/code/{{code_id}}", self._code),
                web.post(f"{base}/code/{{code_id}}", self._confirm),
            )
        ]

    async def _page(self, request: web.Request) -> web.Response:
        return self._asks_number(request)

    def _asks_number(self, request: web.Request, wrong: Problem | None = None, typed: str = "") -> web.Response:
        """typed: what they wrote, told to them alone."""
        return self.house.page(
            request, "owners/names.html", status=wrong.status if wrong else 200, wrong=wrong.slug if wrong else None,
            typed=typed, show=_shows(request),
        )  # fmt: skip

    async def _start(self, request: web.Request) -> web.Response:
        await self.stranger(request.remote or "")
        form, show = await self.house.form(request), _shows(request)
        typed = form.get("number", "")[:LONGEST_NUMBER]
        try:
            number = E164.parse(typed, self.region())
            started = await self.opt_outs.start(
                number, _way(form), self.house.language(request), hidden=not show, network=request.remote or ""
            )
        except (BadNumber, NoCodesThere) as bad:
            return self._asks_number(request, bad, typed)
        return self.house.see_other(request, f"{_base(request)}/code/{started.proof_id}")

    async def _code(self, request: web.Request) -> web.Response:
        return self._asked(request, None)

    async def _confirm(self, request: web.Request) -> web.Response:
        await self.stranger(request.remote or "")
        form = await self.house.form(request)
        try:
            await self.opt_outs.confirm(
                code_of(request), form.get("code", ""), hidden=not _shows(request), network=request.remote or ""
            )
        except (WrongCode, TooManyTries) as wrong:
            return self._asked(request, wrong)
        except ProofOver as over:
            return self._asks_number(request, over)
        return self.house.see_other(request, f"{_base(request)}/done")

    async def _done(self, request: web.Request) -> web.Response:
        return self.house.page(request, "owners/done.html", show=_shows(request))

    def _asked(self, request: web.Request, wrong: Problem | None) -> web.Response:
        return self.house.page(
            request, "owners/code.html", status=wrong.status if wrong else 200, base=_base(request),
            code_id=code_of(request), show=_shows(request), left=wrong.facts.get("left", 0) if wrong else None,
        )  # fmt: skip


def _shows(request: web.Request) -> bool:
    return request.path.startswith(SHOW)


def _base(request: web.Request) -> str:
    return SHOW if _shows(request) else "/names"


def _way(form: Mapping[str, str]) -> Way:
    """How a code is to come: a text, unless they asked for a call."""
    return "voice" if form.get("way") == "voice" else "text"
