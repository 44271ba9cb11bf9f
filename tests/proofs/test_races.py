"""Strangers who come at the same instant, over two real processes: nothing is given or answered twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest

from core.e164 import E164
from core.route import Reason
from masking.stickers.values import Visitor
from maskline.embedded.servers import Servers
from tests.proofs.two import Pair, Two, two_services
from tests.servers import Clerk, lent
from tests.town import ALICE, POOL, SECOND, SHARED, Answer

CALLERS = [E164(f"+1212555019{n}") for n in range(8)]
ROUNDS = 6


@pytest.fixture(scope="module")
def pair(
    servers: Servers, _clerk: tuple[Clerk, str], _cache_numbers: Iterator[int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """They start once for all tests here."""
    cache = servers.redis_url.replace("?db=0", f"?db={next(_cache_numbers)}")
    with lent(servers, *_clerk) as url, two_services(url, cache, tmp_path_factory.mktemp("two")) as pair:
        yield pair


@pytest.fixture
async def two(pair: Pair) -> AsyncIterator[Two]:
    async with pair.visited() as two:
        yield two


async def test_thirty_two_scans_on_three_numbers_over_two_processes_book_nothing_twice(two: Two):
    town = two.ground.town
    codes = [await town.sticker() for _ in range(32)]

    given = await asyncio.gather(*(two.scan(code, n, f"198.18.{n}.1") for n, code in enumerate(codes)))

    opened = Counter(number for number, digits in given if digits is None)
    assert opened == Counter(POOL["twilio"])
    extensions = [digits for number, digits in given if digits is not None and number == SHARED["twilio"]]
    assert (len(extensions), len(set(extensions))) == (29, 29)
    held = await town.rows(
        "SELECT n.e164, c.kind, s.code FROM claim c JOIN proxy_number n USING (number_id)"
        " JOIN sticker s ON s.sticker_id = c.target_id"
    )
    assert Counter(row["kind"] for row in held) == Counter(open=3, extension=29)
    assert {str(row["code"]) for row in held} == set(codes)


async def test_of_eight_callers_who_race_for_an_open_claim_exactly_one_is_bound(two: Two):
    ways = await two.ground.ways(ROUNDS)

    for way in ways:
        answers = await asyncio.gather(
            *(two.carrier("twilio", n).calls(caller, way.dialled, f"CA{way.dialled.digits}{n:021x}")
              for n, caller in enumerate(CALLERS))
        )  # fmt: skip

        assert Counter("Dial" in answer.verbs for answer in answers) == Counter({True: 1, False: 7})
        assert {answer.status for answer in answers} == {200}
        bound = await two.ground.town.rows(
            "SELECT 1 FROM claim JOIN proxy_number n USING (number_id) WHERE kind = 'bound' AND n.e164 = $1",
            way.dialled.value,
        )
        assert len(bound) == 1


async def test_copies_of_a_first_webhook_make_one_call(two: Two):
    for n, way in enumerate(await two.ground.ways(ROUNDS)):
        call = f"CA{n:032x}"
        form = two.carrier("twilio", 0)._call(way.caller, way.dialled, call)
        (answer,) = await copies(two, "twilio", "http://localhost/hooks/twilio/voice", form)

        assert "Dial" in Answer(200, answer).verbs
        assert len(await two.ground.town.rows("SELECT 1 FROM call WHERE carrier_call = $1", call)) == 1


async def copies(two: Two, carrier: str, url: str, form: dict[str, str]) -> set[str]:
    """One webhook, sent twice to each process at the same instant: the different answers it got."""
    answers: list[Answer] = await asyncio.gather(*(two.carrier(carrier, n).post(url, form) for n in range(4)))
    assert {answer.status for answer in answers} == {200}
    return {answer.text for answer in answers}


async def test_copies_of_a_webhook_at_the_same_instant_get_one_answer_and_leave_one_call(two: Two):
    for carrier in ("twilio", "plivo"):
        await _one_conversation_in_copies(two, carrier)


async def _one_conversation_in_copies(two: Two, carrier: str) -> None:
    """The call, the extension, the dial's end, and the second contact's."""
    town, wire = two.ground.town, two.carrier(carrier, 0)
    code = await town.sticker(carrier=carrier, second=SECOND)
    visitors = [Visitor(f"198.18.{n}.1", "", "en") for n in range(3)]
    way = [await town.scan(code, Reason.ACCIDENT, visitor) for visitor in visitors][-1]
    assert way.extension is not None
    form = wire._call(ALICE, SHARED[carrier], "CA" + "7" * 32 + carrier)

    (asked,) = await copies(two, carrier, f"{wire.base}/hooks/{carrier}/voice", form)
    (rung,) = await copies(two, carrier, Answer(200, asked).action, form | {"Digits": way.extension})
    over = {"DialCallStatus": "no-answer", "DialStatus": "no-answer"}
    (second,) = await copies(two, carrier, Answer(200, rung).action, form | over)
    (told,) = await copies(two, carrier, Answer(200, second).action, form | over)

    assert Answer(200, rung).texts("Dial/Number") != Answer(200, second).texts("Dial/Number")
    assert "Dial" not in Answer(200, told).verbs
    (kept,) = await town.rows("SELECT * FROM call WHERE carrier_call = $1", "CA" + "7" * 32 + carrier)
    assert (kept["outcome"], kept["attempt"]) == ("no-answer", 2)
    assert len(await town.rows("SELECT 1 FROM claim WHERE claim_id = $1", kept["claim_id"])) == 1
    steps = "SELECT 1 FROM call_step WHERE step = 'did-missed' AND call_id = $1"
    assert len(await town.rows(steps, kept["call_id"])) == 1
