"""A small application that speaks through one dialect: what a whole conversation with a carrier needs, and no more."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web

from carriers import DIALECTS
from voice.events import CarrierAccount, Envelope
from voice.plan import Plan
from voice.ports import Dialect, Event


@dataclass(slots=True)
class Switchroom:
    """
    Answers `/{event}/{name}` with the plan of that name, once the webhook is verified and read as that event.

    told: what was read, by name and in order. A webhook that is refused raises, and so fails the test.
    """

    account: CarrierAccount
    base: str = ""
    plans: dict[str, Plan] = field(default_factory=dict)
    told: list[tuple[str, Event]] = field(default_factory=list)

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.account.carrier]

    def url(self, event: str, name: str) -> str:
        return f"{self.base}/{event}/{name}"

    def news(self, event: str, name: str) -> str:
        """The URL of an event that nobody listens to."""
        return self.url(event, name) + self.dialect.event_suffix

    def heard(self, name: str) -> list[Event]:
        """What was read under this name."""
        return [event for told, event in self.told if told == name]

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{event}/{name}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        envelope = Envelope(
            request.method,
            self.base + request.raw_path,
            {name.lower(): value for name, value in request.headers.items()},
            tuple(parse_qsl(body.decode(), keep_blank_values=True)),
            body,
        )
        assert self.dialect.verify(envelope, [self.account]) is self.account
        name = request.match_info["name"]
        self.told.append((name, self.dialect.read(request.match_info["event"], envelope)))
        document = self.dialect.render(self.plans.get(name, ()))
        return web.Response(body=document, content_type=self.dialect.content_type, charset="utf-8")
