"""
Calling webhooks as the vendors do: signed, within the vendor's patience, tried again by its rules, badly on request.

Only loopback addresses are called unless the exchange was started with others allowed: a desk must not be able to
reach out to strangers because somebody typed a wrong URL.
"""

import asyncio
import ipaddress
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp

from exchange.bus import Crew
from exchange.faults import Faults
from exchange.overrides import Patience, patience
from exchange.signing import plivo_headers, plivo_message_headers, plivo_nonce, twilio_headers, without_fragment
from exchange.texts import Picture
from exchange.timers import Timers, wait
from exchange.wire import WireLog

_LARGEST = 100 * 1024  # bytes; Plivo refuses XML above 100 KB, Twilio above 64 KB
_LARGEST_PICTURE = 5 * 1024 * 1024
_AGENTS = {"twilio": "TwilioProxy/1.1", "plivo": "Plivo"}


@dataclass(frozen=True, slots=True)
class Hook:
    """
    One webhook to be sent.

    kind: "voice" (a caller waits for the answer), "status" (an event of a call) or "text" (a message or its status).
    call_id: the call or message it is about.
    """

    carrier: str
    kind: str
    method: str
    url: str
    params: Mapping[str, str]
    call_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The application said 2xx."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """
    No usable answer.

    why: "ct" (no connection), "rt" (no answer in time), "3xx", "4xx", "5xx", "size", "refused" (not a loopback
    address). status: None without an answer.
    """

    why: str
    about: str
    status: int | None = None


Outcome = Answer | Failure


def is_loopback(url: str) -> bool:
    """Whether the URL is http or https and names this machine by a loopback address or as localhost."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class Messenger:
    """Sends webhooks. tokens: the signing token by carrier. allowed: host names beside loopback."""

    timers: Timers
    crew: Crew
    log: WireLog
    faults: Mapping[str, Faults]
    tokens: Mapping[str, str]
    chance: Random
    allowed: frozenset[str] = frozenset()
    _session: aiohttp.ClientSession | None = field(default=None)

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, timeout=aiohttp.ClientTimeout(total=None)
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, hook: Hook) -> Outcome:
        """Deliver one webhook with the vendor's retries; the last attempt's outcome."""
        if not is_loopback(hook.url) and urlsplit(hook.url).hostname not in self.allowed:
            self.log.complain(hook.carrier, "", f"not called, not a loopback address: {hook.url}", hook.call_id)
            return Failure("refused", "the exchange calls loopback addresses only")
        rule, faults = patience(hook.carrier, hook.url), self.faults[hook.carrier]
        token, began = str(uuid.uuid4()), self.timers.now()
        lose_answer = self.chance.random() < faults.drop
        attempt = 0
        while True:
            attempt += 1
            note = "answer lost on the way" if lose_answer and attempt == 1 else "again" if attempt > 1 else ""
            spent = (self.timers.now() - began).total_seconds()
            outcome = await self._attempt(hook, min(rule.read, rule.total - spent), token, attempt, note)
            if lose_answer and attempt == 1 and isinstance(outcome, Answer):
                outcome = Failure("ct", "the answer was lost on the way")
            if isinstance(outcome, Answer) or outcome.why not in rule.on:
                break
            if attempt > rule.retries or (self.timers.now() - began).total_seconds() >= rule.total:
                break
        await self._repeat(hook, rule, token, attempt, outcome)
        return outcome

    async def _repeat(self, hook: Hook, rule: Patience, token: str, attempt: int, first: Outcome) -> None:
        times = self.faults[hook.carrier].repeat
        for turn in range(2, times + 1):
            again = await self._attempt(hook, rule.read, token, attempt + turn - 1, f"repeat {turn} of {times}")
            if hook.kind == "voice" and _differs(first, again):
                self.log.complain(hook.carrier, "", f"a repeat was answered differently: {hook.url}", hook.call_id)

    async def _attempt(self, hook: Hook, seconds: float, token: str, attempt: int, note: str) -> Outcome:
        await wait(self.timers, self.faults[hook.carrier].delay_ms / 1000)
        url, headers, body = self._request(hook, token)
        clock = asyncio.get_running_loop()
        began = clock.time()
        with self.crew.at_work():
            outcome = await self._in_time(self._call(hook.method, url, headers, body), seconds)
        answer = outcome if isinstance(outcome, Answer) else None
        about = "; ".join(part for part in (note, outcome.about if isinstance(outcome, Failure) else "") if part)
        self.log.add(
            hook.carrier,
            "out",
            hook.method,
            hook.url,
            status=outcome.status,
            ms=round((clock.time() - began) * 1000),
            headers=headers,
            params=dict(hook.params),
            content_type=answer.content_type if answer else "",
            body=answer.body.decode("utf-8", "replace") if answer else "",
            note=about,
            attempt=attempt,
            call_id=hook.call_id,
        )
        return outcome

    def _request(self, hook: Hook, token: str) -> tuple[str, dict[str, str], bytes | None]:
        """The URL as it goes over the wire, the headers with the signature, and the form."""
        configured, params = without_fragment(hook.url), dict(hook.params)
        get = hook.method == "GET"
        parts = urlsplit(configured)
        query = "&".join(part for part in (parts.query, urlencode(params)) if part)
        url = urlunsplit(parts._replace(query=query)) if get else configured
        headers = {"User-Agent": _AGENTS[hook.carrier], "Accept": "*/*"}
        if hook.carrier == "twilio":
            headers |= twilio_headers(self._signed_url(url), {} if get else params, self.tokens["twilio"])
            headers["I-Twilio-Idempotency-Token"] = token
        elif hook.kind == "text":
            headers |= plivo_message_headers(configured, self.tokens["plivo"], plivo_nonce())
        else:
            headers |= plivo_headers(hook.method, configured, params, self.tokens["plivo"], plivo_nonce())
        if not get:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        return url, headers, None if get else urlencode(params).encode("ascii")

    def _signed_url(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.port is None or self.faults["twilio"].choice("signed_port") == "kept":
            return url
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition(":")[0]))

    async def _in_time(self, call: Coroutine[Any, Any, Outcome], seconds: float) -> Outcome:
        """The outcome of `call`, or "rt" once the vendor's clock has moved on by `seconds`."""
        task = asyncio.ensure_future(call)
        late = False

        def give_up() -> None:
            nonlocal late
            late = True
            task.cancel()

        timer = self.timers.after(seconds, give_up)
        try:
            return await task
        except asyncio.CancelledError:
            if not late:
                task.cancel()
                raise
            return Failure("rt", f"no answer within {seconds:g} s")
        finally:
            timer.cancel()

    async def pictures(self, carrier: str, urls: Sequence[str], sid: str) -> tuple[Picture, ...] | None:
        """Fetch what is to go with a message; None, with a complaint, if one cannot be had."""
        found = []
        for url in urls:
            outcome: Outcome = Failure("refused", "the exchange calls loopback addresses only")
            if is_loopback(url) or urlsplit(url).hostname in self.allowed:
                with self.crew.at_work():
                    headers = {"User-Agent": _AGENTS[carrier]}
                    outcome = await self._in_time(self._call("GET", url, headers, None, _LARGEST_PICTURE), 15)
            if not isinstance(outcome, Answer) or not outcome.content_type.startswith("image/"):
                about = outcome.content_type if isinstance(outcome, Answer) else outcome.about
                self.log.complain(carrier, "11200", f"{url}: {about}", sid)
                return None
            found.append(Picture(outcome.content_type, outcome.body))
        return tuple(found)

    async def _call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, largest: int = _LARGEST
    ) -> Outcome:
        if self._session is None:
            raise RuntimeError("the exchange is not running")
        try:
            async with self._session.request(
                method, url, headers=headers, data=body, allow_redirects=False
            ) as response:
                data = await response.content.read(largest + 1)
                while len(data) <= largest and (more := await response.content.read(largest + 1 - len(data))):
                    data += more
        except (aiohttp.ClientError, OSError) as problem:
            return Failure("ct", f"no connection: {type(problem).__name__}")
        if len(data) > largest:
            return Failure("size", "the answer is too large", response.status)
        if not 200 <= response.status < 300:
            return Failure(f"{response.status // 100}xx", f"HTTP {response.status}", response.status)
        return Answer(response.status, response.headers.get("Content-Type", ""), data)


def _differs(first: Outcome, again: Outcome) -> bool:
    if isinstance(first, Answer) and isinstance(again, Answer):
        return first.body != again.body
    return isinstance(first, Answer) != isinstance(again, Answer)
