"""Many callers at once: signed webhooks go to whichever process serves, and each answer is remembered."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from core.e164 import E164
from tests.chaos.serving import PUBLIC
from tests.town import SHARED, VENDOR_IDS, Answer, Carrier

PATIENCE = 20.0
"""Seconds that a carrier waits here. (Twilio waits 15; more would not help a caller.)"""
PROMISED = 6.0
"""Seconds until a caller hears something: the house promises 3, and a busy machine may take as long again."""
AT_ONCE = 8


class Wire(AbstractResolver):
    """Leads whatever is sent to the public address to one process. port: of the process that serves now."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self.port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """There is nothing to close."""

    @asynccontextmanager
    async def session(self, *, fresh: bool = False) -> AsyncIterator[aiohttp.ClientSession]:
        """A client on this wire. fresh: a new connection for each request, so that several processes get some."""
        connector = aiohttp.TCPConnector(resolver=self, use_dns_cache=False, force_close=fresh, limit=64)
        said = {"Accept": "text/html", "Accept-Language": "en", "Origin": PUBLIC}
        async with aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(PATIENCE), headers=said
        ) as session:
            yield session


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody who may call a number: an open way to an owner."""

    caller: E164
    dialled: E164


@dataclass(frozen=True, slots=True)
class Heard:
    """One webhook and what came of it. answer: None where the connection broke. began, seconds: when; until then."""

    way: Way
    call: str
    answer: Answer | None
    began: float
    seconds: float

    @property
    def connected(self) -> bool:
        """Whether the owner is rung: what a call that counts as acknowledged was answered."""
        return self.answer is not None and self.answer.status == 200 and "Dial" in self.answer.verbs

    @property
    def apologised(self) -> bool:
        """Whether the caller was told, in words, that it did not work."""
        return self.answer is not None and self.answer.status == 200 and "something went wrong" in self.answer.said


@dataclass(slots=True)
class Load:
    """Calls that are being made."""

    heard: list[Heard] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def connects(self, count: int) -> None:
        """Waits until so many callers were connected."""
        async with self.news:
            await self.news.wait_for(lambda: sum(each.connected for each in self.heard) >= count)

    async def note(self, heard: Heard) -> None:
        async with self.news:
            self.heard.append(heard)
            self.news.notify_all()


@dataclass(slots=True)
class Crowd:
    """Everybody who calls, over one carrier."""

    carrier: Carrier

    async def calls(self, way: Way, call: str | None = None) -> Heard:
        """The first webhook of a call. call: the carrier's id, for a repeat."""
        call = call or self.carrier.new_call()
        began = time.monotonic()
        try:
            answer: Answer | None = await self.carrier.calls(way.caller, way.dialled, call)
        except (aiohttp.ClientError, TimeoutError):
            answer = None
        return Heard(way, call, answer, began, time.monotonic() - began)

    @asynccontextmanager
    async def calling(self, ways: Sequence[Way], at_once: int = AT_ONCE) -> AsyncIterator[Load]:
        """Everybody calls once, some at a time. On leaving, waits until all of them heard something."""
        load, waiting = Load(), iter(ways)

        async def one_after_another() -> None:
            for way in waiting:
                await load.note(await self.calls(way))

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_another())
            yield load

    async def all_call(self, ways: Sequence[Way]) -> list[Heard]:
        """Everybody calls once."""
        async with self.calling(ways) as load:
            pass
        return load.heard

    async def repeats(self, heard: Heard) -> Answer | None:
        """The same webhook once more, as a carrier sends it that is not sure whether we got it."""
        return (await self.calls(heard.way, heard.call)).answer

    async def texts(self, number: int) -> Answer:
        """A text to the shared number. number: tells texts apart."""
        form = {"MessageSid": f"SM{number:032x}", "AccountSid": VENDOR_IDS["twilio"], "From": "+12125550199",
                "To": SHARED["twilio"].value, "Body": "Hello?", "NumMedia": "0"}  # fmt: skip
        return await self.carrier.post(f"{PUBLIC}/hooks/twilio/text", form)
