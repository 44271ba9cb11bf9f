"""Address books over HTTP: a person's device sends them, and takes them back. No number stands in an address."""

import hmac
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from aiohttp import web

from callerid.books import bodies
from callerid.books.boxes import Queue, What
from callerid.books.delist import Delisting
from callerid.books.intake import Intake
from callerid.books.json_lines import read_object
from callerid.books.values import CATEGORIES, LONGEST_NAME, MOST_CONTACTS, Receipt, Refused, storable
from callerid.errors import BadEntry, BookTooLarge, TooMuchGiven
from callerid.numbers import NotANumber, NumberReader
from callerid.ports import Member
from core.e164 import E164
from core.quota import Limiter, Quota, Use

BOOKS = Quota("names-books", 30, timedelta(hours=1), "allow")
GIVEN = Quota("names-given", 300, timedelta(hours=1), "allow")
"""Names, marks, changes and taking back."""
PREFIX = "/api/callerid"
_KINDS = {"call": What.CALL, "suggest": What.SUGGEST}
_OPS = ("add", "change", "remove")


class Door(Protocol):
    """Lets people in."""

    async def person(self, request: web.Request) -> Member:
        """Who is signed in, by their device's bearer token. Raises Problem."""
        ...


Handler = Callable[[web.Request, Member], Awaitable[web.Response]]


class BooksHttp:
    """The routes. limiter: counts what one person gives, under secret: 32 bytes of this room's own."""

    def __init__(self, door: Door, limiter: Limiter, secret: bytes, intake: Intake, delisting: Delisting) -> None:
        self._door, self._limiter, self._secret = door, limiter, secret
        self._intake, self._delisting = intake, delisting

    def routes(self) -> list[web.RouteDef]:
        """Everything below /api/callerid that gives and takes back."""
        return [
            web.post(f"{PREFIX}/books", partial(self._served, self._book, BOOKS)),
            web.get(f"{PREFIX}/books/latest", partial(self._served, self._latest, GIVEN), allow_head=False),
            web.post(f"{PREFIX}/books/changes", partial(self._served, self._changes, GIVEN)),
            web.post(f"{PREFIX}/delist", partial(self._served, self._delist, GIVEN)),
            web.post(f"{PREFIX}/marks", partial(self._served, self._mark, GIVEN)),
            web.post(f"{PREFIX}/names", partial(self._served, self._name, GIVEN)),
        ]

    async def _served(self, handler: Handler, quota: Quota, request: web.Request) -> web.Response:
        member = await self._door.person(request)
        subject = hmac.digest(self._secret, member.person_id.bytes, "sha256").hex()
        if await self._limiter.over(Use(quota, subject)):
            raise TooMuchGiven("Wait, and send it again.", retry_after=int(quota.per.total_seconds()))
        return await handler(request, member)

    async def _book(self, request: web.Request, member: Member) -> web.Response:
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 10 and int(after) <= MOST_CONTACTS):
            raise BadEntry(f"A number of contacts up to {MOST_CONTACTS}.", field="after")
        kept = await self._intake.book(member, bodies.reading(request), bodies.pieces(request), int(after))
        return web.json_response(rendered(kept))

    async def _latest(self, _: web.Request, member: Member) -> web.Response:
        return web.json_response(rendered(await self._intake.latest(member)))

    async def _changes(self, request: web.Request, member: Member) -> web.Response:
        numbers, refused = NumberReader(member.region), Counter[str]()
        last: dict[E164, str | None] = {}
        lines = (await bodies.whole(request)).split(b"\n")
        if len(lines) > MOST_CONTACTS:
            raise BookTooLarge("Send the whole book instead.", most=MOST_CONTACTS, of="changes")
        for line in filter(bytes.strip, lines):
            change = _change(numbers, line)
            if isinstance(change, str):
                refused[change] += 1
            else:
                last[change[0]] = change[1]
        own = await self._intake.own(member)
        named = [(number, name) for number, name in last.items() if name is not None and number != own]
        if named:
            await self._intake.named(member, named)
        gone = [number for number, name in last.items() if name is None]
        removed = await self._delisting.contacts(member.person_id, gone) if gone else 0
        withheld = int(last.get(own) is not None)
        return web.json_response(
            {"accepted": len(named), "withheld": withheld, "removed": removed, "refused": dict(refused)}
        )

    async def _delist(self, request: web.Request, member: Member) -> web.Response:
        given = (await bodies.entries(request, "numbers")).get("numbers")
        if given is None:
            return web.json_response(rendered(await self._delisting.everything(member.person_id)), status=202)
        if not isinstance(given, list) or len(given) > MOST_CONTACTS or not all(isinstance(one, str) for one in given):
            raise BadEntry(f"A list of {MOST_CONTACTS} numbers at most, or nothing at all.", field="numbers")
        reader = NumberReader(member.region)
        numbers = {number for one in given if isinstance(number := reader.read(one), E164)}
        return web.json_response(rendered(await self._delisting.book(member.person_id, list(numbers))))

    async def _mark(self, request: web.Request, member: Member) -> web.Response:
        given = await bodies.entries(request, "number", "spam", "category")
        number = _number(member, given)
        spam, category = given.get("spam", False), given.get("category") or ""
        if category not in CATEGORIES:
            raise BadEntry(f"One of {', '.join(filter(None, CATEGORIES))}.", field="category")
        if spam is None:
            return web.json_response({"removed": await self._delisting.mark(member.person_id, number)})
        if "spam" not in given or not isinstance(spam, bool):
            raise BadEntry("true, false, or null to take a mark back.", field="spam")
        await self._refuse_own(member, number)
        what = What.SPAM if spam else What.NOT_SPAM
        await self._intake.give(member, Queue.MARKS, [(what, number, "", CATEGORIES.index(category))])
        return web.json_response({"accepted": 1}, status=202)

    async def _name(self, request: web.Request, member: Member) -> web.Response:
        given = await bodies.entries(request, "number", "name", "kind")
        number, name = _number(member, given), given.get("name")
        if not isinstance(name, str) or not (name := storable(name).strip()) or len(name) > LONGEST_NAME:
            raise BadEntry(f"A name of 1 to {LONGEST_NAME} characters.", field="name")
        kind = given.get("kind", "call")
        if not isinstance(kind, str) or kind not in _KINDS:
            raise BadEntry(f"One of {', '.join(_KINDS)}.", field="kind")
        await self._refuse_own(member, number)
        await self._intake.give(member, Queue.NAMES, [(_KINDS[kind], number, name, 0)])
        return web.json_response({"accepted": 1}, status=202)

    async def _refuse_own(self, member: Member, number: E164) -> None:
        """Their own word would count as a stranger's. Raises BadEntry."""
        if number == await self._intake.own(member):
            raise BadEntry("It is your own number: name it, or hide it, as its owner.", field="number")


