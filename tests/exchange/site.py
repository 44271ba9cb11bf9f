"""
A tiny application for the exchange to call: answers by path, keeps what it was asked, checks each signature with the
vendors' SDKs.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from plivo.utils import validate_signature
from plivo.utils.signature_v3 import validate_v3_signature
from twilio.request_validator import RequestValidator

XML = "application/xml"
Made = str | web.Response
Answering = Made | Callable[["Seen"], Made]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    path: str
    method: str
    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class Site:
    """
    answers: path -> XML, a response, or a function of the request; a path without an answer is 404.

    hang: path -> an event that its requests wait for.
    """

    tokens: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answering] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    hang: dict[str, asyncio.Event] = field(default_factory=dict)
    base: str = ""

    def url(self, path: str) -> str:
        return self.base + path

    def told(self, path: str) -> list[Mapping[str, str]]:
        """The parameters of every request to a path, in order."""
        return [seen.params for seen in self.seen if seen.path == path]

    async def handle(self, request: web.Request) -> web.Response:
        posted = {name: str(value) for name, value in (await request.post()).items()}
        params = posted if request.method == "POST" else dict(request.query)
        seen = Seen(request.path, request.method, str(request.url), params, dict(request.headers))
        self.seen.append(seen)
        if not self._genuine(seen, posted):
            self.forged.append(f"{seen.method} {seen.url}")
        if seen.path in self.hang:
            await self.hang[seen.path].wait()
        made = self.answers.get(request.path, web.Response(status=404))
        answer = made(seen) if callable(made) else made
        if isinstance(answer, str):
            return web.Response(text=answer, content_type=XML)
        return web.Response(status=answer.status, body=answer.body, headers={"Content-Type": answer.content_type})

    def _genuine(self, seen: Seen, posted: dict[str, str]) -> bool:
        headers = seen.headers
        if "X-Twilio-Signature" in headers:
            validator = RequestValidator(self.tokens["twilio"])
            return bool(validator.validate(seen.url, posted, headers["X-Twilio-Signature"]))
        token = self.tokens["plivo"]
        if "X-Plivo-Signature-V3" in headers:
            nonce, signature = headers["X-Plivo-Signature-V3-Nonce"], headers["X-Plivo-Signature-V3"]
            return bool(validate_v3_signature(seen.method, seen.url, nonce, token, signature, posted))
        nonce, signature = headers["X-Plivo-Signature-V2-Nonce"], headers["X-Plivo-Signature-V2"]
        return bool(validate_signature(seen.url, nonce, signature, token))


def response(*verbs: str) -> str:
    """A document of these verbs."""
    return "<Response>" + "".join(verbs) + "</Response>"
