"""Bodies of requests as pieces, with their limits: how long, how slow, and of which kind."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientError, web

from callerid.books.charsets import ToUtf8
from callerid.books.json_lines import JsonLines
from callerid.books.tables import Table
from callerid.books.values import MOST_BYTES, Reading
from callerid.books.vcards import VCards
from callerid.errors import BadEntry, BookCut, BookKindUnknown, BookTooLarge
from core.fields import one_object

PIECE = 32 * 1024
MOST_ENTRIES = 1024 * 1024
"""Bytes of a body that lists numbers or changes: 25,000 of them."""
_PIECE_WITHIN = 15.0
_KINDS: dict[str, type[JsonLines] | type[VCards] | type[Table]] = {
    "application/jsonl": JsonLines, "application/x-ndjson": JsonLines, "application/json-lines": JsonLines,
    "text/vcard": VCards, "text/x-vcard": VCards, "text/directory": VCards,
    "text/csv": Table, "text/comma-separated-values": Table, "application/csv": Table,
}  # fmt: skip


def reading(request: web.Request) -> Reading:
    """What reads a body of this type. Raises BookKindUnknown."""
    kind = _KINDS.get(request.content_type)
    if kind is None or request.headers.get("Content-Encoding", "identity") != "identity":
        raise BookKindUnknown("Say in Content-Type what it is, and send it as it is.",
                              types=["application/jsonl", "text/vcard", "text/csv"])  # fmt: skip
    return kind()


async def pieces(request: web.Request, most: int = MOST_BYTES) -> AsyncIterator[bytes]:
    """The body in UTF-8, piece by piece. Raises BookTooLarge, BookCut."""
    too_large = BookTooLarge(f"Send {most // 1024 // 1024} MB at most.", most=most, of="bytes")
    if (request.content_length or 0) > most:
        raise too_large
    text, total = ToUtf8(request.charset), 0
    while True:
        try:
            async with asyncio.timeout(_PIECE_WITHIN):
                piece = await request.content.read(PIECE)
        except (TimeoutError, OSError, ClientError, web.RequestPayloadError) as error:
            raise BookCut("Send the rest with ?after=.") from error
        total += len(piece)
        if total > most:
            raise too_large
        yield text.feed(piece, last=not piece)
        if not piece:
            return


async def whole(request: web.Request) -> bytes:
    """A body of MOST_ENTRIES at most. Raises BookTooLarge, BookCut."""
    return b"".join([piece async for piece in pieces(request, MOST_ENTRIES)])


async def entries(request: web.Request, *known: str) -> dict[str, Any]:
    """The JSON object that was sent; {} for an empty body. Raises BadEntry, BookTooLarge, BookCut."""
    body = await whole(request)
    found = one_object(body, BadEntry) if body.strip() else {}
    if not found.keys() <= set(known):
        raise BadEntry(f"Send nothing but {', '.join(known)}.", field="body")
    return found
