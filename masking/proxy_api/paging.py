"""
Lists a page at a time, as Twilio's APIs give them: an envelope with absolute addresses of the pages beside.

A page token names the row that a page goes on from, so no page is kept anywhere and none is repeated or left out when
rows come and go. `PA` goes on after a row, `PB` before it.
"""

import base64
import binascii
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from masking.proxy_api.errors import Refused
from masking.proxy_api.forms import Form
from masking.sessions.given import Mark, Page

USUAL, MOST, MOST_ASKED = 50, 100, 1000
"""Rows on a page unless asked otherwise, at most, and the highest figure that may be asked for."""
_MOST_PAGES = 2**31 - 1
_AFTER, _BEFORE = "PA", "PB"
_MARK = struct.Struct(">q16s")  # microseconds since 1970, id
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_NARROW = timedelta(microseconds=1)

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page somebody asks for. size: rows. number: what the client calls it. token: as it was given."""

    size: int
    number: int
    token: str | None
    after: Mark | None
    before: Mark | None

    @classmethod
    def read(cls, query: Form) -> "Wanted":
        """The parameters after the question mark. Raises Refused."""
        size = query.whole("PageSize", 1, MOST_ASKED)
        token = query.text("PageToken", 100) or None
        mark = _mark(token) if token else None
        return cls(
            size=min(size or USUAL, MOST),
            number=query.whole("Page", 0, _MOST_PAGES) or 0,
            token=token,
            after=mark if token and token.startswith(_AFTER) else None,
            before=mark if token and token.startswith(_BEFORE) else None,
        )

    @property
    def page(self) -> Page:
        """What to ask the use cases for: one row more than the page holds, which tells whether it goes on."""
        return Page(after=self.after, before=self.before, most=self.size + 1)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A page. earlier, later: whether there are rows before and after it."""

    rows: Sequence[Row]
    earlier: bool
    later: bool


def cut(found: Sequence[Row], wanted: Wanted, mark: Callable[[Row], Mark]) -> Listed[Row]:
    """The page out of what was found for `wanted.page`, in the order of the list."""
    rows = sorted(found, key=lambda row: _order(mark(row)))
    more = len(rows) > wanted.size
    if wanted.before is not None:
        return Listed(rows[-wanted.size :], earlier=more, later=True)
    return Listed(rows[: wanted.size], earlier=wanted.after is not None, later=more)


def envelope(
    key: str, url: str, wanted: Wanted, listed: Listed[Row], mark: Callable[[Row], Mark],
    render: Callable[[Row], Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """The answer of a list. url: of the list itself, absolute. render: one row as JSON."""
    size, rows = wanted.size, listed.rows
    earlier = _token(_BEFORE, mark(rows[0])) if listed.earlier and rows else None
    later = _token(_AFTER, mark(rows[-1])) if listed.later and rows else None
    return {
        key: [render(row) for row in rows],
        "meta": {
            "page": wanted.number,
            "page_size": size,
            "first_page_url": _address(url, size, 0, None),
            "previous_page_url": _address(url, size, max(wanted.number - 1, 0), earlier) if earlier else None,
            "url": _address(url, size, wanted.number, wanted.token),
            "next_page_url": _address(url, size, wanted.number + 1, later) if later else None,
            "key": key,
        },
    }


def _address(url: str, size: int, number: int, token: str | None) -> str:
    query = {"PageSize": str(size), "Page": str(number), **({"PageToken": token} if token else {})}
    return f"{url}?{urlencode(query)}"


def _order(mark: Mark) -> tuple[datetime, bytes]:
    return mark.at, mark.id.bytes  # as Postgres compares them


def _token(way: str, mark: Mark) -> str:
    raw = _MARK.pack((mark.at - _FIRST) // _NARROW, mark.id.bytes)
    return way + base64.urlsafe_b64encode(raw).decode()


def _mark(token: str) -> Mark:
    """The row that a token names. Raises Refused."""
    try:
        if not token.startswith((_AFTER, _BEFORE)):
            raise ValueError(token)
        at, id_ = _MARK.unpack(base64.b64decode(token[2:], altchars=b"-_", validate=True))
        return Mark(at=_FIRST + at * _NARROW, id=UUID(bytes=id_))
    except (ValueError, OverflowError, struct.error, binascii.Error):
        raise Refused(20001, 400, "PageToken: it is not one of ours. Begin with the first page.") from None
