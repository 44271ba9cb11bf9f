"""Wrong sign-ins to either API are bounded for each network; right ones are not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from core.quota import Quota, Use
from masking.sessions.errors import WrongTooOften
from masking.sessions.sign_ins import SignIns
from privacy.doors import WRONG, Networks
from tests.masking.served import served
from tests.town import Town

ROOMS = ("/v1/Services", "/api/services")
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.7"


@dataclass
class Caller:
    """Somebody who asks both APIs. right: what a client's own program sends; wrong: what nobody has."""

    base: str
    session: aiohttp.ClientSession
    right: str
    wrong: str
    token: str

    async def ask(self, path: str, authorization: str | None) -> tuple[int, dict[str, Any], str | None]:
        headers = {"Authorization": authorization} if authorization else {}
        async with self.session.get(self.base + path, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None), answer.headers.get("Retry-After")

    async def guesses(self, times: int) -> list[int]:
        return [(await self.ask(ROOMS[turn % 2], self.wrong))[0] for turn in range(times)]


@pytest.fixture
async def caller(town: Town) -> AsyncIterator[Caller]:
    async with served(town) as base, aiohttp.ClientSession() as session:
        issued = await town.house.clients.create(town.tenant, "a", ["proxy", "api"])
        right, wrong = (
            aiohttp.encode_basic_auth(issued.account_sid, token) for token in (issued.token, issued.token[::-1])
        )
        yield Caller(base, session, right, wrong, issued.token)


async def test_after_thirty_wrong_ones_to_either_api_each_says_so_in_its_own_form(caller: Caller):
    assert await caller.guesses(WRONG.times) == [401] * WRONG.times

    twilios, ours = [await caller.ask(path, caller.wrong) for path in ROOMS]

    assert (twilios[0], twilios[1]["code"], twilios[2]) == (429, 20429, "600")
    assert set(twilios[1]) == {"code", "message", "more_info", "status"}
    assert (ours[0], ours[1]["type"], ours[2]) == (429, "/problems/wrong-too-often", "600")


async def test_the_right_token_is_let_in_beside_somebody_who_guesses(caller: Caller):
    assert (await caller.guesses(WRONG.times + 2))[-2:] == [429, 429]

    answers = [(await caller.ask(path, caller.right))[0] for path in ROOMS]

    assert answers == [200, 200]


async def test_right_ones_and_those_that_only_ask_how_to_sign_in_are_not_counted(caller: Caller):
    for authorization in (caller.right, None):
        for turn in range(WRONG.times):
            assert (await caller.ask(ROOMS[turn % 2], authorization))[0] in (200, 401)

    assert await caller.guesses(1) == [401]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_token_alone_signs_in_to_our_own_api_and_not_to_twilios(caller: Caller, scheme: str):
    twilios, ours = [await caller.ask(path, f"{scheme} {caller.token}") for path in ROOMS]

    assert (twilios[0], twilios[1]["code"]) == (401, 20003)
    assert (ours[0], ours[1]) == (200, {"items": [], "next": None})


async def test_wrong_tokens_alone_count_like_other_wrong_ones(caller: Caller):
    wrong = [f"Bearer {caller.token[::-1]}", "Bearer ", "Bearer", f"Token {caller.token}"]
    answers = [(await caller.ask("/api/services", wrong[turn % 4]))[0] for turn in range(WRONG.times + 1)]

    assert answers == [401] * WRONG.times + [429]
    assert (await caller.ask("/api/services", f"Bearer {caller.token}"))[0] == 200


def signed(town: Town) -> SignIns:
    return SignIns(town.house.clients, Networks(town.house.limiter, town.house.short_keys, town.clock))


async def test_one_network_is_counted_without_another_and_with_its_neighbours(town: Town):
    sign_ins = signed(town)
    for _ in range(WRONG.times):
        assert await sign_ins.principal("Basic eDp5", HERE) is None

    with pytest.raises(WrongTooOften):
        await sign_ins.principal("Basic eDp5", "203.0.113.99")
    assert await sign_ins.principal("Basic eDp5", ELSEWHERE) is None


async def test_without_valkey_wrong_ones_are_answered_as_ever(town: Town):
    class Blind:
        async def over(self, *uses: Use) -> Quota | None:
            """As `maskline.valkey` answers while Valkey is away."""
            return next((use.quota for use in uses if use.quota.when_blind == "refuse"), None)

    sign_ins = SignIns(town.house.clients, Networks(Blind(), town.house.short_keys, town.clock))

    for _ in range(WRONG.times + 1):
        assert await sign_ins.principal("Basic eDp5", HERE) is None
