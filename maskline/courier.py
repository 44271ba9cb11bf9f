"""
Takes what we have to tell to addresses that customers gave us, and brings their answer: `voice.ports.Courier`.

Such an address is a stranger's word: it may name our own network, change its mind between two look-ups, redirect,
answer without end or not at all. So only https; the address is checked at the socket, after DNS, where it cannot change
any more; no redirect, no proxy, no cookie; 64 KiB; a deadline for everything together; so many at a time for each
service; and an address that keeps failing is left alone for a while. Nor may it name us: what we tell ourselves would
be told again. Source: the SSRF prevention cheat sheet of OWASP.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from aiohttp import (
    AddrInfoType,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from core.clock import Clock
from maskline.courier_rules import Breaker, Place, host_of, is_public, places
from voice.errors import CourierAway, CourierRefused
from voice.ports import Delivered

MOST = 65_536
"""Bytes of an answer."""
AT_A_TIME = 8
"""Requests under way for one service: a slow customer holds up itself."""
CONNECTIONS = 512
"""At once, to everybody: far more than one customer's services have turns, and far fewer than a process has files."""
_LOOKING_UP = 64  # threads that ask DNS, apart from everybody else's: a name server that hangs holds up no carrier
_LOOKING_UP_EACH = 2  # of them for one service, until the system itself gives a name up, long after whoever waits has

_UNWRITABLE = re.compile(r"[\x00-\x20\x7f]")
"""What would end a request line, or spoil it."""

_asking: ContextVar[UUID | None] = ContextVar("courier_service", default=None)
"""For whose request a name is looked up: aiohttp, which stands between, carries no word of ours."""


class CustomerCourier:
    """
    Use `open_courier`. public: reaches the internet alone. desk: reaches the exceptions alone. ours: our own address.
    """

    def __init__(
        self, public: ClientSession, desk: ClientSession, exceptions: frozenset[Place], clock: Clock, ours: str
    ) -> None:  # fmt: skip
        self._public, self._desk, self._exceptions, self._clock = public, desk, exceptions, clock
        self._host, self._origin = host_of(ours), _origin(ours)
        self._breakers: dict[tuple[UUID, str], Breaker] = {}  # of those that failed last
        self._turns = _Turns(AT_A_TIME)

    async def post(
        self, url: str, body: bytes, *, content_type: str, headers: Mapping[str, str], service: UUID, seconds: float
    ) -> Delivered:
        """
        Posts `body` and returns the answer, whatever its status but a redirect.

        seconds: for everything, the wait for a turn included. Raises CourierRefused, CourierAway.
        """
        address = _read(url)
        session = self._session(address)
        which = service, f"{address.netloc}{address.path}"
        breaker = self._breakers.get(which, Breaker())
        if not breaker.lets_through(self._clock.now()):
            raise CourierAway("It failed several times in a row and is left alone for a while.")
        sent = False
        try:
            _asking.set(service)
            async with asyncio.timeout(seconds), self._turns.of(service):
                sent = True
                told = {**headers, "Content-Type": content_type}
                async with session.post(_exact(url), data=body, headers=told, allow_redirects=False) as answer:
                    delivered = Delivered(answer.status, answer.content_type, await _whole(answer))
        except (TimeoutError, ClientError, OSError) as error:
            if isinstance(error, InvalidURL) or isinstance(getattr(error, "os_error", None), _NotPublic):
                raise CourierRefused("The address leads to no host on the internet.") from None
            if sent:
                self._breakers[which] = breaker
                breaker.failed(self._clock.now())
            why = "It did not connect." if isinstance(error, ClientConnectorError) else "It did not answer in time."
            raise CourierAway(why) from None  # the error's own text may hold the address, and that a secret
        self._breakers.pop(which, None)
        if 300 <= delivered.status < 400:
            raise CourierRefused("It redirects, which is not followed: give the address where that leads.")
        return delivered

    def _session(self, address: SplitResult) -> ClientSession:
        known, url = (address.hostname, address.port) in self._exceptions, address.geturl()
        itself = _origin(url) == self._origin or (not known and host_of(url) == self._host)
        if self._host and itself:
            raise CourierRefused("This is our own address: what we tell ourselves would be told again.")
        if known:
            return self._desk
        if address.scheme != "https":
            raise CourierRefused("Give an address that begins with https://.")
        return self._public


