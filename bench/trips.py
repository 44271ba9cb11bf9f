"""How often a webhook asks Postgres and Valkey: the first counted on the wire, the second by Valkey itself."""

import asyncio
import struct
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import redis.asyncio as redis

from bench.bed import Bed
from bench.children import SERVICE, child
from bench.load import drive
from bench.numbers import Directory
from bench.report import Figure
from bench.scene import Size, furnish

_SOCKET = ".s.PGSQL.5432"
_HEADER = struct.Struct(">cI")


@dataclass(slots=True)
class Wire:
    """
    A relay before Postgres that counts what its client sends.

    statements: simple queries and executions. trips: what an answer is waited for, simple queries and Syncs.
    """

    statements: int = 0
    trips: int = 0

    def note(self, kind: bytes) -> None:
        """One message. Source: postgresql.org/docs/current/protocol-message-formats.html."""
        self.statements += kind in (b"Q", b"E")
        self.trips += kind in (b"Q", b"S")


@asynccontextmanager
async def wired(database_url: str) -> AsyncIterator[tuple[Wire, str]]:
    """A relay to a database on a unix socket, and the address of the same database through it."""
    parts = urlsplit(database_url)
    query, wire = dict(parse_qsl(parts.query)), Wire()
    target = Path(query["host"]) / _SOCKET
    with tempfile.TemporaryDirectory() as folder:

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _relay(wire, reader, writer, target)

        server = await asyncio.start_unix_server(serve, Path(folder) / _SOCKET)
        try:
            yield wire, urlunsplit(parts._replace(query=urlencode(query | {"host": folder})))
        finally:
            server.close()


async def _relay(wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: Path) -> None:
    up_reader, up_writer = await asyncio.open_unix_connection(target)
    back = asyncio.create_task(_pump(up_reader, writer))
    try:
        length = await reader.readexactly(4)  # the first message has no kind
        up_writer.write(length + await reader.readexactly(int.from_bytes(length) - 4))
        while True:
            header = await reader.readexactly(_HEADER.size)
            kind, size = _HEADER.unpack(header)
            wire.note(kind)
            up_writer.write(header + await reader.readexactly(size - 4))
    except asyncio.IncompleteReadError:
        pass  # the client has gone
    finally:
        up_writer.close()
        await back


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()


async def measure(bed: Bed, calls: int = 300) -> list[Figure]:
    """Once everything is prepared: what `calls` webhooks of the mix ask, one at a time."""
    async with bed.house() as (house, variables), wired(variables["MASKLINE_DATABASE_URL"]) as (wire, through):
        scene = await furnish(house, Directory(), Size(sites=4, pool=calls // 2))
        async with (
            child(SERVICE, variables | {"MASKLINE_DATABASE_URL": through}) as service,
            redis.Redis.from_url(bed.redis_url) as cache,
        ):
            await drive(service.port, await scene.calls(calls), 1)
            before = wire.statements, wire.trips, await _asked(cache)
            await drive(service.port, await scene.calls(calls), 1)
            after = wire.statements, wire.trips, await _asked(cache)
    statements, trips, asked = ((then - first) / calls for first, then in zip(before, after, strict=True))
    return [
        Figure(
            name="round trips to Postgres for a webhook", ours=f"{trips:.2f}", value=trips, bar=1, goal=1, smaller=True,
            unit="", details={"statements": statements, "calls": calls},
        ),
        Figure(name="statements for a webhook", ours=f"{statements:.2f}", value=statements, unit=""),
        Figure(
            name="calls to Valkey for a webhook", ours=f"{asked:.2f}", value=asked, bar=1, goal=1, smaller=True, unit=""
        ),
    ]  # fmt: skip


async def _asked(cache: "redis.Redis") -> int:
    """Scripts run so far; what a script does inside is not a call of ours."""
    stats = await cache.info("commandstats")
    return sum(stats.get(f"cmdstat_{name}", {}).get("calls", 0) for name in ("eval", "evalsha"))
