"""
The webhook edge: HTTP in, a carrier's XML out.

Whoever a caller is listening to always gets 200 and XML: an apology where all else fails. Only a bad signature or an
unreadable body is a 403, an unknown carrier a 404. Texts and status events get 200 only once they are committed, else
503, so that the carrier sends them again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol
from urllib.parse import unquote_plus
from uuid import UUID

from aiohttp import web

from core.ids import new_incident
from core.problem import Problem
from voice.errors import UnknownCall
from voice.events import CarrierAccount, Dialled, Ended, Envelope, Incoming, LegMoved, Pressed, TextIn, TextMoved
from voice.links import EVENTS, Links, Step
from voice.plan import Hangup, Plan
from voice.ports import Accounts, Dialect, SignatureRejected, Unreadable
from voice.switchboard import Switchboard
from voice.texts import Texts

MAX_BODY = 64 * 1024
BODY_WITHIN = 5.0
"""Seconds that a body may take to arrive, from whomever: nothing is known of the sender before it is read."""
DEADLINE = 2.7
"""
Seconds until a caller gets an apology instead of silence. Letting go of a database that hangs may take VOICE_WAIT more,
and the whole answer stays within 3 s.
"""

_MOST_FIELDS = 500

_HEARD = {"enter": "pressed", "which": "pressed", "pin": "pressed", "whisper": "pressed", "key": "pressed",
          "agree": "pressed", "consent": "pressed", "joins": "pressed", "dialled": "dialled"}  # fmt: skip

_TOLD = {"sent": "text-status"}
"""Steps whose event has another name with the dialects."""

logger = logging.getLogger("maskline.voice")


class Counter(Protocol):
    """Counts what happened, for /metrics. Labels are words, never numbers."""

    def webhook(self, carrier: str, event: str, result: str) -> None:
        """result: ok, refused, apology or away."""
        ...


class Hooks:
    """
    Carrier webhooks.

    apology: the plan spoken when something went wrong, in words that need nothing else.
    """

    def __init__(
        self, switchboard: Switchboard, texts: Texts, dialects: Mapping[str, Dialect], accounts: Accounts, links: Links,
        apology: Plan, counter: Counter,
    ) -> None:  # fmt: skip
        self._switchboard, self._texts, self._links = switchboard, texts, links
        self._dialects, self._accounts = dialects, accounts
        self._apology, self._counter = apology, counter

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.route("*", "/hooks/{carrier}/voice", self._voice),
            web.route("*", "/hooks/{carrier}/text", self._text),
            web.route("*", "/hooks/{carrier}/ended", self._ended),
            web.route("*", "/hooks/{carrier}/fallback", self._fallback),
            web.route("*", "/hooks/{carrier}/c/{token}/{step}", self._step),
        ]

    async def _voice(self, request: web.Request) -> web.Response:
        async def answer(dialect: Dialect, account: CarrierAccount, envelope: Envelope) -> Plan:
            event = dialect.read("incoming", envelope)
            assert isinstance(event, Incoming)  # noqa: S101  (what `read` promises for this name)
            return await self._switchboard.arrive(dialect, account, event)

        return await self._heard(request, "voice", answer)

    async def _step(self, request: web.Request) -> web.Response:
        name = request.match_info["step"]
        step, call = Step.read(name), self._links.read(request.match_info["token"], name)
        if step is None or call is None or step.kind not in EVENTS | _HEARD.keys():
            return _plain(404, "There is nothing here: this address was not made by Maskline.")
        if step.kind in EVENTS:
            return await self._noted(request, step.kind, lambda d, a, e: self._note(d, a, e, call, step))
        return await self._heard(request, step.kind, lambda d, a, e: self._answer(d, a, e, call, step, name))

    async def _answer(
        self, dialect: Dialect, account: CarrierAccount, envelope: Envelope, call: UUID, step: Step, name: str
    ) -> Plan:
        event = dialect.read(_HEARD[step.kind], envelope)
        if isinstance(event, Dialled):
            return await self._switchboard.dialled(dialect, account, call, name, event)
        assert isinstance(event, Pressed)  # noqa: S101
        if step.kind in ("enter", "which"):
            return await self._switchboard.entered(dialect, account, call, name, event)
        if step.kind == "pin":
            return await self._switchboard.pin(dialect, account, call, name, event)
        if step.kind in ("key", "agree", "joins"):
            return await self._switchboard.pressed(dialect, account, call, name, event)
        return await self._switchboard.whisper(dialect, account, call, step)

    async def _note(
        self, dialect: Dialect, account: CarrierAccount, envelope: Envelope, call: UUID, step: Step
    ) -> Plan:
        event = dialect.read(_TOLD.get(step.kind, step.kind), envelope)
        if isinstance(event, LegMoved):
            await self._switchboard.leg_moved(account, call, step, event)
        elif isinstance(event, Ended):
            await self._switchboard.ended(account, event, call)
        elif isinstance(event, TextMoved):
            await self._texts.moved(account, call, event)
        return ()

    async def _ended(self, request: web.Request) -> web.Response:
        async def note(dialect: Dialect, account: CarrierAccount, envelope: Envelope) -> Plan:
            event = dialect.read("ended", envelope)
            assert isinstance(event, Ended)  # noqa: S101
            await self._switchboard.ended(account, event)
            return ()

        return await self._noted(request, "ended", note)

    async def _text(self, request: web.Request) -> web.Response:
        async def take(dialect: Dialect, account: CarrierAccount, envelope: Envelope) -> Plan:
            event = dialect.read("text", envelope)
            assert isinstance(event, TextIn)  # noqa: S101
            return await self._texts.arrive(account, event)

        return await self._noted(request, "text", take)

    async def _fallback(self, request: web.Request) -> web.Response:
        """The address a carrier asks when ours failed: needs no database, so it is not even signed for."""
        dialect = self._dialects.get(request.match_info["carrier"])
        return _unknown_carrier() if dialect is None else _xml(dialect, self._apology)

    async def _heard(self, request: web.Request, event: str, answer: "Handler") -> web.Response:
        """For a request that a caller is listening to."""
        dialect = self._dialects.get(request.match_info["carrier"])
        if dialect is None:
            return _unknown_carrier()
        try:
            async with asyncio.timeout(DEADLINE):
                envelope = await self._envelope(request)
                account = dialect.verify(envelope, self._accounts.of(dialect.name))
                response = _xml(dialect, await answer(dialect, account, envelope))
        except (SignatureRejected, Unreadable) as problem:
            self._counter.webhook(dialect.name, event, "refused")
            return _plain(problem.status, _sentence(problem))
        except Exception as error:  # noqa: BLE001  (whatever it is, whoever is on the phone must hear something)
            self._blame(error, dialect.name, event)
            return _xml(dialect, self._sorry(dialect, event))
        self._counter.webhook(dialect.name, event, "ok")
        return response

    def _sorry(self, dialect: Dialect, event: str) -> Plan:
        if event != "whisper" or dialect.asks_in_whisper:
            return self._apology
        return tuple(verb for verb in self._apology if not isinstance(verb, Hangup))  # Plivo: words alone

    async def _noted(self, request: web.Request, event: str, note: "Handler") -> web.Response:
        """For texts and events: 200 only after commit."""
        dialect = self._dialects.get(request.match_info["carrier"])
        if dialect is None:
            return _unknown_carrier()
        try:
            envelope = await self._envelope(request)
            account = dialect.verify(envelope, self._accounts.of(dialect.name))
            response = _xml(dialect, await note(dialect, account, envelope))
        except (SignatureRejected, Unreadable) as problem:
            self._counter.webhook(dialect.name, event, "refused")
            return _plain(problem.status, _sentence(problem))
        except UnknownCall:
            response = _xml(dialect, ())  # swept or never ours: sending it again would not help
        except Exception as error:  # noqa: BLE001  (whatever it is, the carrier must keep the event and send it again)
            self._blame(error, dialect.name, event)
            return _plain(503, "Not kept: send it again.")
        self._counter.webhook(dialect.name, event, "ok")
        return response

    def _blame(self, error: BaseException, carrier: str, event: str) -> None:
        incident = new_incident()
        away = isinstance(error, Problem | TimeoutError)
        self._counter.webhook(carrier, event, "away" if away else "apology")
        logger.error(
            "a %s webhook from %s failed: %s", event, carrier, type(error).__name__,
            extra={"incident": incident}, exc_info=None if away else error,
        )  # fmt: skip

    async def _envelope(self, request: web.Request) -> Envelope:
        body = await _body(request)
        if len(body) > MAX_BODY:
            raise Unreadable("The body is longer than 64 KB.", field="body")
        if request.method not in ("GET", "POST"):
            raise Unreadable("Send it with POST or GET.", field="method")
        try:
            text = body.decode() if request.content_type == "application/x-www-form-urlencoded" else ""
            form = read_form(text or request.rel_url.raw_query_string if request.method == "GET" else text)
        except (UnicodeDecodeError, ValueError) as error:
            raise Unreadable("The form is not UTF-8 or has too many fields.", field="body") from error
        return Envelope(
            method=request.method,
            url=self._links.public(request.raw_path),
            headers={name.lower(): value for name, value in request.headers.items()},
            form=form,
            body=body,
        )


async def _body(request: web.Request) -> bytes:
    """All of it, or a byte more than we read. Raises TimeoutError where it does not arrive in time."""
    content = request.content
    if content.is_eof():  # it came with its head, as nearly always: no timer for what is here already
        return content.read_nowait(MAX_BODY + 1)
    async with asyncio.timeout(BODY_WITHIN):
        body = await content.read(MAX_BODY + 1)
        while len(body) <= MAX_BODY and not content.at_eof():
            body += await content.read(MAX_BODY + 1 - len(body))
    return body


def read_form(text: str) -> tuple[tuple[str, str], ...]:
    """
    What `urllib.parse.parse_qsl` reads from a form, which takes eight times as long over fields that need no decoding.

    Blank values are kept. Raises ValueError for what is not UTF-8 and for more than 500 fields.
    """
    fields = text.split("&")
    if len(fields) > _MOST_FIELDS:
        raise ValueError("too many fields")
    pairs = (field.partition("=") for field in fields if field)
    return tuple((_decoded(name), _decoded(value)) for name, _, value in pairs)


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="strict") if "%" in text or "+" in text else text


Handler = Callable[[Dialect, CarrierAccount, Envelope], Awaitable[Plan]]


def _xml(dialect: Dialect, plan: Plan) -> web.Response:
    # As `content_type` and `charset` would make it, which costs more than the rest of the answer.
    return web.Response(body=dialect.render(plan), headers={"Content-Type": f"{dialect.content_type}; charset=utf-8"})


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text)


def _sentence(problem: Problem) -> str:
    return f"{problem.title}. {problem.detail or ''}".strip()


def _unknown_carrier() -> web.Response:
    return _plain(404, "No such carrier. We speak with: twilio, plivo.")
