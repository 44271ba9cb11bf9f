"""Calls that a customer asks for: one person is rung, then the other; each sees a number of ours, and no other."""

import pytest

from core.e164 import E164
from exchange import Exchange
from masking.sessions.values import Numbering
from maskline import worker
from tests.masking.texting import LINES, Pair, pair, session
from tests.town import ALICE, BOB, Town


@pytest.fixture
async def ride(carrier: str, town: Town, connected: Exchange) -> Pair:
    _connect(town, connected, carrier, LINES[carrier])
    return await pair(town, carriers=(carrier, carrier))


def _connect(town: Town, desk: Exchange, carrier: str, number: E164) -> None:
    if number.value not in desk.office.registry.numbers:
        hooks = f"{town.base}/hooks/{carrier}"
        desk.number(number.value, carrier=carrier, voice_url=f"{hooks}/voice", status_url=f"{hooks}/ended")


async def asks(town: Town, ride: Pair) -> None:
    await town.house.rooms.interactions.call(town.tenant, ride.service, ride.session, ride.a)
    await worker.drain(town.house)


async def test_one_is_rung_and_accepts_and_then_the_other(town, connected, ride, alice, bob):
    await asks(town, ride)
    await alice.answers()
    await alice.hears("press 1")
    assert bob.state == "idle", "nobody else is rung for a voicemail"
    await alice.presses("1")
    call = await bob.answers()
    shown = (alice.shown, bob.shown)
    await bob.presses("1")
    await call.bridged()
    await alice.hangs_up()
    await call.ended()
    await worker.drain(town.house)

    (row,) = await town.rows("SELECT purpose, outcome, state FROM call")
    assert shown == (ride.a_line.value, ride.b_line.value)
    assert row == {"purpose": "placed", "outcome": "talked", "state": 5}
    assert await town.rows("SELECT kind, refused FROM interaction") == [{"kind": "voice", "refused": None}]
    assert connected.leaks == []
    assert connected.complaints == []


async def test_who_does_not_accept_rings_nobody(town, connected, ride, alice, bob):
    await asks(town, ride)
    call = await alice.answers()
    await alice.hears("press 1")
    await connected.passes(120)
    await call.ended()

    assert bob.state == "idle"
    assert [row["outcome"] for row in await town.rows("SELECT outcome FROM call")] == ["no-answer"]


async def test_who_does_not_pick_up_is_told_of(town, connected, ride, alice, bob):
    await asks(town, ride)
    await alice.rings()
    await connected.passes(60)

    assert [row["outcome"] for row in await town.rows("SELECT outcome FROM call")] == ["no-answer"]


async def test_a_job_done_twice_rings_once(town, connected, ride, alice):
    await asks(town, ride)
    await alice.declines()
    await town.rows(
        "INSERT INTO outbox (tenant, kind, subject, idempotency, payload, made_at, due) SELECT tenant, 'ring-first', "
        "call_id::text, 'again', jsonb_build_object('call', call_id), started_at, started_at FROM call"
    )
    await worker.drain(town.house)

    assert alice.state == "idle"
    assert await town.rows("SELECT 1 FROM outbox WHERE kind = 'ring-first'") == []


async def test_who_has_a_number_of_another_carrier_is_shown_one_of_this(town, connected, alice, bob):
    """Carriers show their own numbers only. It is theirs from then on: they can call back on it."""
    for carrier, number in LINES.items():
        _connect(town, connected, carrier, number)
    service = await town.service(numbers=list(LINES.values()), numbering=Numbering.EACH)
    ride = await session(town, service, (ALICE, BOB), (LINES["twilio"], LINES["plivo"]))

    await asks(town, ride)
    await alice.answers()
    await alice.presses("1")
    await bob.answers()
    shown = (alice.shown, bob.shown)
    await bob.hangs_up()
    await alice.falls_silent()
    await bob.dials(LINES["twilio"].value)
    await alice.rings()

    assert shown == (LINES["twilio"].value, LINES["twilio"].value)
    assert connected.leaks == []
    assert connected.complaints == []
