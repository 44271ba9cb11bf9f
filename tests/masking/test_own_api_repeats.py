"""Requests that meet themselves: an Idempotency-Key makes one thing, and everybody who asks is told of it."""

import asyncio
from typing import Any

from tests.masking.test_own_api import PAIR, Program, program, rides
from tests.town import OWNER

__all__ = ["program", "rides"]

AT_ONCE = 8


async def same(program: Program, path: str, body: Any) -> list[tuple[int, Any]]:
    """What a request is answered that is sent several times at once."""
    key = {"Idempotency-Key": f"once {path}"}
    return await asyncio.gather(*(program.ask("POST", path, body, **key) for _ in range(AT_ONCE)))


async def test_everybody_who_asks_at_once_is_told_of_the_one_thing(program: Program, rides: str):
    """Also where what the first one made stands in the way of the others: its name, its person."""
    asked = {
        "": {"unique_name": "deliveries"},
        f"{rides}/sessions": {**PAIR, "unique_name": "trip 4711"},
        f"{rides}/sessions/trip 4711/participants": {"number": OWNER.value, "side": 1},
    }
    for path, body in asked.items():
        answers = await same(program, path, body)

        assert [status for status, _ in answers] == [201] * AT_ONCE, answers
        assert len({answer["id"] for _, answer in answers}) == 1


async def test_a_number_is_put_into_a_service_once_for_a_key(program: Program, rides: str):
    number = (await program.read(f"{rides}/numbers"))["items"][0]
    assert (await program.ask("DELETE", f"{rides}/numbers/{number['id']}"))[0] == 204
    body = {"number": number["number"]}

    answers = await same(program, f"{rides}/numbers", body)

    assert [(status, answer["id"]) for status, answer in answers] == [(201, number["id"])] * AT_ONCE
    assert (await program.ask("POST", f"{rides}/numbers", body))[1]["type"] == "/problems/number-known"


async def test_what_another_request_made_is_not_told_as_ones_own(program: Program, rides: str):
    """A new key never finds what somebody else's request has made."""
    await program.made(f"{rides}/sessions", {**PAIR, "unique_name": "trip"})

    status, told = await program.ask(
        "POST", f"{rides}/sessions", {"unique_name": "trip"}, **{"Idempotency-Key": "new"}
    )  # fmt: skip

    assert (status, told["type"]) == (409, "/problems/name-taken")
