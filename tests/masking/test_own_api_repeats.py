"""Requests that meet themselves: an Idempotency-Key makes one thing, and everybody who asks is told of it."""

import asyncio
from typing import Any

from tests.masking.test_own_api import PAIR, Program, program, rides
from tests.town import ALICE, BOB, OWNER, SECOND, Town

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


async def test_a_number_is_put_into_its_own_service_as_often_as_somebody_likes(program: Program, rides: str):
    number = (await program.read(f"{rides}/numbers"))["items"][0]
    reserved = {"number": number["number"], "reserved": True}

    assert await program.made(f"{rides}/numbers", {"number": number["number"]}) == number
    status, problem = await program.ask("POST", f"{rides}/numbers", reserved)

    assert (status, problem["type"]) == (409, "/problems/number-in-service")
    assert problem["title"] == "This number is in the service already"
    assert await program.made(f"{rides}/numbers", {"number": number["number"]}) == number


async def test_what_another_request_made_is_not_told_as_ones_own(program: Program, rides: str):
    """A new key never finds what somebody else's request has made."""
    await program.made(f"{rides}/sessions", {**PAIR, "unique_name": "trip"})

    status, told = await program.ask(
        "POST", f"{rides}/sessions", {"unique_name": "trip"}, **{"Idempotency-Key": "new"}
    )  # fmt: skip

    assert (status, told["type"]) == (409, "/problems/name-taken")


async def test_a_repeated_request_makes_nothing_more(program: Program, rides: str, town: Town):
    key = {"Idempotency-Key": "booking-7"}
    body = {"participants": [{"number": ALICE.value, "generate_pin": True}, {"number": BOB.value}]}
    first = await program.made(f"{rides}/sessions", body, **key)
    assert "Idempotent-Replay" not in program.headers

    again = await program.made(f"{rides}/sessions", body, **key)

    assert program.headers["Idempotent-Replay"] == "true"
    assert len(first["participants"][0].pop("pin")) == 6
    assert again == first
    assert (await program.ask("POST", f"{rides}/sessions", PAIR, **key))[1]["type"] == "/problems/key-reused"
    assert len(await town.rows("SELECT 1 FROM session")) == 1
    await program.ask("DELETE", f"{rides}/sessions/{first['id']}")
    assert (await program.ask("POST", f"{rides}/sessions", body, **key))[1]["type"] == "/problems/raced"


async def test_many_repeats_at_once_make_one(program: Program, rides: str, town: Town):
    told = [program.ask("POST", f"{rides}/sessions", PAIR, **{"Idempotency-Key": "k"}) for _ in range(8)]

    answers = await asyncio.gather(*told)

    assert len({answer["id"] for status, answer in answers if status == 201}) == 1
    assert len(await town.rows("SELECT 1 FROM session")) == 1


async def test_a_request_that_failed_may_be_sent_again_under_its_key(program: Program, rides: str, town: Town):
    key = {"Idempotency-Key": "k"}
    held = await program.made(f"{rides}/sessions", PAIR)
    for number in (OWNER, SECOND):
        await program.made(f"{rides}/sessions", {"participants": [{"number": ALICE.value}, {"number": number.value}]})
    status, told = await program.ask("POST", f"{rides}/sessions", PAIR, **key)
    assert (status, told["why"]) == (409, "free")
    await program.ask("DELETE", f"{rides}/sessions/{held['id']}")

    assert (await program.ask("POST", f"{rides}/sessions", PAIR, **key))[0] == 201