@asynccontextmanager
async def open_courier(
    clock: Clock, exceptions: Iterable[str] = (), *, ours: str = "", resolver: AbstractResolver | None = None
) -> AsyncIterator[CustomerCourier]:
    """
    A courier, until the context is left.

    exceptions: places on this machine that may be reached too, also by plain http, as the setting writes them; the URL
    must name one itself, so that no other name leads there. ours: where the world reaches us; nothing is sent to that
    host, but to other ports of it that are exceptions. resolver: asks DNS; a system's own if not given.
    """
    allowed = places(exceptions)
    threads = ThreadPoolExecutor(_LOOKING_UP, "courier-dns")
    resolver = resolver or _Resolver(threads)
    try:
        async with (
            _session(resolver, lambda host, _: is_public(host)) as public,
            _session(resolver, lambda host, port: (host, port) in allowed) as desk,
        ):
            yield CustomerCourier(public, desk, allowed, clock, ours)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


class _NotPublic(OSError):
    """The address to connect to is none that a customer's may be."""


class _Turns:
    """So many at a time for each service. Nothing is kept of one that asks for none."""

    def __init__(self, at_a_time: int) -> None:
        self._at_a_time = at_a_time
        self._turns: dict[UUID | None, tuple[asyncio.Semaphore, int]] = {}  # and how many use it

    @asynccontextmanager
    async def of(self, service: UUID | None) -> AsyncIterator[None]:
        """Waits for a turn, and has it until the context is left."""
        turns, users = self._turns.get(service, (asyncio.Semaphore(self._at_a_time), 0))
        self._turns[service] = turns, users + 1
        try:
            async with turns:
                yield
        finally:
            turns, users = self._turns.pop(service)
            if users > 1:
                self._turns[service] = turns, users - 1


class _Resolver(AbstractResolver):
    """
    getaddrinfo() in threads of its own, few for each service.

    aiohttp goes on looking a name up when whoever asked has left, so a turn lasts as long as its thread.
    """

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads, self._turns = threads, _Turns(_LOOKING_UP_EACH)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host, in the system's order. Raises OSError."""
        async with self._turns.of(_asking.get()):
            found = await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
            )
        return [
            ResolveResult(hostname=host, host=str(place[0]), port=port, family=kind, proto=proto,
                          flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV)
            for kind, _, proto, _, place in found
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing: the threads end with the courier."""


def _session(resolver: AbstractResolver, allows: Callable[[str, int], bool]) -> ClientSession:
    def connect(address: AddrInfoType) -> socket.socket:
        family, kind, proto, _, place = address
        if not allows(str(place[0]), int(place[1])):
            raise _NotPublic
        return socket.socket(family, kind, proto)

    return ClientSession(
        connector=TCPConnector(resolver=resolver, socket_factory=connect, limit=CONNECTIONS),
        cookie_jar=DummyCookieJar(),
        headers={"User-Agent": "Maskline", "Accept-Encoding": "identity"},
        timeout=ClientTimeout(total=None),  # `post` has its own, for everything
        auto_decompress=False,  # a little that becomes much
        trust_env=False,
    )


def _read(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        readable = address.scheme in ("http", "https") and address.hostname and address.port != 0
        fits = readable and not _UNWRITABLE.search(url)
    except ValueError:
        fits = False
    if not fits:
        raise CourierRefused("Give an address that begins with https://.")
    return address


def _origin(url: str) -> tuple[str, int | None]:
    """Host and port, so that every way to write one place is the same. Of nothing: none that an address can have."""
    try:
        return host_of(url), URL(url).port
    except ValueError:
        return "", None


def _exact(url: str) -> URL:
    """The address as it stands: what is signed is what arrives. Written anew, `?to=a%2Fb` would become `?to=a/b`."""
    return URL(url, encoded=url.isascii())


async def _whole(answer: ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(8192):
        body += part
        if len(body) > MOST:
            raise CourierRefused("Its answer is longer than 64 KiB.")
    return bytes(body)
