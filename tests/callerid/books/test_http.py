"""Address books over HTTP, through the guard before every page: what is taken, and what is refused early."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from callerid.books.http import BooksHttp
from callerid.ports import Member
from core.problem import Problem
from core.quota import Quota, Use
from maskline.listening import bind
from maskline.service import site
from maskline.web import Web
from tests.callerid.books.people import OWN, Rooms, numbers, written

ASHA, BEN, *OTHERS = numbers(400)
JSONL, VCARD, CSV = "application/jsonl", "text/vcard", "text/csv"


class SignedOut(Problem):
    """As the door of look-ups says it."""

    status, slug, title = 401, "signed-out", "Sign in"


class Client:
    """One person's device. Everybody else is signed out."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self._base, self._session = base, session

    async def post(self, path: str, body: Any = b"", kind: str = JSONL, **more: Any) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) or hasattr(body, "__aiter__") else json.dumps(body).encode()
        headers = {"Content-Type": kind, **more.pop("headers", {})}
        async with self._session.post(
            f"{self._base}/api/callerid/{path}", data=data, headers=headers, **more
        ) as answer:
            return answer.status, await answer.json(content_type=None)

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        async with self._session.get(f"{self._base}/api/callerid/{path}") as answer:
            return answer.status, await answer.json(content_type=None)


class Gate:
    """The door, and the limiter: whose device asks, and whether the quota is used up."""

    def __init__(self, member: Member | None) -> None:
        self.member, self.used_up = member, False

    async def person(self, _: web.Request) -> Member:
        if self.member is None:
            raise SignedOut
        return self.member

    async def over(self, *uses: Use) -> Quota | None:
        return uses[0].quota if self.used_up else None


@pytest.fixture
def gate(rooms: Rooms) -> Gate:
    return Gate(rooms.person())


@pytest.fixture
async def client(rooms: Rooms, gate: Gate) -> AsyncIterator[Client]:
    shell = await asyncio.to_thread(Web, "http://127.0.0.1", {})
    app = shell.application()
    app.add_routes(BooksHttp(gate, gate, b"s" * 32, rooms.intake, rooms.delisting).routes())
    listener = bind("127.0.0.1", 0)
    async with site(app, listener), aiohttp.ClientSession() as session:
        yield Client(f"http://127.0.0.1:{listener.getsockname()[1]}", session)


async def test_a_book_gets_a_receipt_that_can_be_asked_for_again(client: Client):
    status, told = await client.post("books", written({ASHA: "Asha Rao", "07700 900123": "Ben", "1234": "PIN"}))

    assert (status, told["accepted"], told["refused"]) == (200, 2, {"short-code": 1})
    assert await client.get("books/latest") == (200, told)
    assert "+" not in json.dumps({**told, "at": ""})


async def test_nobody_gives_who_is_signed_out(client: Client, gate: Gate):
    gate.member = None

    assert (await client.post("books", written({ASHA: "Asha"})))[0] == 401


async def test_who_gave_no_book_has_no_receipt(client: Client):
    status, told = await client.get("books/latest")

    assert (status, told["type"]) == (404, "/problems/receipt-unknown")


async def test_a_book_of_two_gigabytes_is_refused_before_it_comes(client: Client):
    status, told = await client.post("books", b"x", headers={"Content-Length": str(2 * 1024**3)})

    assert (status, told["type"], told["of"]) == (413, "/problems/book-too-large", "bytes")


async def test_ten_million_rows_are_refused_after_twenty_five_thousand(client: Client, rooms: Rooms):
    line, sent = b'{"name": "A", "number": "+12025550101"}\n' * 500, 0

    async def rows() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(20_000):
            sent += 500
            yield line

    status, told = await client.post("books", rows())

    assert (status, told["of"], told["contacts"]) == (413, "contacts", 25_000)
    assert sent < 200_000
    assert (await client.get("books/latest"))[1]["accepted"] == 25_000


async def test_a_line_that_never_ends_is_refused_and_held_by_nobody(client: Client):
    async def book() -> AsyncIterator[bytes]:
        yield b'{"name": "'
        for _ in range(3000):
            yield b"x" * 1000
        yield b'"}\n' + written({ASHA: "Asha Rao"})

    status, told = await client.post("books", book())

    assert (status, told["accepted"], told["refused"]) == (200, 1, {"long-line": 1})


@pytest.mark.parametrize("kind", [JSONL, VCARD, CSV])
async def test_a_picture_is_no_address_book(client: Client, kind: str):
    noise = bytes(range(256)) * 300

    status, told = await client.post("books", noise, kind)

    assert status in (200, 422)
    assert told.get("accepted", 0) == 0


@pytest.mark.parametrize(("kind", "headers"), [("image/png", {}), ("text/csv", {"Content-Encoding": "gzip"})])
async def test_other_types_and_packed_bodies_are_refused(client: Client, kind: str, headers: dict[str, str]):
    assert (await client.post("books", b"x", kind, headers=headers, compress=None))[0] in (400, 415)


