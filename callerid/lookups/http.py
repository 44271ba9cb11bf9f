"""Look-ups over HTTP: /api/callerid/lookup, /contacts and /savers. A number stands in bodies, never in an address."""

import json
import re
from typing import Any

from aiohttp import web

from callerid.lookups import rules
from callerid.lookups.contacts import Contacts
from callerid.lookups.departures import Departures
from callerid.lookups.door import Door
from callerid.lookups.errors import BadLookup, LookupsUsedUp
from callerid.lookups.lookups import Lookups
from callerid.numbers import NotANumber, NumberReader
from callerid.ports import Members
from core.e164 import E164, BadNumber
from core.fields import Fields
from privacy.doors import arrived

PREFIX = "/api/callerid"
_PADDED = 512
"""Answers are as long as the next multiple of this, so that their length tells no name's."""
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_SCRIPT = re.compile(r"[A-Za-z]{4}")


class LookupsHttp:
    """Handlers. departures: lets answers go on a grid of time."""

    def __init__(
        self, door: Door, members: Members, lookups: Lookups, contacts: Contacts, departures: Departures
    ) -> None:
        self._door, self._members, self._lookups, self._contacts = door, members, lookups, contacts
        self._departures = departures

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.post(f"{PREFIX}/lookup", self._look_up),
            web.post(f"{PREFIX}/contacts", self._find),
            web.get(f"{PREFIX}/savers", self._savers, allow_head=False),
        ]

    async def _look_up(self, request: web.Request) -> web.Response:
        came = self._departures.now()
        asker, member = await self._door.asker(request)
        fields = Fields.read(await arrived(request, BadLookup), BadLookup, "number", "script")
        number, script = _number(fields.get("number"), member.region if member else ""), _script(request, fields)
        try:
            answer = await self._lookups.look_up(asker, number)
        except LookupsUsedUp as refusal:
            await self._departures.leave(came)
            return _refused(refusal)
        written = _padded(answer.name.document(script))
        headers = rules.limit_headers(asker.own, answer.left, answer.at)
        await self._departures.leave(came)
        return web.Response(body=written, content_type="application/json", headers=headers)

    async def _find(self, request: web.Request) -> web.Response:
        came = self._departures.now()
        member = await self._door.person(request)
        await self._door.pace(member, rules.OF_CONTACTS)
        fields = Fields.read(await arrived(request, BadLookup), BadLookup, "numbers", "recent")
        numbers, recent = _numbers(fields.get("numbers"), member.region), fields.truth("recent") or False
        try:
            found = await self._contacts.find(
                member, await self._door.holders.key(member), await self._door.network(request), numbers, recent=recent
            )
        except LookupsUsedUp as refusal:
            await self._departures.leave(came)
            return _refused(refusal)
        headers = rules.limit_headers(found.budget, found.left, found.at, rules.SYNC_DAYS)
        told = [{"index": each.index, "handle": each.handle} for each in found.handles]
        await self._departures.leave(came)
        return web.json_response(told, headers=headers)

    async def _savers(self, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        await self._door.pace(member, rules.OF_CONTACTS)
        found = await self._lookups.savers(await self._members.number(member.person_id))
        return web.json_response({"at_least": found.at_least, "below": found.below})


def _number(given: Any, region: str) -> E164:
    """A number as it was sent, read as those in address books are. Raises BadLookup, BadNumber."""
    if not isinstance(given, str):
        raise BadLookup("Write a phone number as a text.", field="number")
    number = NumberReader(region).read(given)
    if isinstance(number, NotANumber):
        raise BadNumber(reason="Write the number with its country code, like +44 7700 900123.")
    return number


def _numbers(given: Any, region: str) -> list[E164 | None]:
    """Contacts as they were sent; None for one that is no number, as some entries of any book are. Raises BadLookup."""
    if not isinstance(given, list) or len(given) > rules.MOST_CONTACTS:
        raise BadLookup(f"Write a list of at most {rules.MOST_CONTACTS} numbers.", field="numbers")
    if not all(isinstance(each, str) for each in given):
        raise BadLookup("Write each number as a text.", field="numbers")
    reader = NumberReader(region)
    return [None if isinstance(number, NotANumber) else number for number in map(reader.read, given)]


def _script(request: web.Request, fields: Fields) -> str | None:
    """The script that is asked for. Raises BadLookup."""
    given = fields.get("script")
    if given is None:
        return rules.script_of(request.headers.get("Accept-Language", ""))
    if not isinstance(given, str) or not _SCRIPT.fullmatch(given):
        raise BadLookup("Write an ISO 15924 code, like Deva.", field="script")
    return given.title()


def _padded(document: dict[str, Any]) -> bytes:
    """JSON with blanks behind it."""
    written = _JSON.encode(document).encode()
    return written + b" " * (-len(written) % _PADDED)


def _refused(refusal: LookupsUsedUp) -> web.Response:
    """The problem, with what HTTP has for budgets."""
    left, seconds = refusal.facts["left"], refusal.facts["retry_after"]
    told = ", ".join(f'"{window}";r={points};t={seconds}' for window, points in left.items())
    return web.json_response(
        refusal.document(), status=refusal.status, content_type="application/problem+json",
        headers={"Retry-After": str(seconds)} | ({"RateLimit": told} if told else {}),
    )  # fmt: skip
