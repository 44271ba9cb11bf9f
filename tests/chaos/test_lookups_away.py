"""Look-ups while Valkey, Postgres or both are away: answered or refused plainly, never charged twice."""

import aiohttp

from tests.admin.arriving import arrives
from tests.chaos.ground import Ground
from tests.chaos.serving import Standing

_NUMBERS = [f"+1{area}5550177" for area in range(201, 211)]


class Asker:
    """Somebody with a phone. Answers are (status, what stands in it, look-ups left today)."""

    def __init__(self, standing: Standing, token: str, session: aiohttp.ClientSession) -> None:
        self._url = f"http://127.0.0.1:{standing.port}/api/callerid/lookup"
        self._headers, self._session = {"Authorization": f"Bearer {token}"}, session

    async def asks(self, number: str) -> tuple[int, str, str]:
        async with self._session.post(self._url, json={"number": number}, headers=self._headers) as answer:
            told = await answer.json(content_type=None)
            left = answer.headers.get("RateLimit", "").partition(";t=")[0]
            return answer.status, told.get("type") or told["status"], left


async def test_a_budget_is_what_it_was_whatever_was_away(ground: Ground):
    token = (await arrives(ground.town)).token
    standing = await ground.serve()
    async with aiohttp.ClientSession() as session:
        asker = Asker(standing, token, session)
        first = await asker.asks(_NUMBERS[0])

        await ground.kill("valkey")
        without_valkey = [await asker.asks(number) for number in _NUMBERS[:8]]
        await ground.kill("postgres")
        without_both = [await asker.asks(number) for number in _NUMBERS[:2]]
        await ground.revive("valkey")
        without_postgres = await asker.asks(_NUMBERS[9])
        await ground.revive("postgres")
        await ground.comes_back(standing)
        again = [await asker.asks(number) for number in _NUMBERS[:8]]

    assert first == (200, "unknown", '"day";r=98')
    assert [left for _, _, left in without_valkey] == [f'"day";r={98 - 2 * n}' for n in range(8)]
    assert {answer[:2] for answer in [*without_both, without_postgres]} == {(503, "/problems/database-away")}
    assert again[-1] == (200, "unknown", '"day";r=84'), "what a crash forgave is paid for once more, and nothing twice"