async def test_an_upload_that_broke_off_goes_on(client: Client, rooms: Rooms, gate: Gate):
    book = written(dict.fromkeys(OTHERS[:300], "Asha Rao")).splitlines(keepends=True)
    await client.post("books", b"".join(book[:120]))

    status, told = await client.post("books?after=120", b"".join(book))

    assert (status, told["contacts"], told["accepted"]) == (200, 300, 300)
    assert sum(len(page.named) for page in await rooms.waiting()) == 300


async def test_an_upload_that_goes_on_too_early_counts_nothing_twice(client: Client):
    book = written(dict.fromkeys(OTHERS[:300], "Asha Rao")).splitlines(keepends=True)
    await client.post("books", b"".join(book[:120]))

    status, told = await client.post("books?after=50", b"".join(book))

    assert (status, told["contacts"], told["accepted"]) == (200, 300, 250)


@pytest.mark.parametrize("after", ["-1", "x", "25001", "9" * 30, "0" * 9 + "9" * 10])
async def test_where_to_go_on_is_a_number_of_contacts(client: Client, after: str):
    assert (await client.post(f"books?after={after}", b""))[0] == 422


async def test_changes_come_and_go(client: Client, rooms: Rooms, gate: Gate):
    changes = [
        {"op": "add", "number": ASHA, "name": "Asha"},
        {"op": "change", "number": ASHA, "name": "Asha Rao"},
        {"op": "add", "number": BEN, "name": "Ben"},
        {"op": "remove", "number": BEN},
        {"op": "burn", "number": BEN},
        {"op": "add", "number": "12", "name": "x"},
    ]
    status, told = await client.post("books/changes", "\n".join(map(json.dumps, changes)).encode())

    assert status == 200
    assert told == {"accepted": 1, "withheld": 0, "removed": 0, "refused": {"unreadable": 1, "short-code": 1}}
    status, told = await client.post("books/changes", json.dumps({"op": "remove", "number": ASHA}).encode())
    assert (status, told["removed"]) == (200, 1)
    assert await rooms.count("name_inbox") == 0


async def test_nobody_names_or_marks_their_own_number(client: Client, rooms: Rooms):
    """Else a person's own word, with one friend's, makes a crowd of two."""
    assert (await client.post("names", {"number": OWN.value, "name": "The King"}))[0] == 422
    assert (await client.post("marks", {"number": OWN.value, "spam": False}))[0] == 422
    lines = [json.dumps({"op": "add", "number": number, "name": "x"}) for number in (OWN.value, ASHA)]
    _, told = await client.post("books/changes", "\n".join(lines).encode())

    assert told == {"accepted": 1, "withheld": 1, "removed": 0, "refused": {}}
    assert [len(page.named) for page in await rooms.waiting()] == [1]


async def test_everything_is_taken_back_over_http(client: Client, rooms: Rooms, gate: Gate):
    await client.post("books", written({ASHA: "Asha Rao", BEN: "Ben Okri"}))

    status, told = await client.post("delist", {"numbers": [ASHA, "no number"]})
    assert (status, told["state"], told["removed"]) == (200, "withdrawn", 1)
    rooms.register.agreed.add(gate.member.person_id)
    status, told = await client.post("delist")

    assert (status, told["state"]) == (202, "withdrawing")
    assert (await client.post("books", written({ASHA: "x"})))[0] == 409
    await rooms.leaving.look()
    assert (await client.get("books/latest"))[1]["state"] == "withdrawn"
    assert (await client.post("books", written({ASHA: "x"})))[1]["type"] == "/problems/consent-needed"


async def test_marks_and_single_names_are_taken(client: Client, rooms: Rooms):
    assert (await client.post("marks", {"number": ASHA, "spam": True, "category": "fraud"}))[0] == 202
    assert (await client.post("names", {"number": BEN, "name": "Ben Okri"}))[0] == 202
    assert (await client.post("names", {"number": BEN, "name": "Ben O", "kind": "suggest"}))[0] == 202

    assert await rooms.count("name_inbox") == 3
    assert await client.post("marks", {"number": ASHA, "spam": None}) == (200, {"removed": 1})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("marks", {"number": ASHA}), ("marks", {"number": ASHA, "spam": "yes"}), ("marks", {"spam": True}),
        ("marks", {"number": ASHA, "spam": True, "category": "x"}), ("marks", []),
        ("marks", {"number": 5, "spam": True}),
        ("marks", {"number": ASHA, "spam": True, "category": ["x"]}),
        ("names", {"number": ASHA, "name": " "}), ("names", {"number": ASHA, "name": "x" * 10_000}),
        ("names", {"number": ASHA, "name": "x", "kind": "self"}), ("names", {"number": "112", "name": "x"}),
        ("delist", {"numbers": "all"}), ("delist", {"numbers": [1]}), ("delist", {"other": 1}),
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_said(client: Client, path: str, body: object):
    status, told = await client.post(path, body)

    assert (status, told["type"]) == (422, "/problems/bad-entry")


async def test_too_much_in_an_hour_waits(client: Client, gate: Gate):
    gate.used_up = True

    status, told = await client.post("marks", {"number": ASHA, "spam": True})

    assert (status, told["retry_after"]) == (429, 3600)
