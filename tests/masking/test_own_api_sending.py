"""Our own API: texts to one person of a session and calls between its sides, each once for a request."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from core.ids import new_id
from tests.masking.served import served
from tests.masking.test_own_api import PAIR, Program, signed_in
from tests.town import SESSION, Town


@dataclass
class Ride:
    """A session as its customer sees it. path: below /api/services. a, b: participants."""

    program: Program
    path: str
    a: str
    b: str


@pytest.fixture
async def ride(town: Town) -> AsyncIterator[Ride]:
    async with served(town) as base, aiohttp.ClientSession() as session:
        program = await signed_in(town, base, session, ["api"])
        service = await program.made("", {"unique_name": "rides"})
        await program.made(f"/{service['id']}/numbers", {"number": SESSION["twilio"][0].value})
        made = await program.made(f"/{service['id']}/sessions", PAIR)
        a, b = (each["id"] for each in made["participants"])
        yield Ride(program, f"/{service['id']}/sessions/{made['id']}", a, b)


async def jobs(town: Town) -> list[object]:
    wanted = "SELECT kind FROM outbox WHERE kind IN ('relay', 'ring-first') ORDER BY kind"
    return [row["kind"] for row in await town.rows(wanted)]


async def test_a_text_is_sent_once_for_a_key(town: Town, ride: Ride):
    body = {"to": ride.b, "body": "Five minutes"}

    made = await ride.program.made(f"{ride.path}/messages", body, **{"Idempotency-Key": "k1"})
    again = await ride.program.made(f"{ride.path}/messages", body, **{"Idempotency-Key": "k1"})

    assert (made["kind"], made["from"], made["to"], made["body"]) == ("message", None, ride.b, "Five minutes")
    assert again == made
    assert await ride.program.read(f"{ride.path}/interactions/{made['id']}") == made
    assert await jobs(town) == ["relay"]


async def test_a_call_is_placed_once_for_a_key(town: Town, ride: Ride):
    for _ in range(3):
        made = await ride.program.made(f"{ride.path}/calls", {"first": ride.a}, **{"Idempotency-Key": "k1"})

    assert (made["kind"], made["from"], made["to"], made["status"]) == ("voice", ride.a, ride.b, "queued")
    assert await jobs(town) == ["ring-first"]


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("messages", {"body": "Hello"}, 422, "bad-field"),
        ("messages", {"to": "B"}, 422, "bad-field"),
        ("messages", {"to": "B", "body": "x" * 1601}, 422, "bad-field"),
        ("messages", {"to": "B", "body": "Hello", "media": "x"}, 422, "bad-field"),
        ("messages", {"to": str(new_id()), "body": "Hello"}, 404, "participant-unknown"),
        ("calls", {}, 422, "bad-field"),
        ("calls", {"first": "nobody"}, 422, "bad-field"),
        ("calls", {"first": "B", "record": True}, 422, "recording-refused"),
        ("calls", {"first": str(new_id())}, 404, "participant-unknown"),
    ],
)
async def test_what_cannot_be_sent_is_refused(town: Town, ride: Ride, path: str, body: Any, status: int, slug: str):
    fields = {name: ride.b if value == "B" else value for name, value in body.items()}

    told, problem = await ride.program.ask("POST", f"{ride.path}/{path}", fields)

    assert (told, problem["type"]) == (status, f"/problems/{slug}")
    assert await jobs(town) == []


async def test_a_session_that_is_over_sends_nothing(town: Town, ride: Ride):
    await ride.program.ask("POST", f"{ride.path}/close", {})

    for path, body in (("messages", {"to": ride.b, "body": "Hello"}), ("calls", {"first": ride.a})):
        status, problem = await ride.program.ask("POST", f"{ride.path}/{path}", body)
        assert (status, problem["type"]) == (409, "/problems/session-closed")
    assert await jobs(town) == []
