"""Who asks about their own number: a person by the token of a device; how often; and what they send."""

import asyncio
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from aiohttp import web

from callerid.owners.errors import BadRequest, TokenNeeded, TooOften
from callerid.ports import Member, Members
from core.clock import Clock
from core.quota import Limiter, Quota, Use
from privacy.numbers import address_prefix
from privacy.short_keys import ShortKeys

OF_PERSON = Quota("owners-person", 60, timedelta(minutes=1), "allow")
WRONG = Quota("owners-wrong", 30, timedelta(minutes=10), "allow")
"""Wrong tokens of one network. A token has 256 bits: this keeps the database quiet, and guards nothing."""
_BODY_WITHIN = 5.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Door:
    """Lets people in to what is theirs. secret: 32 bytes of this room's own, under which bursts are counted."""

    members: Members
    limiter: Limiter
    short_keys: ShortKeys
    clock: Clock
    secret: bytes

    async def person(self, request: web.Request) -> Member:
        """Whose bearer token a request carries. Raises TokenNeeded, TooOften, DatabaseAway."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        member = await self.holder(request, token.strip()) if scheme.lower() == "bearer" else None
        if member is None:
            raise TokenNeeded
        return member

    async def holder(self, request: web.Request, token: str) -> Member | None:
        """Who holds a token; None for one that does not live. Raises TooOften, DatabaseAway."""
        member = await self.members.member(token, address_prefix(request.remote or ""))
        if member is not None:
            subject = hmac.digest(self.secret, member.person_id.bytes, "sha256").hex()
            await self._count(Use(OF_PERSON, subject))
        elif token:
            days = await self.short_keys.recent()
            keys = days.counting(self.clock.now(), WRONG.per)
            await self._count(*(Use(WRONG, day.counts_address(request.remote or "")) for day in keys))
        return member

    async def _count(self, *uses: Use) -> None:
        over = await self.limiter.over(*uses)
        if over is not None:
            raise TooOften("Wait a little.", retry_after=int(over.per.total_seconds()))


class Fields:
    """The JSON object that was sent, field by field. Raises BadRequest, which does not repeat what was sent."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    @classmethod
    async def of(cls, request: web.Request, *known: str) -> "Fields":
        """The body of a request. known: the fields that it may have."""
        try:
            async with asyncio.timeout(_BODY_WITHIN):
                text = await request.read()
            fields = json.loads(text)
        except TimeoutError:
            raise BadRequest("It took too long to arrive. Send it again.", field="body") from None
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise BadRequest("Send one JSON object, in UTF-8.", field="body")
        if not fields.keys() <= set(known):
            raise BadRequest(f"Send nothing but {', '.join(known)}.", field="body")
        return cls(fields)

    def text(self, name: str, usual: str | None = None) -> str:
        """A text that must be there, unless there is a usual one."""
        text = self._of(name, str, "Write a text.", usual)
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise BadRequest("Write a text.", field=name)
        return text

    def choice(self, name: str, choices: tuple[T, ...], usual: T) -> T:
        """One of some words."""
        value = self._fields.get(name, usual)
        for each in choices:
            if value == each:
                return each
        raise BadRequest(f"Choose one of {', '.join(map(str, choices))}.", field=name)

    def truth(self, name: str) -> bool | None:
        """True or false; None where it is not said."""
        return self._of(name, bool, "Write true or false.", None) if name in self._fields else None

    def whole(self, name: str) -> int:
        """A whole number, as ids of clusters are."""
        value = self._of(name, int, "Write a whole number.", None)
        if isinstance(value, bool) or not 0 <= value < 2**15:
            raise BadRequest("Write a whole number, as it was told.", field=name)
        return value

    def _of(self, name: str, kind: type[T], wanted: str, usual: T | None) -> T:
        value = self._fields.get(name, usual)
        if not isinstance(value, kind):
            raise BadRequest(wanted, field=name)
        return value
