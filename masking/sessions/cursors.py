"""Where a list of our own API goes on: a mark in a row's place, opaque to whoever holds it. Pure."""

import base64
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

from masking.sessions.errors import BadField
from masking.sessions.given import Mark

_MARK = struct.Struct(">q16s")  # microseconds since 1970, id
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def written(mark: Mark) -> str:
    """A mark as 32 letters and digits."""
    micros = (mark.at - _FIRST) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(_MARK.pack(micros, mark.id.bytes)).decode()


def read(text: str) -> Mark:
    """The mark that a client sends back. Raises BadField."""
    try:
        micros, row = _MARK.unpack(base64.b64decode(text, altchars=b"-_", validate=True))
        return Mark(_FIRST + timedelta(microseconds=micros), UUID(bytes=row))
    except (ValueError, struct.error, OverflowError):
        raise BadField("Take it from `next` of the page before.", field="after") from None
