"""Every figure comes out of a tiny run, with its floor."""

import pytest

from bench import claims, large, memory, sessions, trips, webhook
from bench.claims import DoubleBooked
from bench.load import WrongAnswer
from bench.scene import furnish
from tests.bench.conftest import SMALL

_NOBODY = """
DROP FUNCTION claim_for_scan;
CREATE FUNCTION claim_for_scan(timestamptz, uuid, text, uuid, uuid, uuid, text[], integer, integer)
RETURNS TABLE (e164 text, extension text, until timestamptz) LANGUAGE sql AS $$ {body} $$
"""


async def test_the_webhook_is_held_against_both_floors(bed):
    figures = await webhook.measure(bed, calls=40, rounds=1, connections=4, size=SMALL)

    assert [figure.name for figure in figures] == [
        "inbound-call webhook",
        "its p99",
        "the same, floor spared asyncpg's reset",
    ]
    assert all(figure.value > 0 for figure in figures)
    assert figures[0].details["how"]["calls_a_round"] == 40


async def test_a_webhook_is_one_statement_one_round_trip_and_one_call_to_valkey(bed):
    figures = await trips.measure(bed, calls=20)

    assert {figure.name: figure.value for figure in figures} == {
        "round trips to Postgres for a webhook": 1,
        "statements for a webhook": 1,
        "calls to Valkey for a webhook": 1,
    }


async def test_claims_are_handed_out_and_stand(bed):
    figure, _ = await claims.measure(bed, a_site=35, rounds=1, size=SMALL)

    assert figure.value > 0
    assert figure.details["claims_a_round"] == 70


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("SELECT '+12025550101', NULL::text, now()", DoubleBooked),
        ("SELECT '+12025550101', NULL::text, now() WHERE false", WrongAnswer),
    ],
    ids=["not kept", "not had"],
)
async def test_a_claim_that_does_not_stand_fails_the_bench(bed, monkeypatch, body, wrong):
    async def spoilt(house, directory, size):
        async with house.database.work() as conn:
            await conn.execute(_NOBODY.format(body=body))
        return await furnish(house, directory, size)

    monkeypatch.setattr(claims, "furnish", spoilt)

    with pytest.raises(wrong):
        await claims.measure(bed, a_site=5, rounds=1, size=SMALL)


async def test_sessions_are_made_and_texts_of_theirs_are_kept(bed):
    made, rows, relayed = await sessions.measure(bed, sessions=20, texts=40, rounds=1)

    assert made.value > 0
    assert rows.value > 0
    assert relayed.value > 0
    assert relayed.details["texts_a_round"] == 40


async def test_a_house_full_of_claims_is_asked_beside_a_small_one(bed):
    (figure,) = await large.measure(bed, many=300, few=20, calls=40, rounds=1, size=SMALL)

    assert figure.name == "the webhook with 300 claims against 20"
    assert figure.value > 0


async def test_memory_is_drawn_through_the_service_after_each_set_of_calls(bed):
    (figure,) = await memory.measure(bed, between=(40, 120), step=40, connections=4, size=SMALL)

    assert figure.details["webhooks"] == [40, 80, 120]
    assert all(10 < each < 1_000 for each in figure.details["resident_mb"])
    assert "scaled from 80" in figure.name