def rendered(kept: Receipt) -> dict[str, Any]:
    """A receipt as JSON."""
    return {
        "id": str(kept.upload_id), "at": kept.made_at.isoformat(), "state": str(kept.state), "contacts": kept.contacts,
        "accepted": kept.accepted, "withheld": kept.withheld, "removed": kept.removed, "refused": kept.refused,
    }  # fmt: skip


def _change(numbers: NumberReader, line: bytes) -> tuple[E164, str | None] | str:
    """A number with its name, None where it is removed; or why the line is refused."""
    change = read_object(line)
    if change is None or change.get("op") not in _OPS or not isinstance(change.get("number"), str):
        return Refused.UNREADABLE
    number = numbers.read(change["number"])
    if isinstance(number, NotANumber):
        return number
    if change["op"] == "remove":
        return number, None
    name = change.get("name")
    name = storable(name).strip() if isinstance(name, str) else ""
    if not name:
        return Refused.NO_NAME
    return (number, name) if len(name) <= LONGEST_NAME else Refused.LONG_NAME


def _number(member: Member, given: dict[str, Any]) -> E164:
    text = given.get("number")
    number = NumberReader(member.region).read(text) if isinstance(text, str) else NotANumber.EMPTY
    if isinstance(number, NotANumber):
        raise BadEntry("A phone number, with its country code or as in your country.", field="number")
    return number
